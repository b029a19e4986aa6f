package icetcp

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// firstByteWithin is how long a connection may say nothing before it is closed: browsers open some ahead of need.
const firstByteWithin = 30 * time.Second

// Split lets the pages and the media share one TCP port, so that a firewall has one port to open. The first byte tells them apart: a STUN
// message comes with its length in front (RFC 4571 §2), which is below 4,096; a request begins with a letter, and TLS with 22.
type Split struct {
	from  net.Listener
	web   *branch
	media *branch

	mu      sync.Mutex
	waiting map[net.Conn]struct{} // for their first byte
}

// NewSplit takes a listener over. Run carries it.
func NewSplit(l net.Listener) *Split {
	return &Split{from: l, web: newBranch(l.Addr()), media: newBranch(l.Addr()), waiting: map[net.Conn]struct{}{}}
}

// Web are the connections of everything that is not ICE.
func (s *Split) Web() net.Listener { return s.web }

// Media are the connections of ICE.
func (s *Split) Media() net.Listener { return s.media }

// Run sorts connections until ctx ends or the listener fails. It closes the listener; the two branches end when their owners close them.
func (s *Split) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		_ = s.from.Close()
		s.hangUp()
	})
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer s.hangUp()
	for {
		c, err := s.from.Accept()
		var passing interface{ Temporary() bool }
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &passing) && passing.Temporary(): // too many open files, as net/http sees it
			time.Sleep(5 * time.Millisecond)
			continue
		case err != nil:
			s.web.end()
			s.media.end()
			return err
		}
		wg.Go(func() { s.sort(ctx, c) })
	}
}

func (s *Split) sort(ctx context.Context, c net.Conn) {
	s.mu.Lock()
	s.waiting[c] = struct{}{}
	s.mu.Unlock()
	first := make([]byte, 1)
	_ = c.SetReadDeadline(time.Now().Add(firstByteWithin)) // a failure shows in the read
	n := 0
	if ctx.Err() == nil {
		n, _ = c.Read(first)
	}
	_ = c.SetReadDeadline(time.Time{})
	s.mu.Lock()
	delete(s.waiting, c)
	s.mu.Unlock()
	to := s.web
	if n == 1 && first[0] < 16 {
		to = s.media
	}
	if n == 0 || !to.give(ctx, &begun{Conn: c, first: first}) {
		_ = c.Close()
	}
}

// hangUp ends the wait for first bytes.
func (s *Split) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.waiting {
		_ = c.Close()
	}
}

// begun is a connection whose first byte has been read.
type begun struct {
	net.Conn
	first []byte
}

// SetWriteBuffer reaches the system's buffer.
func (b *begun) SetWriteBuffer(bytes int) error {
	if t, ok := b.Conn.(*net.TCPConn); ok {
		return t.SetWriteBuffer(bytes)
	}
	return nil
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.first) > 0 && len(p) > 0 {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	return b.Conn.Read(p)
}

// branch is a listener that is given its connections.
type branch struct {
	addr  net.Addr
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newBranch(addr net.Addr) *branch {
	return &branch{addr: addr, conns: make(chan net.Conn), done: make(chan struct{})}
}

func (b *branch) give(ctx context.Context, c net.Conn) bool {
	select {
	case b.conns <- c:
		return true
	case <-ctx.Done():
		return false
	case <-b.done:
		return false
	}
}

func (b *branch) end() { b.once.Do(func() { close(b.done) }) }

func (b *branch) Accept() (net.Conn, error) {
	select {
	case c := <-b.conns:
		return c, nil
	case <-b.done:
		return nil, net.ErrClosed
	}
}

func (b *branch) Close() error {
	b.end()
	return nil
}

func (b *branch) Addr() net.Addr { return b.addr }
