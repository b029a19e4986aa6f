package seqmap

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/vp8"
	"pgregory.net/rapid"
)

// descriptor makes one with all numbers, as Chromium sends.
func descriptor(picture uint16, tl0, key uint8) vp8.Descriptor {
	d, _ := vp8.Parse([]byte{0x90, 0xf0, 0x80 | byte(picture>>8), byte(picture), tl0, key & 0x1f, 0})
	return d
}

func TestFirstPicturesKeepTheirNumbers(t *testing.T) {
	var p Pictures
	d := descriptor(77, 3, 9)
	require.Equal(t, d, p.Map(d, p.Switch(d)))
}

func TestPicturesCountOn(t *testing.T) {
	var p Pictures
	one := p.Switch(descriptor(0x7ffe, 255, 31))
	for i := range uint16(4) {
		p.Map(descriptor(0x7ffe+i, 255, 31), one)
	}
	two := p.Switch(descriptor(500, 17, 4))
	require.Equal(t, descriptor(2, 0, 0), p.Map(descriptor(500, 17, 4), two), "all three wrap")
	require.Equal(t, descriptor(3, 1, 0), p.Map(descriptor(501, 18, 4), two))
	require.Equal(t, descriptor(2, 0, 0), p.Map(descriptor(500, 17, 4), two), "a packet that was late")
	three := p.Switch(descriptor(9, 9, 9))
	require.Equal(t, uint16(4), p.Map(descriptor(9, 9, 9), three).Picture)
	require.Equal(t, descriptor(3, 1, 0), two.Apply(descriptor(501, 18, 4)), "a repair of before the switch")
}

func TestPicturesWithoutNumbersStayAsTheyAre(t *testing.T) {
	var p Pictures
	bare, _ := vp8.Parse([]byte{0x10, 0})
	require.Equal(t, []byte{0x10}, p.Map(bare, p.Switch(bare)).AppendTo(nil))
	d := descriptor(40, 1, 1)
	require.Equal(t, d, p.Map(d, p.Switch(d)), "nothing was numbered before")
}

// However inputs come and go, pictures are numbered one by one.
func TestPicturesUnbroken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Pictures
		var last *vp8.Descriptor
		for range rapid.IntRange(1, 10).Draw(t, "inputs") {
			picture, tl0, key := rapid.Uint16Range(0, 0x7fff).Draw(t, "picture"), rapid.Uint8().Draw(t, "tl0"), rapid.Uint8Range(0, 31).Draw(t, "key")
			by := p.Switch(descriptor(picture, tl0, key))
			for n := range rapid.IntRange(1, 300).Draw(t, "n") {
				out := p.Map(descriptor((picture+uint16(n))&0x7fff, tl0+uint8(n), key), by)
				if last != nil {
					require.Equal(t, (last.Picture+1)&0x7fff, out.Picture)
					require.Equal(t, last.TL0+1, out.TL0)
					if n == 0 {
						require.Equal(t, (last.Key+1)&0x1f, out.Key)
					}
				}
				last = &out
			}
		}
	})
}
