// Package avc reads just enough of H.264 in RTP (RFC 6184) to know where a decoder can start. Pure.
package avc

import "encoding/binary"

const (
	typeMask = 0x1f
	idr      = 5
	sps      = 7
	stapA    = 24
	fuA      = 28
)

// StartsKeyframe tells whether an RTP payload carries the beginning of an IDR picture, or the sequence parameter set that stands before one.
func StartsKeyframe(payload []byte) bool {
	if len(payload) < 2 {
		return false
	}
	switch t := payload[0] & typeMask; t {
	case stapA:
		return stapHasKey(payload[1:])
	case fuA:
		return payload[1]&0x80 != 0 && isKey(payload[1]&typeMask)
	default:
		return isKey(t)
	}
}

func isKey(t byte) bool { return t == idr || t == sps }

func stapHasKey(rest []byte) bool {
	for len(rest) > 2 {
		n := int(binary.BigEndian.Uint16(rest))
		rest = rest[2:]
		if n == 0 || n > len(rest) {
			return false
		}
		if isKey(rest[0] & typeMask) {
			return true
		}
		rest = rest[n:]
	}
	return false
}
