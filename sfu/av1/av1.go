// Package av1 reads just enough of AV1 in RTP (AV1 RTP payload format 1.0 §4.4) to know where a decoder can start. Pure.
package av1

// Bits of the aggregation header.
const (
	continues = 0x80 // Z: the first element goes on from the packet before
	sequence  = 0x08 // N: the first packet of a coded video sequence
)

// StartsKeyframe tells whether a payload carries the beginning of a coded video sequence: a sequence header and a keyframe.
func StartsKeyframe(payload []byte) bool {
	return len(payload) > 1 && payload[0]&sequence != 0 && payload[0]&continues == 0
}
