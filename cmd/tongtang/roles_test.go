package main

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	agent "github.com/tongtang/tongtang/classroom-agent"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
)

// A lesson through three processes' worth of roles, each with a data folder of its own, behind one reverse proxy: they share nothing but the bus, the
// public half of the grant key, and the object store.
func TestRolesOnMachinesOfTheirOwn(t *testing.T) {
	ctx := t.Context()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	bus := l.Addr().String()
	require.NoError(t, l.Close())
	objects := "file://" + t.TempDir()

	front := serveIn(t.TempDir())
	front.Roles, front.BusListen = []string{"scheduler"}, bus
	planner := start(t, front)
	elsewhere := func(role string) *serveCmd {
		cmd := serveIn(t.TempDir())
		cmd.Roles, cmd.Bus, cmd.GrantPublicKey, cmd.Store = []string{role}, "nats://"+bus, front.grantKey()+".pub", objects
		return cmd
	}
	media := run(t, elsewhere("sfu"))
	capture := elsewhere("recorder")
	capture.SFUURL = media.url()
	store := run(t, capture)
	site := proxy(t, map[string]*house{"/live/": media, "/media/": store, "/": planner})

	films := demoCmd{serveCmd: *serveIn(t.TempDir()), CameraListen: "127.0.0.1:0"}
	cam, err := films.camera()
	require.NoError(t, err)
	alongside(t, cam.Run)
	code, err := demo.DeviceCode(ctx, planner.db, time.Now())
	require.NoError(t, err)
	pc := filepath.Join(t.TempDir(), "agent")
	require.NoError(t, agent.Enrol(ctx, pc, site, code))
	a, err := agent.New(agent.Config{Server: site, Data: pc, Listen: "127.0.0.1:0", AutoStart: true,
		Cameras: []agent.CameraConfig{{Main: cam.URL("/main"), Sub: cam.URL("/sub"), Microphone: true}}}, agent.Deps{})
	require.NoError(t, err)
	alongside(t, a.Run)

	require.Eventually(t, func() bool {
		_, figures := get(t, store.url()+"/metrics")
		return strings.Contains(figures, "tongtang_recorder_sources 1")
	}, 30*time.Second, 100*time.Millisecond, "the recorder captures what the SFU got from the agent")
	time.Sleep(4 * time.Second) // a lesson of some length

	browser := signedIn(t, site, "wang")
	lesson := liveLesson(t, front.database())
	require.Equal(t, http.StatusOK, ask(t, browser, http.MethodPost, site+"/api/lessons/"+lesson+"/end", struct{}{}, nil))
	var resource struct {
		State, HLS string
		Duration   float64
	}
	require.Eventually(t, func() bool {
		return ask(t, browser, http.MethodGet, site+"/api/resources/"+lesson, nil, &resource) == http.StatusOK && resource.State == "stored"
	}, 90*time.Second, 500*time.Millisecond, "the recording becomes a resource")
	require.Greater(t, resource.Duration, 3.0)
	require.Equal(t, http.StatusOK, ask(t, browser, http.MethodGet, site+resource.HLS, nil, nil), "its playlist comes from the recorder")
}

// run is start without the demo district, for a process without the scheduler.
func run(t *testing.T, cmd *serveCmd) *house {
	t.Helper()
	h := opened(t, cmd)
	serving(t, h)
	return h
}

// proxy sends each path to the house of its longest prefix, as deploy/nginx.conf would.
func proxy(t *testing.T, houses map[string]*house) string {
	t.Helper()
	mux := http.NewServeMux()
	for prefix, h := range houses {
		to, err := url.Parse(h.url())
		require.NoError(t, err)
		mux.Handle(prefix, httputil.NewSingleHostReverseProxy(to))
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func signedIn(t *testing.T, site, login string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	require.Equal(t, http.StatusOK, ask(t, browser, http.MethodPost, site+"/api/session", map[string]string{"login": login, "password": demo.Password}, nil))
	return browser
}

func ask(t *testing.T, browser *http.Client, method, address string, body, out any) int {
	t.Helper()
	document, err := json.Marshal(body)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(document))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	answer, err := browser.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	if out != nil && answer.StatusCode == http.StatusOK {
		require.NoError(t, json.NewDecoder(answer.Body).Decode(out))
	}
	return answer.StatusCode
}

func liveLesson(t *testing.T, database string) string {
	t.Helper()
	facts, err := scheduler.Attach(t.Context(), database)
	require.NoError(t, err)
	defer facts.Close()
	lessons, err := facts.Lessons(t.Context(), time.Time{}, time.Time{})
	require.NoError(t, err)
	for _, lesson := range lessons {
		if lesson.State == "live" {
			return lesson.ID
		}
	}
	t.Fatal("no lesson is live")
	return ""
}
