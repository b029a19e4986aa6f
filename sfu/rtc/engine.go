package rtc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/sdp/v3"
	"github.com/pion/transport/v4/stdnet"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/udpport"
)

// Timeouts of ICE: a peer that vanished is freed within 25 s. Of a viewer that is served past pion, pion hears nothing but its checks, and
// asks for consent at iceKeepAlive (RFC 7675 §5.1 wants it every 5 s).
const (
	iceDisconnected = 12 * time.Second
	iceFailed       = 12 * time.Second
	iceKeepAlive    = 4 * time.Second
)

// replayWindow takes repairs that come late, packets.
const replayWindow = 2048

// Engine makes peer connections on one UDP port, and one TCP port beside it.
type Engine struct {
	port *udpport.Port
	mux  *ice.UDPMuxDefault
	tcp  *tcpMux // nil without
	net  *stdnet.Net
	cert webrtc.Certificate
	nat  []string
}

// New opens the UDP port (host:port; an empty host listens on all addresses, IPv4 and IPv6). publicIPs replace the private addresses in the
// answers where the server stands behind a 1:1 NAT.
func New(listen string, publicIPs []string) (*Engine, error) {
	for _, ip := range publicIPs {
		if _, err := netip.ParseAddr(ip); err != nil {
			return nil, fmt.Errorf("public address %q: %w", ip, err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make the certificate: %w", err)
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, fmt.Errorf("make the certificate: %w", err)
	}
	interfaces, err := stdnet.NewNet()
	if err != nil {
		return nil, fmt.Errorf("read the network interfaces: %w", err)
	}
	port, err := udpport.Open(listen)
	if err != nil {
		return nil, err
	}
	mux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: port, Net: interfaces, Logger: silent.NewLogger("mux")})
	return &Engine{port: port, mux: mux, net: interfaces, cert: *cert, nat: publicIPs}, nil
}

// silent keeps pion's own lines out of the log: what matters is told by the sessions.
var silent = &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}

// Port is the UDP port in use.
func (e *Engine) Port() int { return e.port.LocalAddr().(*net.UDPAddr).Port }

// Conn is the socket of the port. It belongs to the engine; others may send on it.
func (e *Engine) Conn() *net.UDPConn { return e.port.Conn() }

// Awake has what waits at the port read now: the process has just worked.
func (e *Engine) Awake() { e.port.Awake() }

// Attend has a work off, in the goroutine that reads the port, what packets set going.
func (e *Engine) Attend(a udpport.Attendant) { e.port.Attend(a) }

// More hands on the packets that have come while an attendant works.
func (e *Engine) More() { e.port.More() }

// Route has take get what comes of the kind from where remote is, now and after it has moved. Such a peer needs no TCP: what it has opened, just
// in case, is closed.
func (e *Engine) Route(remote *Remote, kind udpport.Kind, take udpport.Taker) {
	remote.route(e.port.Route(kind, take))
	if mine, err := remote.ice.GetLocalParameters(); err == nil && e.tcp != nil {
		e.tcp.RemoveConnByUfrag(mine.UsernameFragment)
	}
}

// Close closes the ports.
func (e *Engine) Close() error {
	if e.tcp == nil {
		return e.mux.Close()
	}
	return errors.Join(e.mux.Close(), e.tcp.Close())
}

func (e *Engine) settings() (webrtc.SettingEngine, error) {
	s := webrtc.SettingEngine{LoggerFactory: silent}
	s.SetICEUDPMux(e.mux)
	s.SetNet(e.net)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	if e.tcp != nil {
		s.SetICETCPMux(e.tcp)
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6})
	}
	s.SetIncludeLoopbackCandidate(true)
	s.DisableActiveTCP(true)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetICETimeouts(iceDisconnected, iceFailed, iceKeepAlive)
	s.SetDTLSRetransmissionInterval(150 * time.Millisecond)
	s.SetSRTPReplayProtectionWindow(replayWindow)
	// As the DTLS server we choose the SRTP profile, and choose AES-GCM: a sixth of the cost of AES-CM with HMAC-SHA1.
	s.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	err := s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer)
	if len(e.nat) > 0 {
		err = errors.Join(err, s.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{External: e.nat, AsCandidateType: webrtc.ICECandidateTypeHost}))
	}
	return s, err
}

