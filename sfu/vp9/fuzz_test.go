package vp9

import (
	"bytes"
	"testing"

	"github.com/pion/rtp/codecs"
	"github.com/pion/rtp/codecs/vp9"
	"github.com/stretchr/testify/require"
)

// Whatever another depacketiser can read, both agree on where a decoder can start.
func FuzzStartsKeyframe(f *testing.F) {
	f.Add([]byte{0x0a, 0x58, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 2, 0x08, 1, 2, 0x04, 1, 0x82})
	f.Add([]byte{0xa8, 0x92, 0x34, 0x00, 0x05, 0x82})
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		got := StartsKeyframe(b)
		require.Equal(t, before, b, "the payload is everybody's")
		var theirs codecs.VP9Packet
		frame, err := theirs.Unmarshal(b)
		if err != nil || len(frame) == 0 {
			return
		}
		if !theirs.B || theirs.P || theirs.SID != 0 {
			require.False(t, got)
			return
		}
		var header vp9.Header
		if header.Unmarshal(frame) == nil {
			require.Equal(t, !header.ShowExistingFrame && !header.NonKeyFrame, got)
		}
	})
}
