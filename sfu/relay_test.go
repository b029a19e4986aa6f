package sfu

import (
	"fmt"
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/turn"
)

// freePort is a port that is free for UDP and TCP.
func freePort(t *testing.T) int {
	t.Helper()
	for range 20 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		port := l.Addr().(*net.TCPAddr).Port
		u, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		require.NoError(t, l.Close())
		if err == nil {
			require.NoError(t, u.Close())
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// relayOnly has somebody who knows no way but a TURN server watch, with the credentials that the server gives.
func (h *house) relayOnly(transport string) {
	h.t.Helper()
	var servers []webrtc.ICEServer
	for _, s := range h.cfg.ICE.For("tv", time.Now(), time.Now()) {
		for _, url := range s.URLs {
			if url == fmt.Sprintf("turn:127.0.0.1:%d?transport=%s", h.turnPort, transport) {
				servers = append(servers, webrtc.ICEServer{URLs: []string{url}, Username: s.Username, Credential: s.Credential})
			}
		}
	}
	require.Len(h.t, servers, 1)
	pc, packets := h.anyone(func(s *webrtc.SettingEngine) { s.SetIncludeLoopbackCandidate(true) },
		webrtc.Configuration{ICEServers: servers, ICETransportPolicy: webrtc.ICETransportPolicyRelay}, firewall(func(line string) string { return line }))
	requirePackets(h.t, packets, 200)
	pair, err := pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	require.NoError(h.t, err)
	require.Equal(h.t, webrtc.ICECandidateTypeRelay, pair.Local.Typ)
	require.NoError(h.t, pc.GracefulClose())
}

func turnURLs(port int) []string {
	return []string{fmt.Sprintf("turn:127.0.0.1:%d?transport=udp", port), fmt.Sprintf("turn:127.0.0.1:%d?transport=tcp", port)}
}

// The relay of the single machine. Its clients are plain UDP for the media port: they too go the fast path.
func TestEmbeddedRelay(t *testing.T) {
	port := freePort(t)
	h := newHouse(t, Config{UDP: ":0", ICE: iceservers.Config{URLs: turnURLs(port), Secret: "s3"}, TURN: turn.Config{Listen: fmt.Sprintf("127.0.0.1:%d", port), Secret: "s3"}})
	h.turnPort = port
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 25, "640x360")}, true)
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(*testing.T) { h.relayOnly(transport) })
	}
	require.Eventually(t, func() bool { return h.metric("tongtang_sfu_turn_relays") == 0 }, 10*time.Second, 5*time.Millisecond)
}

// coturn as it is configured in deploy, with our credentials. It refuses a false secret.
func TestCoturn(t *testing.T) {
	port := freePort(t)
	server := exec.Command("turnserver", "-c", "../deploy/turnserver.conf", "--static-auth-secret=s3", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1",
		fmt.Sprintf("--listening-port=%d", port), "--allowed-peer-ip=127.0.0.1", "--allow-loopback-peers", "--userdb="+t.TempDir()+"/turndb", "--pidfile="+t.TempDir()+"/pid", "--cli-password=none")
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	var said []byte
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := out.Read(buf)
			if said = append(said, buf[:n]...); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = server.Process.Kill()
		<-read
		_ = server.Wait()
		if t.Failed() {
			t.Logf("%s", said)
		}
	})
	require.Eventually(t, func() bool {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, 10*time.Second, 20*time.Millisecond)

	h := newHouse(t, Config{ICE: iceservers.Config{URLs: turnURLs(port), Secret: "s3"}})
	h.turnPort = port
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 25, "640x360")}, true)
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(*testing.T) { h.relayOnly(transport) })
	}
}

// A camera behind a firewall that lets nothing through but the relay's port, before a server behind a NAT: its public address is on no machine
// here, so nothing but the relay knows the way.
func TestPublisherThroughTheRelay(t *testing.T) {
	port := freePort(t)
	h := newHouse(t, Config{UDP: ":0", TCP: "off", PublicIPs: []string{"203.0.113.10"}, ICE: iceservers.Config{URLs: turnURLs(port), Secret: "s3"},
		TURN: turn.Config{Listen: fmt.Sprintf("127.0.0.1:%d", port), Secret: "s3"}})
	h.put("maths", link.Live)
	l := firewall(func(line string) string { return line }).behind(h.grant("maths", grant.Lecturer, "chen", "camera"))
	for _, s := range h.cfg.ICE.For("chen", time.Now(), time.Now()) {
		l.ICEServers = append(l.ICEServers, client.ICEServer(s))
	}
	h.publish(l, "camera", map[string]*film{"": makeFilm(t, 25, "160x90")}, true)
	require.GreaterOrEqual(t, h.metric("tongtang_sfu_turn_relays"), 1.0)
	maths, err := h.server.lesson(t.Context(), "maths")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		maths.mu.Lock()
		defer maths.mu.Unlock()
		return maths.publishers["camera"].source.Video[0].Count() > 50
	}, 20*time.Second, 20*time.Millisecond, "its packets come")
}