// Publisher makes the peer connection for a publisher's offer. What it is told of its packets is ingest's own; heard gets the transport-wide numbers
// of those that come through pion.
func (e *Engine) Publisher(o *Offer, heard Heard, listeners ...func(*webrtc.SettingEngine)) (*webrtc.PeerConnection, error) {
	m, err := o.mediaEngine()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(webrtc.ConfigureSimulcastExtensionHeaders(m),
		m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.AudioLevelURI}, webrtc.RTPCodecTypeAudio),
		m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.TransportCCURI}, webrtc.RTPCodecTypeVideo),
		m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.TransportCCURI}, webrtc.RTPCodecTypeAudio)); err != nil {
		return nil, err
	}
	r := &interceptor.Registry{}
	r.Add(heard)
	strange := &strangers{expected: o.streams(), told: o.Stranger}
	return e.connect(m, r, append(listeners, strange.listen))
}

// CaptureTimeURI names the header extension that tells when a picture or a voice was captured (abs-capture-time).
const CaptureTimeURI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"

// Viewer makes the peer connection for a viewer's offer. It has no interceptors: repairs, reports and transport-wide numbers of viewers are
// egress's own. Listeners, such as Secret.Listen, hook into the settings of this one connection.
func (e *Engine) Viewer(o *Offer, listeners ...func(*webrtc.SettingEngine)) (*webrtc.PeerConnection, error) {
	m, err := o.mediaEngine()
	if err != nil {
		return nil, err
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		for _, uri := range []string{sdp.TransportCCURI, CaptureTimeURI} {
			if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind); err != nil {
				return nil, err
			}
		}
	}
	return e.connect(m, &interceptor.Registry{}, listeners)
}

func (e *Engine) connect(m *webrtc.MediaEngine, r *interceptor.Registry, listeners []func(*webrtc.SettingEngine)) (*webrtc.PeerConnection, error) {
	s, err := e.settings()
	if err != nil {
		return nil, err
	}
	for _, listen := range listeners {
		listen(&s)
	}
	e.port.Expect()
	api := webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(r), webrtc.WithSettingEngine(s))
	return api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{e.cert}, BundlePolicy: webrtc.BundlePolicyMaxBundle})
}

// mediaEngine knows just the codecs that were chosen from the offer, under the offer's payload types.
func (o *Offer) mediaEngine() (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	register := func(c webrtc.RTPCodecParameters, kind webrtc.RTPCodecType) error {
		if c.MimeType == "" {
			return nil
		}
		if err := m.RegisterCodec(c, kind); err != nil {
			return fmt.Errorf("codec %s: %w", c.MimeType, err)
		}
		return nil
	}
	errs := []error{register(o.red, webrtc.RTPCodecTypeAudio), register(o.opus, webrtc.RTPCodecTypeAudio)}
	for _, f := range o.video {
		errs = append(errs, register(f.main, webrtc.RTPCodecTypeVideo), register(f.repairs, webrtc.RTPCodecTypeVideo))
	}
	return m, errors.Join(errs...)
}

// Answer sets the offer and returns the answer with all candidates: they are host candidates of an open port and there at once.
func Answer(ctx context.Context, pc *webrtc.PeerConnection, o *Offer) (string, error) {
	text, err := o.parsed.Marshal()
	if err != nil {
		return "", invalid("%v", err)
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: string(text)}); err != nil {
		return "", invalid("%v", err)
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("make the answer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return "", fmt.Errorf("set the answer: %w", err)
	}
	select {
	case <-gathered:
		return pc.LocalDescription().SDP, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
