package bandwidth

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/twcc"
	"github.com/tongtang/tongtang/sfu/twcc/twcctest"
)

// line is a simulated line: a rate and a queue.
type line struct {
	rate  float64 // bit/s
	queue time.Duration
	free  time.Time // when the last packet has left
	loss  func() bool
}

// pass returns when a packet arrives, and whether.
func (l *line) pass(bytes int, now time.Time) (time.Time, bool) {
	if l.free.Before(now) {
		l.free = now
	}
	if l.free.Sub(now) > l.queue || l.loss != nil && l.loss() {
		return now, false
	}
	l.free = l.free.Add(time.Duration(float64(bytes) * 8 / l.rate * float64(time.Second)))
	return l.free.Add(20 * time.Millisecond), true
}

// drive sends at what the estimator allows (at most want) for a while, with a report every 100 ms, and returns the estimate.
func drive(e *Estimator, l *line, want float64, seq *uint16, now *time.Time, d time.Duration) int64 {
	const size = 1200
	for end := now.Add(d); now.Before(end); {
		rate := want
		if est := e.Estimate(*now); est > 0 {
			rate = min(rate, float64(est))
		}
		first := *seq
		var arrivals []time.Time
		for range max(1, int(rate/8/size/10)) {
			e.Sent(*seq, size, *now)
			at, ok := l.pass(size, *now)
			if !ok {
				at = time.Time{}
			}
			arrivals = append(arrivals, at)
			*seq++
			*now = now.Add(100 * time.Millisecond / time.Duration(max(1, int(rate/8/size/10))))
		}
		e.Feedback(feedback(first, arrivals, uint8(*seq)), *now)
	}
	return e.Estimate(*now)
}

// feedback is the report of a receiver to whom these packets came, the zero time for one that did not.
func feedback(first uint16, arrivals []time.Time, number uint8) twcc.Report {
	b, err := twcctest.Report(first, arrivals, number).Marshal()
	if err != nil {
		panic(err)
	}
	r, _ := twcc.Read(b)
	return r
}

func TestEstimatorFindsTheLine(t *testing.T) {
	var e Estimator
	now, seq := time.Unix(1_000_000, 0), uint16(65000)
	wide := &line{rate: 20e6, queue: time.Second}
	require.Zero(t, e.Estimate(now), "nothing is known")
	require.Greater(t, drive(&e, wide, 2.5e6, &seq, &now, 5*time.Second), int64(2_500_000), "a good line is not held back")

	narrow := &line{rate: 1e6, queue: time.Second}
	got := drive(&e, narrow, 2.5e6, &seq, &now, 10*time.Second)
	require.InDelta(t, 1e6, float64(got), 0.45e6, "the line became narrow")

	got = drive(&e, wide, 2.5e6, &seq, &now, 40*time.Second)
	require.Greater(t, got, int64(2_400_000), "and wide again")
}

func TestEstimatorBearsARandomLoss(t *testing.T) {
	var e Estimator
	now, seq, n := time.Unix(1_000_000, 0), uint16(0), 0
	lossy := &line{rate: 20e6, queue: time.Second, loss: func() bool { n++; return n%20 == 0 }}
	require.GreaterOrEqual(t, drive(&e, lossy, 2.5e6, &seq, &now, 20*time.Second)+1, int64(1), "5 % does not make it shrink")
	require.True(t, e.Estimate(now) == 0 || e.Estimate(now) > 2_500_000)

	heavy := &line{rate: 20e6, queue: time.Second, loss: func() bool { n++; return n%4 == 0 }}
	require.Less(t, drive(&e, heavy, 2.5e6, &seq, &now, 10*time.Second), int64(2_000_000), "25 % does")
	require.GreaterOrEqual(t, e.Estimate(now), int64(lowest))
}

func TestEstimatorWithoutFeedbackUsesReports(t *testing.T) {
	var e Estimator
	now := time.Unix(1_000_000, 0)
	for range 5 {
		now = now.Add(time.Second)
		e.Loss(0.2, now)
	}
	require.Less(t, e.Estimate(now), int64(initial))
	e.Ceiling(150_000)
	require.Equal(t, int64(150_000), e.Estimate(now))
}

func TestUnreported(t *testing.T) {
	e, t0 := &Estimator{}, time.Unix(1_000_000, 0)
	first := uint16(65530)
	for i := range uint16(20) {
		e.Sent(first+i, 1200, t0)
	}
	came := make([]time.Time, 10)
	came[3] = t0.Add(20 * time.Millisecond)
	e.Feedback(feedback(first, came, 1), t0)
	require.Equal(t, 10, e.Unreported(first+20), "lost ones are reported too")
	e.Feedback(feedback(first+2, []time.Time{came[3]}, 2), t0)
	require.Equal(t, 10, e.Unreported(first+20), "an old report says nothing new")
}
