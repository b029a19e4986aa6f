package load

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tongtang/tongtang/sfu/bench/plain"
	"github.com/tongtang/tongtang/sfu/client"
)

// Viewers of plain pion, where the viewer is the DTLS server, and which knows no way to see more than they ask for: one of them loses every
// twentieth packet, asks for it, and gets it.
func TestViewersSeeCountAndAskForWhatIsMissing(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- plain.Serve(serving, l, true) }()
	defer func() {
		stop()
		require.NoError(t, <-served)
	}()
	lesson := client.Lesson{Server: "http://" + l.Addr().String(), ID: "plain"}
	source, err := Publish(ctx, lesson, "camera", Film{GOP: time.Second})
	require.NoError(t, err)
	defer func() { require.NoError(t, source.Close()) }()
	crowd, err := New(5 * time.Millisecond)
	require.NoError(t, err)
	defer crowd.Close()

	join := func(o Options) (v *Viewer) {
		require.Eventually(t, func() bool {
			v, err = crowd.Join(ctx, lesson, o)
			return err == nil // there are no tracks before the first packets
		}, 20*time.Second, 100*time.Millisecond)
		return v
	}
	counting, seeing, losing := join(Options{}), join(Options{Prompt: true, Decrypt: true}), join(Options{Decrypt: true, Loss: 0.05})
	require.NoError(t, crowd.Settled(ctx))
	crowd.MeasureDelay(true)
	require.Eventually(t, func() bool { return losing.repaired.Load() > 20 }, 30*time.Second, 50*time.Millisecond, "repairs come")
	require.Less(t, losing.lost.Load(), losing.repaired.Load())
	require.Positive(t, crowd.Repaired())
	require.Zero(t, counting.lost.Load()+counting.broken.Load())
	require.Zero(t, seeing.lost.Load()+seeing.broken.Load()+losing.broken.Load())
	require.Greater(t, crowd.Received(), losing.received.Load())
	for _, d := range crowd.Delays() {
		require.Positive(t, d)
	}
	require.Positive(t, counting.Stall())
	require.Positive(t, seeing.PictureAfter())
	require.Less(t, seeing.AnswerAfter(), seeing.ConnectedAfter())
	require.Contains(t, seeing.Profile(), "GCM")

	counting.Leave()
	require.Len(t, crowd.Viewers(), 2)
	source.Pause(true)
	require.Eventually(t, func() bool {
		before := crowd.Received()
		time.Sleep(200 * time.Millisecond)
		return crowd.Received() == before
	}, 10*time.Second, time.Millisecond)
}
