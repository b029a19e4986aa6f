package bench

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProbesOwnProcess(t *testing.T) {
	before, err := cpuTime(os.Getpid())
	require.NoError(t, err)
	for {
		if now, err := cpuTime(os.Getpid()); err != nil || now > before {
			require.NoError(t, err)
			break
		}
	}
	m, err := readMemory(os.Getpid())
	require.NoError(t, err)
	require.Positive(t, m.rss)
	require.GreaterOrEqual(t, m.peak, m.rss)
	_, err = cpuTime(-1)
	require.Error(t, err)
}

func TestRefusesWhatItCannotMeasure(t *testing.T) {
	require.ErrorContains(t, Run(t.Context(), Options{}), "needs servers")
	nothing := func(context.Context) (*Server, error) { return nil, errors.New("not here") }
	_, err := Options{Ours: nothing, Plain: nothing, Numbered: nothing, Out: os.Stdout, Only: []string{"coffee"}}.withDefaults()
	require.ErrorContains(t, err, `no part "coffee"`)
}

func TestPartThatFailsIsTold(t *testing.T) {
	nothing := func(context.Context) (*Server, error) { return nil, errors.New("not here") }
	var said strings.Builder
	err := Run(t.Context(), Options{Ours: nothing, Plain: nothing, Numbered: nothing, Out: &said, Only: []string{"idle", "join", "browser"}})
	require.ErrorContains(t, err, "idle: not here")
	require.ErrorContains(t, err, "join: not here")
	require.Contains(t, said.String(), "Not measured, or not to the end: join: not here")
	require.Contains(t, said.String(), "First picture in Chromium: not measured.", "the others are measured all the same")
}

func TestPercentiles(t *testing.T) {
	s := series{5, 1, 4, 2, 3}
	require.InDelta(t, 3, s.median(), 0)
	require.InDelta(t, 3.5, append(s, 6).median(), 0)
	require.InDelta(t, 1, s.min(), 0)
	require.InDelta(t, 5, s.max(), 0)
	require.Equal(t, series{5, 1, 4, 2, 3}, s, "stays as it is")
	var hundred series
	for i := range 100 {
		hundred = append(hundred, float64(100-i))
	}
	require.InDelta(t, 50, hundred.percentile(0.5), 0)
	require.InDelta(t, 99, hundred.percentile(0.99), 0)
	require.InDelta(t, 60, hundred[40:].percentile(0.99), 0, "of 60 values, p99 is the last")
	require.True(t, math.IsNaN(series{}.median()))
	require.True(t, math.IsNaN(series(nil).percentile(0.99)))
	require.Equal(t, series{1.5}, milliseconds([]time.Duration{1500 * time.Microsecond}))
}

func TestFigureTellsWhatItReached(t *testing.T) {
	for value, want := range map[float64]string{1: "aim reached", 1.5: "reached", 2.5: "MISSED", math.NaN(): "MISSED"} {
		require.Contains(t, single("delay", "ms", value, 2, 1).cells(), want)
	}
	require.Contains(t, single("delay", "ms", 7, none, none).cells(), "delay\t7.0 ms\t–\t–\t\t")
	require.Contains(t, of("cost", "µs", series{4, 5, 6}, 10, none).cells(), "5.00 µs (4.00–6.00)\t≤ 10.00\t–")
}
