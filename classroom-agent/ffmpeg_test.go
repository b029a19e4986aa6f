package agent

import (
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// relay is an RTSP server that hands on what somebody publishes into it: here FFmpeg plays the camera.
type relay struct {
	server *gortsplib.Server
	mu     sync.Mutex
	stream *gortsplib.ServerStream
}

func (r *relay) current() *gortsplib.ServerStream {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stream
}

func (r *relay) answer() (*base.Response, *gortsplib.ServerStream, error) {
	if r.current() == nil {
		return &base.Response{StatusCode: base.StatusNotFound}, nil, nil
	}
	return &base.Response{StatusCode: base.StatusOK}, r.current(), nil
}

func (r *relay) OnDescribe(*gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return r.answer()
}

func (r *relay) OnSetup(ctx *gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	if ctx.Session.State() == gortsplib.ServerSessionStatePreRecord {
		return &base.Response{StatusCode: base.StatusOK}, nil, nil
	}
	return r.answer()
}

func (r *relay) OnPlay(*gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	return &base.Response{StatusCode: base.StatusOK}, nil
}

func (r *relay) OnAnnounce(ctx *gortsplib.ServerHandlerOnAnnounceCtx) (*base.Response, error) {
	s := &gortsplib.ServerStream{Server: r.server, Desc: ctx.Description}
	if err := s.Initialize(); err != nil {
		return &base.Response{StatusCode: base.StatusBadRequest}, err
	}
	r.mu.Lock()
	r.stream = s
	r.mu.Unlock()
	return &base.Response{StatusCode: base.StatusOK}, nil
}

func (r *relay) OnRecord(ctx *gortsplib.ServerHandlerOnRecordCtx) (*base.Response, error) {
	ctx.Session.OnPacketRTPAny(func(m *description.Media, _ format.Format, p *rtp.Packet) { _ = r.current().WritePacketRTP(m, p) })
	return &base.Response{StatusCode: base.StatusOK}, nil
}

// TestIndependentCamera reads what FFmpeg's RTSP sends.
func TestIndependentCamera(t *testing.T) {
	t.Parallel()
	r := &relay{}
	r.server = &gortsplib.Server{Handler: r, RTSPAddress: deadPort(t)}
	require.NoError(t, r.server.Start())
	defer r.server.Close()
	address := "rtsp://" + r.server.RTSPAddress + "/cam"
	ffmpeg := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-re", "-stream_loop", "-1", "-i", mainFilm(t), "-c", "copy", "-f", "rtsp", "-rtsp_transport", "tcp", address)
	require.NoError(t, ffmpeg.Start())
	defer func() { r.current().Close() }()
	defer func() { _ = ffmpeg.Process.Kill(); _ = ffmpeg.Wait() }()
	require.Eventually(t, func() bool { return r.current() != nil }, 10*time.Second, 20*time.Millisecond)

	f, s := watch(t, CameraConfig{Name: "camera", Main: address, Microphone: true})
	require.Eventually(t, func() bool { m, _, a := s.count(); return m > 100 && a > 200 }, 20*time.Second, 50*time.Millisecond)
	main, _, sound := s.all()
	require.InDelta(t, -22, loudness(t, sound), 4)
	n, is := sizes(t, main)
	require.Greater(t, n, 70)
	require.Contains(t, is, "640x360")
	require.Equal(t, "AAC", f.state().Audio)
	require.InDelta(t, main[len(main)-1].at.Seconds(), sound[len(sound)-1].Time.Seconds(), 0.3)
	for i := 1; i < len(main); i++ {
		require.Greater(t, main[i].at, main[i-1].at)
	}
}
