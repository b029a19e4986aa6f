package capture

import (
	"encoding/binary"
	"testing"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// Any payloads, with gaps, repeats and forgotten markers: what comes out are whole NAL units behind their lengths, the first of them a keyframe
// with its parameter sets, and after a loss a keyframe again.
func FuzzAssemble(f *testing.F) {
	f.Add([]byte{3, 0x01, 0x67, 66, 0, 2, 0x01, 0x68, 1, 3, 0x81, 0x65, 9, 9, 3, 0x81, 0x41, 1, 2})
	f.Add([]byte{9, 0x01, 0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 1, 3, 0x01, 0x7c, 0x85, 1, 3, 0x81, 0x7c, 0x45, 1, 3, 0x92, 0x41, 1, 2})
	f.Fuzz(func(t *testing.T, raw []byte) {
		a := newAssembler()
		var seq uint16
		var ts uint32
		needKey := true
		for len(raw) > 2 {
			n := min(int(raw[0]), len(raw)-2)
			how, payload := raw[1], raw[2:2+n]
			raw = raw[2+n:]
			seq += uint16(how & 0x0f) // 1 is the next one
			done, lost := a.push(&rtp.Packet{Header: rtp.Header{SequenceNumber: seq, Timestamp: ts, Marker: how&0x80 != 0}, Payload: payload})
			if how&0x80 != 0 || how&0x40 != 0 {
				ts += 3600
			}
			for _, p := range done {
				requireWhole(t, p)
				require.True(t, p.key || !needKey, "a keyframe comes first")
				needKey = false
			}
			if lost {
				needKey = true
			}
		}
	})
}

func requireWhole(t *testing.T, p picture) {
	t.Helper()
	require.NotEmpty(t, p.format.SPS)
	require.NotEmpty(t, p.format.PPS)
	require.NotEmpty(t, p.data)
	key := false
	for rest := p.data; len(rest) > 0; {
		require.Greater(t, len(rest), 4)
		n := int(binary.BigEndian.Uint32(rest))
		require.Positive(t, n)
		require.LessOrEqual(t, n, len(rest)-4)
		key = key || rest[4]&0x1f == naluIDR
		rest = rest[4+n:]
	}
	require.Equal(t, p.key, key)
}
