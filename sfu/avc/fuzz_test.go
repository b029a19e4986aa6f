package avc

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/pion/rtp/codecs"
	"github.com/stretchr/testify/require"
)

// Whatever another depacketiser can read, both agree on where a decoder can start.
func FuzzStartsKeyframe(f *testing.F) {
	for _, seed := range [][]byte{
		{0x65, 1, 2}, {0x67, 1}, {0x41, 1}, {0x7c, 0x85, 1}, {0x7c, 0x05, 1},
		{0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 1}, {0x78, 0, 2, 6, 1, 0, 2, 0x65, 1}, {0x78, 0, 9, 0x67}, {0x78, 0, 0, 0x67, 1},
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		got := StartsKeyframe(b)
		require.Equal(t, before, b, "the payload is everybody's")
		if len(b) < 2 {
			require.False(t, got)
			return
		}
		if b[0]&0x1f == 28 { // FU-A: the start bit and the type (RFC 6184 §5.8)
			kind := b[1] & 0x1f
			require.Equal(t, b[1]&0x80 != 0 && (kind == 5 || kind == 7), got)
			return
		}
		units, err := (&codecs.H264Packet{IsAVC: true}).Unmarshal(b)
		if err != nil {
			return // broken behind the unit that we looked at, or of a type without units
		}
		want, rest := false, units
		for len(rest) > 4 {
			n := int(binary.BigEndian.Uint32(rest))
			if n == 0 { // RFC 6184 knows no empty unit: what follows one is not believed
				break
			}
			kind := rest[4] & 0x1f
			want = want || kind == 5 || kind == 7
			rest = rest[4+n:]
		}
		require.Equal(t, want, got)
	})
}
