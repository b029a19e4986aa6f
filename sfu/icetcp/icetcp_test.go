package icetcp

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func dial(t *testing.T, l net.Listener) net.Conn {
	t.Helper()
	c, err := net.DialTimeout("tcp", l.Addr().String(), 5*time.Second)
	require.NoError(t, err)
	require.NoError(t, c.SetDeadline(time.Now().Add(10*time.Second)))
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// The first byte decides, nothing of it is lost, and who says nothing holds nobody up.
func TestPagesAndMediaShareAPort(t *testing.T) {
	l := listen(t)
	s := NewSplit(l)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	silent := dial(t, l)
	for _, c := range []struct {
		branch net.Listener
		text   string
	}{
		{s.Web(), "GET / HTTP/1.1"}, {s.Media(), "\x00\x14\x00\x01"}, {s.Media(), "\x05\x14\x00\x01"}, {s.Web(), "\x16\x03\x01"}, {s.Web(), "PRI * HTTP/2.0"},
	} {
		_, err := dial(t, l).Write([]byte(c.text))
		require.NoError(t, err)
		got, err := c.branch.Accept()
		require.NoError(t, err)
		text := make([]byte, len(c.text))
		_, err = io.ReadFull(got, text)
		require.NoError(t, err)
		require.Equal(t, c.text, string(text))
		require.NoError(t, got.Close())
	}
	cancel()
	require.NoError(t, <-ended)
	_, err := silent.Read(make([]byte, 1))
	require.Error(t, err, "it was hung up")
	require.NoError(t, s.Web().Close())
	_, err = s.Web().Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}

func TestConnectionsAreBounded(t *testing.T) {
	refused := make(chan struct{}, 10)
	l := listen(t)
	b := Bound(l, 3, 2, func() { refused <- struct{}{} })
	accepted := make(chan net.Conn, 10)
	go func() {
		for {
			c, err := b.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- c
		}
	}()
	dial(t, l)
	first := <-accepted
	dial(t, l)
	<-accepted
	third := dial(t, l)
	<-refused
	_, err := third.Read(make([]byte, 1))
	require.Error(t, err, "the third of one address is closed")
	require.NoError(t, first.Close())
	_ = first.Close() // closing twice gives one place back
	dial(t, l)
	<-accepted
	dial(t, l)
	<-refused
	require.NoError(t, l.Close())
	<-accepted
}
