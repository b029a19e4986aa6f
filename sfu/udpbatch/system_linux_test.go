package udpbatch

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A socket without checksums is refused groups by the system, as is a route with a small MTU: the packets leave apart.
func TestRefusedGroup(t *testing.T) {
	s, j := newSocket(t, "127.0.0.1:0", Grouped)
	require.NoError(t, s.raw.Control(func(fd uintptr) {
		require.NoError(t, unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_NO_CHECK, 1))
	}))
	b, r := s.Batch(), newReceiver(t, "127.0.0.1:0")
	for round := range 2 {
		for i := range 4 {
			packet(b.Room(), 10*round+i, 100-i/3)
			b.Add(100-i/3, r.peer)
		}
		require.Len(t, b.messages, []int{1, 4}[round], "the second frame is not tried as a group")
		require.Zero(t, b.Flush())
		for i := range 4 {
			r.expect(10*round+i, 100-i/3)
		}
	}
	require.Equal(t, Grouped, s.Rung(), "it is the matter of this peer")
	require.Equal(t, 1, j.count())
}

// A send buffer that stays full drops to the end of the frame and no further.
func TestFullSendBuffer(t *testing.T) {
	s, _ := newSocket(t, "127.0.0.1:0", Grouped)
	b, r := s.Batch(), newReceiver(t, "127.0.0.1:0")
	m := &message{segments: 3}
	require.False(t, b.failed(m, unix.EAGAIN))
	require.False(t, b.choked, "there is room again after a moment")
	require.False(t, b.failed(m, unix.ENOBUFS))
	require.True(t, b.choked, "one wait for a frame")
	for i := range 5 {
		packet(b.Room(), i, 100)
		b.Add(100, r.peer)
	}
	require.Equal(t, 5, b.Flush())
	packet(b.Room(), 6, 100)
	b.Add(100, r.peer)
	require.Zero(t, b.Flush())
	r.expect(6, 100)
}

func TestMissingSystemCall(t *testing.T) {
	s, j := newSocket(t, "127.0.0.1:0", Grouped)
	require.False(t, s.Batch().failed(&message{segments: 1}, unix.ENOSYS))
	require.Equal(t, Single, s.Rung())
	require.Equal(t, 1, j.count())
}
