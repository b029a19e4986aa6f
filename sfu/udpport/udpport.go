// Package udpport is the one UDP port of the media. pion reads it, with two exceptions, which go to whoever has routed their sender's address: the
// RTP of publishers, and the RTCP of viewers, by far most of what comes in a large lesson. Where the system can, what may wait for a few milliseconds, that RTCP and
// the checks of ICE, has a socket of its own under the same port number, chosen by its first two bytes (SO_ATTACH_REUSEPORT_CBPF), and is read
// in batches: the packets of a publisher wait for nobody, and a thousand viewers hardly ever wake the process.
package udpport

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// Taker takes one packet of a routed sender, as it came; false leaves it to pion. It must neither block nor keep the bytes. Several goroutines
// may call it at once.
type Taker func(packet []byte) bool

// Kind is what a route takes.
type Kind bool

const (
	Feedback Kind = false // the RTCP of a viewer
	Media    Kind = true  // the RTP of a publisher, 12 bytes at least
)

// Limits.
const (
	socketBuffer = 4 << 20 // asked of the system, bytes
	mtu          = 1500
	passing      = 1024 // packets that wait for pion; more are lost, as on a line
)

// Port is the open port. It is a net.PacketConn for pion, with netip addresses (ice.AddrPortReaderWriter).
type Port struct {
	media   *net.UDPConn
	patient *patient // for what may wait; nil where one socket does all
	passed  chan datagram
	reader  sync.WaitGroup

	mu     sync.RWMutex
	routes map[netip.AddrPort]*Route
}

type datagram struct {
	from netip.AddrPort
	data []byte
}

// Open opens host:port; an empty host listens on all addresses, IPv4 and IPv6.
func Open(listen string) (*Port, error) {
	addr, err := net.ResolveUDPAddr("udp", listen)
	if err != nil {
		return nil, fmt.Errorf("address for media: %w", err)
	}
	p := &Port{passed: make(chan datagram, passing), routes: map[netip.AddrPort]*Route{}}
	if p.media, p.patient, err = listenTwice(addr); err != nil {
		return nil, fmt.Errorf("open the media port: %w", err)
	}
	_ = p.media.SetReadBuffer(socketBuffer) // the system may give less
	_ = p.media.SetWriteBuffer(socketBuffer)
	if p.patient != nil {
		p.reader.Go(p.readPatient)
	}
	return p, nil
}

// Conn is the socket to send on. It belongs to the port.
func (p *Port) Conn() *net.UDPConn { return p.media }

// Close closes the port and waits until nobody reads it.
func (p *Port) Close() error {
	err := p.media.Close()
	if p.patient != nil {
		p.patient.close()
	}
	p.reader.Wait()
	return err
}

// Awake reads what has waited, in the goroutine that has just worked: the best moment for it, because reading costs little and waking up much.
func (p *Port) Awake() {
	if p.patient != nil {
		p.look()
	}
}

// Route is where packets of one kind from one address go.
type Route struct {
	port *Port
	kind Kind
	take Taker
	addr netip.AddrPort
}

// Route has take get what a peer sends of the kind; it begins with the first Move.
func (p *Port) Route(kind Kind, take Taker) *Route { return &Route{port: p, kind: kind, take: take} }

// Move sets the address from which the peer sends now; an invalid one ends the route. pion gets what comes from elsewhere.
func (r *Route) Move(addr netip.AddrPort) {
	r.port.mu.Lock()
	defer r.port.mu.Unlock()
	if r.port.routes[r.addr] == r { // else another peer has taken the address over
		delete(r.port.routes, r.addr)
	}
	if r.addr = plain(addr); addr.IsValid() {
		r.port.routes[r.addr] = r
	}
}

func plain(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// isFeedback tells whether a packet is RTCP that begins as a receiver's does: receiver report, transport or payload feedback, extended
// report (RFC 3550 §6.4.2, RFC 4585 §6.1, RFC 3611 §2). A publisher's begins with a sender report.
func isFeedback(b []byte) bool {
	if len(b) < 8 || b[0]>>6 != 2 {
		return false
	}
	switch b[1] {
	case receiverReport, transportFeedback, payloadFeedback, extendedReport:
		return true
	}
	return false
}

const (
	receiverReport    = 201
	transportFeedback = 205
	payloadFeedback   = 206
	extendedReport    = 207
)

// isMedia tells whether a packet is RTP (RFC 5761 §4, RFC 7983 §7).
func isMedia(b []byte) bool { return len(b) >= 12 && b[0]>>6 == 2 && (b[1] < 192 || b[1] > 223) }

// route is that of a sender, nil without.
func (p *Port) route(from netip.AddrPort) *Route {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.routes[plain(from)]
}

// deliver gives the packet to the route of its sender, if there is one.
func (p *Port) deliver(b []byte, from netip.AddrPort) bool {
	kind := Media
	if !isMedia(b) {
		if !isFeedback(b) {
			return false
		}
		kind = Feedback
	}
	r := p.route(from)
	if r == nil || r.kind != kind {
		return false
	}
	return r.take(b)
}

// pass hands a packet of the second socket to pion, which wakePion tells.
func (p *Port) pass(b []byte, from netip.AddrPort) {
	select {
	case p.passed <- datagram{from, append([]byte(nil), b...)}:
	default:
	}
}

// wakePion has its reader look at passed: it clears the deadline before.
func (p *Port) wakePion() { _ = p.media.SetReadDeadline(time.Unix(1, 0)) }

// ReadFromAddrPort is pion's next packet.
func (p *Port) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		select {
		case d := <-p.passed:
			return copy(b, d.data), d.from, nil
		default:
		}
		n, from, err := p.media.ReadFromUDPAddrPort(b)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			if err := p.media.SetReadDeadline(time.Time{}); err != nil {
				return 0, netip.AddrPort{}, err
			}
		case err != nil || !p.deliver(b[:n], from):
			return n, from, err
		}
	}
}

// ReadFrom is ReadFromAddrPort for a net.PacketConn.
func (p *Port) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := p.ReadFromAddrPort(b)
	if err != nil {
		return n, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// WriteToAddrPort sends one packet.
func (p *Port) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return p.media.WriteToUDPAddrPort(b, to)
}

// WriteTo sends one packet.
func (p *Port) WriteTo(b []byte, to net.Addr) (int, error) { return p.media.WriteTo(b, to) }

// LocalAddr is the address of the port.
func (p *Port) LocalAddr() net.Addr { return p.media.LocalAddr() }

// SetDeadline is for writing only: reading has deadlines of its own.
func (p *Port) SetDeadline(t time.Time) error { return p.media.SetWriteDeadline(t) }

// SetReadDeadline does nothing: pion reads until the port is closed.
func (p *Port) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline is the socket's.
func (p *Port) SetWriteDeadline(t time.Time) error { return p.media.SetWriteDeadline(t) }
