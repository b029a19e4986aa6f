// Package vp8 reads and writes the payload descriptor of VP8 in RTP (RFC 7741 §4.2). Pure.
package vp8

// Bits of the descriptor.
const (
	extended  = 0x80 // X, first byte
	start     = 0x10 // S: a partition begins
	partition = 0x07 // its number

	hasPicture = 0x80 // I, second byte
	hasTL0     = 0x40 // L
	hasLayer   = 0x20 // T
	hasKey     = 0x10 // K
	long       = 0x80 // M: a picture id of 15 bits
	keyMask    = 0x1f
)

// MaxSize is the longest descriptor, bytes.
const MaxSize = 6

// Descriptor is what stands before the bytes of a picture. A zero Size tells that there is none.
type Descriptor struct {
	Picture uint16 // picture id, 15 bits; a descriptor of ours always writes 15
	TL0     uint8  // TL0PICIDX: counts the pictures of the lowest temporal layer
	Key     uint8  // KEYIDX, 5 bits: counts the keyframes
	Size    uint8  // bytes read
	Short   bool   // the picture id had 7 bits
	first   uint8
	has     uint8 // the second byte
	layer   uint8 // TID and Y, where they were
}

// Parse reads the descriptor of a payload; ok is false for one that is cut.
func Parse(payload []byte) (d Descriptor, ok bool) {
	if len(payload) < 2 {
		return Descriptor{}, false
	}
	d.first = payload[0]
	rest := payload[1:]
	take := func() (b uint8) {
		if len(rest) == 0 {
			ok = false
			return 0
		}
		b, rest = rest[0], rest[1:]
		return b
	}
	ok = true
	if d.first&extended != 0 {
		d.has = take()
		if d.has&hasPicture != 0 {
			b := take()
			d.Picture, d.Short = uint16(b&^long), b&long == 0
			if !d.Short {
				d.Picture = d.Picture<<8 | uint16(take())
			}
		}
		if d.has&hasTL0 != 0 {
			d.TL0 = take()
		}
		if d.has&(hasLayer|hasKey) != 0 {
			b := take()
			d.Key, d.layer = b&keyMask, b&^keyMask
		}
	}
	if !ok || len(rest) == 0 { // nothing of a picture behind it
		return Descriptor{}, false
	}
	d.Size = uint8(len(payload) - len(rest))
	return d, true
}

// HasPicture tells whether pictures are numbered.
func (d Descriptor) HasPicture() bool { return d.has&hasPicture != 0 }

// HasTL0 tells whether the pictures of the lowest temporal layer are numbered.
func (d Descriptor) HasTL0() bool { return d.has&hasTL0 != 0 }

// HasKey tells whether keyframes are numbered.
func (d Descriptor) HasKey() bool { return d.has&hasKey != 0 }

// AppendTo writes the descriptor.
func (d Descriptor) AppendTo(b []byte) []byte {
	b = append(b, d.first)
	if d.first&extended == 0 {
		return b
	}
	b = append(b, d.has)
	if d.HasPicture() {
		b = append(b, long|uint8(d.Picture>>8), uint8(d.Picture))
	}
	if d.HasTL0() {
		b = append(b, d.TL0)
	}
	if d.has&(hasLayer|hasKey) != 0 {
		b = append(b, d.layer|d.Key&keyMask)
	}
	return b
}

// Widen gives a picture id of 7 bits its place near the last one of 15.
func Widen(last, short uint16) uint16 {
	step := int8((short-last)<<1) >> 1
	return (last + uint16(int16(step))) & 0x7fff
}

// StartsKeyframe tells whether a payload carries the beginning of a keyframe: the start of partition 0, and its first bit is 0 (§4.3).
func StartsKeyframe(payload []byte) bool {
	d, ok := Parse(payload)
	return ok && d.first&start != 0 && d.first&partition == 0 && payload[d.Size]&1 == 0
}
