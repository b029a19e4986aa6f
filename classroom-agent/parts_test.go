package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tongtang/tongtang/internal/camera"
	"github.com/tongtang/tongtang/recorder/libav"
)

func TestMain(m *testing.M) {
	films.dir, _ = os.MkdirTemp("", "films")
	before := goleak.IgnoreCurrent()
	nats := goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server/pse.periodic") // a timer of the whole process
	code := m.Run()
	_ = os.RemoveAll(films.dir)
	if code == 0 {
		if err := goleak.Find(before, nats); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// films are made once for all tests.
var films struct {
	mu  sync.Mutex
	dir string
}

func film(t *testing.T, name string, args ...string) string {
	t.Helper()
	films.mu.Lock()
	defer films.mu.Unlock()
	file := filepath.Join(films.dir, name)
	if _, err := os.Stat(file); err == nil {
		return file
	}
	text, err := exec.Command("ffmpeg", append(append([]string{"-v", "error", "-y"}, args...), file)...).CombinedOutput()
	require.NoError(t, err, string(text))
	return file
}

var x264 = []string{"-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25", "-pix_fmt", "yuv420p"}

// mainFilm has H.264 and a sine in AAC at -21 dBFS.
func mainFilm(t *testing.T) string {
	return film(t, "main.mp4", append(append([]string{"-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=440:r=48000", "-t", "4"}, x264...), "-c:a", "aac")...)
}

func subFilm(t *testing.T) string {
	return film(t, "sub.mp4", append([]string{"-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "4"}, x264...)...)
}

func bigFilm(t *testing.T) string {
	return film(t, "big.mp4", append([]string{"-f", "lavfi", "-i", "testsrc2=size=960x540:rate=25", "-t", "4"}, x264...)...)
}

func blackFilm(t *testing.T) string {
	return film(t, "black.mp4", append(append([]string{"-f", "lavfi", "-i", "color=black:size=320x180:rate=25", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "4"}, x264...), "-c:a", "aac")...)
}

func hevcFilm(t *testing.T) string {
	return film(t, "hevc.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "4", "-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1",
		"-x265-params", "bframes=2:b-adapt=0:keyint=25:log-level=none", "-pix_fmt", "yuv420p")
}

func aLaw(t *testing.T) string {
	return film(t, "voice.wav", "-f", "lavfi", "-i", "sine=440:r=8000", "-t", "4", "-c:a", "pcm_alaw")
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// running is a camera that plays until stop.
type running struct {
	*camera.Camera
	stop func()
}

// play starts a camera; listen "" takes a free port.
func play(t *testing.T, listen string, streams ...camera.Stream) running {
	t.Helper()
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	var c *camera.Camera
	require.Eventually(t, func() bool { // the port of the camera before may still be closing
		var err error
		c, err = camera.New(camera.Config{Listen: listen, Streams: streams})
		return err == nil
	}, 5*time.Second, 50*time.Millisecond)
	return running{c, spawn(t, c.Run)}
}

// spawn runs something until the returned function is called, at the latest at the end of the test.
func spawn(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(15 * time.Second):
			var stacks strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
			t.Errorf("Run did not end; what is still running:\n%s", stacks.String())
		}
	})
	t.Cleanup(stop)
	return stop
}

// seenFrom collects what a feed hands on.
type seenFrom struct {
	mu       sync.Mutex
	pictures [2][]picture
	sound    []libav.OpusPacket
}

func (s *seenFrom) outlet() *outlet {
	return &outlet{
		picture: func(l layer, p picture) { s.mu.Lock(); defer s.mu.Unlock(); s.pictures[l] = append(s.pictures[l], p) },
		sound:   func(p libav.OpusPacket) { s.mu.Lock(); defer s.mu.Unlock(); s.sound = append(s.sound, p) },
	}
}

func (s *seenFrom) count() (main, sub, sound int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.pictures[mainLayer]), len(s.pictures[subLayer]), len(s.sound)
}

func (s *seenFrom) all() (main, sub []picture, sound []libav.OpusPacket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]picture(nil), s.pictures[mainLayer]...), append([]picture(nil), s.pictures[subLayer]...), append([]libav.OpusPacket(nil), s.sound...)
}

// watch runs a feed and collects from it.
func watch(t *testing.T, cfg CameraConfig) (*feed, *seenFrom) {
	t.Helper()
	f, s := newFeed(cfg, quiet()), &seenFrom{}
	t.Cleanup(f.attach(s.outlet()))
	spawn(t, f.run)
	return f, s
}

// loudness decodes Opus and returns its level, dBFS RMS.
func loudness(t *testing.T, packets []libav.OpusPacket) float64 {
	t.Helper()
	a, err := libav.NewLiveAudio(libav.LiveSound{Codec: libav.LiveOpus, Rate: 48_000, Channels: 1})
	require.NoError(t, err)
	defer a.Close()
	for _, p := range packets {
		_, err := a.Push(p.Data, p.Time)
		require.NoError(t, err)
	}
	return a.Level()
}

// sizes decodes H.264 with ffprobe: how many frames, of which sizes.
func sizes(t *testing.T, pictures []picture) (frames int, sizes map[string]int) {
	t.Helper()
	var b []byte
	for len(pictures) > 0 && !pictures[0].key {
		pictures = pictures[1:]
	}
	for _, p := range pictures {
		for _, n := range p.nalus {
			b = append(append(b, 0, 0, 0, 1), n...)
		}
	}
	file := filepath.Join(t.TempDir(), "out.h264")
	require.NoError(t, os.WriteFile(file, b, 0o600))
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "frame=width,height,pict_type", "-of", "csv=p=0", file).CombinedOutput()
	require.NoError(t, err)
	require.NotContains(t, string(out), "error", "the decoder complained")
	sizes = map[string]int{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Split(strings.TrimSpace(line), ","); len(f) >= 3 {
			frames++
			sizes[f[0]+"x"+f[1]]++
		}
	}
	return frames, sizes
}

// deadPort is an address where nothing answers.
func deadPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func cameraStream(path, film string) camera.Stream { return camera.Stream{Path: path, Film: film} }

// camera265 speaks H.265 with B-frames and G.711.
func camera265(t *testing.T) camera.Stream {
	return camera.Stream{Path: "/main", Film: hevcFilm(t), Voice: aLaw(t)}
}
