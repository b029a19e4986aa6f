package load

import "encoding/binary"

// header is what is read of an RTP packet without decrypting it (RFC 3550 §5.1, RFC 8285 §4.2).
type header struct {
	payloadType uint8
	marker      bool
	seq         uint16
	timestamp   uint32
	ssrc        uint32
	wide        uint16 // transport-wide sequence number
	hasWide     bool
}

// parse reads the packet; wideID is the extension of the transport-wide number, 0 for none.
func (h *header) parse(b []byte, wideID uint8) bool {
	if len(b) < 12 || b[0]>>6 != 2 {
		return false
	}
	h.marker, h.payloadType = b[1]&0x80 != 0, b[1]&0x7f
	h.seq, h.timestamp, h.ssrc = binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	at := 12 + 4*int(b[0]&0xf)
	if wideID == 0 || b[0]&0x10 == 0 || len(b) < at+4 || binary.BigEndian.Uint16(b[at:]) != 0xbede {
		return true
	}
	end := at + 4 + 4*int(binary.BigEndian.Uint16(b[at+2:]))
	if end > len(b) {
		return false
	}
	for at += 4; at < end; {
		if b[at] == 0 {
			at++
			continue
		}
		id, n := b[at]>>4, int(b[at]&0xf)+1
		if id == wideID && n == 2 && at+3 <= end {
			h.wide, h.hasWide = binary.BigEndian.Uint16(b[at+1:]), true
		}
		at += 1 + n
	}
	return true
}
