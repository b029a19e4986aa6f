package rtc

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/gcm"
	"github.com/tongtang/tongtang/sfu/udpport"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// player is a stock pion client with one video line; tweak may narrow what it can.
func player(t *testing.T, tweak func(*webrtc.SettingEngine)) *webrtc.PeerConnection {
	t.Helper()
	var m webrtc.MediaEngine
	require.NoError(t, m.RegisterDefaultCodecs())
	s := webrtc.SettingEngine{LoggerFactory: silent}
	s.SetIncludeLoopbackCandidate(true)
	if tweak != nil {
		tweak(&s)
	}
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pc.GracefulClose()) })
	_, err = pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
	require.NoError(t, err)
	return pc
}

func offerOf(t *testing.T, pc *webrtc.PeerConnection) *Offer {
	t.Helper()
	offer, err := pc.CreateOffer(nil)
	require.NoError(t, err)
	gathered := webrtc.GatheringCompletePromise(pc)
	require.NoError(t, pc.SetLocalDescription(offer))
	<-gathered
	o, err := ReadOffer(pc.LocalDescription().SDP, View, 8)
	require.NoError(t, err)
	return o
}

// served is our end of a connection, as a viewer's session holds it.
type served struct {
	engine *Engine
	pc     *webrtc.PeerConnection
	track  *webrtc.TrackLocalStaticRTP
	sender *webrtc.RTPSender
	secret Secret
	remote *Remote
}

// serve connects the player.
func serve(t *testing.T, client *webrtc.PeerConnection) *served {
	t.Helper()
	engine, err := New("127.0.0.1:0", nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, engine.Close()) })
	s := &served{engine: engine}
	o := offerOf(t, client)
	s.pc, err = engine.Viewer(o, s.secret.Listen)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.pc.GracefulClose()) })
	s.track, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264}, "a", "b")
	require.NoError(t, err)
	line, err := s.pc.AddTransceiverFromTrack(s.track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	require.NoError(t, err)
	s.sender = line.Sender()
	s.remote = Follow(s.sender.Transport().ICETransport(), func() {})
	require.False(t, s.remote.Address().IsValid())
	connected := make(chan struct{})
	s.pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			close(connected)
		}
	})
	_, _, err = s.secret.Ciphers()
	require.Error(t, err, "no keys before the handshake")
	answer, err := Answer(t.Context(), s.pc, o)
	require.NoError(t, err)
	require.NoError(t, client.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	select {
	case <-connected:
	case <-time.After(10 * time.Second):
		t.Fatal("no connection")
	}
	return s
}

// A stock pion client decrypts what we encrypt, for every profile and both hashes of the key derivation.
func TestClientDecryptsWhatWeEncrypt(t *testing.T) {
	for name, c := range map[string]struct {
		profile dtls.SRTPProtectionProfile
		suite   dtls.CipherSuiteID
	}{
		"AES-GCM 128":          {dtls.SRTP_AEAD_AES_128_GCM, dtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		"AES-GCM 256, SHA-384": {dtls.SRTP_AEAD_AES_256_GCM, dtls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384},
		"AES-CM":               {dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		"AES-CM, AES-CBC":      {dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA},
	} {
		t.Run(name, func(t *testing.T) {
			client := player(t, func(s *webrtc.SettingEngine) {
				s.SetSRTPProtectionProfiles(c.profile)
				s.SetDTLSCipherSuites(c.suite)
			})
			packets := make(chan *rtp.Packet, 100)
			client.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
				for {
					p, _, err := track.ReadRTP()
					if err != nil {
						return
					}
					packets <- p
				}
			})
			s := serve(t, client)
			cipher, in, err := s.secret.Ciphers()
			require.NoError(t, err)
			require.Equal(t, srtp.ProtectionProfile(c.profile), s.secret.profile)
			require.Equal(t, c.suite, s.secret.suite)
			require.True(t, s.remote.Reachable())
			_, _, err = s.secret.Ciphers()
			require.Error(t, err, "one key, one writer")
			s.deliver(t, cipher, packets)
			s.hear(t, in, client)
		})
	}
}

