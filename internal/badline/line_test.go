package badline

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var t0 = time.Unix(1_000_000, 0)

func line(t require.TestingT, c Config) *Line {
	l, err := New(c)
	require.NoError(t, err)
	return l
}

func TestRateAndDelay(t *testing.T) {
	l := line(t, Config{Rate: 1_000_000, Delay: 40, Queue: 100})
	for i := range 10 { // 1,250 bytes take 10 ms each
		out, ok := l.Enter(t0, 1250)
		require.True(t, ok)
		require.Equal(t, t0.Add(time.Duration(40+10*(i+1))*time.Millisecond), out)
	}
	_, ok := l.Enter(t0, 1250)
	require.True(t, ok, "just 100 ms wait")
	_, ok = l.Enter(t0, 1250)
	require.False(t, ok, "more than the queue holds")
	require.Equal(t, Stats{Packets: 12, Bytes: 15_000, Overflow: 1}, l.Stats)
	out, ok := l.Enter(t0.Add(time.Second), 125)
	require.True(t, ok)
	require.Equal(t, t0.Add(1041*time.Millisecond), out, "the queue has run empty")
}

func TestLosses(t *testing.T) {
	for _, c := range []Config{{Loss: 0.05, Seed: 1}, {Loss: 0.1, Burst: 4, Seed: 2}, {Loss: 0.2, Burst: 1, Seed: 3}} {
		l := line(t, c)
		const n = 200_000
		bursts, before := 0, true
		for i := range n {
			_, ok := l.Enter(t0.Add(time.Duration(i)*time.Millisecond), 100)
			if !ok && before {
				bursts++
			}
			before = ok
		}
		require.InDelta(t, c.Loss, float64(l.Lost)/n, 0.01)
		mean := float64(l.Lost) / float64(bursts)
		if c.Burst > 1 {
			require.InDelta(t, c.Burst, mean, 0.2)
		} else {
			require.InDelta(t, 1/(1-c.Loss), mean, 0.05, "independent")
		}
	}
}

func TestTheSameSeedIsTheSameLine(t *testing.T) {
	c := Config{Rate: 4_000_000, Delay: 40, Jitter: 10, Loss: 0.1, Burst: 3, Seed: 7}
	one, two := line(t, c), line(t, c)
	for i := range 1000 {
		now := t0.Add(time.Duration(i) * time.Millisecond)
		a, aok := one.Enter(now, 600)
		b, bok := two.Enter(now, 600)
		require.Equal(t, aok, bok)
		require.Equal(t, a, b)
	}
}

func TestImpossibleLines(t *testing.T) {
	for _, c := range []Config{{Rate: -1}, {Queue: -1}, {Delay: -1}, {Jitter: -1}, {Loss: 1}, {Loss: -0.1}, {Burst: -1}} {
		_, err := New(c)
		require.Error(t, err)
	}
}

// Whatever the line: packets come out in their order, none before its time, none faster than the rate, and none waits longer than queue and distance.
func TestOrderIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Config{Rate: rapid.Int64Range(10_000, 20_000_000).Draw(t, "rate"), Queue: rapid.IntRange(1, 500).Draw(t, "queue"), Delay: rapid.IntRange(0, 300).Draw(t, "delay"),
			Loss: rapid.Float64Range(0, 0.9).Draw(t, "loss"), Burst: rapid.Float64Range(0, 10).Draw(t, "burst"), Seed: rapid.Uint64().Draw(t, "seed")}
		l, now, last, through := line(t, c), t0, t0, int64(0)
		for range rapid.IntRange(1, 300).Draw(t, "n") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "gap")) * time.Microsecond)
			bytes := rapid.IntRange(20, 1500).Draw(t, "bytes")
			out, ok := l.Enter(now, bytes)
			if !ok {
				continue
			}
			through += int64(bytes)
			own := time.Duration(int64(bytes) * 8 * int64(time.Second) / c.Rate)
			require.False(t, out.Before(last))
			require.GreaterOrEqual(t, out.Sub(now), time.Duration(c.Delay)*time.Millisecond+own)
			require.LessOrEqual(t, out.Sub(now), time.Duration(c.Delay+c.Queue)*time.Millisecond+own)
			require.LessOrEqual(t, float64(through*8), out.Sub(t0).Seconds()*float64(c.Rate)*1.001+1)
			last = out
		}
		require.Equal(t, l.Packets >= l.Lost+l.Overflow, true)
	})
}
