// Package icetcp is the TCP port of the media (RFC 6544, passive candidates), for those whose UDP is blocked: how many connections it takes,
// and how it shares a port with the pages.
package icetcp

import (
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
)

// Limits of the port. A whole school may stand behind one address.
const (
	MaxConns      = 2000
	MaxConnsOfOne = 300 // of one remote address

	// kernelBuffer is the system's send buffer for a connection, bytes: what lies in it is delay, and cannot be taken back.
	kernelBuffer = 128 << 10
)

// Bound closes connections over the limits as soon as they come; refused is told of each.
func Bound(l net.Listener, total, ofOne int, refused func()) net.Listener {
	return &bounded{Listener: l, total: total, ofOne: ofOne, refused: refused, open: map[*counted]struct{}{}, of: map[netip.Addr]int{}}
}

type bounded struct {
	net.Listener
	total, ofOne int
	refused      func()

	mu   sync.Mutex
	open map[*counted]struct{}
	of   map[netip.Addr]int
}

func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		one := &counted{Conn: c, from: remote(c), port: b}
		if b.take(one) {
			if t, ok := c.(interface{ SetWriteBuffer(int) error }); ok {
				_ = t.SetWriteBuffer(kernelBuffer) // the system may give another
			}
			return one, nil
		}
		b.refused()
		_ = c.Close()
	}
}

func remote(c net.Conn) netip.Addr {
	a, _ := netip.ParseAddrPort(c.RemoteAddr().String())
	return a.Addr().Unmap()
}

func (b *bounded) take(c *counted) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.open) >= b.total || b.of[c.from] >= b.ofOne {
		return false
	}
	b.open[c] = struct{}{}
	b.of[c.from]++
	return true
}

func (b *bounded) give(c *counted) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.open, c)
	if b.of[c.from]--; b.of[c.from] == 0 {
		delete(b.of, c.from)
	}
}

// Close closes the connections too: nobody has to wait for what they will say.
func (b *bounded) Close() error {
	err := b.Listener.Close()
	b.mu.Lock()
	open := slices.Collect(maps.Keys(b.open))
	b.mu.Unlock()
	for _, c := range open {
		_ = c.Close()
	}
	return err
}

// counted gives its place back when it is closed.
type counted struct {
	net.Conn
	from netip.Addr
	port *bounded
	once sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { c.port.give(c) })
	return c.Conn.Close()
}
