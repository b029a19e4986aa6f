package vp9

import "testing"

func FuzzStartsKeyframe(f *testing.F) {
	f.Add([]byte{0x0a, 0x58, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 2, 0x08, 1, 2, 0x04, 1, 0x82})
	f.Add([]byte{0xa8, 0x92, 0x34, 0x00, 0x05, 0x82})
	f.Fuzz(func(_ *testing.T, b []byte) { StartsKeyframe(b) })
}
