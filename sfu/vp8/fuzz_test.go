package vp8

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever comes: no panic, and what was read is written back as the same descriptor, with a picture id of 15 bits.
func FuzzParse(f *testing.F) {
	f.Add([]byte{0x90, 0xf0, 0xff, 0xfe, 0x77, 0xe3, 9})
	f.Add([]byte{0x90, 0x80, 0x11, 9})
	f.Fuzz(func(t *testing.T, payload []byte) {
		StartsKeyframe(payload)
		d, ok := Parse(payload)
		if !ok {
			return
		}
		require.Less(t, int(d.Size), len(payload))
		written := d.AppendTo(nil)
		require.LessOrEqual(t, len(written), MaxSize)
		again, ok := Parse(append(written, 0))
		require.True(t, ok)
		d.Short, d.Size = false, uint8(len(written))
		require.Equal(t, d, again)
	})
}
