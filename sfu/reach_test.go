package sfu

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
)

// firewall is an HTTP transport that changes the candidates that pass, both ways: so it decides on the way of the media.
type firewall func(line string) string

// tcpOnly blocks UDP.
func tcpOnly(line string) string {
	if strings.Contains(strings.ToLower(line), " tcp ") {
		return line
	}
	return ""
}

// only leaves one candidate of the server's.
func only(candidate string) firewall {
	return func(string) string { return candidate }
}

func (f firewall) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("Content-Type") != "application/sdp" {
		return http.DefaultTransport.RoundTrip(req)
	}
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	offer := candidates.ReplaceAllStringFunc(string(raw), tcpOnly) // the server learns the viewer's from the first check
	req = req.Clone(req.Context())
	req.Body, req.ContentLength = io.NopCloser(strings.NewReader(offer)), int64(len(offer))
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return res, err
	}
	raw, err = io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(strings.NewReader(candidates.ReplaceAllStringFunc(string(raw), f)))
	return res, err
}

func (f firewall) behind(l client.Lesson) client.Lesson {
	l.HTTP = &http.Client{Transport: f}
	return l
}

// anyone is a viewer made of pion alone, with the network that a test gives it.
func (h *house) anyone(set func(*webrtc.SettingEngine), c webrtc.Configuration, transport http.RoundTripper) (*webrtc.PeerConnection, <-chan *rtp.Packet) {
	h.t.Helper()
	var s webrtc.SettingEngine
	set(&s)
	var m webrtc.MediaEngine
	require.NoError(h.t, m.RegisterDefaultCodecs())
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithSettingEngine(s)).NewPeerConnection(c)
	require.NoError(h.t, err)
	h.t.Cleanup(func() { _ = pc.GracefulClose() })
	_, err = pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
	require.NoError(h.t, err)
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
	req, err := http.NewRequestWithContext(h.t.Context(), "POST", h.web.URL+"/live/maths/whep", strings.NewReader(gather(h.t, pc, nil)))
	require.NoError(h.t, err)
	req.Header.Set("Content-Type", "application/sdp")
	req.Header.Set("Authorization", "Bearer "+h.grant("maths", grant.Viewer, "anyone").Grant)
	res, err := transport.RoundTrip(req)
	require.NoError(h.t, err)
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	require.NoError(h.t, err)
	require.Equal(h.t, http.StatusCreated, res.StatusCode, string(answer))
	require.NoError(h.t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)}))
	return pc, packets
}

// Whoever reaches only the TCP port publishes and watches; pion writes to them.
func TestMediaOverTCP(t *testing.T) {
	for name, address := range map[string]string{"one address": "127.0.0.1:0", "every address": ":0"} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, Config{UDP: address, TCP: address})
			h.put("maths", link.Live)
			h.publish(firewall(tcpOnly).behind(h.grant("maths", grant.Lecturer, "chen", "camera")), "camera", map[string]*film{"": makeFilm(t, 25, "640x360")}, true)
			v, err := firewall(tcpOnly).behind(h.grant("maths", grant.Viewer, "tv")).View(deadline(t, 5*time.Second), client.ViewOptions{KeepOrder: true})
			require.NoError(t, err)
			defer func() { require.NoError(t, v.Close()) }()
			requireUnbroken(t, collect(t, v.Tracks[0], 200, 20*time.Second))
			requireUnbroken(t, collect(t, v.Tracks[1], 50, 20*time.Second))
			h.requireDirect(0)
		})
	}
}

// The TCP port has the number of the UDP port unless told otherwise.
func TestOneNumberForBothPorts(t *testing.T) {
	h := newHouse(t, Config{})
	for try := 0; ; try++ { // somebody may have the number for TCP
		if c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", itoa(h.server.MediaPort()))); err == nil {
			require.NoError(t, c.Close())
			return
		}
		require.Less(t, try, 4)
		h.close()
		h.start()
	}
}

// A viewer over IPv6 goes the fast path like any other; a dual-stack port serves both kinds at once.
func TestMediaOverIPv6(t *testing.T) {
	for name, address := range map[string]string{"IPv6 port": "[::1]:0", "dual-stack port": ":0"} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, Config{UDP: address, TCP: "127.0.0.1:0"})
			h.put("maths", link.Live)
			h.publish(firewall(tcpOnly).behind(h.grant("maths", grant.Lecturer, "chen", "camera")), "camera", map[string]*film{"": makeFilm(t, 25, "640x360")}, true)
			home, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
			require.NoError(t, err)
			mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: home})
			t.Cleanup(func() { _ = mux.Close() })
			to := only(fmt.Sprintf("a=candidate:1 1 udp 2130706431 ::1 %d typ host\r\n", h.server.MediaPort()))
			_, packets := h.anyone(func(s *webrtc.SettingEngine) {
				s.SetIncludeLoopbackCandidate(true)
				s.SetICEUDPMux(mux)
				s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP6})
			}, webrtc.Configuration{}, to)
			requirePackets(t, packets, 200)
			h.requireDirect(1)
			maths, err := h.server.lesson(t.Context(), "maths")
			require.NoError(t, err)
			var addr netip.Addr
			maths.mu.Lock()
			for _, s := range maths.sessions {
				if v, ok := s.(*viewer); ok {
					addr = v.remote.Address().Addr()
				}
			}
			maths.mu.Unlock()
			require.Equal(t, "::1", addr.String())
			require.Zero(t, h.metric("tongtang_sfu_packets_dropped_total"))
		})
	}
}

// A viewer whose machine goes off without a word: its socket is closed, and nothing says goodbye.
func TestSocketIsClosed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	air := h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 50, "160x90")}, false)
	home, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: home})
	t.Cleanup(func() { _ = mux.Close() })
	_, packets := h.anyone(func(s *webrtc.SettingEngine) {
		s.SetIncludeLoopbackCandidate(true)
		s.SetICEUDPMux(mux)
	}, webrtc.Configuration{}, firewall(func(line string) string { return line }))
	requirePackets(t, packets, 20)
	h.requireDirect(1)
	require.NoError(t, home.Close())
	gone := time.Now()
	eventually(t, 30*time.Second, func() bool { return h.metric("tongtang_sfu_viewers") == 0 }, "freed")
	t.Logf("freed after %v", time.Since(gone))
	air.stop()
	h.requireNobody()
}

// Of every five packets of the handshakes one is lost, both ways: all connect all the same, and none takes long.
func TestConnectOverALossyLine(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	var wg sync.WaitGroup
	took := make([]time.Duration, 8)
	for i := range took {
		line := h.badLine(0, uint64(i))
		line.setup.Store(200)
		wg.Go(func() {
			begin := time.Now()
			v, err := line.through(h.grant("maths", grant.Viewer, "tv")).View(deadline(t, 10*time.Second), client.ViewOptions{})
			if !assert.NoError(t, err) {
				return
			}
			defer func() { _ = v.Close() }()
			select {
			case <-v.Connected():
				took[i] = time.Since(begin)
			case <-v.Done():
				assert.NoError(t, v.Err(), "it gave up")
			case <-time.After(30 * time.Second):
				assert.Fail(t, "it did not connect")
			}
		})
	}
	wg.Wait()
	t.Logf("connected after %v", took)
}
