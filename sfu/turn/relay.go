package turn

import (
	"errors"
	"net"
	"net/netip"
	"sync"

	"github.com/pion/turn/v5"
)

var (
	errNoTCPRelay = errors.New("only UDP is relayed")
	errNoFamily   = errors.New("the media have no address of this family")
	errFull       = errors.New("there are relays enough")
	errElsewhere  = errors.New("only the media port is relayed to")
)

// Validate, AllocatePacketConn, AllocateListener and AllocateConn make Server the turn.RelayAddressGenerator.
func (s *Server) Validate() error { return nil }

// AllocatePacketConn makes the socket of a relay, on the loopback address.
func (s *Server) AllocatePacketConn(c turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	r := &relay{local: s.media.Local4, named: net.UDPAddrFromAddrPort(s.media.Named4), to: s.media.Named4}
	at := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	if c.Network == "udp6" {
		r = &relay{local: s.media.Local6, named: net.UDPAddrFromAddrPort(s.media.Named6), to: s.media.Named6}
		at.IP = net.IPv6loopback
	}
	if !r.to.IsValid() {
		return nil, nil, errNoFamily
	}
	r.users, r.subject = &s.users, c.UserID
	if r.user = s.users.take(c.UserID); r.user == nil {
		return nil, nil, errFull
	}
	var err error
	if r.UDPConn, err = net.ListenUDP(c.Network, at); err != nil {
		s.users.give(c.UserID)
		return nil, nil, err
	}
	return r, r.LocalAddr(), nil
}

// AllocateListener refuses relays of TCP (RFC 6062).
func (s *Server) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errNoTCPRelay
}

// AllocateConn refuses them too.
func (s *Server) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errNoTCPRelay }

// relay is the socket of one client: between it and the media port, which the client knows by its public name.
type relay struct {
	*net.UDPConn
	local netip.AddrPort // the media port as it is reached from here
	to    netip.AddrPort // as the client names it
	named *net.UDPAddr   // to again

	users   *users
	user    *user
	subject string
	closed  sync.Once
}

func (r *relay) WriteTo(p []byte, to net.Addr) (int, error) {
	addr, ok := to.(*net.UDPAddr)
	if !ok || netip.AddrPortFrom(addr.AddrPort().Addr().Unmap(), uint16(addr.Port)) != r.to {
		return 0, errElsewhere
	}
	if !r.users.passes(r.user.up, len(p)) {
		return len(p), nil
	}
	return r.WriteToUDPAddrPort(p, r.local)
}

// Close gives the place back.
func (r *relay) Close() error {
	r.closed.Do(func() { r.users.give(r.subject) })
	return r.UDPConn.Close()
}

// ReadFrom leaves out what does not come from the media port (others on this machine), and what is too much.
func (r *relay) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		n, from, err := r.ReadFromUDPAddrPort(p)
		if err != nil {
			return 0, nil, err
		}
		if netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) == r.local && r.users.passes(r.user.down, n) {
			return n, r.named, nil
		}
	}
}