// deliver sends numbered packets past pion, over the wrap of the sequence number, until the client has got 20.
func (s *served) deliver(t *testing.T, cipher *gcm.Sealer, packets <-chan *rtp.Packet) {
	t.Helper()
	p := s.sender.GetParameters()
	header := rtp.Header{Version: 2, SSRC: uint32(p.Encodings[0].SSRC), PayloadType: uint8(p.Codecs[0].PayloadType), SequenceNumber: 65530}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for got := 0; got < 20; {
		plain, err := (&rtp.Packet{Header: header, Payload: []byte{0x41, byte(header.SequenceNumber)}}).Marshal()
		require.NoError(t, err)
		sealed, err := cipher.SealRTP(append(make([]byte, 0, 64), plain...))
		require.NoError(t, err)
		_, err = s.engine.Conn().WriteToUDP(sealed, net.UDPAddrFromAddrPort(s.remote.Address()))
		require.NoError(t, err)
		header.SequenceNumber++
		header.Timestamp += 3000
		select {
		case p := <-packets:
			require.Equal(t, []byte{0x41, byte(p.SequenceNumber)}, p.Payload)
			got++
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("the client decrypts nothing")
		}
	}
}

// hear reads a report of the client's past pion, and leaves it to pion again once the route has ended.
func (s *served) hear(t *testing.T, in *gcm.Opener, client *webrtc.PeerConnection) {
	t.Helper()
	var mu sync.Mutex
	var heard []rtcp.Packet
	s.engine.Route(s.remote, udpport.Feedback, func(sealed []byte) bool {
		plain, err := in.OpenRTCP(nil, sealed)
		if err != nil {
			return true
		}
		if packets, err := rtcp.Unmarshal(plain); err == nil {
			mu.Lock()
			defer mu.Unlock()
			heard = append(heard, packets...)
		}
		return true
	})
	ssrc := uint32(s.sender.GetParameters().Encodings[0].SSRC)
	says := func() {
		require.NoError(t, client.WriteRTCP([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 1}, &rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: ssrc}}))
	}
	require.Eventually(t, func() bool {
		says()
		mu.Lock()
		defer mu.Unlock()
		return slices.ContainsFunc(heard, func(p rtcp.Packet) bool {
			pli, ok := p.(*rtcp.PictureLossIndication)
			return ok && pli.MediaSSRC == ssrc
		})
	}, 10*time.Second, 20*time.Millisecond)
	s.remote.Close()
	ends := time.AfterFunc(10*time.Second, func() { _ = s.sender.Stop() })
	defer ends.Stop()
	says()
	_, _, err := s.sender.ReadRTCP()
	require.NoError(t, err, "what nobody has routed is pion's")
}

// The log alone is not enough: where we are the DTLS client there is no hello of ours, and no keys.
func TestKeyLog(t *testing.T) {
	var secret Secret
	log := keyLog{&secret}
	for _, line := range []string{"CLIENT_RANDOM 00ff 0102\n", "SERVER_RANDOM 00 00\n", "\n"} {
		n, err := log.Write([]byte(line))
		require.NoError(t, err)
		require.Equal(t, len(line), n)
	}
	_, err := log.Write([]byte("CLIENT_RANDOM xx 00\n"))
	require.Error(t, err)
	require.Equal(t, []byte{1, 2}, secret.master)
	_, _, err = secret.Ciphers()
	require.Error(t, err)
}

func TestReachable(t *testing.T) {
	host := webrtc.ICECandidate{Typ: webrtc.ICECandidateTypeHost, Protocol: webrtc.ICEProtocolUDP, Address: "192.0.2.1", Port: 8189}
	for name, c := range map[string]struct {
		change func(local, remote *webrtc.ICECandidate)
		want   string
	}{
		"IPv4":            {func(_, r *webrtc.ICECandidate) { r.Address = "192.0.2.9" }, "192.0.2.9:5000"},
		"IPv6":            {func(_, r *webrtc.ICECandidate) { r.Address = "2001:db8::9" }, "[2001:db8::9]:5000"},
		"mapped":          {func(_, r *webrtc.ICECandidate) { r.Address = "::ffff:192.0.2.9" }, "192.0.2.9:5000"},
		"a relay of his":  {func(_, r *webrtc.ICECandidate) { r.Typ = webrtc.ICECandidateTypeRelay }, "192.0.2.1:5000"},
		"a relay of ours": {func(l, _ *webrtc.ICECandidate) { l.Typ = webrtc.ICECandidateTypeRelay }, "invalid AddrPort"},
		"TCP":             {func(l, r *webrtc.ICECandidate) { l.Protocol, r.Protocol = webrtc.ICEProtocolTCP, webrtc.ICEProtocolTCP }, "invalid AddrPort"},
		"link-local":      {func(_, r *webrtc.ICECandidate) { r.Address = "fe80::1" }, "invalid AddrPort"},
		"a name":          {func(_, r *webrtc.ICECandidate) { r.Address = "x.local" }, "invalid AddrPort"},
	} {
		local, remote := host, host
		remote.Port = 5000
		c.change(&local, &remote)
		require.Equal(t, c.want, reachable(webrtc.NewICECandidatePair(&local, &remote)).String(), name)
	}
}
