//go:build !linux

package udpport

import (
	"net"
	"net/netip"
	"time"
)

// patient is never there.
type patient struct{}

// listenTwice opens one socket: pion's reading finds the feedback of viewers in it.
func listenTwice(addr *net.UDPAddr) (media *net.UDPConn, second *patient, err error) {
	media, err = net.ListenUDP("udp", addr)
	return media, nil, err
}

func (*patient) close() {}

func (*patient) expect(time.Duration) {}

func (p *Port) readPatient() {}

func (p *Port) look() bool { return false }

// burst is one packet.
type burst struct {
	conn *net.UDPConn
	buf  [mtu]byte
	n    int // -1: handed on
	from netip.AddrPort
}

func newBurst(conn *net.UDPConn) (*burst, error) { return &burst{conn: conn}, nil }

// wait waits for a packet; false once the socket is closed.
func (b *burst) wait() bool {
	var err error
	b.n, b.from, err = b.conn.ReadFromUDPAddrPort(b.buf[:])
	return err == nil
}

func (*burst) refill() bool { return false }

func (b *burst) pop() (packet []byte, from netip.AddrPort, ok bool) {
	if b.n < 0 {
		return nil, from, false
	}
	packet, b.n = b.buf[:b.n], -1
	return packet, b.from, true
}

// sender sends single packets.
type sender struct{ conn *net.UDPConn }

func newSender(conn *net.UDPConn) (sender, error) { return sender{conn}, nil }

func (s sender) send(b []byte, to netip.AddrPort) (int, error) {
	return s.conn.WriteToUDPAddrPort(b, to)
}
