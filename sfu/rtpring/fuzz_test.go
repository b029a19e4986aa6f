package rtpring

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Packets of any numbers in any order: whoever follows gets each one that was taken in once, in the order of arrival; a newcomer gets a
// keyframe first, and then rising numbers.
func FuzzPush(f *testing.F) {
	f.Add([]byte{0, 1, 1, 0, 1, 0, 0, 1, 0, 0xff, 0xfe, 1})
	f.Add([]byte{0xff, 0xff, 1, 0x80, 0, 0, 0x7f, 0xff, 1, 0, 0, 3})
	f.Fuzz(func(t *testing.T, steps []byte) {
		const size = 16
		r := New(size)
		var seq uint16
		var taken, read []*Packet
		var pos, highest uint64
		for ; len(steps) >= 3; steps = steps[3:] {
			seq += uint16(steps[0])<<8 | uint16(steps[1])
			p := &Packet{Seq: r.Extend(seq), Timestamp: uint32(steps[2] >> 2), Keyframe: steps[2]&1 != 0}
			require.Equal(t, seq, uint16(p.Seq))
			require.NotZero(t, p.Seq)
			if r.Push(p) {
				taken = append(taken, p)
				highest = max(highest, p.Seq)
				read, pos = r.Since(pos, read)
			}
			require.Equal(t, highest, r.Highest())
			require.Equal(t, uint64(len(taken)), r.Count())
			require.Equal(t, taken, read)
			requireNewcomer(t, r, size)
		}
	})
}

func requireNewcomer(t *testing.T, r *Ring, size int) {
	first, ok := r.GOP()
	if !ok {
		return
	}
	packets, next := r.Collect(first, size, nil)
	require.NotEmpty(t, packets)
	require.True(t, packets[0].Keyframe)
	require.Equal(t, first, packets[0].Seq)
	require.Equal(t, r.Highest()+1, next)
	for i, p := range packets[1:] {
		require.Greater(t, p.Seq, packets[i].Seq)
	}
}
