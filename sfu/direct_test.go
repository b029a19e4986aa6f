package sfu

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
)

// metric reads a counter or gauge of the house.
func (h *house) metric(name string) float64 {
	h.t.Helper()
	families, err := h.reg.Gather()
	require.NoError(h.t, err)
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	h.t.Fatalf("no metric %s", name)
	return 0
}

func (h *house) requireDirect(viewers int) {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return h.metric("tongtang_sfu_viewers_direct") == float64(viewers) }, 5*time.Second, 5*time.Millisecond,
		"viewers that are served past pion")
}

func TestViewersAreServedDirect(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 25, "640x360")}, true)
	v, err := h.grant("maths", grant.Viewer, "tv").View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	requireUnbroken(t, collect(t, v.Tracks[0], 100, 10*time.Second))
	requireUnbroken(t, collect(t, v.Tracks[1], 50, 10*time.Second))
	h.requireDirect(1)
	require.Equal(t, 1.0, h.metric("tongtang_sfu_sources_direct"))
	require.Zero(t, h.metric("tongtang_sfu_packets_dropped_total"))
	require.NoError(t, v.Close())
	h.requireDirect(0)
}

// Where the fast path is switched off everything leaves through pion's writer.
func TestViewersAreServedThroughPion(t *testing.T) {
	h := newHouse(t, Config{ThroughPion: true})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 25, "640x360")}, true)
	v, err := h.grant("maths", grant.Viewer, "tv").View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	requireUnbroken(t, collect(t, v.Tracks[0], 50, 10*time.Second))
	h.requireDirect(0)
	require.Zero(t, h.metric("tongtang_sfu_sources_direct"))
	require.NoError(t, v.Close())
}

var answered = regexp.MustCompile(`a=(ice-ufrag|ice-pwd):[^\r\n]*\r\n`)

// A viewer changes its network: ICE starts again (RFC 9725 §4.3.3) from another port, and the packets follow it there.
func TestPacketsFollowAViewerThatMoves(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 25, "640x360")}, true)
	token := h.grant("maths", grant.Viewer, "tv").Grant
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	var m webrtc.MediaEngine
	require.NoError(t, m.RegisterDefaultCodecs())
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	require.NoError(t, err)
	defer func() { require.NoError(t, pc.GracefulClose()) }()
	_, err = pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
	require.NoError(t, err)
	packets := make(chan *rtp.Packet, 2000)
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			p, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			packets <- p
		}
	})
	offer := gather(t, pc, nil)
	res, answer := request(t, "POST", h.web.URL+"/live/maths/whep", token, "application/sdp", offer)
	require.Equal(t, http.StatusCreated, res.StatusCode, answer)
	require.NoError(t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	requirePackets(t, packets, 50)
	h.requireDirect(1)
	session := h.web.URL + res.Header.Get("Location")
	maths, err := h.server.lesson(t.Context(), "maths")
	require.NoError(t, err)
	v := maths.session(session[strings.LastIndexByte(session, '/')+1:]).(*viewer)
	before := v.remote.Address()

	restartICE(t, pc, session, token, answer)
	require.Eventually(t, func() bool { return v.remote.Address() != before && v.remote.Address().IsValid() }, 10*time.Second, 5*time.Millisecond)
	for len(packets) > 0 {
		<-packets
	}
	requirePackets(t, packets, 50)
	h.requireDirect(1)
}

// restartICE begins the connection anew from another port.
func restartICE(t *testing.T, pc *webrtc.PeerConnection, session, token, answer string) {
	t.Helper()
	offer := gather(t, pc, &webrtc.OfferOptions{ICERestart: true})
	var fragment strings.Builder
	for _, line := range regexp.MustCompile(`a=(ice-ufrag|ice-pwd|candidate):?[^\r\n]*\r\n`).FindAllString(offer, -1) {
		fragment.WriteString(line)
	}
	res, body := request(t, "PATCH", session, token, fragmentType, fragment.String()+"a=mid:0\r\n", "If-Match", "*")
	require.Equal(t, http.StatusOK, res.StatusCode, body)
	answer = answered.ReplaceAllString(answer, "")
	credentials := strings.Join(answered.FindAllString(body, -1), "")
	answer = strings.Replace(answer, "a=mid:0\r\n", "a=mid:0\r\n"+credentials, 1)
	require.NoError(t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
}

// A source changes its network: its packets are read from the new address.
func TestASourceMayMove(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	token := h.grant("maths", grant.Lecturer, "chen", "camera").Grant
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	require.NoError(t, err)
	track, err := webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "voice", "chen")
	require.NoError(t, err)
	_, err = pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	require.NoError(t, err)
	offer := gather(t, pc, nil)
	res, answer := request(t, "POST", h.web.URL+"/live/maths/whip?source=camera", token, "application/sdp", offer)
	require.Equal(t, http.StatusCreated, res.StatusCode, answer)
	require.NoError(t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	stop := make(chan struct{})
	var speaks sync.WaitGroup
	speaks.Go(func() {
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-tick.C:
				_ = track.WriteSample(media.Sample{Data: []byte{0xf8, 0xff, 0xfe}, Duration: 20 * time.Millisecond})
			case <-stop:
				tick.Stop()
				return
			}
		}
	})
	defer func() {
		close(stop)
		speaks.Wait()
		require.NoError(t, pc.GracefulClose())
	}()
	session := h.web.URL + res.Header.Get("Location")
	maths, err := h.server.lesson(t.Context(), "maths")
	require.NoError(t, err)
	p := maths.session(session[strings.LastIndexByte(session, '/')+1:]).(*publisher)
	comes := func(n uint64) {
		t.Helper()
		before := p.source.Audio.Count()
		eventually(t, 10*time.Second, func() bool { return p.source.Audio.Count() > before+n }, "the voice")
	}
	comes(20)
	require.Equal(t, 1.0, h.metric("tongtang_sfu_sources_direct"))
	before := p.remote.Address()
	restartICE(t, pc, session, token, answer)
	eventually(t, 10*time.Second, func() bool { return p.remote.Address() != before && p.remote.Address().IsValid() }, "the new address")
	comes(50)
	require.Equal(t, 1.0, h.metric("tongtang_sfu_sources_direct"))
}

func gather(t *testing.T, pc *webrtc.PeerConnection, o *webrtc.OfferOptions) string {
	t.Helper()
	offer, err := pc.CreateOffer(o)
	require.NoError(t, err)
	gathered := webrtc.GatheringCompletePromise(pc)
	require.NoError(t, pc.SetLocalDescription(offer))
	<-gathered
	return pc.LocalDescription().SDP
}

func requirePackets(t *testing.T, packets <-chan *rtp.Packet, n int) {
	t.Helper()
	for got := range n {
		select {
		case <-packets:
		case <-time.After(10 * time.Second):
			t.Fatalf("%d of %d packets came", got, n)
		}
	}
}
