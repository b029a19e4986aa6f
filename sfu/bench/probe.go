package bench

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of CPU times in /proc: 100 a second on every Linux that matters (proc(5), USER_HZ).
const clockTick = 10 * time.Millisecond

const forwardedMetric = "tongtang_sfu_packets_forwarded_total"

// moment is the server's counters at one moment.
type moment struct {
	at      time.Time
	cpu     time.Duration
	packets int64
}

func snapshot(ctx context.Context, o Options) (moment, error) {
	packets, err := forwarded(ctx, o.View.Server+"/metrics")
	if err != nil {
		return moment{}, err
	}
	cpu, err := cpuTime(o.PID)
	return moment{at: time.Now(), cpu: cpu, packets: packets}, err
}

func forwarded(ctx context.Context, url string) (int64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), forwardedMetric+" "); ok {
			n, err := strconv.ParseFloat(value, 64)
			return int64(n), err
		}
	}
	return 0, fmt.Errorf("%s has no %s: %w", url, forwardedMetric, errOr(lines.Err()))
}

func errOr(err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("not an SFU of this version")
}

// cpuTime is the user and system time of a process, proc(5).
func cpuTime(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	text := string(raw)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:]) // the name may hold spaces
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat is too short", pid)
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * clockTick, err
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
