package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/client"
)

// Payload types of a viewer's offer.
const (
	ptVoice  = 111
	ptVideo  = 102
	ptRepair = 103
)

// keepAlive is how often Chromium checks a connection that stands.
const keepAlive = 2500 * time.Millisecond

// silent keeps pion's own lines out of the table.
var silent = &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}

// Options of a viewer.
type Options struct {
	Source  string  // one source as it is; "" what the server chooses
	Prompt  bool    // its socket is read as soon as something comes
	Decrypt bool    // every packet, not only those of the first picture
	Loss    float64 // share of the packets of the picture, and of its repairs, that are lost on the way
}

// Join makes the offer, posts it and sets the answer. Media may come from then on; Connected tells when ICE and DTLS are through.
func (c *Crowd) Join(ctx context.Context, l client.Lesson, o Options) (*Viewer, error) {
	v := &Viewer{crowd: c, lesson: access{l, c.http}, decrypt: o.Decrypt, loss: o.Loss, ssrc: rand.Uint32(), connected: make(chan struct{}), pictured: make(chan struct{}),
		video: stream{rate: 90000}, voice: stream{rate: 48000}, scratch: make([]byte, 0, longest), sealed: make([]byte, 0, longest)}
	v.feedbackDue = clock() + rand.N(feedbackInterval) // not all at once
	v.reportDue = clock() + rand.N(reportInterval)
	reader := c.counting
	if o.Prompt {
		reader = c.prompt
	}
	var err error
	if v.wire, err = reader.open(v); err != nil {
		return nil, err
	}
	mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: v.wire, Net: c.net, Logger: silent.NewLogger("mux")})
	if v.pc, err = c.peer(mux, v); err != nil {
		return nil, errors.Join(err, mux.Close())
	}
	v.release = mux.Close
	v.pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected && v.up.CompareAndSwap(false, true) {
			v.connecting.Store(int64(clock() - v.asked))
			close(v.connected)
		}
	})
	if err := v.negotiate(ctx, o.Source); err != nil {
		v.disconnect()
		return nil, err
	}
	c.add(v)
	return v, nil
}

// peer makes a peer connection as stock pion has it, on the viewer's own socket.
func (c *Crowd) peer(mux ice.UDPMux, v *Viewer) (*webrtc.PeerConnection, error) {
	s := webrtc.SettingEngine{LoggerFactory: silent}
	s.SetICEUDPMux(mux)
	s.SetNet(c.net)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.SetIncludeLoopbackCandidate(true)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetICETimeouts(10*time.Second, 20*time.Second, keepAlive)
	s.SetDTLSRetransmissionInterval(150 * time.Millisecond)
	s.SetDTLSKeyLogWriter(&v.keys)
	m, err := codecs()
	if err != nil {
		return nil, err
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(&interceptor.Registry{}), webrtc.WithSettingEngine(s))
	return api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{c.cert}})
}

// codecs are H.264 with repairs, Opus, and transport-wide numbers.
func codecs() (*webrtc.MediaEngine, error) {
	feedback := []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "transport-cc"}}
	var m webrtc.MediaEngine
	var errs []error
	for kind, all := range map[webrtc.RTPCodecType][]webrtc.RTPCodecParameters{
		webrtc.RTPCodecTypeAudio: {{PayloadType: ptVoice, RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1", RTCPFeedback: feedback[2:]}}},
		webrtc.RTPCodecTypeVideo: {
			{PayloadType: ptVideo, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000,
				SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", RTCPFeedback: feedback}},
			{PayloadType: ptRepair, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: fmt.Sprintf("apt=%d", ptVideo)}}},
	} {
		for _, codec := range all {
			errs = append(errs, m.RegisterCodec(codec, kind))
		}
		errs = append(errs, m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.TransportCCURI}, kind))
	}
	return &m, errors.Join(errs...)
}

func (v *Viewer) negotiate(ctx context.Context, source string) error {
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		if _, err := v.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			return err
		}
	}
	offer, err := v.pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(v.pc)
	if err := v.pc.SetLocalDescription(offer); err != nil {
		return err
	}
	select {
	case <-gathered:
	case <-ctx.Done():
		return ctx.Err()
	}
	v.asked = clock()
	session, answer, err := v.lesson.post(ctx, source, v.pc.LocalDescription().SDP)
	if err != nil {
		return err
	}
	v.answering.Store(int64(clock() - v.asked))
	v.session = session
	v.wideID.Store(wideID(answer))
	return v.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
}

// wideID is the extension id of transport-wide numbers in an answer, 0 for none; all m-lines of a bundle agree.
func wideID(answer string) uint32 {
	var parsed sdp.SessionDescription
	if parsed.UnmarshalString(answer) != nil {
		return 0
	}
	for _, m := range parsed.MediaDescriptions {
		for _, a := range m.Attributes {
			var id uint32
			if a.Key == "extmap" && strings.Contains(a.Value, sdp.TransportCCURI) {
				if _, err := fmt.Sscan(a.Value, &id); err == nil && id < 15 {
					return id
				}
			}
		}
	}
	return 0
}

// Connected is closed when ICE and DTLS are through.
func (v *Viewer) Connected() <-chan struct{} { return v.connected }

// Leave ends the session at the server, too.
func (v *Viewer) Leave() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	v.lesson.leave(ctx, v.session)
	v.disconnect()
}

// disconnect ends the connection and waits for everything of it to end.
func (v *Viewer) disconnect() {
	v.crowd.remove(v)
	_ = v.pc.GracefulClose()
	_ = v.release()
	_ = v.wire.Close()
}

// access is where a viewer asks to be let in.
type access struct {
	lesson client.Lesson
	http   *http.Client
}

// post is the POST of WHEP.
func (a access) post(ctx context.Context, source, offer string) (session, answer string, err error) {
	to := a.lesson.Server + "/live/" + a.lesson.ID + "/whep"
	if source != "" {
		to += "?source=" + url.QueryEscape(source)
	}
	res, err := a.do(ctx, http.MethodPost, to, offer)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 256<<10))
	if err != nil {
		return "", "", err
	}
	location, err := res.Request.URL.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusCreated {
		return "", "", fmt.Errorf("POST %s: %s: %.300s", to, res.Status, body)
	}
	return location.String(), string(body), nil
}

func (a access) leave(ctx context.Context, session string) {
	if res, err := a.do(ctx, http.MethodDelete, session, ""); err == nil {
		_ = res.Body.Close()
	}
}

func (a access) do(ctx context.Context, method, to, body string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/sdp")
	req.Header.Set("Authorization", "Bearer "+a.lesson.Grant)
	return a.http.Do(req)
}
