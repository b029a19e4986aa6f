package scheduler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/db/dbtest"
	"github.com/tongtang/tongtang/scheduler/demo"
)

// clock is the server's clock in tests; it stands still until it is moved.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) Set(t time.Time) { c.mu.Lock(); defer c.mu.Unlock(); c.t = t }

func (c *clock) Add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

// monday is the morning on which the tests' district begins: 2026-11-23 09:30:20 in Shanghai.
var monday = time.Date(2026, 11, 23, 1, 30, 20, 0, time.UTC)

// district is a real server with the demo district, its own database and its own bus.
type district struct {
	t        testing.TB
	db       *db.DB
	database string // its address
	bus      *bus.Bus
	signer   *grant.Signer
	clock    *clock
	server   *scheduler.Server
	engine   http.Handler
	url      string
	now      *demo.Now // the lesson that is on
}

func newDistrict(t testing.TB, database string) *district {
	t.Helper()
	dir := t.TempDir()
	ctx := t.Context()
	d := &district{t: t, database: database, clock: &clock{t: monday}}
	var err error
	d.db, err = db.Open(ctx, database)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.db.Close() })
	d.bus, err = bus.Open(bus.Config{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(d.bus.Close)
	require.NoError(t, d.bus.Prepare(ctx))
	d.signer, err = grant.LoadOrCreate(filepath.Join(dir, "grant.key"))
	require.NoError(t, err)
	require.NoError(t, demo.Seed(ctx, d.db, monday)) // nothing where it is there already
	d.now, err = demo.EnsureLessonNow(ctx, d.db, monday)
	require.NoError(t, err)
	d.start(func(*scheduler.Config) {})
	return d
}

// start serves the district, with a configuration of its own, from now on.
func (d *district) start(with func(*scheduler.Config)) {
	d.t.Helper()
	cfg := scheduler.Config{PublicURL: "http://tongtang.test", Now: d.clock.Now, ICE: iceservers.Config{URLs: []string{"turn:ice.test?transport=udp", "stun:ice.test"}, Secret: "s3"}}
	with(&cfg)
	var err error
	d.server, err = scheduler.New(cfg, scheduler.Deps{DB: d.db, Bus: d.bus, Signer: d.signer, Log: slog.New(slog.DiscardHandler)})
	require.NoError(d.t, err)
	e := httpd.NewEngine()
	d.server.Routes(e)
	d.engine = e
	s := httptest.NewServer(e)
	d.t.Cleanup(s.Close)
	d.url = s.URL
}

// restart is a server that has gone down and comes up again with what stands in its database. Who was signed in stays so.
func (d *district) restart() {
	d.t.Helper()
	require.NoError(d.t, d.db.Close())
	var err error
	d.db, err = db.Open(d.t.Context(), d.database)
	require.NoError(d.t, err)
	d.start(func(*scheduler.Config) {})
}

// seeded is the demo district of monday, without the lesson that is on.
var seeded = dbtest.Filled(func(ctx context.Context, address string) error {
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	return errors.Join(demo.Seed(ctx, d, monday), d.Close())
})

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, test func(*testing.T, *district)) {
	seeded.Each(t, func(t *testing.T, database string) { test(t, newDistrict(t, database)) })
}

// run runs the server's clock and its part on the bus until the test ends.
func (d *district) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.server.Run(ctx) }()
	d.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			d.t.Errorf("Run: %v", err)
		}
	})
}

// user is someone at a browser, or a device.
type user struct {
	d      *district
	cookie string
	key    string
}

func (d *district) stranger() *user { return &user{d: d} }

// as signs one of the demo's people in.
func (d *district) as(login string) *user {
	d.t.Helper()
	u := d.stranger()
	res := u.call(http.MethodPost, "/api/session", scheduler.SignIn{Login: login, Password: demo.Password})
	require.Equal(d.t, http.StatusOK, res.status, string(res.body))
	for _, c := range res.cookies {
		if c.Name == "tongtang_session" {
			u.cookie = c.Value
		}
	}
	require.NotEmpty(d.t, u.cookie)
	return u
}

type response struct {
	t       testing.TB
	status  int
	body    []byte
	header  http.Header
	cookies []*http.Cookie
}

// call asks the server. A change is based on the present version, as of one who has just looked.
func (u *user) call(method, path string, body any) response {
	u.d.t.Helper()
	res := u.based(method, path, body, "")
	var p httpd.Problem
	if res.status == http.StatusPreconditionRequired && json.Unmarshal(res.body, &p) == nil && p.Params["version"] != nil {
		return u.based(method, path, body, fmt.Sprintf(`"%v"`, p.Params["version"]))
	}
	return res
}

// based asks the server for a change that is based on a version; "" names none.
func (u *user) based(method, path string, body any, etag string) response {
	u.d.t.Helper()
	var payload io.Reader
	if body != nil {
		raw, ok := body.([]byte)
		if !ok {
			var err error
			raw, err = json.Marshal(body)
			require.NoError(u.d.t, err)
		}
		payload = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(u.d.t.Context(), method, u.d.url+path, payload)
	require.NoError(u.d.t, err)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-Tongtang", "1")
	if etag != "" {
		req.Header.Set("If-Match", etag)
	}
	return u.send(req)
}

func (u *user) send(req *http.Request) response {
	u.d.t.Helper()
	if u.cookie != "" {
		req.AddCookie(&http.Cookie{Name: "tongtang_session", Value: u.cookie})
	}
	if u.key != "" {
		req.Header.Set("Authorization", "Bearer "+u.key)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(u.d.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(u.d.t, err)
	return response{u.d.t, res.StatusCode, raw, res.Header, res.Cookies()}
}

func (u *user) get(path string) response { u.d.t.Helper(); return u.call(http.MethodGet, path, nil) }

func (u *user) post(path string, body any) response {
	u.d.t.Helper()
	return u.call(http.MethodPost, path, body)
}

// ok reads the answer, which must be one of success.
func ok[T any](r response) T {
	r.t.Helper()
	require.Less(r.t, r.status, 300, string(r.body))
	var v T
	require.NoError(r.t, json.Unmarshal(r.body, &v), string(r.body))
	return v
}

// refused checks that the answer is a problem document with this status and code.
func (r response) refused(status int, code string) httpd.Problem {
	r.t.Helper()
	var p httpd.Problem
	require.Equal(r.t, status, r.status, string(r.body))
	require.Equal(r.t, "application/problem+json", r.header.Get("Content-Type"))
	require.NoError(r.t, json.Unmarshal(r.body, &p), string(r.body))
	require.Equal(r.t, code, p.Code, string(r.body))
	require.Equal(r.t, status, p.Status)
	return p
}

func TestMain(m *testing.M) {
	code := dbtest.Run(m)
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Println(err)
		code = 1
	}
	os.Exit(code)
}
