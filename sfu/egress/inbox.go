package egress

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/tongtang/tongtang/sfu/twcc"
)

// inboxSize bounds what waits in an inbox, bytes: a second of reports of a thousand viewers. Receivers repeat what is dropped.
const inboxSize = 1 << 20

// inbox keeps the sealed RTCP of a worker's viewers until the worker looks.
type inbox struct {
	mu      sync.Mutex
	letters []letter
	bytes   []byte
}

// letter ends at byte end of the inbox; it begins where the one before it ends.
type letter struct {
	viewer *Viewer
	end    int
}

func (b *inbox) put(v *Viewer, sealed []byte) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.bytes)+len(sealed) > inboxSize {
		return false
	}
	b.bytes = append(b.bytes, sealed...)
	b.letters = append(b.letters, letter{v, len(b.bytes)})
	return true
}

// swap takes what is there and leaves the (read) memory of other.
func (b *inbox) swap(other *inbox) {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(other.letters)
	b.letters, other.letters = other.letters[:0], b.letters
	b.bytes, other.bytes = other.bytes[:0], b.bytes
}

// lazy is how long a worker that turns anyway is not told of its mail.
const lazy = 20 * time.Millisecond

// Receive takes one sealed RTCP packet of a viewer that goes direct. It keeps no bytes and never blocks.
func (v *Viewer) Receive(sealed []byte) {
	if !v.worker.inbox.put(v, sealed) || time.Now().UnixNano()-v.worker.turned.Load() < int64(lazy) {
		return
	}
	select {
	case v.worker.mail <- struct{}{}:
	default: // it will look anyway
	}
}

// readMail takes in the feedback that has come; false when there is none.
func (w *worker) readMail(now time.Time) bool {
	w.inbox.swap(&w.read)
	from := 0
	for _, l := range w.read.letters {
		l.viewer.open(w.read.bytes[from:l.end], now)
		from = l.end
	}
	return from > 0
}

// open decrypts RTCP and takes it in. What is not the viewer's, or comes again, is dropped.
func (v *Viewer) open(sealed []byte, now time.Time) {
	if v.direct == nil {
		return // not yet: it will come again
	}
	plain, err := v.direct.in.OpenRTCP(v.worker.plain[:0], sealed)
	if err != nil {
		return
	}
	for len(plain) >= 4 {
		n := 4 + 4*int(binary.BigEndian.Uint16(plain[2:])) // a packet of the compound (RFC 3550 §6.4.1)
		if n > len(plain) {
			return
		}
		v.read(plain[:n], now)
		plain = plain[n:]
	}
}

// read takes one RTCP packet in. Nearly all are transport-wide feedback.
func (v *Viewer) read(b []byte, now time.Time) {
	if twcc.Is(b) {
		if f, ok := twcc.Read(b); ok {
			v.line.Feedback(f, now)
		}
		return
	}
	if packets, err := rtcp.Unmarshal(b); err == nil {
		v.take(packets, now)
	}
}
