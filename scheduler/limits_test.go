package scheduler

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTally(t *testing.T) {
	now := time.Unix(0, 0)
	y := newTally(2, time.Minute)
	y.failed("a", now)
	require.Zero(t, y.wait("a", now))
	y.failed("a", now.Add(time.Second))
	require.Equal(t, 59*time.Second, y.wait("a", now.Add(time.Second)))
	require.Zero(t, y.wait("b", now))
	require.Zero(t, y.wait("a", now.Add(time.Minute)))
	y.failed("a", now.Add(time.Minute))
	require.Zero(t, y.wait("a", now.Add(time.Minute)), "a new window counts anew")
	y.failed("a", now.Add(time.Minute))
	y.succeeded("a")
	require.Zero(t, y.wait("a", now.Add(time.Minute)))
	y.succeeded("nobody")
}

func TestTallyIsBounded(t *testing.T) {
	y := newTally(1, time.Minute)
	for i := range maxTallied + 1000 {
		y.failed(fmt.Sprint(i), time.Unix(int64(i), 0))
	}
	require.LessOrEqual(t, len(y.keys), maxTallied)
	require.Positive(t, y.wait(fmt.Sprint(maxTallied+999), time.Unix(maxTallied+999, 0)))
}
