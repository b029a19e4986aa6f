package ingest

import (
	"time"

	"github.com/tongtang/tongtang/sfu/quality"
	"github.com/tongtang/tongtang/sfu/rtpring"
)

// Tally is what came of a layer since the last one.
type Tally struct {
	Packets, Bytes int // different packets, and their payload
	Expected, Lost int // packets, after all repairs
	Jitter         time.Duration
}

// tally is a layer's own count, under the layer's lock.
type tally struct {
	begin  time.Time
	gaps   quality.Gaps
	jitter quality.Jitter
	bytes  uint64 // when the last Tally was taken
	count  uint64
}

// packet takes one that is new. A late one was sent again, and tells nothing of the line's jitter.
func (t *tally) packet(l *Layer, p *rtpring.Packet, now time.Time) {
	if t.begin.IsZero() {
		t.begin = now
		t.gaps.Begin(p.Seq)
	}
	if p.Seq == l.ring.Highest() {
		t.jitter.Packet(p.Timestamp, uint32(now.Sub(t.begin).Microseconds()*int64(l.Rate)/1e6))
	}
}

// Tally takes the count. The jitter is that of now (RFC 3550 §6.4.1).
func (l *Layer) Tally() Tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := &l.tally
	if t.begin.IsZero() {
		return Tally{}
	}
	bytes, count := l.bytes.Load(), l.ring.Count()
	taken := Tally{Packets: int(count - t.count), Bytes: int(bytes - t.bytes), Jitter: quality.Duration(t.jitter.Ticks(), l.Rate)}
	taken.Expected, taken.Lost = t.gaps.Settle(l.ring.Highest(), count)
	t.bytes, t.count = bytes, count
	return taken
}

// jitter is what a receiver report tells, ticks of the clock rate.
func (l *Layer) jitter() uint32 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.tally.jitter.Ticks()
}
