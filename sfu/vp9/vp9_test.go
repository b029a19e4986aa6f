package vp9

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStartsKeyframe(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		want    bool
	}{
		"empty":                  {nil, false},
		"key":                    {[]byte{0x08, 0x82}, true},
		"inter":                  {[]byte{0x48, 0x86}, false},
		"intra-only":             {[]byte{0x08, 0x84}, false},
		"shows an old frame":     {[]byte{0x08, 0x88}, false},
		"middle of a frame":      {[]byte{0x00, 0x82}, false},
		"no VP9":                 {[]byte{0x08, 0x42}, false},
		"profile 3":              {[]byte{0x08, 0xb0}, true},
		"7 bits":                 {[]byte{0x88, 0x11, 0x82}, true},
		"15 bits, layer, TL0":    {[]byte{0xa8, 0x92, 0x34, 0x00, 0x05, 0x82}, true},
		"upper spatial layer":    {[]byte{0xa8, 0x92, 0x34, 0x02, 0x05, 0x82}, false},
		"flexible: no TL0":       {[]byte{0xb8, 0x92, 0x34, 0x00, 0x82}, true},
		"structure, as Chromium": {[]byte{0x8a, 0x92, 0x34, 0x18, 5, 0, 2, 208, 1, 0x04, 1, 0x82}, true},
		"structure of 3 layers":  {[]byte{0x0a, 0x58, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 2, 0x08, 1, 2, 0x04, 1, 0x82}, true},
		"structure cut":          {[]byte{0x0a, 0x58, 1, 1, 1}, false},
		"group cut":              {[]byte{0x0a, 0x08, 200, 0x0c}, false},
	} {
		require.Equal(t, c.want, StartsKeyframe(c.payload), name)
	}
}
