package crew

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Whoever joins while the crew ends is waited for or does not run at all.
func TestJoiningWhileItEnds(t *testing.T) {
	for range 200 {
		var c Crew
		var running atomic.Int64
		begun := make(chan struct{})
		for range 4 {
			go func() {
				<-begun
				c.Go(func() { running.Add(1); running.Add(-1) })
			}()
		}
		c.Go(func() { running.Add(1); close(begun); running.Add(-1) })
		c.Wait()
		require.Zero(t, running.Load())
		c.Go(func() { t.Error("it is over") })
	}
}
