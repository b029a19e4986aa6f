package load

import "github.com/pion/rtp"

// NAL unit types (RFC 6184 §5.2, H.264 table 7-1).
const (
	naluIDR   = 5
	naluSPS   = 7
	naluPPS   = 8
	naluSTAPA = 24
	naluFUA   = 28
)

// picture waits for the first keyframe of which every packet is there: from its SPS to the marker, with an IDR slice in between.
type picture struct {
	whole bool

	begun       bool
	timestamp   uint32
	got         map[uint16]struct{}
	idr         bool
	first, last *uint16
}

// add takes a packet; true once, when it completes the picture.
func (p *picture) add(h *rtp.Header, payload []byte) bool {
	if p.whole || len(payload) < 2 {
		return false
	}
	kind := payload[0] & 0x1f
	switch {
	case kind == naluFUA:
		kind = payload[1] & 0x1f
	case kind == naluSTAPA && len(payload) > 3:
		kind = payload[3] & 0x1f
	}
	if !p.begun || h.Timestamp != p.timestamp {
		if kind != naluIDR && kind != naluSPS && kind != naluPPS {
			return false
		}
		*p = picture{begun: true, timestamp: h.Timestamp, got: map[uint16]struct{}{}}
	}
	p.got[h.SequenceNumber] = struct{}{}
	p.idr = p.idr || kind == naluIDR
	if kind == naluSPS {
		p.first = &h.SequenceNumber
	}
	if h.Marker {
		p.last = &h.SequenceNumber
	}
	p.whole = p.idr && p.first != nil && p.last != nil && len(p.got) == int(*p.last-*p.first)+1
	if p.whole {
		p.got = nil
	}
	return p.whole
}
