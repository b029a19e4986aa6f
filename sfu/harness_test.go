package sfu

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a whole SFU with its bus, as the server runs it.
type house struct {
	t      *testing.T
	cfg    Config
	dir    string
	signer *grant.Signer
	bus    *bus.Bus
	server *Server
	web    *httptest.Server
	reg    *prometheus.Registry
	stop   context.CancelFunc
	done   chan error

	address  string // of web, the same after a restart
	turnPort int    // of the TURN server in its tests
}

func newHouse(t *testing.T, cfg Config) *house {
	t.Helper()
	h := &house{t: t, cfg: cfg, dir: t.TempDir()}
	if h.cfg.UDP == "" {
		h.cfg.UDP = "127.0.0.1:0"
	}
	var err error
	h.signer, err = grant.LoadOrCreate(filepath.Join(h.dir, "grant.key"))
	require.NoError(t, err)
	h.start()
	t.Cleanup(h.close)
	return h
}

func (h *house) start() {
	h.t.Helper()
	var err error
	h.bus, err = bus.Open(bus.Config{Dir: h.dir})
	require.NoError(h.t, err)
	h.reg = prometheus.NewRegistry()
	h.server, err = New(h.cfg, Deps{Bus: h.bus, Verifier: h.signer.Verifier(), Metrics: h.reg, Log: slog.New(slog.NewTextHandler(h.t.Output(), nil))})
	require.NoError(h.t, err)
	require.Error(h.t, h.server.Ready(h.t.Context()))
	e := httpd.NewEngine()
	h.server.Routes(e)
	var ctx context.Context
	ctx, h.stop = context.WithCancel(context.Background())
	h.done = make(chan error, 1)
	go func() { h.done <- h.server.Run(ctx) }()
	require.Eventually(h.t, func() bool { return h.server.Ready(h.t.Context()) == nil }, 10*time.Second, 5*time.Millisecond)
	h.web = httptest.NewUnstartedServer(e)
	if h.address != "" { // a restarted server is where it was
		require.NoError(h.t, h.web.Listener.Close())
		h.web.Listener, err = net.Listen("tcp", h.address)
		require.NoError(h.t, err)
	}
	h.web.Start()
	h.address = h.web.Listener.Addr().String()
}

func (h *house) close() {
	if h.stop == nil {
		return
	}
	h.stop()
	select {
	case err := <-h.done:
		require.NoError(h.t, err)
	case <-time.After(20 * time.Second):
		h.t.Fatal("the server did not end")
	}
	h.web.Close()
	h.bus.Close()
	h.stop = nil
}

// put writes a lesson into the bucket as the scheduler does.
func (h *house) put(id string, state link.State) {
	h.t.Helper()
	kv, err := h.bus.JS.KeyValue(h.t.Context(), bus.LessonsBucket)
	require.NoError(h.t, err)
	now := time.Now().UTC()
	l := link.Lesson{ID: id, Title: "分数", State: state, Start: now, End: now.Add(40 * time.Minute), StartedAt: &now}
	if state == link.Ended {
		l.EndedAt = &now
	}
	raw, err := json.Marshal(l)
	require.NoError(h.t, err)
	_, err = kv.Put(h.t.Context(), id, raw)
	require.NoError(h.t, err)
}

func (h *house) grant(lesson string, role grant.Role, who string, publish ...string) client.Lesson {
	h.t.Helper()
	token, err := h.signer.Sign(grant.Claims{Lesson: lesson, Role: role, Name: "Name of " + who, School: "school-" + who, Publish: publish,
		RegisteredClaims: jwt.RegisteredClaims{Subject: who}}, time.Hour)
	require.NoError(h.t, err)
	return client.Lesson{Server: h.web.URL, ID: lesson, Grant: token, Log: slog.New(slog.NewTextHandler(h.t.Output(), nil))}
}

