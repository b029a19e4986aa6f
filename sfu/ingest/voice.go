package ingest

import (
	"time"

	"github.com/pion/rtp"
	"github.com/tongtang/tongtang/sfu/red"
)

// take puts a packet into its layer: a picture as it is, a voice out of its RED (RFC 2198). The payload stays.
func (s *Source) take(l *Layer, p *rtp.Packet, levelID uint8, now time.Time) {
	if l.Video {
		l.Push(&p.Header, p.Payload, now)
		return
	}
	if levelID != 0 {
		if level := p.GetExtension(levelID); len(level) > 0 {
			l.Voice.Hear(level[0]&0x7f, now) // the highest bit is the sender's own guess whether that is speech
		}
	}
	switch p.PayloadType {
	case s.media.RED:
		s.unwrap(l, p, now)
	case s.media.Opus:
		l.Push(&p.Header, p.Payload, now)
	}
}

// unwrap puts the newest voice packet of a RED packet into the layer, and before it those that were lost and are repeated here: each repeats
// the packets directly before it.
func (s *Source) unwrap(l *Layer, p *rtp.Packet, now time.Time) {
	redundant, primary, ok := red.Parse(p.Payload, s.blocks[:0])
	s.blocks = redundant[:0]
	if !ok || primary.PayloadType != s.media.Opus {
		return
	}
	for i, b := range redundant {
		h := rtp.Header{SequenceNumber: p.SequenceNumber - uint16(len(redundant)-i), Timestamp: p.Timestamp - uint32(b.Offset)}
		if b.PayloadType == s.media.Opus && len(b.Data) > 0 && l.Misses(h.SequenceNumber) {
			l.Push(&h, b.Data, now)
		}
	}
	l.Push(&p.Header, primary.Data, now)
}
