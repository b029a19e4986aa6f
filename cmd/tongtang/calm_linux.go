package main

import (
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Timer slack is how much later than asked for the system may wake a thread, so that it wakes several at once (prctl(2)).
const (
	usualSlack = 50 * time.Microsecond
	calmSlack  = time.Millisecond
)

// calm spares the server a good part of what Go's watcher costs: a thread that looks every 20 µs whether something is stuck for as long as
// anything runs, and that is often, and briefly, in a live server. Only threads that are started later inherit a slack, and the watcher is
// there before main: so the program starts itself anew in this process. A slack that somebody has chosen stays.
func calm() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if now, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0); err != nil || time.Duration(now) != usualSlack {
		return
	}
	if unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(calmSlack), 0, 0, 0) != nil {
		return
	}
	_ = syscall.Exec("/proc/self/exe", os.Args, os.Environ()) // it comes back only if it fails: the server works without
}
