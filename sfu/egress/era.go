package egress

import (
	"encoding/binary"

	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/rtpring"
	"github.com/tongtang/tongtang/sfu/seqmap"
	"github.com/tongtang/tongtang/sfu/vp8"
)

// era is how a pane writes from one switch to the next.
type era struct {
	codec codec.Codec
	shift seqmap.Shift // of VP8's numbers
}

// eras are the last few: what left before a switch may have to be sent again after it, just as it was.
type eras struct {
	all   [4]era
	count uint8 // wraps
}

func (e *eras) now() *era { return &e.all[e.count%uint8(len(e.all))] }

// of returns the era of that count, nil when it is too long ago.
func (e *eras) of(count uint8) *era {
	if e.count-count >= uint8(len(e.all)) {
		return nil
	}
	return &e.all[count%uint8(len(e.all))]
}

// begin starts an era with the packet that is described by d.
func (p *pane) begin(l *ingest.Layer, d vp8.Descriptor) {
	p.eras.count++
	*p.eras.now() = era{codec: l.Codec, shift: p.vp8.Switch(d)}
	p.stamp.begin()
}

// prepare writes into the port's head what this viewer alone gets before a packet's payload, and returns the rest of the payload.
func (p *pane) prepare(packet *rtpring.Packet, e *era, seq uint16, ts uint32) []byte {
	p.port.head = p.port.head[:0]
	switch {
	case packet.VP8.Size > 0 && e.codec == codec.VP8:
		p.port.head = p.vp8.Map(packet.VP8, e.shift).AppendTo(p.port.head)
		return packet.Payload[packet.VP8.Size:]
	case p.b.redPT != 0 && len(packet.Payload) > 0:
		p.redundancy(seq, ts)
	}
	return packet.Payload
}

// prepareAgain is prepare for a repair: on an RTX stream the packet's first number stands before everything (RFC 4588 §4).
func (p *pane) prepareAgain(s *sent, e *era, t payloadType) []byte {
	p.port.head = p.port.head[:0]
	if t.rtx != 0 {
		p.port.head = binary.BigEndian.AppendUint16(p.port.head, s.seq)
	}
	if s.packet.VP8.Size > 0 && e.codec == codec.VP8 {
		p.port.head = e.shift.Apply(s.packet.VP8).AppendTo(p.port.head)
		return s.packet.Payload[s.packet.VP8.Size:]
	}
	return s.packet.Payload
}
