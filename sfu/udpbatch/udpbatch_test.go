package udpbatch

import (
	"bytes"
	"encoding/binary"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// journal is a log that counts its lines.
type journal struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines.Write(b)
}

func (j *journal) count() int { return strings.Count(j.lines.String(), "\n") }

func newSocket(t *testing.T, listen string, best Rung) (*Socket, *journal) {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(listen)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	j := &journal{}
	s, err := New(conn, best, slog.New(slog.NewTextHandler(j, nil)))
	require.NoError(t, err)
	return s, j
}

// receiver is where packets arrive.
type receiver struct {
	t    *testing.T
	conn *net.UDPConn
	peer *Peer
}

func newReceiver(t *testing.T, listen string) *receiver {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(listen)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	return &receiver{t, conn, &Peer{Addr: conn.LocalAddr().(*net.UDPAddr).AddrPort()}}
}

// packet fills a packet with its number.
func packet(room []byte, number, size int) {
	for i := range room[:size] {
		room[i] = byte(number)
	}
	binary.BigEndian.PutUint16(room, uint16(number))
}

func (r *receiver) expect(number, size int) {
	r.t.Helper()
	got, want := make([]byte, 4096), make([]byte, size)
	packet(want, number, size)
	n, err := r.conn.Read(got)
	require.NoError(r.t, err)
	require.Equal(r.t, want, got[:n], "packet %d", number)
}

// sizes of a few frames: equal packets and a short last one, a single packet, growing ones, more than a group takes, more than an arena.
var sizes = func() []int {
	all := []int{1200, 1200, 1200, 300, 1200, 80, 90, 100, 100, 2048, 2, 1999}
	for range 200 {
		all = append(all, 1180)
	}
	return all
}()

func TestEveryRungDeliversTheSame(t *testing.T) {
	for _, rung := range []Rung{Single, Many, Grouped} {
		for listen, target := range map[string]string{"127.0.0.1:0": "127.0.0.1:0", "[::1]:0": "[::1]:0", "[::]:0": "127.0.0.1:0"} {
			t.Run(rung.String()+" "+listen+" to "+target, func(t *testing.T) {
				s, j := newSocket(t, listen, rung)
				require.Equal(t, rung, s.Rung())
				require.Zero(t, j.count())
				b, one, two := s.Batch(), newReceiver(t, target), newReceiver(t, target)
				for i, size := range sizes {
					packet(b.Room(), i, size)
					b.Add(size, one.peer)
					if i%50 == 3 {
						packet(b.Room(), i, 60)
						b.Add(60, two.peer)
					}
					if i%50 == 49 { // the receive buffer is finite
						require.Zero(t, b.Flush())
						for k := i - 49; k <= i; k++ {
							one.expect(k, sizes[k])
						}
						two.expect(i-46, 60)
					}
				}
				require.Zero(t, b.Flush())
				for k := len(sizes) / 50 * 50; k < len(sizes); k++ {
					one.expect(k, sizes[k])
				}
			})
		}
	}
}

func TestPacketsOfAFrameAreOneMessage(t *testing.T) {
	s, _ := newSocket(t, "127.0.0.1:0", Grouped)
	b, one, two := s.Batch(), newReceiver(t, "127.0.0.1:0"), newReceiver(t, "127.0.0.1:0")
	add := func(r *receiver, sizes ...int) {
		for _, n := range sizes {
			b.Room()
			b.Add(n, r.peer)
		}
	}
	add(one, 1200, 1200, 1200, 500)
	require.Len(t, b.messages, 1)
	require.Equal(t, 4, b.messages[0].segments)
	add(one, 500)
	require.Len(t, b.messages, 2, "a shorter packet is the last of its group")
	add(two, 500, 500)
	require.Len(t, b.messages, 3, "another peer")
	add(two, 501)
	require.Len(t, b.messages, 4, "a longer packet")
	two.peer.Addr = one.peer.Addr
	add(two, 501)
	require.Len(t, b.messages, 5, "the peer has moved")
	b.Flush()
	for range 65 {
		add(one, 10)
	}
	require.Len(t, b.messages, 2)
	require.Equal(t, maxSegments, b.messages[0].segments)
}

func TestMissingRungFallsBack(t *testing.T) {
	s, j := newSocket(t, "127.0.0.1:0", Grouped)
	b, r := s.Batch(), newReceiver(t, "127.0.0.1:0")
	s.lower(Many, nil)
	s.lower(Many, nil)
	require.Equal(t, 1, j.count(), "one line")
	for i := range 3 {
		packet(b.Room(), i, 100)
		b.Add(100, r.peer)
	}
	require.Len(t, b.messages, 3, "no groups any more")
	s.lower(Single, nil)
	require.Zero(t, b.Flush())
	for i := range 3 {
		r.expect(i, 100)
	}
	require.Equal(t, 1, j.count())
}

func TestWhatCannotBeSentIsCounted(t *testing.T) {
	s, _ := newSocket(t, "127.0.0.1:0", Grouped)
	b, r := s.Batch(), newReceiver(t, "127.0.0.1:0")
	nowhere := &Peer{Addr: netip.MustParseAddrPort("[2001:db8::1]:9")} // an IPv4 socket
	packet(b.Room(), 1, 50)
	b.Add(50, nowhere)
	packet(b.Room(), 2, 50)
	b.Add(50, r.peer)
	require.Equal(t, 1, b.Flush())
	r.expect(2, 50)
	require.NoError(t, s.conn.Close())
	b.Room()
	b.Add(50, r.peer)
	require.Equal(t, 1, b.Flush(), "the port is closed: nothing hangs")
}

func TestSendingAllocatesNothing(t *testing.T) {
	s, _ := newSocket(t, "127.0.0.1:0", Grouped)
	b, r := s.Batch(), newReceiver(t, "127.0.0.1:0")
	require.Zero(t, testing.AllocsPerRun(200, func() {
		for range 100 {
			b.Room()
			b.Add(1200, r.peer)
		}
		b.Flush()
	}))
}
