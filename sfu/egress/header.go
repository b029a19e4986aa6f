package egress

import (
	"bytes"
	"encoding/binary"

	"github.com/pion/rtp"
)

// header is an RTP header that stands ready: from packet to packet only its numbers change (RFC 3550 §5.1).
type header struct {
	rtp.Header
	bytes  [48]byte // as it is sent
	frozen int      // how many bytes of it stand ready, 0 none
	wide   int      // where the transport-wide number is, 0 nowhere
	number []byte   // the transport-wide number
}

const (
	paddingBit = 0x20
	markerBit  = 0x80
)

// freeze makes the bytes ready. number is what the extension of the transport-wide number points at, if there is one.
func (h *header) freeze(number []byte) {
	h.number, h.wide = number, 0
	plain, err := h.Marshal()
	if err != nil {
		return
	}
	h.frozen = copy(h.bytes[:], plain)
	number[0] ^= 0xff
	if changed, err := h.Marshal(); err == nil && !bytes.Equal(plain, changed) {
		for h.wide = range plain {
			if plain[h.wide] != changed[h.wide] {
				break
			}
		}
	}
	number[0] ^= 0xff
}

// write writes the header with its present numbers and returns its length.
func (h *header) write(to []byte) int {
	if h.frozen == 0 {
		n, err := h.MarshalTo(to)
		if err != nil {
			return 0 // never: there is room
		}
		return n
	}
	copy(to, h.bytes[:h.frozen])
	to[1] = h.PayloadType
	if h.Marker {
		to[1] |= markerBit
	}
	binary.BigEndian.PutUint16(to[2:], h.SequenceNumber)
	binary.BigEndian.PutUint32(to[4:], h.Timestamp)
	if h.wide != 0 {
		copy(to[h.wide:], h.number)
	}
	return h.frozen
}
