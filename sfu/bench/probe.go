package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Counters of the server. Plain pion has the first alone.
const (
	forwardedMetric = "tongtang_sfu_packets_forwarded_total"
	mallocsMetric   = "go_memstats_mallocs_total"
)

// counters are the server's at one moment.
type counters struct {
	at        time.Time
	forwarded float64
	mallocs   float64
}

func readCounters(ctx context.Context, server *Server) (counters, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/metrics", nil)
	if err != nil {
		return counters{}, err
	}
	begun := time.Now()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return counters{}, err
	}
	defer func() { _ = res.Body.Close() }()
	c := counters{forwarded: -1}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		switch name {
		case forwardedMetric:
			c.forwarded, err = strconv.ParseFloat(value, 64)
		case mallocsMetric:
			c.mallocs, err = strconv.ParseFloat(value, 64)
		}
		if err != nil {
			return counters{}, err
		}
	}
	if c.forwarded < 0 {
		return counters{}, errors.Join(fmt.Errorf("%s has no %s", req.URL, forwardedMetric), lines.Err())
	}
	c.at = begun.Add(time.Since(begun) / 2) // when the server counted
	return c, nil
}

// free lets the server give unused memory back to the system, if it can.
func (s *Server) free(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/debug/free", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// cpuTime is the user and system time of a process: the clock of clock_getcpuclockid(3), exact to the scheduler's nanoseconds.
func cpuTime(pid int) (time.Duration, error) {
	if pid <= 0 {
		return 0, fmt.Errorf("%d is no process id", pid)
	}
	const byScheduler = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|byScheduler), &t); err != nil {
		return 0, fmt.Errorf("CPU time of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}

// memory of a process, bytes.
type memory struct{ rss, peak int64 }

func readMemory(pid int) (memory, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memory{}, err
	}
	var m memory
	for line := range strings.Lines(string(raw)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kib, _ := strconv.ParseInt(fields[1], 10, 64)
		switch fields[0] {
		case "VmRSS:":
			m.rss = kib << 10
		case "VmHWM:":
			m.peak = kib << 10
		}
	}
	return m, nil
}

func mib(bytes int64) string { return fmt.Sprintf("%.0f", float64(bytes)/(1<<20)) }
