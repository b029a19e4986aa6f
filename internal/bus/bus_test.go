package bus

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestEmbeddedBusKeepsTheLogAcrossARestart(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	dir := t.TempDir()
	b, err := Open(Config{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, b.Prepare(ctx))
	require.NoError(t, b.Prepare(ctx), "a second time changes nothing")
	require.NoError(t, b.Ready(ctx))
	_, err = b.JS.Publish(ctx, LogSubject("l1"), []byte("one"))
	require.NoError(t, err)
	b.Close()

	b, err = Open(Config{Dir: dir})
	require.NoError(t, err)
	defer b.Close()
	require.NoError(t, b.Prepare(ctx))
	s, err := b.JS.Stream(ctx, LessonLogStream)
	require.NoError(t, err)
	m, err := s.GetLastMsgForSubject(ctx, LogSubject("l1"))
	require.NoError(t, err)
	require.Equal(t, "one", string(m.Data))
}

func TestOtherProcessesJoinTheEmbeddedBus(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	b, err := Open(Config{Dir: t.TempDir(), Listen: "127.0.0.1:-1"})
	require.NoError(t, err)
	defer b.Close()
	require.NoError(t, b.Prepare(ctx))
	other, err := Open(Config{URL: b.embedded.ClientURL()})
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, other.Ready(ctx))
}

func TestRefusesABadAddress(t *testing.T) {
	_, err := Open(Config{Dir: t.TempDir(), Listen: "nowhere"})
	require.ErrorContains(t, err, "address of the bus")
}
