package agent

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/recorder/libav"
)

// TestPreview looks and listens through the page's own way: WebRTC from this computer.
func TestPreview(t *testing.T) {
	t.Parallel()
	cam := play(t, "", cameraStream("/main", mainFilm(t)), cameraStream("/sub", subFilm(t)))
	a, p, _ := agentOn(t, Config{Server: "http://" + deadPort(t), Cameras: []CameraConfig{{Main: cam.URL("/main"), Sub: cam.URL("/sub")}}})
	p.until("pictures of both streams", func(s State) bool { return s.Cameras[0].Main != nil && s.Cameras[0].Sub != nil })

	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	require.NoError(t, err)
	closed := sync.OnceFunc(func() { require.NoError(t, pc.GracefulClose()) })
	defer closed()
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		_, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		require.NoError(t, err)
	}
	var mu sync.Mutex
	var sound []libav.OpusPacket
	var video []byte
	frames := 0
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		var depacketise codecs.H264Packet
		for {
			pkt, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			mu.Lock()
			if track.Kind() == webrtc.RTPCodecTypeAudio {
				sound = append(sound, libav.OpusPacket{Data: append([]byte(nil), pkt.Payload...), Time: time.Duration(pkt.Timestamp) * time.Second / 48_000})
			} else if b, err := depacketise.Unmarshal(pkt.Payload); err == nil {
				video = append(video, b...)
				if pkt.Marker {
					frames++
				}
			}
			mu.Unlock()
		}
	})
	offer, err := pc.CreateOffer(nil)
	require.NoError(t, err)
	gathered := webrtc.GatheringCompletePromise(pc)
	require.NoError(t, pc.SetLocalDescription(offer))
	<-gathered
	status, answer := p.call(http.MethodPost, "/local/preview", strings.NewReader(pc.LocalDescription().SDP), "Content-Type", "application/sdp")
	require.Equal(t, 201, status, answer)
	require.NoError(t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return frames > 50 && len(sound) > 100 }, 20*time.Second, 50*time.Millisecond)
	mu.Lock()
	require.InDelta(t, -22, loudness(t, sound), 4)
	n, is := sizes(t, []picture{{key: true, nalus: [][]byte{video[4:]}}})
	mu.Unlock()
	require.Greater(t, n, 40)
	require.Contains(t, is, "320x180", "the small stream")

	closed()
	require.Eventually(t, func() bool {
		a.previews.mu.Lock()
		defer a.previews.mu.Unlock()
		return len(a.previews.live) == 0
	}, 15*time.Second, 50*time.Millisecond, "a preview ends with its peer connection")

	status, raw := p.call(http.MethodPost, "/local/preview", strings.NewReader("v=0"), "Content-Type", "application/sdp")
	require.Equal(t, 422, status, raw)
}
