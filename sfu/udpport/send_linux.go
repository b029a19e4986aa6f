package udpport

import (
	"net"
	"net/netip"
	"syscall"
	"unsafe"

	"github.com/tongtang/tongtang/sfu/sockaddr"
	"golang.org/x/sys/unix"
)

// sender sends single packets of pion's. It never waits: a packet for which there is no room is lost, as on a line. Therefore it need not tell Go's
// scheduler of the call, which would wake a watcher that costs more than the call.
type sender struct {
	raw  syscall.RawConn
	ipv4 bool
}

func newSender(conn *net.UDPConn) (s sender, err error) {
	if s.raw, err = conn.SyscallConn(); err == nil {
		s.ipv4, err = sockaddr.IsIPv4(s.raw)
	}
	return s, err
}

func (s sender) send(b []byte, to netip.AddrPort) (int, error) {
	var name sockaddr.Raw
	var errno syscall.Errno
	length := sockaddr.Put(&name, to, s.ipv4)
	err := s.raw.Control(func(fd uintptr) {
		for errno = unix.EINTR; errno == unix.EINTR; {
			_, _, errno = unix.RawSyscall6(unix.SYS_SENDTO, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), unix.MSG_DONTWAIT,
				uintptr(unsafe.Pointer(&name)), uintptr(length))
		}
	})
	if err == nil && errno != 0 {
		err = &net.OpError{Op: "write", Net: "udp", Addr: net.UDPAddrFromAddrPort(to), Err: errno}
	}
	if err != nil {
		return 0, err
	}
	return len(b), nil
}
