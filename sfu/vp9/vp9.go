// Package vp9 reads just enough of VP9 in RTP (RFC 9628 §4.2) to know where a decoder can start. Pure.
package vp9

// Bits of the first byte of the payload descriptor.
const (
	hasPicture = 0x80 // I
	inter      = 0x40 // P: predicted from earlier pictures
	hasLayer   = 0x20 // L
	flexible   = 0x10 // F
	begin      = 0x08 // B: a frame begins
	structure  = 0x02 // V: a scalability structure follows
)

// reader walks over bytes; after the end it reads zeros and has failed.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) take() uint8 {
	if len(r.rest) == 0 {
		r.failed = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *reader) skip(n int) {
	if n > len(r.rest) {
		n, r.failed = len(r.rest), true
	}
	r.rest = r.rest[n:]
}

// StartsKeyframe tells whether a payload carries the beginning of a keyframe: the first frame of a picture, in its lowest spatial layer,
// that is predicted from nothing, and says of itself that it is a keyframe (an intra-only frame is none).
func StartsKeyframe(payload []byte) bool {
	r := reader{rest: payload}
	first := r.take()
	if first&begin == 0 || first&inter != 0 {
		return false
	}
	if first&hasPicture != 0 && r.take()&0x80 != 0 {
		r.skip(1) // a picture id of 15 bits
	}
	if first&hasLayer != 0 {
		if spatial := r.take() >> 1 & 7; spatial != 0 {
			return false
		}
		if first&flexible == 0 {
			r.skip(1) // TL0PICIDX
		}
	}
	if first&structure != 0 {
		r.structure()
	}
	header := r.take()
	return !r.failed && isKey(header)
}

// structure walks over the scalability structure (§4.2.1).
func (r *reader) structure() {
	head := r.take()
	if head&0x10 != 0 { // Y: width and height of each layer
		r.skip(4 * (int(head>>5) + 1))
	}
	if head&0x08 == 0 { // G: no description of the group of pictures
		return
	}
	for n := r.take(); n > 0 && !r.failed; n-- {
		r.skip(int(r.take() >> 2 & 3)) // its reference indices
	}
}

// isKey reads the beginning of the uncompressed header (VP9 bitstream §6.2): frame marker, profile, show_existing_frame, frame_type.
func isKey(b uint8) bool {
	const marker, profile = 0x80, 0x30
	if b&0xc0 != marker {
		return false
	}
	if b&profile == profile { // profile 3 has a reserved bit more
		return b&0x0e == 0
	}
	return b&0x0c == 0
}
