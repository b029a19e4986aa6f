package av1

import (
	"bytes"
	"testing"

	"github.com/pion/rtp/codecs"
	"github.com/stretchr/testify/require"
)

// What starts here begins a sequence, in the eyes of another depacketiser too, and with a whole element.
func FuzzStartsKeyframe(f *testing.F) {
	f.Add([]byte{0x28, 11, 0x0a})
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		got := StartsKeyframe(b)
		require.Equal(t, before, b, "the payload is everybody's")
		var theirs codecs.AV1Depacketizer
		if _, err := theirs.Unmarshal(b); err == nil && len(b) > 1 {
			require.Equal(t, theirs.N && !theirs.Z, got)
		}
	})
}
