package sfu

import (
	"bytes"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media/h264writer"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
)

// A player as pion's examples make one, with all the default codecs and interceptors: it connects, what it writes to a file can be decoded, and it
// leaves.
func TestStockPionPlays(t *testing.T) {
	h := everywhere(t)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 25, "320x180")}, true)
	token := h.grant("maths", grant.Viewer, "tv").Grant
	m := &webrtc.MediaEngine{}
	require.NoError(t, m.RegisterDefaultCodecs())
	r := &interceptor.Registry{}
	require.NoError(t, webrtc.RegisterDefaultInterceptors(m, r))
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(r)).NewPeerConnection(webrtc.Configuration{})
	require.NoError(t, err)
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		_, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		require.NoError(t, err)
	}
	var mu sync.Mutex
	var saved bytes.Buffer
	writer := h264writer.NewWith(&saved)
	counts, codecs := map[webrtc.RTPCodecType]int{}, map[string]bool{}
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			p, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			mu.Lock()
			counts[track.Kind()]++
			codecs[strings.ToLower(track.Codec().MimeType)] = true
			if track.Kind() == webrtc.RTPCodecTypeVideo && len(p.Payload) > 0 {
				_ = writer.WriteRTP(p)
			}
			mu.Unlock()
		}
	})
	offer := gather(t, pc, nil)
	res, answer := request(t, "POST", h.web.URL+"/live/maths/whep", token, "application/sdp", offer)
	require.Equal(t, http.StatusCreated, res.StatusCode, answer)
	require.NoError(t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	eventually(t, 30*time.Second, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return counts[webrtc.RTPCodecTypeVideo] > 150 && counts[webrtc.RTPCodecTypeAudio] > 50
	}, "a picture and a voice")
	session := h.web.URL + res.Header.Get("Location")
	res, _ = request(t, "DELETE", session, token, "", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	res, _ = request(t, "DELETE", session, token, "", "")
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	require.NoError(t, pc.GracefulClose())

	require.Equal(t, map[string]bool{"video/h264": true, "audio/opus": true}, codecs)
	probe := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-f", "h264", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", "-")
	probe.Stdin = &saved
	out, err := probe.Output()
	require.NoError(t, err)
	pictures, err := strconv.Atoi(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	require.Greater(t, pictures, 25, "decoded")
}
