package load

import (
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/tongtang/tongtang/sfu/sockaddr"
	"golang.org/x/sys/unix"
)

const (
	atOnce       = 64      // datagrams read with one system call
	longest      = 1600    // bytes of a datagram
	socketBuffer = 4 << 20 // bytes: the cached pictures of a newcomer come in a burst
	idleWait     = 5       // ms between two ticks of a loop that reads promptly
	ready        = 256     // sockets told by one epoll_wait
)

// loop reads the sockets of its viewers and lets them answer.
type loop struct {
	pace   time.Duration // 0: read at once
	epoll  int
	mu     sync.RWMutex
	wires  map[int32]*wire
	ending chan struct{}
	ended  sync.Once
	batch  batch
	swept  []*wire
}

func newLoop(pace time.Duration) (*loop, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	l := &loop{pace: pace, epoll: epoll, wires: map[int32]*wire{}, ending: make(chan struct{})}
	l.batch.init()
	return l, nil
}

// close ends run; the wires are closed before.
func (l *loop) close() { l.ended.Do(func() { close(l.ending) }) }

// open makes a socket.
func (l *loop) open(v *Viewer) (*wire, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, socketBuffer) // the system may give less
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	w := &wire{fd: fd, local: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: name.(*unix.SockaddrInet4).Port}, loop: l, viewer: v,
		over: make(chan struct{}), control: make(chan datagram, queued)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wires[int32(fd)] = w
	if l.pace > 0 {
		return w, nil
	}
	return w, unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (l *loop) remove(w *wire) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wires[int32(w.fd)] == w {
		delete(l.wires, int32(w.fd))
		if l.pace == 0 {
			_ = unix.EpollCtl(l.epoll, unix.EPOLL_CTL_DEL, w.fd, nil)
		}
	}
}

func (l *loop) run() {
	defer unix.Close(l.epoll)
	events := make([]unix.EpollEvent, ready)
	var ticked time.Duration
	for {
		select {
		case <-l.ending:
			return
		default:
		}
		if l.pace > 0 {
			time.Sleep(l.pace)
			l.sweep()
		} else {
			l.poll(events, idleWait)
		}
		if now := clock(); now-ticked >= idleWait*time.Millisecond {
			ticked = now
			l.tick(now)
		}
	}
}

// sweep reads every socket. Nobody waits for them, so whoever sends has nobody to wake: that is the network's work, not a server's.
func (l *loop) sweep() {
	l.mu.RLock()
	l.swept = slices.AppendSeq(l.swept[:0], maps.Values(l.wires))
	l.mu.RUnlock()
	for _, w := range l.swept {
		for l.batch.read(w) == atOnce {
		}
	}
	clear(l.swept)
}

// poll reads the sockets that have something and returns their number.
func (l *loop) poll(events []unix.EpollEvent, wait int) int {
	n, err := unix.EpollWait(l.epoll, events, wait)
	if err != nil {
		return 0 // interrupted
	}
	for _, e := range events[:n] {
		l.mu.RLock()
		w := l.wires[e.Fd]
		l.mu.RUnlock()
		if w != nil {
			l.batch.read(w)
		}
	}
	return n
}

func (l *loop) tick(now time.Duration) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, w := range l.wires {
		w.viewer.tick(now)
	}
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	unix.Msghdr
	n uint32
}

// batch is what recvmmsg fills.
type batch struct {
	headers [atOnce]mmsghdr
	vectors [atOnce]unix.Iovec
	names   [atOnce]sockaddr.Raw
	buffers [atOnce][longest]byte
}

func (b *batch) init() {
	for i := range b.headers {
		b.vectors[i].Base = &b.buffers[i][0]
		b.vectors[i].SetLen(longest)
		h := &b.headers[i]
		h.Name, h.Iov = (*byte)(unsafe.Pointer(&b.names[i])), &b.vectors[i]
		h.SetIovlen(1)
	}
}

// read takes what has come for one viewer, a batch at most, and returns how many datagrams that was.
func (b *batch) read(w *wire) int {
	for i := range b.headers {
		b.headers[i].Namelen = sockaddr.Size
	}
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return 0
	}
	n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, uintptr(w.fd), uintptr(unsafe.Pointer(&b.headers[0])), atOnce, unix.MSG_DONTWAIT, 0, 0)
	w.mu.RUnlock()
	if errno != 0 {
		return 0
	}
	now := clock()
	for i := range int(n) {
		w.take(b.buffers[i][:b.headers[i].n], sockaddr.Get(&b.names[i]), now)
	}
	return int(n)
}

func sendTo(fd int, b []byte, to netip.AddrPort) error {
	return unix.Sendto(fd, b, unix.MSG_DONTWAIT, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().Unmap().As4()})
}

func closeSocket(fd int) error { return unix.Close(fd) }
