// Package udpport is the one UDP port of the media. The RTP of publishers and the RTCP of viewers, by far most of what comes, goes to whoever has
// routed its sender's address; pion gets the rest. One goroutine reads, whole bursts at once, and whoever attends it works off what they have set
// going in the same goroutine: nobody is woken on the way of a packet. Where the system can, what may wait for a few milliseconds, the RTCP of
// viewers and the checks of ICE, has a socket of its own under the same port number, chosen by its first two bytes (SO_ATTACH_REUSEPORT_CBPF),
// and is read when the process is awake anyway: a thousand viewers hardly ever wake it.
package udpport

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
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

// Attendant works off what packets have set going, in the goroutine that reads the port.
type Attendant interface {
	Begin() // packets come
	Work()  // after each of them; it may call More
	End()   // the reader waits again
}

// Limits.
const (
	socketBuffer = 4 << 20 // asked of the system, bytes
	mtu          = 1500
	arrival      = 5 * time.Second // of a peer that has made an offer
	passing      = 1024            // packets that wait for pion; more are lost, as on a line
)

// Port is the open port. It is a net.PacketConn for pion, with netip addresses (ice.AddrPortReaderWriter).
type Port struct {
	media   *net.UDPConn
	patient *patient // for what may wait; nil where one socket does all
	sender  sender
	burst   *burst // what the reader has at hand
	readers sync.WaitGroup
	passed  chan datagram // to pion
	closed  chan struct{}
	once    sync.Once
	attends atomic.Pointer[Attendant]

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
	p := &Port{passed: make(chan datagram, passing), closed: make(chan struct{}), routes: map[netip.AddrPort]*Route{}}
	if p.media, p.patient, err = listenTwice(addr); err != nil {
		return nil, fmt.Errorf("open the media port: %w", err)
	}
	_ = p.media.SetReadBuffer(socketBuffer) // the system may give less
	_ = p.media.SetWriteBuffer(socketBuffer)
	var failed error
	p.burst, err = newBurst(p.media)
	p.sender, failed = newSender(p.media)
	if err = errors.Join(err, failed); err != nil {
		return nil, errors.Join(fmt.Errorf("open the media port: %w", err), p.Close())
	}
	p.Attend(idle{})
	p.readers.Go(p.readMedia)
	if p.patient != nil {
		p.readers.Go(p.readPatient)
	}
	return p, nil
}

// Conn is the socket to send on. It belongs to the port.
func (p *Port) Conn() *net.UDPConn { return p.media }

// Close closes the port and waits until nobody reads it.
func (p *Port) Close() (err error) {
	p.once.Do(func() {
		close(p.closed)
		err = p.media.Close()
		if p.patient != nil {
			p.patient.close()
		}
	})
	p.readers.Wait()
	return err
}

// Attend has a work off what packets of the first socket set going.
func (p *Port) Attend(a Attendant) { p.attends.Store(&a) }

// readMedia reads the first socket until it is closed.
func (p *Port) readMedia() {
	for p.burst.wait() {
		a := *p.attends.Load()
		a.Begin()
		for p.next() {
			a.Work()
		}
		a.End()
	}
}

type idle struct{}

func (idle) Begin() {}
func (idle) Work()  {}
func (idle) End()   {}

// next hands on one packet of the burst, if there is one left.
func (p *Port) next() bool {
	b, from, ok := p.burst.pop()
	if ok && !p.deliver(b, from) {
		p.pass(b, from)
	}
	return ok
}

// More hands on what has come since the burst began. Only an Attendant that works calls it.
func (p *Port) More() {
	for p.next() {
	}
	if p.burst.refill() {
		for p.next() {
		}
	}
}

// Awake reads what has waited, in the goroutine that has just worked: the best moment for it, because reading costs little and waking up much.
func (p *Port) Awake() {
	if p.patient != nil {
		p.look()
	}
}

// Expect says that somebody will connect now: what comes is read sooner.
func (p *Port) Expect() {
	if p.patient != nil {
		p.patient.expect(arrival)
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

// pass hands a packet to pion.
func (p *Port) pass(b []byte, from netip.AddrPort) {
	select {
	case p.passed <- datagram{from, append([]byte(nil), b...)}:
	default:
	}
}

// ReadFromAddrPort is pion's next packet.
func (p *Port) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	select {
	case d := <-p.passed:
		return copy(b, d.data), d.from, nil
	case <-p.closed:
		return 0, netip.AddrPort{}, net.ErrClosed
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
	return p.sender.send(b, to)
}

// WriteTo is WriteToAddrPort for a net.PacketConn.
func (p *Port) WriteTo(b []byte, to net.Addr) (int, error) {
	if udp, ok := to.(*net.UDPAddr); ok {
		return p.WriteToAddrPort(b, udp.AddrPort())
	}
	return p.media.WriteTo(b, to)
}

// LocalAddr is the address of the port.
func (p *Port) LocalAddr() net.Addr { return p.media.LocalAddr() }

// SetDeadline is for writing only: reading has deadlines of its own.
func (p *Port) SetDeadline(t time.Time) error { return p.media.SetWriteDeadline(t) }

// SetReadDeadline does nothing: pion reads until the port is closed.
func (p *Port) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline is the socket's.
func (p *Port) SetWriteDeadline(t time.Time) error { return p.media.SetWriteDeadline(t) }
