package load

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// wire is a viewer's UDP socket on 127.0.0.1. It is a net.PacketConn for pion, which is given STUN and DTLS alone; a loop reads the socket.
type wire struct {
	fd     int
	local  *net.UDPAddr
	loop   *loop
	viewer *Viewer
	peer   atomic.Pointer[netip.AddrPort] // where media came from

	mu      sync.RWMutex // held while the descriptor is used
	closed  bool
	over    chan struct{}
	control chan datagram
}

type datagram struct {
	data []byte
	from netip.AddrPort
}

// queued bounds what pion has not read yet; more is dropped, as a network may.
const queued = 64

// Kinds of datagrams by their first byte (RFC 7983 §7).
func isMedia(b []byte) bool { return len(b) >= 12 && b[0] >= 128 && b[0] <= 191 }
func isDTLS(b []byte) bool  { return len(b) > 0 && b[0] >= 20 && b[0] <= 63 }

// take is called by the loop for every datagram.
func (w *wire) take(b []byte, from netip.AddrPort, now time.Duration) {
	if isMedia(b) {
		if known := w.peer.Load(); known == nil || *known != from {
			w.peer.Store(&from)
		}
		w.viewer.take(b, now)
		return
	}
	if isDTLS(b) {
		w.viewer.keys.watch(b, true)
	}
	select {
	case w.control <- datagram{append([]byte(nil), b...), from}:
	default:
	}
}

// reply sends to where DTLS and media come from.
func (w *wire) reply(b []byte) {
	if to := w.peer.Load(); to != nil {
		_, _ = w.WriteToAddrPort(b, *to) // it is RTCP: the next makes up for it
	}
}

// ReadFromAddrPort is pion's way to read.
func (w *wire) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	select {
	case d := <-w.control:
		return copy(b, d.data), d.from, nil
	case <-w.over:
		return 0, netip.AddrPort{}, net.ErrClosed
	}
}

// WriteToAddrPort is pion's way to write.
func (w *wire) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if isDTLS(b) {
		w.viewer.keys.watch(b, false)
		w.peer.CompareAndSwap(nil, &to)
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return 0, net.ErrClosed
	}
	return len(b), sendTo(w.fd, b, to)
}

// ReadFrom is ReadFromAddrPort.
func (w *wire) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := w.ReadFromAddrPort(b)
	return n, net.UDPAddrFromAddrPort(from), err
}

// WriteTo is WriteToAddrPort.
func (w *wire) WriteTo(b []byte, to net.Addr) (int, error) {
	addr, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, net.InvalidAddrError("not a UDP address")
	}
	return w.WriteToAddrPort(b, addr.AddrPort())
}

// Close closes the socket.
func (w *wire) Close() error {
	w.loop.remove(w)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return nil
	}
	w.closed = true
	close(w.over)
	return closeSocket(w.fd)
}

// LocalAddr is on 127.0.0.1.
func (w *wire) LocalAddr() net.Addr { return w.local }

// Deadlines are pion's way to interrupt; nothing here blocks but reading, which Close ends.
func (w *wire) SetDeadline(time.Time) error      { return nil }
func (w *wire) SetReadDeadline(time.Time) error  { return nil }
func (w *wire) SetWriteDeadline(time.Time) error { return nil }

var _ net.PacketConn = (*wire)(nil)
