package bench

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProbesOwnProcess(t *testing.T) {
	before, err := cpuTime(os.Getpid())
	require.NoError(t, err)
	for n := 0; ; n++ {
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

func TestRefusesWithoutAProcess(t *testing.T) {
	require.Error(t, Run(t.Context(), Options{}))
	require.Equal(t, 2*time.Second, Options{}.withDefaults().Window)
}
