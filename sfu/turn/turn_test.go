package turn

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/iceservers"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// named is the name of the media port in these tests, as behind a 1:1 NAT: no machine has it.
var named = netip.MustParseAddr("203.0.113.10")

// rig is a relay before a media port that echoes.
type rig struct {
	t               *testing.T
	server          *Server
	media           *net.UDPConn
	relays, refused atomic.Int64
	dropped         atomic.Int64
}

func newRig(t *testing.T, cfg Config) *rig {
	t.Helper()
	r := &rig{t: t}
	var err error
	r.media, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	local := r.media.LocalAddr().(*net.UDPAddr).AddrPort()
	cfg.Listen, cfg.Secret = "127.0.0.1:0", "s3"
	r.server, err = Open(cfg, Media{Named4: netip.AddrPortFrom(named, local.Port()), Local4: local}, Figures{
		Relays: func(now int) { r.relays.Store(int64(now)) }, Refused: func() { r.refused.Add(1) }, RefusedTCP: func() {}, Dropped: func() { r.dropped.Add(1) }})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- r.server.Run(ctx) }()
	go func() { ended <- echo(r.media) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, r.media.Close())
		require.NoError(t, <-ended)
		require.NoError(t, <-ended)
	})
	return r
}

func echo(c *net.UDPConn) error {
	buf := make([]byte, 1500)
	for {
		n, from, err := c.ReadFromUDPAddrPort(buf)
		if err != nil {
			return nil
		}
		if _, err := c.WriteToUDPAddrPort(buf[:n], from); err != nil {
			return err
		}
	}
}

// client signs in with a name and its password, or with a false one.
func (r *rig) client(username, password string, tcp bool) *turn.Client {
	r.t.Helper()
	if tcp {
		c, err := net.Dial("tcp", r.server.Addr().String())
		require.NoError(r.t, err)
		return r.clientOver(turn.NewSTUNConn(c), username, password)
	}
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	require.NoError(r.t, err)
	return r.clientOver(conn, username, password)
}

func (r *rig) clientOver(conn net.PacketConn, username, password string) *turn.Client {
	r.t.Helper()
	c, err := turn.NewClient(&turn.ClientConfig{STUNServerAddr: r.server.Addr().String(), TURNServerAddr: r.server.Addr().String(), Conn: conn,
		Username: username, Password: password, Realm: realm, LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}})
	require.NoError(r.t, err)
	require.NoError(r.t, c.Listen())
	r.t.Cleanup(func() {
		c.Close()
		_ = conn.Close()
	})
	return c
}

func signed(subject string, good time.Duration) (username, password string) {
	username = fmt.Sprintf("%d:%s", time.Now().Add(good).Unix(), subject)
	return username, iceservers.Password("s3", username)
}

// What a client sends to the media port's public name comes to the media port, and back under that name.
func TestRelayReachesTheMedia(t *testing.T) {
	r := newRig(t, Config{})
	for name, tcp := range map[string]bool{"UDP": false, "TCP": true} {
		t.Run(name, func(t *testing.T) {
			username, password := signed("xiaoyu", time.Hour)
			relay, err := r.client(username, password, tcp).Allocate()
			require.NoError(t, err)
			require.True(t, relay.LocalAddr().(*net.UDPAddr).IP.IsLoopback(), "nobody outside can send to it")
			media := net.UDPAddrFromAddrPort(r.server.media.Named4)
			require.NoError(t, relay.SetReadDeadline(time.Now().Add(5*time.Second)))
			_, err = relay.WriteTo([]byte("hello"), media)
			require.NoError(t, err)
			buf := make([]byte, 100)
			n, from, err := relay.ReadFrom(buf)
			require.NoError(t, err)
			require.Equal(t, "hello", string(buf[:n]))
			require.Equal(t, media.String(), from.String())
			require.NoError(t, relay.Close())
		})
	}
}

