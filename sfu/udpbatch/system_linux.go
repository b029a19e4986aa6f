package udpbatch

import (
	"errors"
	"log/slog"
	"net"
	"syscall"
	"time"
	"unsafe"

	"github.com/tongtang/tongtang/sfu/sockaddr"
	"golang.org/x/sys/unix"
)

// patience is how long a full send buffer is waited for, once a frame. The line of a machine empties it within this time.
const patience = 5 * time.Millisecond

type kind int

const (
	isOther   kind = iota
	isFull         // the send buffer has no room
	isRefused      // of a group: the route cannot
	isMissing      // the system call is not there
)

func kindOf(err error) kind {
	switch {
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.ENOBUFS), errors.Is(err, unix.ENOMEM):
		return isFull
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.EIO), errors.Is(err, unix.EMSGSIZE):
		return isRefused
	case errors.Is(err, unix.ENOSYS):
		return isMissing
	}
	return isOther
}

func isIPv4(raw syscall.RawConn) (bool, error) { return sockaddr.IsIPv4(raw) }

// mmsghdr is struct mmsghdr of sendmmsg(2).
type mmsghdr struct {
	unix.Msghdr
	sent uint32
}

// segmentSize is the control message that makes a datagram a group, udp(7).
type segmentSize struct {
	unix.Cmsghdr
	size uint16
	_    [6]byte
}

// system is what sendmmsg reads: it points into itself and into the arena.
type system struct {
	headers  [maxMessages]mmsghdr
	vectors  [maxMessages]unix.Iovec
	names    [maxMessages]sockaddr.Raw
	controls [maxMessages]segmentSize

	call   func(fd uintptr) // syscall, made once
	count  int
	result int
	errno  unix.Errno
}

func (s *system) init(*Batch) {
	s.call = s.syscall
	for i := range s.headers {
		h := &s.headers[i]
		h.Name = (*byte)(unsafe.Pointer(&s.names[i]))
		h.Iov = &s.vectors[i]
		h.SetIovlen(1)
		c := &s.controls[i]
		c.Level, c.Type = unix.SOL_UDP, unix.UDP_SEGMENT
		c.SetLen(unix.CmsgLen(2))
	}
}

func (s *system) write(b *Batch, messages []message) (int, error) {
	for i := range messages {
		s.prepare(i, &messages[i], b)
	}
	s.count = len(messages)
	// Control, not Write: it keeps the descriptor open without the lock that would let only one worker send at a time.
	if err := b.socket.raw.Control(s.call); err != nil {
		return 0, err
	}
	if s.errno != 0 {
		return 0, s.errno
	}
	return s.result, nil
}

func (s *system) syscall(fd uintptr) {
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDMMSG, fd, uintptr(unsafe.Pointer(&s.headers[0])), uintptr(s.count), unix.MSG_DONTWAIT, 0, 0)
		if errno != unix.EINTR {
			s.result, s.errno = int(n), errno
			return
		}
	}
}

func (s *system) prepare(i int, m *message, b *Batch) {
	h := &s.headers[i]
	s.vectors[i].Base = &b.arena[m.from]
	s.vectors[i].SetLen(m.to - m.from)
	h.Namelen = sockaddr.Put(&s.names[i], m.addr, b.socket.ipv4)
	h.Control = nil
	h.SetControllen(0)
	if m.segments > 1 {
		s.controls[i].size = uint16(m.size)
		h.Control = (*byte)(unsafe.Pointer(&s.controls[i]))
		h.SetControllen(unix.CmsgSpace(2))
	}
}

// wait waits for room in the send buffer; false when there is none in time.
func (b *Batch) wait() bool {
	ready := 0
	err := b.socket.raw.Control(func(fd uintptr) {
		ready, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, int(patience.Milliseconds()))
	})
	return err == nil && ready > 0
}

// supported finds the highest rung of this system: it sends a group to itself and looks whether the packets arrive apart.
func supported() Rung {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return Many
	}
	defer func() { _ = conn.Close() }()
	s, err := open(conn, Grouped, slog.New(slog.DiscardHandler))
	if err != nil {
		return Many
	}
	b, peer := s.Batch(), &Peer{Addr: conn.LocalAddr().(*net.UDPAddr).AddrPort()}
	sizes := []int{100, 100, 50}
	for _, n := range sizes {
		b.Room()
		b.Add(n, peer)
	}
	b.Flush()
	if s.Rung() < Grouped {
		return s.Rung()
	}
	buf := make([]byte, 1024)
	_ = conn.SetReadDeadline(time.Now().Add(time.Second)) // an error shows in the reads
	for _, want := range sizes {
		if n, err := conn.Read(buf); err != nil || n != want {
			return Many
		}
	}
	if peer.apart {
		return Many
	}
	return Grouped
}
