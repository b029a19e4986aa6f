package egress

import "github.com/tongtang/tongtang/sfu/rtpring"

// maxPad is how much a packet may grow to be as long as the longest of its frame, bytes.
const maxPad = 8

// equalize tells how much padding makes the packets of a frame equally long, so that they leave as one group: libwebrtc cuts a frame into
// packets that differ by a byte or two. Packets that are much shorter stay as they are.
func equalize(packets []*rtpring.Packet, pads []uint8) []uint8 {
	for from := 0; from < len(packets); {
		to, longest := from, 0
		for ; to < len(packets) && packets[to].Timestamp == packets[from].Timestamp; to++ {
			longest = max(longest, len(packets[to].Payload))
		}
		for ; from < to; from++ {
			pad := longest - len(packets[from].Payload)
			if pad > maxPad || len(packets[from].Payload) == 0 {
				pad = 0
			}
			pads = append(pads, uint8(pad))
		}
	}
	return pads
}
