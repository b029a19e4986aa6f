package agent

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/sfu"
)

// district is the whole server, real: the demo district with its lesson that is on now. It can be taken down and started again.
type district struct {
	t       *testing.T
	dir     string
	address string
	now     *demo.Now
	signer  *grant.Signer
	limits  sfu.Limits
	stop    func()
}

func newDistrict(t *testing.T) *district {
	t.Helper()
	d := &district{t: t, dir: t.TempDir(), address: deadPort(t)}
	ctx := t.Context()
	store, err := db.Open(ctx, d.database())
	require.NoError(t, err)
	require.NoError(t, demo.Seed(ctx, store, time.Now()))
	d.now, err = demo.EnsureLessonNow(ctx, store, time.Now())
	require.NoError(t, err)
	require.NoError(t, store.Close())
	d.start()
	return d
}

func (d *district) database() string { return "sqlite://" + filepath.Join(d.dir, "tongtang.db") }

func (d *district) url() string { return "http://" + d.address }

// start runs the server in this process, as cmd/tongtang does.
func (d *district) start() {
	t := d.t
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	store, err := db.Open(ctx, d.database())
	require.NoError(t, err)
	b, err := bus.Open(bus.Config{Dir: d.dir})
	require.NoError(t, err)
	require.NoError(t, b.Prepare(ctx))
	d.signer, err = grant.LoadOrCreate(filepath.Join(d.dir, "grant.key"))
	require.NoError(t, err)
	s, err := scheduler.New(scheduler.Config{PublicURL: d.url()}, scheduler.Deps{DB: store, Bus: b, Signer: d.signer, Log: quiet()})
	require.NoError(t, err)
	live, err := sfu.New(sfu.Config{UDP: deadPort(t), Limits: d.limits}, sfu.Deps{Bus: b, Verifier: d.signer.Verifier(), Metrics: prometheus.NewRegistry(), Log: quiet()})
	require.NoError(t, err)
	e := httpd.NewEngine()
	s.Routes(e)
	live.Routes(e)
	l, err := net.Listen("tcp", d.address)
	require.NoError(t, err)
	stopAll := []func(){
		spawn(t, func(ctx context.Context) error { return httpd.Serve(ctx, l, e) }),
		spawn(t, s.Run),
		spawn(t, live.Run),
	}
	d.stop = func() {
		for _, stop := range stopAll {
			stop()
		}
		b.Close()
		_ = store.Close()
	}
	t.Cleanup(func() { d.stop(); d.stop = func() {} })
	require.Eventually(t, func() bool { return live.Ready(ctx) == nil }, 20*time.Second, 5*time.Millisecond)
}

// down takes the server away.
func (d *district) down() {
	d.stop()
	d.stop = func() {}
}

// lesson asks the agent's own question: how is the lesson on the server?
func (d *district) lessonState(dev *device) string {
	d.t.Helper()
	var out struct{ Lessons []struct{ ID, State string } }
	req, err := http.NewRequest(http.MethodGet, d.url()+"/api/agent/lessons", nil)
	require.NoError(d.t, err)
	req.Header.Set("Authorization", "Bearer "+dev.Key)
	res, err := http.DefaultClient.Do(req)
	require.NoError(d.t, err)
	defer func() { _ = res.Body.Close() }()
	require.NoError(d.t, json.NewDecoder(res.Body).Decode(&out))
	for _, l := range out.Lessons {
		if l.ID == d.now.Lesson {
			return l.State
		}
	}
	return ""
}

// page is a browser on the agent's local page.
type page struct {
	t   *testing.T
	url string
}

func (p page) call(method, path string, body io.Reader, headers ...string) (int, string) {
	p.t.Helper()
	req, err := http.NewRequest(method, strings.TrimSuffix(p.url, "/")+path, body)
	require.NoError(p.t, err)
	req.Header.Set("X-Tongtang", "1")
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
		}
	}
	res, err := (&http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	require.NoError(p.t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	require.NoError(p.t, err)
	return res.StatusCode, string(raw)
}

func (p page) state() State {
	p.t.Helper()
	status, raw := p.call(http.MethodGet, "/local/state", nil)
	require.Equal(p.t, 200, status, raw)
	var s State
	require.NoError(p.t, json.Unmarshal([]byte(raw), &s))
	return s
}

// until waits for the state to be so.
func (p page) until(what string, is func(State) bool) State {
	p.t.Helper()
	var s State
	require.Eventually(p.t, func() bool { s = p.state(); return is(s) }, 30*time.Second, 50*time.Millisecond, what)
	return s
}

// agentOn starts an agent; data "" is a new folder.
func agentOn(t *testing.T, cfg Config) (a *Agent, p page, stop func()) {
	t.Helper()
	if cfg.Data == "" {
		cfg.Data = filepath.Join(t.TempDir(), "agent")
	}
	cfg.Listen, cfg.Version = "127.0.0.1:0", "test"
	a, err := New(cfg, Deps{Log: quiet()})
	require.NoError(t, err)
	return a, page{t, a.URL()}, spawn(t, a.Run)
}

// enrolled makes a data folder with a key of the district.
func (d *district) enrolled() string {
	d.t.Helper()
	data := filepath.Join(d.t.TempDir(), "agent")
	require.NoError(d.t, Enrol(d.t.Context(), data, d.url(), d.now.DeviceCode))
	return data
}

// firstEvent reads one pushed state.
func (p page) firstEvents(n int) []State {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"local/events", nil)
	require.NoError(p.t, err)
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	require.NoError(p.t, err)
	defer func() { _ = res.Body.Close() }()
	var out []State
	for lines := bufio.NewScanner(res.Body); len(out) < n && lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var s State
			require.NoError(p.t, json.Unmarshal([]byte(text), &s))
			out = append(out, s)
		}
	}
	require.Len(p.t, out, n)
	return out
}
