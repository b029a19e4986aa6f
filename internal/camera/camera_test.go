package camera

import (
	"context"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ffmpeg makes a film or a voice for the test.
func ffmpeg(t *testing.T, name string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	cmd := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-v", "error", "-y"}, args...), out)...)
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
	return out
}

func start(t *testing.T, cfg Config) *Camera {
	t.Helper()
	cfg.Listen = "127.0.0.1:0"
	c, err := New(cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return c
}

// heard is what one client received.
type heard struct {
	mu      sync.Mutex
	desc    *description.Session
	packets map[*description.Media][]stamped
	reports map[*description.Media]*rtcp.SenderReport
}

type stamped struct {
	at  time.Time
	pkt *rtp.Packet
}

// watch reads the stream for d.
func watch(t *testing.T, url string, d time.Duration) *heard {
	t.Helper()
	u, err := base.ParseURL(url)
	require.NoError(t, err)
	tcp := gortsplib.TransportTCP
	c := gortsplib.Client{Scheme: u.Scheme, Host: u.Host, Transport: &tcp}
	require.Eventually(t, func() bool { return c.Start2() == nil }, 5*time.Second, 20*time.Millisecond)
	defer c.Close()
	h := &heard{packets: map[*description.Media][]stamped{}, reports: map[*description.Media]*rtcp.SenderReport{}}
	h.desc, _, err = c.Describe(u)
	require.NoError(t, err)
	require.NoError(t, c.SetupAll(h.desc.BaseURL, h.desc.Medias))
	c.OnPacketRTPAny(func(m *description.Media, _ format.Format, p *rtp.Packet) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.packets[m] = append(h.packets[m], stamped{time.Now(), p})
	})
	c.OnPacketRTCPAny(func(m *description.Media, p rtcp.Packet) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if sr, ok := p.(*rtcp.SenderReport); ok {
			h.reports[m] = sr
		}
	})
	_, err = c.Play(nil)
	require.NoError(t, err)
	time.Sleep(d) // the camera's own time passes; nothing is waited for
	return h
}

// film2s is 2 s of 25 fps; a short film has many seams.
func film2s(t *testing.T) string {
	return ffmpeg(t, "film.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=440:r=48000", "-t", "2",
		"-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac")
}

func TestPositionIsBoundToTheWallClock(t *testing.T) {
	file := film2s(t)
	f, err := readFilm(file, "")
	require.NoError(t, err)
	require.Equal(t, 2*time.Second, f.length)
	c := start(t, Config{Streams: []Stream{{Path: "/main", Film: file}}})
	h := watch(t, c.URL("main"), 3500*time.Millisecond)

	video, audio := h.desc.Medias[0], h.desc.Medias[1]
	require.NotEmpty(t, h.desc.Medias[0].Formats[0].(*format.H264).SPS)
	sr := h.reports[video]
	require.NotNil(t, sr)
	frames := 0
	var last uint32
	for i, s := range h.packets[video] {
		if i > 0 && s.pkt.Timestamp == last {
			continue
		}
		if i > 0 {
			require.Equal(t, uint32(3600), s.pkt.Timestamp-last, "a picture every 40 ms, over the seam too")
		}
		last = s.pkt.Timestamp
		frames++
		filmed := ntpTime(sr.NTPTime).Add(time.Duration(int32(last-sr.RTPTime)) * time.Second / 90_000)
		position := time.Duration(filmed.UnixNano()) % f.length
		require.Less(t, (position+10*time.Microsecond)%(40*time.Millisecond), time.Millisecond, "the report names the film's own times")
		delay := s.at.Sub(filmed)
		require.Greater(t, delay, -time.Millisecond)
		require.Less(t, delay, 500*time.Millisecond)
	}
	require.InDelta(t, 87, frames, 20)

	sr = h.reports[audio]
	require.NotNil(t, sr)
	for i, s := range h.packets[audio] {
		if i > 0 {
			require.Equal(t, uint32(1024), s.pkt.Timestamp-h.packets[audio][i-1].pkt.Timestamp, "unbroken sound")
		}
		filmed := ntpTime(sr.NTPTime).Add(time.Duration(int32(s.pkt.Timestamp-sr.RTPTime)) * time.Second / 48_000)
		require.InDelta(t, 0.021, s.at.Sub(filmed).Seconds(), 0.5)
	}
	require.InDelta(t, 164, len(h.packets[audio]), 40)
}

func ntpTime(v uint64) time.Time {
	return time.Unix(int64(v>>32)-2_208_988_800, int64((v&0xffffffff)*1_000_000_000>>32))
}

func TestH265WithBFramesAndG711(t *testing.T) {
	film := ffmpeg(t, "film.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "2",
		"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "bframes=2:keyint=25:log-level=none", "-tag:v", "hvc1", "-pix_fmt", "yuv420p")
	voice := ffmpeg(t, "voice.wav", "-f", "lavfi", "-i", "sine=440:r=8000", "-t", "2", "-c:a", "pcm_alaw")
	c := start(t, Config{Streams: []Stream{{Path: "/main", Film: film, Voice: voice}}})
	h := watch(t, c.URL("main"), 1500*time.Millisecond)
	v := h.desc.Medias[0].Formats[0].(*format.H265)
	require.NotEmpty(t, v.VPS)
	require.NotEmpty(t, v.SPS)
	require.NotEmpty(t, v.PPS)
	require.False(t, h.desc.Medias[1].Formats[0].(*format.G711).MULaw)
	back := 0
	for i, s := range h.packets[h.desc.Medias[0]] {
		if i > 0 && int32(s.pkt.Timestamp-h.packets[h.desc.Medias[0]][i-1].pkt.Timestamp) < 0 {
			back++
		}
	}
	require.Positive(t, back, "B-frames are sent after what they look forward to")
	for _, s := range h.packets[h.desc.Medias[1]] {
		require.Len(t, s.pkt.Payload, 160)
	}
	require.NotEmpty(t, h.packets[h.desc.Medias[1]])
}

func TestSwapSendsNewParametersInBand(t *testing.T) {
	c := start(t, Config{Streams: []Stream{{Path: "/main", Film: film2s(t)}}})
	big := ffmpeg(t, "big.mp4", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-t", "2",
		"-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25", "-pix_fmt", "yuv420p")
	f, err := readFilm(big, "")
	require.NoError(t, err)
	go func() { _ = c.Swap("/main", big) }()
	h := watch(t, c.URL("/main"), 2*time.Second)
	decode, err := h.desc.Medias[0].Formats[0].(*format.H264).CreateDecoder()
	require.NoError(t, err)
	found := false
	for _, s := range h.packets[h.desc.Medias[0]] {
		nalus, err := decode.Decode(s.pkt)
		if err == nil && len(nalus) > 2 && string(nalus[0]) == string(f.video.params[0]) {
			found = true
		}
	}
	require.True(t, found)
	require.Error(t, c.Swap("/other", big))
}

func TestRefusals(t *testing.T) {
	_, err := New(Config{})
	require.Error(t, err)
	_, err = New(Config{Streams: []Stream{{Path: "/main", Film: "/does/not/exist.mp4"}}})
	require.Error(t, err)
	sound := ffmpeg(t, "sound.mp4", "-f", "lavfi", "-i", "sine=440", "-t", "1", "-c:a", "aac")
	_, err = New(Config{Streams: []Stream{{Path: "/main", Film: sound}}})
	require.ErrorContains(t, err, "no H.264 or H.265")
}
