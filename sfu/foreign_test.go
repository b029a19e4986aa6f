package sfu

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/avc"
	"github.com/tongtang/tongtang/sfu/client"
)

// foreign is a program that nobody here wrote, behind a few lines of Python that make the HTTP exchange for it (testdata/foreign).
type foreign struct {
	t     *testing.T
	mu    sync.Mutex
	heard []map[string]any // what it has said
	rest  strings.Builder  // on its error output
	input io.WriteCloser
	done  chan struct{}
}

// debianPython is the one whose modules come from Debian packages.
const debianPython = "/usr/bin/python3"

// runForeign starts a script; module is what it needs from Debian.
func runForeign(t *testing.T, module, script string, args ...string) *foreign {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), debianPython, "-c", "import "+module).CombinedOutput(); err != nil {
		t.Fatalf("Python's module %s is missing: run make test or deploy/install.sh test (%v: %s)", module, err, out)
	}
	f := &foreign{t: t, done: make(chan struct{})}
	cmd := exec.CommandContext(deadline(t, 90*time.Second), debianPython, append([]string{filepath.Join("testdata", "foreign", script)}, args...)...)
	var err error
	f.input, err = cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = &f.rest
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "PYTHONUNBUFFERED=1")
	require.NoError(t, cmd.Start())
	go func() {
		defer close(f.done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var said map[string]any
			if json.Unmarshal(lines.Bytes(), &said) == nil {
				f.mu.Lock()
				f.heard = append(f.heard, said)
				f.mu.Unlock()
			}
		}
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		f.end()
		if t.Failed() {
			t.Logf("%v\n%s", f.heard, f.rest.String())
		}
	})
	return f
}

// end tells it to leave and waits until it has.
func (f *foreign) end() {
	_ = f.input.Close()
	<-f.done
}

// said is the newest value that it said under a name, nil if none.
func (f *foreign) said(name string) any {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := len(f.heard) - 1; i >= 0; i-- {
		if v, ok := f.heard[i][name]; ok {
			return v
		}
	}
	return nil
}

func (f *foreign) number(kind, name string) float64 {
	counts, _ := f.said(kind).(map[string]any)
	n, _ := counts[name].(float64)
	return n
}

// requireGone: it has deleted its session (RFC 9725 §4.2), and the session is no more.
func (f *foreign) requireGone() {
	f.t.Helper()
	f.end()
	require.EqualValues(f.t, 200, f.said("delete"))
	require.EqualValues(f.t, 404, f.said("again"))
	var p httpd.Problem
	require.NoError(f.t, json.Unmarshal([]byte(f.said("problem").(string)), &p))
	require.Equal(f.t, "session-unknown", p.Code)
}

func (f *foreign) requireCreated() {
	f.t.Helper()
	require.Eventually(f.t, func() bool { return f.said("post") != nil }, 60*time.Second, 20*time.Millisecond, "the exchange")
	require.EqualValues(f.t, 201, f.said("post"), "%v", f.said("answer"))
	headers := map[string]any{}
	for k, v := range f.said("headers").(map[string]any) {
		headers[strings.ToLower(k)] = v
	}
	require.Equal(f.t, "application/sdp", headers["content-type"])
	require.NotEmpty(f.t, headers["etag"])
	require.Contains(f.t, headers["location"], "/live/maths/")
}

// requireShown watches a source that a foreign program publishes.
func requireShown(t *testing.T, h *house) {
	t.Helper()
	v, err := h.grant("maths", grant.Viewer, "tv").View(deadline(t, 10*time.Second), client.ViewOptions{KeepOrder: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	video := collect(t, v.Tracks[0], 100, 30*time.Second)
	require.True(t, avc.StartsKeyframe(video[0].Payload), "begins with a keyframe")
	requireUnbroken(t, video)
	pictures := map[uint32]bool{}
	for _, p := range video {
		pictures[p.Timestamp] = true
	}
	require.Greater(t, len(pictures), 20)
	requireUnbroken(t, collect(t, v.Tracks[1], 50, 30*time.Second))
}

// everywhere: the foreign programs leave the loopback address out.
func everywhere(t *testing.T) *house {
	h := newHouse(t, Config{UDP: ":0"})
	h.put("maths", link.Live)
	return h
}

func TestGStreamerPublishes(t *testing.T) {
	h := everywhere(t)
	g := runForeign(t, "gi", "gst_whip.py", h.web.URL+"/live/maths/whip?source=camera", h.grant("maths", grant.Publisher, "obs", "camera").Grant)
	g.requireCreated()
	eventually(t, 30*time.Second, func() bool { return g.said("state") == "connected" }, "connected")
	requireShown(t, h)
	g.requireGone()
}

func TestAiortcPublishes(t *testing.T) {
	h := everywhere(t)
	a := runForeign(t, "aiortc", "aiortc_client.py", "whip", h.web.URL+"/live/maths/whip?source=camera", h.grant("maths", grant.Publisher, "obs", "camera").Grant)
	a.requireCreated()
	eventually(t, 30*time.Second, func() bool { return a.said("state") == "connected" }, "connected")
	requireShown(t, h)
	a.requireGone()
}

func TestAiortcPlays(t *testing.T) {
	h := everywhere(t)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 25, "320x180")}, true)
	a := runForeign(t, "aiortc", "aiortc_client.py", "whep", h.web.URL+"/live/maths/whep", h.grant("maths", grant.Viewer, "tv").Grant)
	a.requireCreated()
	eventually(t, 30*time.Second, func() bool { return a.number("video", "moved") > 25 && a.number("audio", "decoded") > 25 }, "decoded pictures that move, and a voice")
	require.EqualValues(t, 320, a.number("video", "width"))
	a.requireGone()
}
