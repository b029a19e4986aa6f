package rtpring

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func push(r *Ring, seq uint16, ts uint32, key bool) bool {
	return r.Push(&Packet{Seq: r.Extend(seq), Timestamp: ts, Keyframe: key})
}

func seqs(packets []*Packet) []uint16 {
	var s []uint16
	for _, p := range packets {
		s = append(s, uint16(p.Seq))
	}
	return s
}

func TestOrderOfArrivalAndOfSequence(t *testing.T) {
	r := New(8)
	for _, s := range []uint16{65534, 65535, 1, 0, 2} {
		require.True(t, push(r, s, 1, false))
	}
	require.False(t, push(r, 1, 1, false), "a repeat")
	got, pos := r.Since(0, nil)
	require.Equal(t, []uint16{65534, 65535, 1, 0, 2}, seqs(got))
	require.Equal(t, uint64(5), pos)
	got, next := r.Collect(r.Highest()-3, 10, nil)
	require.Equal(t, []uint16{65535, 0, 1, 2}, seqs(got))
	require.Equal(t, r.Highest()+1, next)
	got, _ = r.Since(pos, nil)
	require.Empty(t, got)
}

func TestOldPacketsGo(t *testing.T) {
	r := New(4)
	for s := range uint16(10) {
		push(r, s, 1, false)
	}
	require.Nil(t, r.Get(r.Highest()-4))
	require.NotNil(t, r.Get(r.Highest()-3))
	require.False(t, push(r, 2, 1, false), "too old")
	got, _ := r.Since(0, nil)
	require.Len(t, got, 4)
	got, _ = r.Collect(0, 10, nil)
	require.Equal(t, []uint16{6, 7, 8, 9}, seqs(got))
}

func TestGOP(t *testing.T) {
	r := New(16)
	_, ok := r.GOP()
	require.False(t, ok)
	push(r, 10, 100, false)
	push(r, 12, 200, true) // the second packet of the keyframe came first
	push(r, 11, 200, true)
	push(r, 13, 200, true)
	first, ok := r.GOP()
	require.True(t, ok)
	require.Equal(t, uint16(11), uint16(first))
	push(r, 14, 300, false)
	push(r, 20, 400, true)
	first, _ = r.GOP()
	require.Equal(t, uint16(20), uint16(first))
	push(r, 9, 50, true) // an old keyframe that was repaired changes nothing
	first, _ = r.GOP()
	require.Equal(t, uint16(20), uint16(first))
	for s := range uint16(16) {
		push(r, 21+s, 500, false)
	}
	_, ok = r.GOP()
	require.False(t, ok, "its beginning is gone")

	jumped := New(16)
	push(jumped, 10, 100, true)
	push(jumped, 1000, 200, false) // into another slot
	_, ok = jumped.GOP()
	require.False(t, ok, "what lies before a jump of the numbers is gone")
}

func TestNeverLosesOrInvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := New(32)
		model := map[uint64]bool{}
		var pos uint64
		seen := map[uint64]int{}
		seq := rapid.Uint16().Draw(t, "start")
		for range rapid.IntRange(1, 200).Draw(t, "n") {
			seq += uint16(rapid.IntRange(-5, 8).Draw(t, "step"))
			p := &Packet{Seq: r.Extend(seq)}
			if r.Push(p) {
				require.False(t, model[p.Seq])
				model[p.Seq] = true
			}
			if rapid.Bool().Draw(t, "read") {
				var got []*Packet
				got, pos = r.Since(pos, nil)
				for _, p := range got {
					seen[p.Seq]++
				}
			}
			for s := r.Highest() - 31; s <= r.Highest(); s++ {
				if got := r.Get(s); got != nil {
					require.Equal(t, s, got.Seq)
					require.True(t, model[s])
				}
			}
			require.NotNil(t, r.Get(r.Highest()))
		}
		for s, n := range seen {
			require.Equal(t, 1, n, "packet %d handed out more than once", s)
		}
	})
}
