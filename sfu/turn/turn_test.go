package turn

import (
	"context"
	"fmt"
	"net"
	"net/netip"
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
		Relays: func(now int) { r.relays.Store(int64(now)) }, Refused: func() { r.refused.Add(1) }, RefusedTCP: func() {}})
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
	var conn net.PacketConn
	var err error
	if tcp {
		c, dialErr := net.Dial("tcp", r.server.Addr().String())
		require.NoError(r.t, dialErr)
		conn = turn.NewSTUNConn(c)
	} else {
		conn, err = net.ListenPacket("udp4", "127.0.0.1:0")
		require.NoError(r.t, err)
	}
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
