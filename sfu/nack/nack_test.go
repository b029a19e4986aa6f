package nack

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAsksForWhatIsMissing(t *testing.T) {
	l, now := New(time.Second), time.Unix(1_000_000, 0)
	at := func(ms int) time.Time { return now.Add(time.Duration(ms) * time.Millisecond) }
	asked := func(ms int) []uint16 { return slices.Sorted(slices.Values(l.Due(at(ms), nil))) }
	l.Push(65534, at(0))
	l.Push(1, at(0))
	require.Empty(t, asked(5), "perhaps only late")
	l.Push(65535, at(6))
	require.Equal(t, []uint16{0}, asked(10))
	require.Empty(t, asked(100), "the answer is not overdue")
	require.Equal(t, []uint16{0}, asked(160))
	l.Push(0, at(200))
	require.Empty(t, asked(900))

	for seq := uint16(3); seq < 40; seq += 2 { // answers take 40 ms
		ms := int(seq) * 100
		l.Push(seq, at(ms))
		require.Equal(t, []uint16{seq - 1}, asked(ms+10))
		l.Push(seq-1, at(ms+50))
	}
	require.InDelta(t, 40, l.turn.Milliseconds(), 2)
	l.Push(41, at(10_000))
	require.Len(t, asked(10_010), 1)
	require.Len(t, asked(10_061), 1, "asks again sooner")
	require.Empty(t, asked(12_000), "given up")
	require.Empty(t, l.wanted)

	l.Push(10_000, at(12_000))
	require.Empty(t, asked(12_500), "a jump is no loss")
}

// Whatever comes: no packet is asked for more often than the bound, none that has come, and none for ever.
func TestNeverAStorm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, now := New(500*time.Millisecond), time.Unix(1_000_000, 0)
		come, asked, seq := map[uint16]bool{}, map[uint16]int{}, rapid.Uint16().Draw(t, "first")
		for range rapid.IntRange(1, 200).Draw(t, "n") {
			now = now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "ms")) * time.Millisecond)
			seq += uint16(rapid.IntRange(-8, 12).Draw(t, "step"))
			l.Push(seq, now)
			come[seq] = true
			for _, s := range l.Due(now, nil) {
				asked[s]++
				require.False(t, come[s])
				require.LessOrEqual(t, asked[s], askedMost)
			}
			require.LessOrEqual(t, len(l.wanted), wantedMost)
		}
		for range askedMost + 2 {
			now = now.Add(time.Second)
			l.Due(now, nil)
		}
		require.Empty(t, l.wanted)
	})
}
