package recorder

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/store"
	"github.com/tongtang/tongtang/recorder/films"
	"github.com/tongtang/tongtang/recorder/link"
	scheduler "github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu"
	"github.com/tongtang/tongtang/sfu/client"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, // idle HTTP connections are kept for a while
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

// house is a real bus, SFU and recorder; the test plays the scheduler.
type house struct {
	t                 *testing.T
	dir               string
	cfg               Config
	log               *slog.Logger
	signer            *grant.Signer
	bus               *bus.Bus
	store             store.Store
	addr              string // of the web server, kept over restarts of the SFU
	busAddr, storeURL string

	sfu      func() // ends it
	recorder *Server
	stop     func() // ends the recorder
	started  map[string]time.Time
}

func newHouse(t *testing.T, cfg Config, storeURL string) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), cfg: cfg, log: slog.New(slog.NewTextHandler(t.Output(), nil)), started: map[string]time.Time{}}
	var err error
	h.signer, err = grant.LoadOrCreate(filepath.Join(h.dir, "grant.key"))
	require.NoError(t, err)
	h.busAddr = freeAddr(t)
	h.bus, err = bus.Open(bus.Config{Dir: h.dir, Listen: h.busAddr})
	require.NoError(t, err)
	t.Cleanup(h.bus.Close)
	require.NoError(t, h.bus.Prepare(t.Context()))
	if storeURL == "" {
		storeURL = filepath.Join(h.dir, "store")
	}
	h.storeURL = storeURL
	h.store, err = store.Open(t.Context(), storeURL)
	require.NoError(t, err)
	_, err = h.bus.Conn.Subscribe(bus.RecorderGrant, func(m *nats.Msg) {
		var ask struct{ Lesson string }
		_ = json.Unmarshal(m.Data, &ask)
		answer, _ := json.Marshal(map[string]string{"grant": h.token(grant.Claims{Lesson: ask.Lesson, Role: grant.Recorder}, "recorder")})
		_ = m.Respond(answer)
	})
	require.NoError(t, err)
	h.startSFU()
	t.Cleanup(func() { h.sfu() })
	if h.cfg.Spool == "" {
		h.cfg.Spool = filepath.Join(h.dir, "spool")
	}
	h.cfg.SFU = "http://" + h.addr
	h.cfg.Preset = "ultrafast"
	if h.cfg.Reserve == 0 {
		h.cfg.Reserve = -1
	}
	h.cfg.Retry, h.cfg.Most = 200*time.Millisecond, time.Second
	h.startRecorder()
	t.Cleanup(func() { h.stop() })
	return h
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func (h *house) startSFU() {
	h.t.Helper()
	server, err := sfu.New(sfu.Config{UDP: "127.0.0.1:0", ReturnGrace: 4 * time.Second},
		sfu.Deps{Bus: h.bus, Verifier: h.signer.Verifier(), Metrics: prometheus.NewRegistry(), Log: h.log.With("part", "sfu")})
	require.NoError(h.t, err)
	engine := httpd.NewEngine()
	server.Routes(engine)
	if h.addr == "" {
		h.addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", h.addr)
	require.NoError(h.t, err)
	h.addr = l.Addr().String()
	h.sfu = h.serve(func(ctx context.Context) error { return server.Run(ctx) }, func(ctx context.Context) error { return httpd.Serve(ctx, l, engine) })
	require.Eventually(h.t, func() bool { return server.Ready(h.t.Context()) == nil }, 10*time.Second, 5*time.Millisecond)
}

func (h *house) startRecorder() {
	h.t.Helper()
	var err error
	h.recorder, err = New(h.cfg, Deps{Bus: h.bus, Store: h.store, Verifier: h.signer.Verifier(), Registerer: prometheus.NewRegistry(), Log: h.log.With("part", "recorder")})
	require.NoError(h.t, err)
	h.stop = h.serve(h.recorder.Run)
}

// serve runs parts until the returned function is called, which waits for their end.
func (h *house) serve(parts ...func(context.Context) error) func() {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, run := range parts {
		wg.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				h.t.Errorf("a part ended by itself: %v", err)
			}
		})
	}
	return sync.OnceFunc(func() {
		cancel()
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(30 * time.Second):
			panic("a part did not end within 30 s")
		}
	})
}

