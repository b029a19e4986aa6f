package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/demo"
)

// start runs a server with the demo district, until the test ends.
func start(t *testing.T, cmd *serveCmd) *house {
	t.Helper()
	h := opened(t, cmd)
	require.NoError(t, demo.Seed(t.Context(), h.db, time.Now()))
	_, err := demo.EnsureLessonNow(t.Context(), h.db, time.Now())
	require.NoError(t, err)
	serving(t, h)
	return h
}

func opened(t *testing.T, cmd *serveCmd) *house {
	t.Helper()
	h, err := cmd.open(t.Context())
	require.NoError(t, err)
	t.Cleanup(h.close)
	return h
}

func serving(t *testing.T, h *house) {
	t.Helper()
	alongside(t, h.run)
	require.Eventually(t, func() bool { return h.ready(t.Context()) == nil }, 30*time.Second, 20*time.Millisecond)
}

// alongside runs something until the test ends, and waits for its end.
func alongside(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			require.NoError(t, ended(err))
		case <-time.After(30 * time.Second):
			t.Error("something did not end within 30 s")
		}
	})
}

func serveIn(dir string) *serveCmd {
	return &serveCmd{dataDir: dataDir{Data: dir}, Listen: "127.0.0.1:0", Roles: []string{"sfu", "recorder", "scheduler"}}
}

// printed is what a command writes to standard output.
func printed(t *testing.T, run func() error) (string, error) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	before := os.Stdout
	os.Stdout = w
	err = run()
	os.Stdout = before
	require.NoError(t, w.Close())
	out, readErr := io.ReadAll(r)
	require.NoError(t, readErr)
	return string(out), err
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	require.NoError(t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(body)
}

func TestOneProcessServesEverything(t *testing.T) {
	dir := t.TempDir()
	h := start(t, serveIn(dir))
	for path, want := range map[string]string{
		"/healthz":          "ok",
		"/readyz":           "ready",
		"/metrics":          "tongtang_sfu_packets_forwarded_total",
		"/":                 "<html",
		"/lesson/x":         "<html",
		"/api/openapi.json": `"openapi":"3.1`,
	} {
		status, body := get(t, h.url()+path)
		require.Equal(t, http.StatusOK, status, path)
		require.Contains(t, strings.ReplaceAll(body, `": "`, `":"`), want, path)
	}
	_, figures := get(t, h.url()+"/metrics")
	for _, name := range []string{"tongtang_sfu_bytes_forwarded_total", "tongtang_sfu_viewers", "tongtang_sfu_sources"} {
		require.Contains(t, figures, name)
	}
	for _, path := range []string{"/api/nowhere", "/live/x/nowhere", "/media/x"} {
		status, body := get(t, h.url()+path)
		require.GreaterOrEqual(t, status, 400, path)
		var p httpd.Problem
		require.NoError(t, json.Unmarshal([]byte(body), &p), "%s: %s", path, body)
	}

	_, err := serveIn(dir).open(t.Context())
	require.ErrorContains(t, err, "in use by another Tongtang")
}

func TestScriptsWorkBesideARunningServer(t *testing.T) {
	dir := t.TempDir()
	start(t, serveIn(dir))
	ctx := t.Context()

	out, err := printed(t, func() error { return (&lessonsCmd{dataDir: dataDir{Data: dir}, JSON: true}).Run(ctx) })
	require.NoError(t, err)
	var lesson struct{ ID, State, Title, Start, End string }
	lines := bufio.NewScanner(strings.NewReader(out))
	require.True(t, lines.Scan())
	require.NoError(t, json.Unmarshal(lines.Bytes(), &lesson))
	require.Equal(t, "planned", lesson.State)
	require.NotEmpty(t, lesson.Title)

	out, err = printed(t, func() error {
		return (&grantCmd{dataDir: dataDir{Data: dir}, Lesson: lesson.ID, Role: "publisher", Source: "camera", TTL: time.Hour}).Run(ctx)
	})
	require.NoError(t, err)
	v, err := grant.LoadVerifier((dataDir{Data: dir}).grantKey() + ".pub")
	require.NoError(t, err)
	c, err := v.Verify(strings.TrimSpace(out))
	require.NoError(t, err)
	require.Equal(t, lesson.ID, c.Lesson)
	require.True(t, c.MayPublish("camera"))

	for sentence, cmd := range map[string]grantCmd{
		"there is no lesson":           {Lesson: "nobody", Role: "viewer", TTL: time.Hour},
		"--source goes with":           {Lesson: lesson.ID, Role: "viewer", Source: "camera", TTL: time.Hour},
		"cannot be the name":           {Lesson: lesson.ID, Role: "publisher", Source: "../x", TTL: time.Hour},
		"--ttl is at most":             {Lesson: lesson.ID, Role: "viewer", TTL: 48 * time.Hour},
		"unable to open database file": {dataDir: dataDir{Data: t.TempDir()}, Lesson: lesson.ID, Role: "viewer", TTL: time.Hour},
	} {
		if cmd.Data == "" {
			cmd.Data = dir
		}
		require.ErrorContains(t, cmd.Run(ctx), sentence)
	}
}

func TestAProcessWithoutTheSchedulerNeedsItsPublicKey(t *testing.T) {
	cmd := serveIn(t.TempDir())
	cmd.Roles = []string{"sfu"}
	_, err := cmd.open(t.Context())
	require.ErrorContains(t, err, "grant.key.pub")
}
