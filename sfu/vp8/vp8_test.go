package vp8

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseAndWrite(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		want    Descriptor
		out     []byte
	}{
		"bare":           {[]byte{0x10, 9}, Descriptor{Size: 1, first: 0x10}, []byte{0x10}},
		"no picture id":  {[]byte{0x90, 0x20, 0x60, 9}, Descriptor{Size: 3, first: 0x90, has: 0x20, layer: 0x60}, []byte{0x90, 0x20, 0x60}},
		"7 bits widened": {[]byte{0x90, 0x80, 0x11, 9}, Descriptor{Size: 3, Picture: 0x11, Short: true, first: 0x90, has: 0x80}, []byte{0x90, 0x80, 0x80, 0x11}},
		"15 bits":        {[]byte{0x80, 0x80, 0x92, 0x34, 9}, Descriptor{Size: 4, Picture: 0x1234, first: 0x80, has: 0x80}, []byte{0x80, 0x80, 0x92, 0x34}},
		"Chromium": {[]byte{0x90, 0xf0, 0xff, 0xfe, 0x77, 0xe3, 9}, Descriptor{Size: 6, Picture: 0x7ffe, TL0: 0x77, Key: 3, first: 0x90, has: 0xf0, layer: 0xe0},
			[]byte{0x90, 0xf0, 0xff, 0xfe, 0x77, 0xe3}},
	} {
		d, ok := Parse(c.payload)
		require.True(t, ok, name)
		require.Equal(t, c.want, d, name)
		require.Equal(t, c.out, d.AppendTo(nil), name)
	}
	for _, cut := range [][]byte{nil, {0x10}, {0x90, 0x80}, {0x90, 0x80, 0x92}, {0x90, 0x80, 0x92, 0x34}, {0x90, 0xf0, 0x92, 0x34, 1}, {0x90, 0xf0, 0x92, 0x34, 1, 2}} {
		_, ok := Parse(cut)
		require.False(t, ok, "%x", cut)
	}
}

func TestStartsKeyframe(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		want    bool
	}{
		"key":              {[]byte{0x10, 0x50, 0, 0}, true},
		"inter":            {[]byte{0x10, 0x51, 0, 0}, false},
		"middle":           {[]byte{0x00, 0x50}, false},
		"second partition": {[]byte{0x11, 0x50}, false},
		"behind ids":       {[]byte{0x90, 0xf0, 0x92, 0x34, 1, 2, 0x50}, true},
		"cut":              {[]byte{0x90, 0xf0, 0x92, 0x34, 1, 2}, false},
	} {
		require.Equal(t, c.want, StartsKeyframe(c.payload), name)
	}
}

func TestWiden(t *testing.T) {
	for _, c := range [][3]uint16{{0, 1, 1}, {127, 0, 128}, {128, 127, 127}, {0x7fff, 0, 0}, {0, 0x7f, 0x7fff}, {1000, 1010 & 0x7f, 1010}} {
		require.Equal(t, c[2], Widen(c[0], c[1]), c)
	}
}