func (h *house) token(c grant.Claims, who string) string {
	c.RegisteredClaims = jwt.RegisteredClaims{Subject: who}
	token, err := h.signer.Sign(c, time.Hour)
	if err != nil {
		panic(err)
	}
	return token
}

func (h *house) access(lesson string, role grant.Role, who string, publish ...string) client.Lesson {
	return client.Lesson{Server: "http://" + h.addr, ID: lesson, Log: h.log.With("part", who),
		Grant: h.token(grant.Claims{Lesson: lesson, Role: role, Name: "Name of " + who, Publish: publish}, who)}
}

// put writes the lesson as the scheduler does.
func (h *house) put(id string, state scheduler.State) {
	h.t.Helper()
	now := time.Now().UTC()
	if state == scheduler.Live && h.started[id].IsZero() {
		h.started[id] = now
	}
	at := h.started[id]
	l := scheduler.Lesson{ID: id, Title: "分数的加法", State: state, Start: at, End: at.Add(40 * time.Minute), StartedAt: &at, Record: true}
	if state == scheduler.Ended {
		l.EndedAt = &now
	}
	raw, err := json.Marshal(l)
	require.NoError(h.t, err)
	kv, err := h.bus.JS.KeyValue(h.t.Context(), bus.LessonsBucket)
	require.NoError(h.t, err)
	_, err = kv.Put(h.t.Context(), id, raw)
	require.NoError(h.t, err)
}

// publish puts a film on air, in its own time, and stops after the film or when the returned function is called.
func (h *house) publish(l client.Lesson, source string, f *films.Film) (stop func()) {
	h.t.Helper()
	o := client.PublishOptions{Source: source, Video: client.NewVideo()}
	if len(f.Voice) > 0 {
		o.Audio = client.NewAudio()
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), 15*time.Second)
	defer cancel()
	p, err := l.Publish(ctx, o)
	require.NoError(h.t, err)
	quit := make(chan struct{})
	var wg sync.WaitGroup
	begin := time.Now()
	wg.Go(func() {
		pace(quit, begin, time.Second/films.FPS, len(f.Pictures), func(i int, at time.Time) {
			_ = o.Video[0].WriteFrame(f.Pictures[i].NALUs, uint32(i*3600), at)
		})
	})
	if o.Audio != nil {
		wg.Go(func() {
			pace(quit, begin, films.VoicePacket, len(f.Voice), func(i int, at time.Time) {
				_ = o.Audio.WriteFrame([][]byte{f.Voice[i]}, uint32(i*960), at)
			})
		})
	}
	return sync.OnceFunc(func() {
		close(quit)
		wg.Wait()
		_ = p.Close()
	})
}

func pace(quit <-chan struct{}, begin time.Time, step time.Duration, n int, send func(i int, at time.Time)) {
	for i := range n {
		at := begin.Add(time.Duration(i) * step)
		select {
		case <-time.After(time.Until(at)):
		case <-quit:
			return
		}
		send(i, at)
	}
}

// state polls the bucket of recordings until it says so.
func (h *house) state(lesson string, patience time.Duration, want ...link.State) link.Recording {
	h.t.Helper()
	kv, err := h.bus.JS.KeyValue(h.t.Context(), bus.RecordingsBucket)
	require.NoError(h.t, err)
	var r link.Recording
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		e, err := kv.Get(h.t.Context(), lesson)
		if err != nil {
			continue
		}
		require.NoError(h.t, json.Unmarshal(e.Value(), &r))
		for _, w := range want {
			if r.State == w {
				return r
			}
		}
		if r.State == link.Failed {
			break
		}
	}
	h.t.Fatalf("the recording is %+v, not %v", r, want)
	return r
}

// wait lets the lesson go on.
func (h *house) wait(d time.Duration) { time.Sleep(d) }