// The relay is no way into anybody's network: it refuses every peer but the media, and every other port of that.
func TestRelayReachesNothingElse(t *testing.T) {
	r := newRig(t, Config{})
	username, password := signed("xiaoyu", time.Hour)
	c := r.client(username, password, false)
	relay, err := c.Allocate()
	require.NoError(t, err)
	defer func() { require.NoError(t, relay.Close()) }()
	port := r.media.LocalAddr().(*net.UDPAddr).Port
	for _, ip := range []string{"127.0.0.1", "127.0.0.2", "10.0.0.1", "192.168.1.1", "172.17.0.1", "169.254.169.254", "100.64.0.1", "8.8.8.8", "0.0.0.0", "255.255.255.255", "203.0.113.11"} {
		require.Error(t, c.CreatePermission(&net.UDPAddr{IP: net.ParseIP(ip), Port: port}), ip)
	}
	require.NoError(t, c.CreatePermission(&net.UDPAddr{IP: named.AsSlice(), Port: 53}), "a permission names no port")

	// Nothing comes out for another port, and nothing of others comes in.
	other, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	defer func() { _ = other.Close() }()
	at := relay.LocalAddr().(*net.UDPAddr)
	_, err = other.WriteTo([]byte("from outside"), at)
	require.NoError(t, err)
	_, _ = relay.WriteTo([]byte("to another port"), &net.UDPAddr{IP: named.AsSlice(), Port: other.LocalAddr().(*net.UDPAddr).Port})
	_, err = relay.WriteTo([]byte("to the media"), net.UDPAddrFromAddrPort(r.server.media.Named4))
	require.NoError(t, err)
	buf := make([]byte, 100)
	require.NoError(t, relay.SetReadDeadline(time.Now().Add(5*time.Second)))
	n, _, err := relay.ReadFrom(buf)
	require.NoError(t, err)
	require.Equal(t, "to the media", string(buf[:n]), "the first that comes is the echo")
	require.NoError(t, other.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, err = other.Read(buf)
	require.Error(t, err)
}

func TestWhoMayRelay(t *testing.T) {
	r := newRig(t, Config{})
	good, password := signed("xiaoyu", time.Hour)
	late, latePassword := signed("xiaoyu", -time.Minute)
	for name, c := range map[string][2]string{
		"another's password": {"99999999999:lin", password}, "expired": {late, latePassword}, "no subject": {"99999999999", iceservers.Password("s3", "99999999999")},
		"nonsense": {"x", "y"}, "nobody": {"", ""}, "another secret": {good, iceservers.Password("s4", good)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.client(c[0], c[1], false).Allocate()
			require.Error(t, err)
		})
	}
	require.Zero(t, r.relays.Load())
}

func TestRelaysAreBounded(t *testing.T) {
	r := newRig(t, Config{PerOne: 2, Total: 3})
	allocate := func(who string) (net.PacketConn, error) {
		username, password := signed(who, time.Hour)
		relay, err := r.client(username, password, false).Allocate()
		if err == nil {
			t.Cleanup(func() { _ = relay.Close() })
		}
		return relay, err
	}
	first, err := allocate("xiaoyu")
	require.NoError(t, err)
	_, err = allocate("xiaoyu")
	require.NoError(t, err)
	_, err = allocate("xiaoyu")
	require.ErrorContains(t, err, "486")
	_, err = allocate("lin")
	require.NoError(t, err)
	_, err = allocate("wang")
	require.ErrorContains(t, err, "486")
	require.EqualValues(t, 2, r.refused.Load())
	require.EqualValues(t, 3, r.relays.Load())
	require.NoError(t, first.Close())
	require.Eventually(t, func() bool { return r.relays.Load() == 2 }, 5*time.Second, 5*time.Millisecond)
	_, err = allocate("wang")
	require.NoError(t, err)
}

