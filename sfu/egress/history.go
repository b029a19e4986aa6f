package egress

import "github.com/tongtang/tongtang/sfu/rtpring"

// historySize is how many sent packets of a pane can be sent again: 2 s of a 2 Mbit/s picture, 10 s of voice.
const historySize = 512

// history remembers what left a pane under which numbers; the bytes are the layer's own. The slots grow with use: a pane that shows nothing
// costs nothing.
type history struct {
	slots []sent
}

type sent struct {
	packet *rtpring.Packet
	ts     uint32
	seq    uint16
	wide   uint16 // transport-wide sequence number
	at     int64  // unix ns of the last sending
}

func (h *history) put(seq uint16, ts uint32, wide uint16, p *rtpring.Packet, now int64) {
	if h.slots == nil {
		h.slots = make([]sent, historySize)
	}
	h.slots[seq%historySize] = sent{p, ts, seq, wide, now}
}

// due returns the packet of seq if it is there and was not sent within the last pause (ns), and notes that it is sent now.
func (h *history) due(seq uint16, now, pause int64) *sent {
	if h.slots == nil {
		return nil
	}
	s := &h.slots[seq%historySize]
	if s.packet == nil || s.seq != seq || now-s.at < pause {
		return nil
	}
	s.at = now
	return s
}
