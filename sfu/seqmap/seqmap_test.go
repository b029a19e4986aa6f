package seqmap

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFirstInput(t *testing.T) {
	l := New(100, 5000)
	_, _, ok := l.Map(1<<16, 1)
	require.False(t, ok, "nothing before the first switch")
	l.Switch(1<<16|65535, 90000, 123)
	for i, want := range []struct {
		in  uint64
		ts  uint32
		seq uint16
		out uint32
		ok  bool
	}{
		{1<<16 | 65535, 90000, 100, 5000, true},
		{2 << 16, 90000, 101, 5000, true},
		{2<<16 | 2, 93000, 103, 8000, true},
		{2<<16 | 1, 93000, 102, 8000, true}, // reordered
		{1<<16 | 65534, 87000, 0, 0, false}, // before the switch
		{2<<16 | 3, 96000, 104, 11000, true},
	} {
		seq, out, ok := l.Map(want.in, want.ts)
		require.Equal(t, want.ok, ok, i)
		require.Equal(t, want.seq, seq, i)
		require.Equal(t, want.out, out, i)
	}
}

func TestSwitchContinues(t *testing.T) {
	l := New(10, 0xfffffff0)
	l.Switch(70000, 1000, 0)
	l.Map(70000, 1000)
	l.Map(70001, 4000)
	l.Switch(500000, 77, 3000)
	seq, ts, ok := l.Map(500000, 77)
	require.True(t, ok)
	require.Equal(t, uint16(12), seq)
	start := uint32(0xfffffff0)
	require.Equal(t, start+3000+3000, ts, "wraps")
	_, _, ok = l.Map(70002, 7000)
	require.False(t, ok, "the old input is over")
	l.Switch(600000, 5, 0) // no time has passed: still newer
	_, again, _ := l.Map(600000, 5)
	require.Equal(t, ts+1, again)
}

func TestSkipLeavesNoGap(t *testing.T) {
	l := New(10, 0)
	l.Switch(70000, 0, 0)
	l.Map(70000, 0)
	l.Skip(70050)
	seq, ts, _ := l.Map(70050, 9000)
	require.Equal(t, uint16(11), seq)
	require.Equal(t, uint32(9000), ts)
	_, _, ok := l.Map(70049, 9000)
	require.False(t, ok)
	l.Delay(5)
	require.Equal(t, uint32(9005), l.Out(9000))
}

// However inputs come and go, a receiver sees each number once, without a gap of our own making, and time that never runs back at a switch.
func TestUnbroken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := New(rapid.Uint16().Draw(t, "seq"), rapid.Uint32().Draw(t, "ts"))
		used := map[uint16]bool{}
		var last uint16
		var lastTS uint32
		first := true
		for range rapid.IntRange(1, 12).Draw(t, "inputs") {
			in := uint64(rapid.Uint32Range(1<<16, 1<<31).Draw(t, "in"))
			ts := rapid.Uint32().Draw(t, "its")
			l.Switch(in, ts, rapid.Uint32Range(0, 1<<20).Draw(t, "elapsed"))
			for n := range rapid.IntRange(1, 40).Draw(t, "n") {
				seq, out, ok := l.Map(in+uint64(n), ts+uint32(n)*3000)
				require.True(t, ok)
				require.False(t, used[seq])
				used[seq] = true
				if !first {
					require.Equal(t, last+1, seq)
					require.Positive(t, int32(out-lastTS))
				}
				first, last, lastTS = false, seq, out
			}
		}
	})
}