// All relays of one subject share what it may send; the others are not held up.
func TestRelaysShareTheirRate(t *testing.T) {
	r := newRig(t, Config{Bytes: 20_000})
	media := net.UDPAddrFromAddrPort(r.server.media.Named4)
	open := func(who string) net.PacketConn {
		username, password := signed(who, time.Hour)
		relay, err := r.client(username, password, false).Allocate()
		require.NoError(t, err)
		t.Cleanup(func() { _ = relay.Close() })
		_, err = relay.WriteTo([]byte("hello"), media) // the permission stands
		require.NoError(t, err)
		return relay
	}
	came := func(relay net.PacketConn) (n int) {
		buf := make([]byte, 1500)
		for {
			require.NoError(t, relay.SetReadDeadline(time.Now().Add(300*time.Millisecond)))
			if _, _, err := relay.ReadFrom(buf); err != nil {
				return n
			}
			n++
		}
	}
	one, two, other := open("xiaoyu"), open("xiaoyu"), open("lin")
	packet := make([]byte, 1000)
	for range 30 { // 60 kB of one subject in no time: it may send 20 kB a second
		for _, relay := range []net.PacketConn{one, two} {
			_, err := relay.WriteTo(packet, media)
			require.NoError(t, err)
		}
	}
	for range 10 {
		_, err := other.WriteTo(packet, media)
		require.NoError(t, err)
	}
	require.Equal(t, 11, came(other))
	all := came(one) + came(two)
	require.InDelta(t, 22, all, 12, "a second's worth, and what a busy machine adds")
	require.GreaterOrEqual(t, r.dropped.Load(), int64(25))
}

// What is relayed ends with its credentials: the refresh is refused.
func TestCredentialsEnd(t *testing.T) {
	r := newRig(t, Config{})
	username, password := signed("xiaoyu", 2*time.Second)
	c := r.client(username, password, false)
	relay, err := c.Allocate()
	require.NoError(t, err)
	media := net.UDPAddrFromAddrPort(r.server.media.Named4)
	require.NoError(t, c.CreatePermission(media))
	require.Eventually(t, func() bool { return c.CreatePermission(media) != nil }, 5*time.Second, 100*time.Millisecond)
	_ = relay.Close()
}

// Over TLS it looks like https from outside. A renewed certificate is taken without a restart.
func TestRelayOverTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	_, err := Open(Config{Listen: "127.0.0.1:0", Secret: "s3", TLS: TLS{Listen: "127.0.0.1:0", Cert: cert, Key: key}}, Media{}, Figures{})
	require.ErrorContains(t, err, "certificate")
	first := issue(t, cert, key)
	r := newRig(t, Config{TLS: TLS{Listen: "127.0.0.1:0", Cert: cert, Key: key}})
	dial := func(trusts *x509.CertPool) (*tls.Conn, error) {
		return tls.Dial("tcp", r.server.TLSAddr().String(), &tls.Config{RootCAs: trusts, ServerName: "school.example"})
	}
	conn, err := dial(first)
	require.NoError(t, err)
	username, password := signed("xiaoyu", time.Hour)
	relay, err := r.clientOver(turn.NewSTUNConn(conn), username, password).Allocate()
	require.NoError(t, err)
	_, err = relay.WriteTo([]byte("hello"), net.UDPAddrFromAddrPort(r.server.media.Named4))
	require.NoError(t, err)
	require.NoError(t, relay.SetReadDeadline(time.Now().Add(5*time.Second)))
	buf := make([]byte, 100)
	n, _, err := relay.ReadFrom(buf)
	require.NoError(t, err)
	require.Equal(t, "hello", string(buf[:n]))
	require.NoError(t, relay.Close())

	second := issue(t, cert, key)
	r.server.cert.mu.Lock()
	r.server.cert.looked = time.Time{}
	r.server.cert.mu.Unlock()
	_, err = dial(first)
	require.Error(t, err)
	conn, err = dial(second)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
}

// issue writes a certificate for school.example that signs itself, and returns who trusts it.
func issue(t *testing.T, cert, key string) *x509.CertPool {
	t.Helper()
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: []string{"school.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	require.NoError(t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(signer)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
	trusts := x509.NewCertPool()
	require.True(t, trusts.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	return trusts
}
