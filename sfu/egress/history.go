package egress

import (
	"time"

	"github.com/tongtang/tongtang/sfu/rtpring"
)

// How many sent packets of a pane can be sent again: 2 s of a 2 Mbit/s picture, 2.5 s of voice. Powers of two: the numbers wrap.
const (
	historySize  = 512
	voiceHistory = 128
)

// history remembers what left a pane under which numbers; the bytes are the layer's own. The slots grow with use: a pane that shows nothing
// costs nothing.
type history struct {
	slots []sent
	voice bool
}

func (h *history) size() int {
	if h.voice {
		return voiceHistory
	}
	return historySize
}

type sent struct {
	packet *rtpring.Packet
	ts     uint32
	at     uint32 // ms of the last sending, of a clock that wraps
	seq    uint16
	wide   uint16 // transport-wide sequence number
	pad    uint8
	era    uint8
}

// clock is the time that sent.at counts, ms.
func clock(now time.Time) uint32 { return uint32(now.UnixMilli()) }

func (h *history) put(s sent) {
	if h.slots == nil {
		h.slots = make([]sent, h.size())
	}
	h.slots[int(s.seq)%len(h.slots)] = s
}

// at is what left under a number, nil when that is gone.
func (h *history) at(seq uint16) *sent {
	if h.slots == nil {
		return nil
	}
	if s := &h.slots[int(seq)%len(h.slots)]; s.packet != nil && s.seq == seq {
		return s
	}
	return nil
}

// due returns the packet of seq if it is there and was not sent within the last pause, and notes that it is sent now.
func (h *history) due(seq uint16, now time.Time, pause time.Duration) *sent {
	s := h.at(seq)
	if s == nil || clock(now)-s.at < uint32(pause.Milliseconds()) {
		return nil
	}
	s.at = clock(now)
	return s
}
