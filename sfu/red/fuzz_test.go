package red

import "testing"

func FuzzParse(f *testing.F) {
	f.Add([]byte{0x80 | 111, 30, 0, 3, 0x80 | 111, 15, 0, 2, 111, 'a', 'a', 'a', 'b', 'b', 'c'})
	f.Fuzz(func(t *testing.T, payload []byte) {
		blocks, primary, ok := Parse(payload, nil)
		n := len(primary.Data)
		for _, b := range blocks {
			n += len(b.Data)
		}
		if ok && n+len(blocks)*headSize+1 != len(payload) {
			t.Fatal("bytes are lost")
		}
	})
}
