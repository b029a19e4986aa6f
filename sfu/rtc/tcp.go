package rtc

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/transport/v4"
)

// Bounds of a connection of the TCP port.
const (
	tcpWriteBuffer = 512 << 10       // bytes; about 2 s of a lesson. What does not fit is lost, as on a full line
	tcpReadBuffer  = 8               // packets
	tcpFirstSTUN   = 5 * time.Second // a connection that says no more than that is closed
	tcpUnclaimed   = 5 * time.Second // the same for one that names a session that is not there
)

// tcpMux is the passive side of ICE over TCP (RFC 6544).
type tcpMux struct {
	*ice.TCPMuxDefault
	everywhere bool // the port is open on all addresses, and some of them can be reached from outside
}

var errNotOffered = errors.New("no TCP candidate for this address")

// OverTCP takes connections of a TCP port in as well, for peers whose UDP is blocked. It is called before the first connection is made; the
// listener belongs to the engine then.
func (e *Engine) OverTCP(l net.Listener) {
	mux := ice.NewTCPMuxDefault(ice.TCPMuxParams{Listener: l, Logger: silent.NewLogger("tcp"), ReadBufferSize: tcpReadBuffer,
		WriteBufferSize: tcpWriteBuffer, FirstStunBindTimeout: tcpFirstSTUN, AliveDurationForConnFromStun: tcpUnclaimed})
	e.tcp = &tcpMux{mux, unspecified(l.Addr()) && reachedFromOutside(e.net)}
}

// GetConnByUfrag leaves loopback and link-local addresses out where there are better ones: each candidate costs a viewer a goroutine, and no
// firewall stands before those.
func (m *tcpMux) GetConnByUfrag(ufrag string, isIPv6 bool, local net.IP) (net.PacketConn, error) {
	if m.everywhere && (local.IsLoopback() || local.IsLinkLocalUnicast()) {
		return nil, errNotOffered
	}
	return m.TCPMuxDefault.GetConnByUfrag(ufrag, isIPv6, local)
}

func unspecified(a net.Addr) bool {
	at, err := netip.ParseAddrPort(a.String())
	return err == nil && at.Addr().IsUnspecified()
}

func reachedFromOutside(n transport.Net) bool {
	interfaces, err := n.Interfaces()
	if err != nil {
		return false
	}
	for _, i := range interfaces {
		addrs, _ := i.Addrs() // an interface without addresses counts for nothing
		for _, a := range addrs {
			if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && !ip.IP.IsLinkLocalUnicast() {
				return true
			}
		}
	}
	return false
}