func deadline(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// film is real H.264: pictures as lists of NAL units.
type film struct {
	pictures [][][]byte
	gop      int
}

var films sync.Map

// makeFilm encodes a few seconds with a keyframe every gop pictures, once for each gop and size.
func makeFilm(t *testing.T, gop int, size string) *film {
	t.Helper()
	type key struct {
		gop  int
		size string
	}
	if f, ok := films.Load(key{gop, size}); ok {
		return f.(*film)
	}
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size="+size+":rate=25", "-t", "4",
		"-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-profile:v", "baseline", "-x264-params", "scenecut=0:sliced-threads=0:slices=1:aud=1",
		"-g", itoa(gop), "-f", "h264", "-").Output()
	require.NoError(t, err)
	f := &film{gop: gop}
	for _, unit := range splitAnnexB(out) {
		if unit[0]&0x1f == 9 { // access unit delimiter
			f.pictures = append(f.pictures, nil)
			continue
		}
		last := len(f.pictures) - 1
		f.pictures[last] = append(f.pictures[last], unit)
	}
	require.Len(t, f.pictures, 100)
	films.Store(key{gop, size}, f)
	return f
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func splitAnnexB(b []byte) [][]byte {
	var units [][]byte
	for _, part := range bytes.Split(b, []byte{0, 0, 1}) {
		if part = bytes.TrimRight(part, "\x00"); len(part) > 0 {
			units = append(units, part)
		}
	}
	return units
}

// onAir publishes film and a voice until the returned function is called. Layers get the same pictures; l only its own film.
type onAir struct {
	*client.Publication
	asked chan string
	stop  func()
}

func (h *house) publish(l client.Lesson, source string, layers map[string]*film, voice bool) *onAir {
	h.t.Helper()
	var rids []string
	if _, ok := layers["h"]; ok {
		rids = []string{"h", "l"}
	}
	o := client.PublishOptions{Source: source}
	if len(layers) > 0 {
		o.Video = client.NewVideo(rids...)
	}
	if voice {
		o.Audio = client.NewAudio()
	}
	air := &onAir{asked: make(chan string, 100)}
	o.OnKeyframeRequest = func(rid string) {
		select {
		case air.asked <- rid:
		default:
		}
	}
	p, err := l.Publish(deadline(h.t, 30*time.Second), o)
	require.NoError(h.t, err)
	air.Publication = p
	require.Eventually(h.t, func() bool {
		ls, err := h.server.lesson(h.t.Context(), l.ID)
		if err != nil {
			return false
		}
		ls.mu.Lock()
		defer ls.mu.Unlock()
		on := ls.publishers[source]
		return on != nil && on.id == p.Session()
	}, 30*time.Second, 5*time.Millisecond)
	quit := make(chan struct{})
	var wg sync.WaitGroup
	for _, e := range o.Video {
		wg.Go(func() { play(e, layers[e.RID()], quit) })
	}
	if voice {
		wg.Go(func() { speak(o.Audio, quit) })
	}
	stop := func() {
		close(quit)
		wg.Wait()
		_ = p.Close()
	}
	air.stop = func() { // what has ended is let go of: a long test publishes often
		if stop != nil {
			stop()
			stop = nil
		}
	}
	h.t.Cleanup(air.stop)
	return air
}

// play sends a film in a loop, 25 pictures a second.
func play(e *client.Encoding, f *film, quit <-chan struct{}) {
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	begin := time.Now()
	for n := 0; ; n++ {
		select {
		case <-quit:
			return
		case now := <-tick.C: // a busy machine drops ticks
			_ = e.WriteFrame(f.pictures[n%len(f.pictures)], uint32(now.Sub(begin).Milliseconds()*90), now)
		}
	}
}

// speak sends Opus: silence of 20 ms, marked with its number.
func speak(e *client.Encoding, quit <-chan struct{}) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	begin := time.Now()
	for n := uint32(0); ; n++ {
		select {
		case <-quit:
			return
		case now := <-tick.C:
			_ = e.WriteFrame([][]byte{{0xf8, 0xff, 0xfe, byte(n >> 8), byte(n)}}, uint32(now.Sub(begin).Milliseconds()*48), now)
		}
	}
}
