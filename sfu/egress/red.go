package egress

import "github.com/tongtang/tongtang/sfu/red"

// A RED packet (RFC 2198) carries the voice packet that left before it once more: a single loss is repaired without a word. A line that loses often
// loses two in a row as well: there it carries two.
const (
	redundantMost = 2
	redundantRoom = 1000 // bytes, that a packet stays within one datagram
)

// redundancy writes the head of a RED packet.
func (p *pane) redundancy(seq uint16, ts uint32) {
	depth := uint16(1)
	if p.viewer.line.Lossy() {
		depth = redundantMost
	}
	blocks, n, room := &p.port.blocks, 0, redundantRoom
	for ; depth > 0; depth-- {
		s := p.sent.at(seq - depth)
		if s == nil || s.era != p.eras.count {
			continue
		}
		offset, size := ts-s.ts, len(s.packet.Payload)
		if red.Fits(offset, size) && size <= room {
			blocks[n], room, n = red.Block{Offset: uint16(offset), Data: s.packet.Payload}, room-size, n+1
		}
	}
	p.port.head = red.AppendHead(p.port.head, p.b.pt, blocks[:n]...)
	clear(blocks[:n])
}
