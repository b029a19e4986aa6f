package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/logging"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// ErrLost is the end of a publication or view whose connection failed: the network or the server went away. Connect anew.
var ErrLost = errors.New("the connection was lost")

// Payload types of our offers.
const (
	ptOpus = 111
	ptH264 = 102
	ptRTX  = 103
)

var (
	videoFeedback = []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "transport-cc"}}
	audioFeedback = []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "transport-cc"}}
	opusCodec     = webrtc.RTPCodecParameters{PayloadType: ptOpus, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1", RTCPFeedback: audioFeedback}}
	h264Codec = webrtc.RTPCodecParameters{PayloadType: ptH264, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeH264, ClockRate: 90000, SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", RTCPFeedback: videoFeedback}}
	rtxCodec = webrtc.RTPCodecParameters{PayloadType: ptRTX, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: fmt.Sprintf("apt=%d", ptH264)}}
)

// silent keeps pion's own lines out of the caller's log: every failure comes back as an error or as the end of a session.
var silent = &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}

// settings of both directions. A connection is taken for lost after 10 s of silence.
func settings() webrtc.SettingEngine {
	s := webrtc.SettingEngine{LoggerFactory: silent}
	s.SetIncludeLoopbackCandidate(true)
	// TCP towards the server's passive candidates, where UDP is blocked.
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6})
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetICETimeouts(4*time.Second, 6*time.Second, time.Second)
	s.SetDTLSRetransmissionInterval(150 * time.Millisecond)
	s.SetSRTPReplayProtectionWindow(2048) // repairs come late
	return s
}

// publisherAPI answers NACKs with the packet itself: the server cannot map RTX streams of a simulcast that names no SSRC.
func publisherAPI() (*webrtc.API, error) {
	var m webrtc.MediaEngine
	if err := errors.Join(m.RegisterCodec(opusCodec, webrtc.RTPCodecTypeAudio), m.RegisterCodec(h264Codec, webrtc.RTPCodecTypeVideo),
		webrtc.ConfigureSimulcastExtensionHeaders(&m),
		m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.AudioLevelURI}, webrtc.RTPCodecTypeAudio)); err != nil {
		return nil, err
	}
	responder, err := nack.NewResponderInterceptor(nack.ResponderSize(1024), nack.WithResponderLoggerFactory(silent))
	if err != nil {
		return nil, err
	}
	var r interceptor.Registry
	r.Add(responder)
	return webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithInterceptorRegistry(&r), webrtc.WithSettingEngine(settings())), nil
}

// viewerAPI reports what it received; tracks ask for lost packets themselves.
func viewerAPI() (*webrtc.API, error) {
	var m webrtc.MediaEngine
	if err := errors.Join(m.RegisterCodec(opusCodec, webrtc.RTPCodecTypeAudio), m.RegisterCodec(h264Codec, webrtc.RTPCodecTypeVideo),
		m.RegisterCodec(rtxCodec, webrtc.RTPCodecTypeVideo)); err != nil {
		return nil, err
	}
	var r interceptor.Registry
	reports, err := report.NewReceiverInterceptor(report.WithReceiverLoggerFactory(silent))
	if err != nil {
		return nil, err
	}
	r.Add(reports)
	if err := webrtc.ConfigureTWCCSenderWithOptions(&m, &r, twcc.WithLoggerFactory(silent)); err != nil {
		return nil, err
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithInterceptorRegistry(&r), webrtc.WithSettingEngine(settings())), nil
}

// life is the end of a peer connection, told once.
type life struct {
	once      sync.Once
	connected chan struct{}
	up        sync.Once
	done      chan struct{}
	err       error
}

func newLife() *life { return &life{connected: make(chan struct{}), done: make(chan struct{})} }

func (l *life) end(err error) {
	l.once.Do(func() {
		l.err = err
		close(l.done)
	})
}

// watch ends the life when the connection ends.
func (l *life) watch(pc *webrtc.PeerConnection) {
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		switch s {
		case webrtc.PeerConnectionStateConnected:
			l.up.Do(func() { close(l.connected) })
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			l.end(ErrLost)
		}
	})
}

// relayWithin is how long the offer waits for candidates of relays. The server learns of a later one by its first check.
const relayWithin = 500 * time.Millisecond

// negotiate makes the offer, exchanges it and sets the answer. All host candidates are in the offer: they are there at once.
func negotiate(ctx context.Context, pc *webrtc.PeerConnection, l Lesson, to string) (*session, error) {
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		return nil, fmt.Errorf("make the offer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		return nil, fmt.Errorf("set the offer: %w", err)
	}
	select {
	case <-gathered:
	case <-time.After(relayWithin):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s, err := l.open(ctx, to, pc.LocalDescription().SDP)
	if err != nil {
		return nil, err
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: s.answer}); err != nil {
		return nil, errors.Join(fmt.Errorf("the server's answer: %w", err), s.close(ctx))
	}
	return s, nil
}

// handshakeGrace is how long the end of a session waits for a handshake that may just be completing: what pion starts while it is being closed,
// it never ends.
const handshakeGrace = 500 * time.Millisecond

// leave deletes the session within 2 s and closes the connection.
func leave(s *session, pc *webrtc.PeerConnection, l *life) error {
	select {
	case <-l.connected:
	case <-time.After(handshakeGrace):
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return errors.Join(s.close(ctx), pc.GracefulClose())
}
