package egress

import "github.com/tongtang/tongtang/sfu/red"

// redundancy writes the head of a RED packet (RFC 2198): the voice packet that left before this one once more, if it fits. A single loss is
// repaired without a word.
func (p *pane) redundancy(seq uint16, ts uint32) {
	var before []byte
	var offset uint32
	if s := p.sent.at(seq - 1); s != nil && s.era == p.eras.count {
		if offset = ts - s.ts; red.Fits(offset, len(s.packet.Payload)) {
			before = s.packet.Payload
		}
	}
	p.port.head = red.AppendHead(p.port.head, p.b.pt, before, offset)
}
