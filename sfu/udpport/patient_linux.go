package udpport

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// gather is how long something waits at most, unless the process is awake before (Awake), and soon the same while somebody is expected. Waking up
// is the dearest part of reading: a lesson with voice and picture is awake 80 times a second, and its viewers report thousands of times.
const (
	gather = 100 * time.Millisecond
	soon   = 5 * time.Millisecond
)

// atOnce is how many packets one system call reads.
const atOnce = 64

// patient is the second socket: whoever is awake reads it. It stays out of Go's poller, which would wake a thread for every packet. Only while
// nobody reads, an epoll of its own tells of the next packet, once.
type patient struct {
	events   *os.File // the epoll, in Go's poller
	wait     syscall.RawConn
	arrive   []unix.EpollEvent
	hasten   chan struct{} // somebody is coming: the next packet must not wait
	read     atomic.Int64  // when it was last read, unix ns
	expected atomic.Int64  // until when somebody is, unix ns

	mu sync.Mutex // one reads at a time
	fd int        // -1 after close
	r  *reader
}

func listenPatient(addr *net.UDPAddr) (*patient, error) {
	conn, err := listenShared(addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadBuffer(socketBuffer) // the system may give less
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	p := &patient{fd: -1, r: newReader(), arrive: make([]unix.EpollEvent, 1), hasten: make(chan struct{}, 1)}
	var failed error
	if err := raw.Control(func(fd uintptr) { p.fd, failed = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0) }); err != nil || failed != nil {
		return nil, errors.Join(err, failed)
	}
	if err := p.watch(); err != nil {
		_ = unix.Close(p.fd)
		return nil, err
	}
	return p, nil
}

// watch makes the epoll of this one socket.
func (p *patient) watch() error {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	err = errors.Join(unix.SetNonblock(fd, true), unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, p.fd, &unix.EpollEvent{Events: unix.EPOLLONESHOT}))
	p.events = os.NewFile(uintptr(fd), "epoll")
	if err == nil {
		err = p.events.SetReadDeadline(time.Time{}) // it fails where Go's poller does not take it
	}
	if err == nil {
		p.wait, err = p.events.SyscallConn()
	}
	if err != nil {
		_ = p.events.Close()
	}
	return err
}

// nextComes waits until there is something to read; false once the socket is closed.
func (p *patient) nextComes() bool {
	p.mu.Lock()
	armed := p.fd >= 0 && p.wait.Control(func(events uintptr) {
		_ = unix.EpollCtl(int(events), unix.EPOLL_CTL_MOD, p.fd, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLONESHOT})
	}) == nil
	p.mu.Unlock()
	return armed && p.wait.Read(func(events uintptr) bool {
		n, _ := unix.EpollWait(int(events), p.arrive, 0)
		return n > 0
	}) == nil
}

// look reads once what is there, and tells whether there may be more. It does nothing while somebody else reads.
func (p *Port) look() (more bool) {
	s := p.patient
	if !s.mu.TryLock() {
		return false
	}
	defer s.mu.Unlock()
	s.read.Store(time.Now().UnixNano())
	if s.fd < 0 || !s.r.receive(s.fd) {
		return false
	}
	for i := range s.r.got {
		b, from := s.r.packet(i)
		if p.deliver(b, from) {
			continue
		}
		p.pass(b, from)
		if p.route(from) == nil { // a stranger is one who is just coming, and waits for an answer
			s.hurry()
		}
	}
	return s.r.got == atOnce
}

// readPatient reads the second socket when nobody else does, until it is closed.
func (p *Port) readPatient() {
	patience := time.NewTimer(gather)
	defer patience.Stop()
	for p.patient.nextComes() {
		for p.look() {
		}
		p.patient.rest(patience)
	}
}

// expect has packets wait less for a while: somebody is coming.
func (p *patient) expect(d time.Duration) {
	p.expected.Store(time.Now().Add(d).UnixNano())
	p.hurry()
}

func (p *patient) hurry() {
	select {
	case p.hasten <- struct{}{}:
	default:
	}
}

// rest waits until nobody has read for as long as packets may wait, or the next one must not.
func (p *patient) rest(patience *time.Timer) {
	for {
		now := time.Now().UnixNano()
		most := gather
		if now < p.expected.Load() {
			most = soon
		}
		left := most - time.Duration(now-p.read.Load())
		if left <= 0 {
			return
		}
		patience.Reset(left)
		select {
		case <-p.hasten:
			return
		case <-patience.C:
		}
	}
}

func (p *patient) close() {
	_ = p.events.Close() // nextComes ends
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = unix.Close(p.fd)
	p.fd = -1
}
