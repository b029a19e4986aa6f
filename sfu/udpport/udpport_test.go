package udpport

import (
	"net"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kinds of packets by their first bytes (RFC 7983 §7, RFC 5761 §4).
var kinds = map[string]struct {
	first           []byte
	feedback, media bool
}{
	"STUN":                  {[]byte{0, 1}, false, false},
	"STUN's last":           {[]byte{3, 255}, false, false},
	"no STUN":               {[]byte{4, 0}, false, false},
	"DTLS":                  {[]byte{22, 254}, false, false},
	"RTP":                   {[]byte{0x80, 102}, false, true},
	"RTP with a marker":     {[]byte{0x90, 102 | 0x80}, false, true},
	"sender report":         {[]byte{0x81, 200}, false, false},
	"receiver report":       {[]byte{0x81, 201}, true, false},
	"transport-wide report": {[]byte{0x8f, 205}, true, false},
	"NACK":                  {[]byte{0x81, 205}, true, false},
	"PLI":                   {[]byte{0x81, 206}, true, false},
	"extended report":       {[]byte{0x80, 207}, true, false},
	"version 1":             {[]byte{0x41, 205}, false, false},
}

func packetOf(first []byte) []byte { return append(append([]byte{}, first...), make([]byte, 30)...) }

func TestKinds(t *testing.T) {
	for name, k := range kinds {
		require.Equal(t, k.feedback, isFeedback(packetOf(k.first)), name)
		require.Equal(t, k.media, isMedia(packetOf(k.first)), name)
		require.False(t, isFeedback(k.first) || isMedia(k.first), name)
	}
	require.False(t, isFeedback(nil) || isMedia(nil))
}

// port is an open port that is read as pion does.
type port struct {
	*Port
	pions chan string
}

func open(t *testing.T, listen string) *port {
	t.Helper()
	p, err := Open(listen)
	require.NoError(t, err)
	o := &port{p, make(chan string, 100)}
	var wg sync.WaitGroup
	wg.Go(func() {
		buf := make([]byte, mtu)
		for {
			n, _, err := p.ReadFromAddrPort(buf)
			if err != nil {
				return
			}
			o.pions <- string(buf[:min(n, 2)])
		}
	})
	t.Cleanup(func() {
		require.NoError(t, p.Close())
		wg.Wait()
	})
	return o
}

func dial(t *testing.T, p *port) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	conn, err := net.DialUDP("udp", nil, p.LocalAddr().(*net.UDPAddr))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return conn, conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

func requireComes(t *testing.T, from chan string, first []byte) {
	t.Helper()
	select {
	case got := <-from:
		require.Equal(t, string(first), got)
	case <-time.After(10 * time.Second):
		t.Fatalf("%v does not come", first)
	}
}

// Everything comes once: what a route is for to the route, all else to pion.
func TestPacketsFindTheirReader(t *testing.T) {
	for _, listen := range []string{"127.0.0.1:0", "[::1]:0", ":0"} {
		for _, kind := range []Kind{Feedback, Media} {
			p := open(t, listen)
			peer, address := dial(t, p)
			stranger, _ := dial(t, p)
			taken := make(chan string, 100)
			route := p.Route(kind, func(b []byte) bool {
				taken <- string(b[:2])
				return true
			})
			route.Move(address)
			for _, k := range kinds {
				_, err := stranger.Write(packetOf(k.first))
				require.NoError(t, err)
				requireComes(t, p.pions, k.first)
				_, err = peer.Write(packetOf(k.first))
				require.NoError(t, err)
				to := p.pions
				if kind == Feedback && k.feedback || kind == Media && k.media {
					to = taken
				}
				requireComes(t, to, k.first)
			}
			_, err := peer.Write([]byte{1}) // shorter than what the system looks at
			require.NoError(t, err)
			requireComes(t, p.pions, []byte{1})
			route.Move(netip.AddrPort{})
			for _, first := range [][]byte{{0x81, 205}, {0x80, 102}} {
				_, err = peer.Write(packetOf(first))
				require.NoError(t, err)
				requireComes(t, p.pions, first)
			}
			require.Empty(t, taken)
		}
	}
}

// What a route does not want, pion gets.
func TestRefusedPackets(t *testing.T) {
	p := open(t, "127.0.0.1:0")
	peer, address := dial(t, p)
	p.Route(Media, func([]byte) bool { return false }).Move(address)
	_, err := peer.Write(packetOf([]byte{0x80, 102}))
	require.NoError(t, err)
	requireComes(t, p.pions, []byte{0x80, 102})
}

// An address that a new viewer has taken over stays its own when the old one ends.
func TestTakenOverAddress(t *testing.T) {
	p := open(t, "127.0.0.1:0")
	viewer, address := dial(t, p)
	taken := make(chan string, 1)
	old, young := p.Route(Feedback, func([]byte) bool { return true }), p.Route(Feedback, func(b []byte) bool {
		taken <- string(b[:2])
		return true
	})
	old.Move(address)
	young.Move(address)
	old.Move(netip.AddrPort{})
	_, err := viewer.Write(packetOf([]byte{0x81, 205}))
	require.NoError(t, err)
	requireComes(t, taken, []byte{0x81, 205})
}

// Whoever is awake reads what waits, in its own goroutine; a socket that nobody reads is read all the same.
func TestWhoIsAwakeReads(t *testing.T) {
	p := open(t, "127.0.0.1:0")
	if p.patient == nil {
		t.Skip("one socket does all here")
	}
	viewer, address := dial(t, p)
	taken := make(chan string, 100)
	p.Route(Feedback, func(b []byte) bool {
		taken <- string(b[:2])
		return true
	}).Move(address)
	first, last := []byte{0x81, 201}, []byte{0x81, 206}
	for range 5 {
		_, err := viewer.Write(packetOf(first))
		require.NoError(t, err)
		requireComes(t, taken, first)
		// Somebody has just read: the next one waits, unless somebody is awake.
		_, err = viewer.Write(packetOf(last))
		require.NoError(t, err)
		p.Awake()
		requireComes(t, taken, last)
	}
	require.Empty(t, taken)
	closed, err := Open("127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	closed.Awake()
}

// clerk attends a port. It works slowly, and looks once for more.
type clerk struct {
	port  *Port
	told  chan string
	asks  atomic.Bool
	entry chan struct{}
	leave chan struct{}
}

func (c *clerk) Begin() { c.told <- "begin" }
func (c *clerk) End()   { c.told <- "end" }
func (c *clerk) Work() {
	c.told <- "work"
	if c.asks.CompareAndSwap(true, false) {
		c.entry <- struct{}{}
		<-c.leave
		c.port.More()
		c.told <- "more"
	}
}

// Whoever attends the port works after each packet, in the goroutine that reads, and finds there what has come meanwhile.
func TestAttendant(t *testing.T) {
	p := open(t, "127.0.0.1:0")
	peer, address := dial(t, p)
	c := &clerk{port: p.Port, told: make(chan string, 100), entry: make(chan struct{}), leave: make(chan struct{})}
	p.Attend(c)
	p.Route(Media, func(b []byte) bool {
		c.told <- string('a' + b[1])
		return true
	}).Move(address)
	write := func(kinds ...byte) {
		for _, k := range kinds {
			_, err := peer.Write(packetOf([]byte{0x80, k}))
			require.NoError(t, err)
		}
	}
	write(0)
	for _, want := range []string{"begin", "a", "work", "end"} {
		requireComes(t, c.told, []byte(want))
	}
	if runtime.GOOS != "linux" {
		return // packets come one by one
	}
	c.asks.Store(true)
	write(1)
	<-c.entry
	write(2, 3)
	c.leave <- struct{}{}
	for _, want := range []string{"begin", "b", "work", "c", "d", "more", "end"} {
		requireComes(t, c.told, []byte(want))
	}
	_, err := peer.Write([]byte{22, 254}) // what is for pion, too
	require.NoError(t, err)
	requireComes(t, p.pions, []byte{22, 254})
}

// pion's own packets leave at once; what cannot leave is an error, not a wait.
func TestSending(t *testing.T) {
	for _, listen := range []string{"127.0.0.1:0", "[::1]:0", ":0"} {
		p := open(t, listen)
		peer, address := dial(t, p)
		for i, to := range []net.Addr{net.UDPAddrFromAddrPort(address), address4in6(address)} {
			n, err := p.WriteTo([]byte{byte(i), 1, 2}, to)
			require.NoError(t, err)
			require.Equal(t, 3, n)
			buf := make([]byte, 10)
			require.NoError(t, peer.SetReadDeadline(time.Now().Add(10*time.Second)))
			n, err = peer.Read(buf)
			require.NoError(t, err)
			require.Equal(t, []byte{byte(i), 1, 2}, buf[:n])
		}
		_, err := p.WriteTo(make([]byte, 70000), net.UDPAddrFromAddrPort(address))
		require.Error(t, err)
		require.NoError(t, p.Close())
		_, err = p.WriteToAddrPort([]byte{1}, address)
		require.Error(t, err)
	}
}

func address4in6(a netip.AddrPort) net.Addr {
	return net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom16(a.Addr().As16()), a.Port()))
}

// Linux reads what may wait from a socket of its own, and two servers do not share a port by accident.
func TestOpensTwoSockets(t *testing.T) {
	p := open(t, "127.0.0.1:0")
	require.Equal(t, runtime.GOOS == "linux", p.patient != nil)
	_, err := Open(p.LocalAddr().String())
	require.Error(t, err)
	_, err = Open("nowhere:x")
	require.Error(t, err)
}
