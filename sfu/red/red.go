// Package red reads and writes redundant audio (RFC 2198): a packet that carries those before it once more. Pure.
package red

// Bounds of a redundant block (§3).
const (
	MaxOffset = 1<<14 - 1 // of its timestamp before the primary's, ticks
	MaxLength = 1<<10 - 1 // bytes

	follows  = 0x80 // F: another header follows
	headSize = 4
)

// Overhead is what the headers of a packet with one redundant block need, bytes.
const Overhead = headSize + 1

// maxBlocks is more than any sender puts into a packet.
const maxBlocks = 16

// Block is one encoding in a packet.
type Block struct {
	PayloadType uint8
	Offset      uint16 // how much older than the packet's timestamp, ticks; 0 of the primary
	Data        []byte // points into the packet
}

// Parse reads a payload: the redundant blocks, the oldest first, into the given slice, and the primary. ok is false for a malformed one.
func Parse(payload []byte, into []Block) (redundant []Block, primary Block, ok bool) {
	heads, rest := payload, payload
	n := 0
	for ; len(rest) >= headSize && rest[0]&follows != 0 && n < maxBlocks; n++ {
		rest = rest[headSize:]
	}
	if len(rest) == 0 || rest[0]&follows != 0 {
		return into, Block{}, false
	}
	primary.PayloadType, rest = rest[0], rest[1:]
	for i := range n {
		h := heads[i*headSize:]
		length := int(h[2]&3)<<8 | int(h[3])
		if length > len(rest) {
			return into, Block{}, false
		}
		into = append(into, Block{PayloadType: h[0] &^ follows, Offset: uint16(h[1])<<6 | uint16(h[2])>>2, Data: rest[:length]})
		rest = rest[length:]
	}
	primary.Data = rest
	return into, primary, true
}

// Fits tells whether a block can be carried redundantly.
func Fits(offset uint32, length int) bool {
	return offset > 0 && offset <= MaxOffset && length > 0 && length <= MaxLength
}

// AppendHead writes what stands before the primary: the headers, and the redundant blocks, the oldest first (each Fits). All are of one payload
// type.
func AppendHead(b []byte, payloadType uint8, redundant ...Block) []byte {
	for _, r := range redundant {
		b = append(b, follows|payloadType, uint8(r.Offset>>6), uint8(r.Offset<<2)|uint8(len(r.Data)>>8), uint8(len(r.Data)))
	}
	b = append(b, payloadType)
	for _, r := range redundant {
		b = append(b, r.Data...)
	}
	return b
}
