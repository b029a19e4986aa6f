// Package udpbatch sends many datagrams with few system calls. A Socket is shared by everybody who sends; a Batch belongs to one goroutine:
// packets are written into its arena one behind the other, and those that follow each other to one peer with one size leave as one group,
// which the system cuts again at the very end of its way (UDP_SEGMENT).
package udpbatch

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
)

// Rung is how packets leave. Each needs less of the system than the one above it.
type Rung int32

const (
	Single  Rung = iota // WriteTo, everywhere
	Many                // sendmmsg: up to 64 packets with one system call
	Grouped             // the same with groups of packets: one walk through the network stack for each group
)

// String names what the rung needs.
func (r Rung) String() string { return [...]string{"WriteTo", "sendmmsg", "UDP_SEGMENT"}[r] }

// Socket is the UDP port that all batches write to.
type Socket struct {
	conn *net.UDPConn // kept: a descriptor alone would be closed by the finalizer
	raw  syscall.RawConn
	log  *slog.Logger
	ipv4 bool // an IPv4 socket; otherwise addresses are written as IPv6
	rung atomic.Int32
	told sync.Once
}

// New makes conn a Socket. It uses the highest rung that works here, at most best, and logs one line when that is lower.
func New(conn *net.UDPConn, best Rung, log *slog.Logger) (*Socket, error) {
	s, err := open(conn, best, log)
	if err != nil {
		return nil, err
	}
	if works := min(best, supported()); works < best {
		s.lower(works, nil)
	}
	return s, nil
}

func open(conn *net.UDPConn, rung Rung, log *slog.Logger) (*Socket, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("descriptor of the media port: %w", err)
	}
	s := &Socket{conn: conn, raw: raw, log: log}
	s.rung.Store(int32(rung))
	s.ipv4, err = isIPv4(raw)
	return s, err
}

// Rung is the one in use.
func (s *Socket) Rung() Rung { return Rung(s.rung.Load()) }

func (s *Socket) lower(to Rung, err error) {
	if s.rung.Swap(int32(to)) > int32(to) {
		s.tell("the system lacks a faster way to send: media costs more CPU", "uses", to.String(), "error", err)
	}
}

// tell logs one line in the life of the socket.
func (s *Socket) tell(text string, args ...any) { s.told.Do(func() { s.log.Warn(text, args...) }) }

// Peer is where packets go. One goroutine uses it.
type Peer struct {
	Addr    netip.AddrPort
	Dropped int // packets that could not be sent

	apart bool // the route takes no groups
}

// Limits of a batch and of a group.
const (
	Room        = 2048 // bytes, the longest packet
	arenaSize   = 192 << 10
	maxMessages = 64
	maxSegments = 64    // UDP_MAX_SEGMENTS of older systems
	maxGroup    = 65000 // bytes, below the longest datagram
)

// message is one datagram, or one group: segments of size bytes, the last may be shorter.
type message struct {
	peer     *Peer
	addr     netip.AddrPort
	from, to int // in the arena
	size     int
	segments int
}

// Batch collects packets. When it is full it sends what it has.
type Batch struct {
	socket   *Socket
	arena    []byte
	used     int
	messages []message
	choked   bool // the send buffer was full: nothing more of this frame
	waited   bool
	dropped  int
	system   system
}

// Batch makes an empty one.
func (s *Socket) Batch() *Batch {
	b := &Batch{socket: s, arena: make([]byte, arenaSize), messages: make([]message, 0, maxMessages)}
	b.system.init(b)
	return b
}

// Room is where the next packet is to be written, Room bytes long; Add makes it a packet.
func (b *Batch) Room() []byte {
	if len(b.arena)-b.used < Room {
		b.send()
	}
	return b.arena[b.used : b.used+Room : b.used+Room]
}

// Add takes the first n bytes of Room as a packet to peer.
func (b *Batch) Add(n int, peer *Peer) {
	if b.choked {
		b.drop(peer, 1)
		return
	}
	from := b.used
	b.used += n
	if last := len(b.messages) - 1; last >= 0 && b.joins(&b.messages[last], n, peer) {
		b.messages[last].to = b.used
		b.messages[last].segments++
		return
	}
	b.messages = append(b.messages, message{peer: peer, addr: peer.Addr, from: from, to: b.used, size: n, segments: 1})
	if len(b.messages) == maxMessages {
		b.send()
	}
}

// joins tells whether a packet can follow in the group: a shorter one can, and is its last.
func (b *Batch) joins(m *message, n int, peer *Peer) bool {
	length := m.to - m.from
	return m.peer == peer && m.addr == peer.Addr && n <= m.size && length == m.size*m.segments && m.segments < maxSegments &&
		length+n <= maxGroup && !peer.apart && b.socket.Rung() == Grouped
}

// Flush sends all that is there. It is called at the end of a frame: one that met a full send buffer is over then. It returns how many packets
// could not be sent since the last time.
func (b *Batch) Flush() (dropped int) {
	b.send()
	b.choked, b.waited = false, false
	dropped, b.dropped = b.dropped, 0
	return dropped
}

// send empties the batch. A send buffer that stays full drops the rest of the frame; a packet that the system refuses is as lost on the line.
func (b *Batch) send() {
	for next := 0; next < len(b.messages); {
		if b.choked {
			b.drop(b.messages[next].peer, b.messages[next].segments)
			next++
			continue
		}
		n, err := b.write(b.messages[next:])
		next += n
		if err != nil && b.failed(&b.messages[next], err) {
			next++
		}
	}
	clear(b.messages)
	b.messages, b.used = b.messages[:0], 0
}

// failed handles that m could not be sent; false when it is to be tried again.
func (b *Batch) failed(m *message, err error) (done bool) {
	switch kind := kindOf(err); {
	case kind == isFull:
		b.choked = b.waited || !b.wait()
		b.waited = true
		return false
	case kind == isMissing && b.socket.Rung() > Single:
		b.socket.lower(Single, err)
		return false
	case kind == isRefused && m.segments > 1:
		// It is this route that takes no groups (its MTU is small, or IPsec): New has made sure that the system can.
		m.peer.apart = true
		b.socket.tell("a route takes no groups of packets: its viewers cost more CPU", "address", m.addr, "error", err)
		b.split(*m)
		return true
	}
	b.drop(m.peer, m.segments)
	return true
}

func (b *Batch) drop(peer *Peer, packets int) {
	b.dropped += packets
	peer.Dropped += packets
}

// split sends the packets of a group one by one.
func (b *Batch) split(m message) {
	for ; m.from < m.to; m.from += m.size {
		one := [1]message{m}
		one[0].to, one[0].segments = min(m.from+m.size, m.to), 1
		if n, _ := b.write(one[:]); n == 0 {
			b.drop(m.peer, 1)
		}
	}
}

// write sends messages in their order and returns how many went; the error is that of the next.
func (b *Batch) write(messages []message) (int, error) {
	if b.socket.Rung() > Single {
		return b.system.write(b, messages)
	}
	for i := range messages {
		m := &messages[i]
		for at := m.from; at < m.to; at += m.size {
			if _, err := b.socket.conn.WriteToUDPAddrPort(b.arena[at:min(at+m.size, m.to)], m.addr); err != nil {
				return i, err
			}
		}
	}
	return len(messages), nil
}
