package capture

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClock(t *testing.T) {
	c := clock{rate: 90_000}
	require.False(t, c.known())
	t0 := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	c.report(0xffff_ff00, t0)
	require.True(t, c.known())
	require.Equal(t, t0.Add(time.Second), c.time(0xffff_ff00+90_000-1<<32), "over the wrap of the timestamp")
	require.Equal(t, t0.Add(-time.Second), c.time(0xffff_ff00-90_000))
}

// A crystal that is 100 ppm fast, and reports that tremble by 5 ms: an hour later it is right to 5 ms, and it never jumped.
func TestClockFollowsDrift(t *testing.T) {
	c := clock{rate: 48_000}
	t0 := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	r := rand.New(rand.NewPCG(1, 2))
	var last time.Time
	for s := range 3600 {
		ts := uint32(float64(s) * 48_000 * 1.0001)
		at := t0.Add(time.Duration(s) * time.Second)
		c.report(ts, at.Add(time.Duration(r.IntN(10_000)-5_000)*time.Microsecond))
		if s > 60 {
			require.InDelta(t, 0, c.time(ts).Sub(at).Seconds(), 0.005)
			require.InDelta(t, 1, c.time(ts).Sub(last).Seconds(), 0.003)
		}
		last = c.time(ts)
	}
}

func TestClockBelievesARealStep(t *testing.T) {
	c := clock{rate: 48_000}
	t0 := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	c.guess(1000, t0)
	c.report(1000, t0.Add(-300*time.Millisecond))
	require.Equal(t, t0.Add(-300*time.Millisecond), c.time(1000))
}
