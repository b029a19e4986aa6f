package client

// maxPayload keeps a packet with its headers, extensions and SRTP tag under the MTU of any usual line, bytes.
const maxPayload = 1160

const (
	naluTypeMask = 0x1f
	naluFUA      = 28
)

// packetize cuts NAL units into RTP payloads: single units and FU-A fragments of equal size (RFC 6184 §5.6, §5.8).
func packetize(units [][]byte) [][]byte {
	var payloads [][]byte
	for _, unit := range units {
		switch {
		case len(unit) == 0:
		case len(unit) <= maxPayload:
			payloads = append(payloads, unit)
		default:
			payloads = append(payloads, fragment(unit)...)
		}
	}
	return payloads
}

func fragment(unit []byte) [][]byte {
	indicator, kind, rest := unit[0]&^naluTypeMask|naluFUA, unit[0]&naluTypeMask, unit[1:]
	parts := (len(rest) + maxPayload - 3) / (maxPayload - 2)
	var payloads [][]byte
	for i := range parts {
		from, to := i*len(rest)/parts, (i+1)*len(rest)/parts
		head := kind
		if i == 0 {
			head |= 0x80 // start
		}
		if i == parts-1 {
			head |= 0x40 // end
		}
		payloads = append(payloads, append([]byte{indicator, head}, rest[from:to]...))
	}
	return payloads
}
