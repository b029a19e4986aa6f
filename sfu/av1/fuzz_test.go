package av1

import "testing"

func FuzzStartsKeyframe(f *testing.F) {
	f.Add([]byte{0x28, 11, 0x0a})
	f.Fuzz(func(_ *testing.T, b []byte) { StartsKeyframe(b) })
}
