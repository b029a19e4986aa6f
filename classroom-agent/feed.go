package agent

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tongtang/tongtang/classroom-agent/rtsp"
	"github.com/tongtang/tongtang/recorder/libav"
)

// layer is one of the two streams of a camera.
type layer int

const (
	mainLayer layer = iota
	subLayer
)

// picture is one H.264 access unit of a camera, ready to be sent.
type picture struct {
	at    time.Duration // when it was filmed, Unix time
	key   bool
	nalus [][]byte
}

// outlet takes what a camera shows and hears. Its functions are called from the camera's goroutines, one for each layer and one for the
// sound, and must not block. Each may be nil.
type outlet struct {
	picture func(layer, picture)
	sound   func(libav.OpusPacket)
}

// feed is one camera of the room: its streams, read again and again, and whoever wants them.
type feed struct {
	cfg     CameraConfig
	log     *slog.Logger
	streams []*stream // main, and sub if there is one

	mu      sync.RWMutex
	outlets map[*outlet]struct{}

	mic microphone
}

func newFeed(cfg CameraConfig, log *slog.Logger) *feed {
	f := &feed{cfg: cfg, log: log.With("source", cfg.Name), outlets: map[*outlet]struct{}{}}
	clock := rtsp.NewClock()
	f.streams = append(f.streams, newStream(f, mainLayer, rtsp.Source{Address: cfg.Main, Microphone: cfg.Microphone, Clock: clock}))
	if cfg.Sub != "" {
		f.streams = append(f.streams, newStream(f, subLayer, rtsp.Source{Address: cfg.Sub, Clock: clock}))
	}
	return f
}

// run reads the camera until ctx ends.
func (f *feed) run(ctx context.Context) error {
	defer f.mic.close()
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range f.streams {
		g.Go(func() error { return s.read(ctx) })
		g.Go(func() error { return s.work(ctx) })
	}
	return g.Wait()
}

// attach adds an outlet; the returned function takes it off and returns once no call to it is running.
func (f *feed) attach(o *outlet) func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.outlets[o] = struct{}{}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.outlets, o)
	}
}

func (f *feed) deliver(l layer, p picture) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for o := range f.outlets {
		if o.picture != nil {
			o.picture(l, p)
		}
	}
}

func (f *feed) deliverSound(packets []libav.OpusPacket) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for o := range f.outlets {
		if o.sound == nil {
			continue
		}
		for _, p := range packets {
			o.sound(p)
		}
	}
}

// ready tells whether any stream has shown a picture since the start.
func (f *feed) ready() bool {
	for _, s := range f.streams {
		if s.seen() {
			return true
		}
	}
	return false
}

// state is what the local page shows of the camera.
func (f *feed) state() Camera {
	c := Camera{Name: f.cfg.Name, Audio: f.mic.codec()}
	c.State, c.Detail = f.streams[mainLayer].condition()
	if c.Main = f.streams[mainLayer].state(); c.Main != nil {
		c.Codec, c.Width, c.Height, c.FPS, c.Bitrate = c.Main.Codec, c.Main.Width, c.Main.Height, c.Main.FPS, c.Main.Bitrate
	}
	if len(f.streams) > 1 {
		c.Sub = f.streams[subLayer].state()
		if s, detail := f.streams[subLayer].condition(); c.State == CameraOK && s != CameraOK && s != CameraConnecting {
			c.Detail = "sub-" + detail
		}
	}
	return c
}
