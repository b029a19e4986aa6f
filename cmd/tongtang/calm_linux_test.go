package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// All threads of a server are calm, and it stays the process that was started. A slack that somebody has chosen stays, too.
func TestServersAreCalm(t *testing.T) {
	t.Setenv(asProgram, "1")
	for chosen, want := range map[time.Duration]time.Duration{usualSlack: calmSlack, time.Microsecond: time.Microsecond} {
		s := launchWith(t, chosen)
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", s))
		require.NoError(t, err)
		require.Greater(t, len(threads), 3)
		for _, thread := range threads {
			slack, err := os.ReadFile("/proc/" + filepath.Base(thread) + "/timerslack_ns")
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(want.Nanoseconds()), strings.TrimSpace(string(slack)))
		}
	}
}

// launchWith starts a server from a thread with this slack and returns its process.
func launchWith(t *testing.T, slack time.Duration) (pid int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	require.NoError(t, unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(slack), 0, 0, 0))
	defer func() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) }() // the usual one again
	s, err := launch(t.Context(), func() {}, "serve", "--data", t.TempDir(), "--roles", "scheduler")
	require.NoError(t, err)
	t.Cleanup(s.Stop)
	return s.PID
}
