package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/client"
)

const previewsMost = 8

// previews are the connections through which the page sees and hears a camera. The zero value is ready.
type previews struct {
	mu     sync.Mutex
	closed bool
	ends   sync.WaitGroup
	live   map[*webrtc.PeerConnection]func()
}

func previewAPI() (*webrtc.API, error) {
	var m webrtc.MediaEngine
	err := errors.Join(
		m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: 102, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90_000,
			SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"}}, webrtc.RTPCodecTypeVideo),
		m.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48_000,
			Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}}, webrtc.RTPCodecTypeAudio))
	if err != nil {
		return nil, err
	}
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	s.SetICETimeouts(3*time.Second, 5*time.Second, time.Second)
	return webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithInterceptorRegistry(&interceptor.Registry{}), webrtc.WithSettingEngine(s)), nil
}

// open answers the offer. The preview lives as long as its peer connection.
func (p *previews) open(ctx context.Context, offer string, f, voice *feed, log *slog.Logger) (string, error) {
	api, err := previewAPI()
	if err != nil {
		return "", err
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", fmt.Errorf("open a preview: %w", err)
	}
	answer, wantsVoice, s, err := p.negotiate(ctx, pc, offer)
	if err != nil {
		return "", errors.Join(err, pc.GracefulClose())
	}
	connected, ended := make(chan struct{}), make(chan struct{})
	up := sync.OnceFunc(func() { close(connected) })
	end := sync.OnceFunc(func() {
		close(ended)
		_ = pc.GracefulClose()
	})
	// A picture that leaves before the connection stands is lost, and the first one is the keyframe that all others need.
	p.ends.Go(func() {
		select {
		case <-connected:
			defer attachPreview(f, voice, s, wantsVoice)()
			<-ended
		case <-ended:
		}
	})
	if err := p.add(pc, end); err != nil {
		end()
		return "", err
	}
	pc.OnConnectionStateChange(func(st webrtc.PeerConnectionState) {
		switch st {
		case webrtc.PeerConnectionStateConnected:
			up()
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			p.remove(pc)
		}
	})
	log.Info("preview opened", "source", f.cfg.Name)
	return answer, nil
}

func (p *previews) negotiate(ctx context.Context, pc *webrtc.PeerConnection, offer string) (answer string, voice bool, s *sender, err error) {
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", false, nil, httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "the offer is not usable: %v", err)
	}
	s = &sender{video: client.NewVideo(), audio: client.NewAudio(), started: make([]bool, 1)}
	video := false
	for _, t := range pc.GetTransceivers() {
		track := s.video[0]
		if t.Kind() == webrtc.RTPCodecTypeAudio {
			track, voice = s.audio, true
		} else {
			video = true
		}
		rtp, err := pc.AddTrack(track)
		if err != nil {
			return "", false, nil, fmt.Errorf("open a preview: %w", err)
		}
		p.ends.Go(func() { drain(rtp) })
	}
	if !video {
		return "", false, nil, httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "the offer wants no picture")
	}
	made, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", false, nil, httpd.Fail(http.StatusUnprocessableEntity, "no-common-codec", "the offer has no H.264: %v", err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(made); err != nil {
		return "", false, nil, fmt.Errorf("open a preview: %w", err)
	}
	select {
	case <-gathered:
		return pc.LocalDescription().SDP, voice, s, nil
	case <-ctx.Done():
		return "", false, nil, ctx.Err()
	}
}

// drain reads what a sender receives until its connection is closed; unread, it would fill up.
func drain(s *webrtc.RTPSender) {
	buf := make([]byte, 1500)
	for {
		if _, _, err := s.Read(buf); err != nil {
			return
		}
	}
}

// attachPreview sends the small stream, or the main one while there is no other.
func attachPreview(f, voice *feed, s *sender, wantsVoice bool) func() {
	want := mainLayer
	if len(f.streams) > 1 && f.streams[subLayer].seen() {
		want = subLayer
	}
	detach := []func(){f.attach(&outlet{picture: func(l layer, p picture) {
		if l == want {
			s.picture(mainLayer, p)
		}
	}})}
	if wantsVoice && voice != nil {
		detach = append(detach, voice.attach(&outlet{sound: s.sound}))
	}
	return func() {
		for _, d := range detach {
			d()
		}
	}
}

func (p *previews) add(pc *webrtc.PeerConnection, end func()) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.live) >= previewsMost {
		return httpd.Fail(http.StatusServiceUnavailable, "too-many-viewers", "there are %d previews already", previewsMost)
	}
	if p.live == nil {
		p.live = map[*webrtc.PeerConnection]func(){}
	}
	p.live[pc] = end
	return nil
}

// remove ends a preview in the background: pion calls it from a goroutine that closing waits for.
func (p *previews) remove(pc *webrtc.PeerConnection) {
	p.mu.Lock()
	end := p.live[pc]
	delete(p.live, pc)
	p.mu.Unlock()
	if end != nil {
		p.ends.Go(end)
	}
}

func (p *previews) close() {
	p.mu.Lock()
	p.closed = true
	all := p.live
	p.live = nil
	p.mu.Unlock()
	for _, end := range all {
		end()
	}
	p.ends.Wait()
}
