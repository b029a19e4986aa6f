package udpport

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"unsafe"

	"github.com/tongtang/tongtang/sfu/sockaddr"
	"golang.org/x/sys/unix"
)

// listenTwice opens the port with two sockets: everything, and what may wait. Where that cannot be had, second is nil.
func listenTwice(addr *net.UDPAddr) (media *net.UDPConn, second *patient, err error) {
	// The port must be free: two sockets share it by SO_REUSEPORT, and so could two servers without noticing each other.
	alone, err := net.ListenUDP("udp", addr)
	if err != nil {
		return nil, nil, err
	}
	here := alone.LocalAddr().(*net.UDPAddr)
	if err := alone.Close(); err != nil {
		return nil, nil, err
	}
	at := *addr
	at.Port = here.Port
	if media, err = listenShared(&at); err != nil {
		return nil, nil, err
	}
	if second, err = listenPatient(&at); err == nil {
		if err = steer(media); err == nil {
			return media, second, nil
		}
		second.close()
	}
	return media, nil, nil
}

func listenShared(addr *net.UDPAddr) (*net.UDPConn, error) {
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		err := raw.Control(func(fd uintptr) { failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1) })
		return errors.Join(err, failed)
	}}
	conn, err := config.ListenPacket(context.Background(), "udp", addr.String())
	if err != nil {
		return nil, err
	}
	return conn.(*net.UDPConn), nil
}

// steer has the system choose the socket of the port by a packet's first two bytes: 0 is the first socket; 1, the second, for STUN
// (RFC 7983 §7) and what isFeedback.
func steer(first *net.UDPConn) error {
	const load, jump, less, and, answer = unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K,
		unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	const stunEnd = 4
	program := []unix.SockFilter{
		{Code: load, K: 1}, // a packet of less than two bytes ends here, with 0
		{Code: load, K: 0},
		{Code: less, K: stunEnd, Jf: 8}, // jumps when it is not less
		{Code: and, K: 0xc0},
		{Code: jump, K: 0x80, Jf: 5}, // version 2
		{Code: load, K: 1},
		{Code: jump, K: receiverReport, Jt: 4},
		{Code: jump, K: transportFeedback, Jt: 3},
		{Code: jump, K: payloadFeedback, Jt: 2},
		{Code: jump, K: extendedReport, Jt: 1},
		{Code: answer, K: 0},
		{Code: answer, K: 1},
	}
	raw, err := first.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_REUSEPORT_CBPF,
			&unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
	})
	return errors.Join(err, failed)
}

// reader is what recvmmsg writes: it points into itself.
type reader struct {
	headers [atOnce]mmsghdr
	vectors [atOnce]unix.Iovec
	names   [atOnce]sockaddr.Raw
	buffers [atOnce][mtu]byte

	got int
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	unix.Msghdr
	length uint32
}

func newReader() *reader {
	r := &reader{}
	for i := range r.headers {
		h := &r.headers[i]
		r.vectors[i].Base = &r.buffers[i][0]
		r.vectors[i].SetLen(mtu)
		h.Iov, h.Name = &r.vectors[i], (*byte)(unsafe.Pointer(&r.names[i]))
		h.SetIovlen(1)
		h.Namelen = sockaddr.Size
	}
	return r
}

// receive reads what is there; false when there is nothing yet.
func (r *reader) receive(fd int) bool {
	for i := range r.got { // the system has written over them
		r.headers[i].Namelen = sockaddr.Size
	}
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&r.headers[0])), atOnce, unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			r.got = 0
			return false
		case 0:
			r.got = int(n)
		default:
			r.got = 0 // such as a refusal that a peer has sent back: it concerns no packet of ours
		}
		return true
	}
}

func (r *reader) packet(i int) ([]byte, netip.AddrPort) {
	b := r.buffers[i][:min(r.headers[i].length, mtu)]
	return b, sockaddr.Get(&r.names[i])
}

// burst is what has come on a socket of Go's poller and is not handed on yet. One goroutine uses it.
type burst struct {
	raw     syscall.RawConn
	r       *reader
	handed  int                // of r.got
	receive func(uintptr) bool // made once
	look    func(uintptr)
	found   bool
}

func newBurst(conn *net.UDPConn) (*burst, error) {
	raw, err := conn.SyscallConn()
	b := &burst{raw: raw, r: newReader()}
	b.receive = func(fd uintptr) bool { return b.r.receive(int(fd)) }
	b.look = func(fd uintptr) { b.found = b.r.receive(int(fd)) }
	return b, err
}

// wait waits for packets; false once the socket is closed.
func (b *burst) wait() bool {
	b.handed = 0
	return b.raw.Read(b.receive) == nil
}

// refill takes what is there now; false when there is nothing. All that was there before is handed on.
func (b *burst) refill() bool {
	b.handed = 0
	return b.raw.Control(b.look) == nil && b.found
}

func (b *burst) pop() (packet []byte, from netip.AddrPort, ok bool) {
	if b.handed >= b.r.got {
		return nil, from, false
	}
	b.handed++
	packet, from = b.r.packet(b.handed - 1)
	return packet, from, true
}
