package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/tongtang/tongtang/sfu/bench"
)

// chromium is where the browser is (the tests know it there, too), and firstPicture what it is told to do.
const (
	chromium     = "/usr/bin/chromium"
	firstPicture = "web/e2e/first-picture.mjs"
)

// benchFPS is the rate of the film that the browser is shown, pictures a second.
const benchFPS = 25

// browser is Chromium with the demo film, if this machine has what the browser tests need.
func (b *benchCmd) browser() bench.Browser {
	for _, need := range []string{chromium, firstPicture, "web/node_modules/playwright-core"} {
		if _, err := os.Stat(need); err != nil {
			return bench.Browser{Missing: fmt.Sprintf("%v; the tests' installation has it (make test), and the bench is run in the top folder", err)}
		}
	}
	for _, need := range []string{"ffmpeg", "node"} {
		if _, err := exec.LookPath(need); err != nil {
			return bench.Browser{Missing: err.Error()}
		}
	}
	return bench.Browser{Film: benchFilm, Join: joinChromium}
}

// benchFilm is the beginning of the demo's film with a keyframe every 4 s, whatever it shows.
func benchFilm(ctx context.Context) ([]byte, int, error) {
	film, err := films.ReadFile("film/main.mp4")
	if err != nil {
		return nil, 0, err
	}
	dir, err := os.MkdirTemp("", "tongtang-bench-")
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "film.mp4")
	if err := os.WriteFile(file, film, 0o600); err != nil {
		return nil, 0, err
	}
	gop := strconv.Itoa(4 * benchFPS)
	command := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-i", file, "-t", "8", "-an", "-r", strconv.Itoa(benchFPS), "-c:v", "libx264", "-preset", "veryfast",
		"-profile:v", "baseline", "-b:v", "2M", "-maxrate", "2M", "-bufsize", "2M", "-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-x264-params", "aud=1", "-f", "h264", "-")
	stream, err := output(command)
	return stream, benchFPS, err
}

func joinChromium(ctx context.Context, whep, grant string, joins int, period time.Duration) ([]time.Duration, error) {
	out, err := output(exec.CommandContext(ctx, "node", firstPicture, whep, grant, strconv.Itoa(joins), strconv.FormatInt(period.Milliseconds(), 10)))
	if err != nil {
		return nil, err
	}
	var ms []float64
	if err := json.Unmarshal(out, &ms); err != nil {
		return nil, fmt.Errorf("%s: %w", firstPicture, err)
	}
	var all []time.Duration
	for _, t := range ms {
		all = append(all, time.Duration(t*float64(time.Millisecond)))
	}
	return all, nil
}

// output is what a command prints; its complaints become the error.
func output(c *exec.Cmd) ([]byte, error) {
	var complaints strings.Builder
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", c.Args[0], err, strings.TrimSpace(complaints.String()))
	}
	return out, nil
}
