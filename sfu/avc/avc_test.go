package avc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStartsKeyframe(t *testing.T) {
	for name, c := range map[string]struct {
		payload []byte
		want    bool
	}{
		"empty":              {nil, false},
		"one byte":           {[]byte{0x65}, false},
		"IDR":                {[]byte{0x65, 1, 2}, true},
		"SPS":                {[]byte{0x67, 1, 2}, true},
		"PPS":                {[]byte{0x68, 1, 2}, false},
		"P slice":            {[]byte{0x41, 1, 2}, false},
		"access delimiter":   {[]byte{0x09, 0xf0}, false},
		"FU-A IDR start":     {[]byte{0x7c, 0x85, 1}, true},
		"FU-A IDR middle":    {[]byte{0x7c, 0x05, 1}, false},
		"FU-A P start":       {[]byte{0x7c, 0x81, 1}, false},
		"STAP-A SPS PPS":     {[]byte{0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 1}, true},
		"STAP-A SEI IDR":     {[]byte{0x78, 0, 2, 0x06, 1, 0, 2, 0x65, 1}, true},
		"STAP-A SEI P":       {[]byte{0x78, 0, 2, 0x06, 1, 0, 2, 0x41, 1}, false},
		"STAP-A cut":         {[]byte{0x78, 0, 9, 0x67, 1}, false},
		"STAP-A zero length": {[]byte{0x78, 0, 0, 0x67, 1}, false},
	} {
		require.Equal(t, c.want, StartsKeyframe(c.payload), name)
	}
}
