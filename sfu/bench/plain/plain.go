// Package plain is the SFU that anybody would write with pion in an afternoon: default interceptors, one UDP port, one TrackLocalStaticRTP for
// each track. The bench measures it beside ours. It knows no grants, no layers and no panes, and forgets nothing.
package plain

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/httpd"
)

type server struct {
	api       *webrtc.API
	forwarded atomic.Int64

	mu      sync.Mutex
	tracks  map[webrtc.RTPCodecType]*webrtc.TrackLocalStaticRTP // of the one source
	peers   []*webrtc.PeerConnection
	viewers atomic.Int64 // connected
}

// Serve answers WHIP and WHEP under /live/ and counts under /metrics, with its media on the UDP port of the same number. numbered gives packets
// transport-wide numbers, which pion does not by default.
func Serve(ctx context.Context, l net.Listener, numbered bool) error {
	conn, err := net.ListenPacket("udp4", l.Addr().String())
	if err != nil {
		return err
	}
	mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: conn})
	defer func() { _ = mux.Close() }()
	settings := webrtc.SettingEngine{}
	settings.SetICEUDPMux(mux)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	var media webrtc.MediaEngine
	var interceptors interceptor.Registry
	if err := media.RegisterDefaultCodecs(); err != nil {
		return err
	}
	if err := webrtc.RegisterDefaultInterceptors(&media, &interceptors); err != nil {
		return err
	}
	if numbered {
		if err := webrtc.ConfigureTWCCHeaderExtensionSender(&media, &interceptors); err != nil {
			return err
		}
	}
	s := &server{tracks: map[webrtc.RTPCodecType]*webrtc.TrackLocalStaticRTP{}}
	s.api = webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithInterceptorRegistry(&interceptors), webrtc.WithSettingEngine(settings))
	defer s.close()
	routes := http.NewServeMux()
	routes.HandleFunc("POST /live/{lesson}/whip", s.exchange(s.publish))
	routes.HandleFunc("POST /live/{lesson}/whep", s.exchange(s.watch))
	routes.HandleFunc("DELETE /live/{lesson}/{kind}/{session}", func(http.ResponseWriter, *http.Request) {}) // the connection's end is enough
	routes.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	routes.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "tongtang_sfu_packets_forwarded_total %d\n", s.forwarded.Load())
	})
	return httpd.Serve(ctx, l, routes)
}

// exchange answers an offer; prepare says what the peer connection is for.
func (s *server) exchange(prepare func(*webrtc.PeerConnection) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		offer, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
		if err == nil {
			var answer string
			if answer, err = s.answer(string(offer), prepare); err == nil {
				w.Header().Set("Location", r.URL.Path+"/1")
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, answer)
				return
			}
		}
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (s *server) answer(offer string, prepare func(*webrtc.PeerConnection) error) (string, error) {
	pc, err := s.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	s.peers = append(s.peers, pc)
	s.mu.Unlock()
	if err := prepare(pc); err != nil {
		return "", err
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	return pc.LocalDescription().SDP, nil
}

// publish forwards what comes to every viewer.
func (s *server) publish(pc *webrtc.PeerConnection) error {
	pc.OnTrack(func(remote *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		track, err := webrtc.NewTrackLocalStaticRTP(remote.Codec().RTPCodecCapability, remote.Kind().String(), "plain")
		if err != nil {
			return
		}
		s.mu.Lock()
		s.tracks[remote.Kind()] = track
		s.mu.Unlock()
		for {
			packet, _, err := remote.ReadRTP()
			if err != nil {
				return
			}
			if track.WriteRTP(packet) == nil {
				s.forwarded.Add(s.viewers.Load())
			}
		}
	})
	return nil
}

// watch gives a viewer the tracks of now.
func (s *server) watch(pc *webrtc.PeerConnection) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tracks) == 0 {
		return fmt.Errorf("nobody publishes")
	}
	for _, track := range s.tracks {
		sender, err := pc.AddTrack(track)
		if err != nil {
			return err
		}
		go func() { // interceptors work while RTCP is read
			for buf := make([]byte, 1500); ; {
				if _, _, err := sender.Read(buf); err != nil {
					return
				}
			}
		}()
	}
	var up atomic.Bool
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if is := state == webrtc.PeerConnectionStateConnected; is != up.Swap(is) {
			s.viewers.Add(map[bool]int64{true: 1, false: -1}[is])
		}
	})
	return nil
}

func (s *server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, pc := range s.peers {
		_ = pc.Close()
	}
}
