package lessonlog

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/sfu/signal"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openBus(t *testing.T) *bus.Bus {
	t.Helper()
	b, err := bus.Open(bus.Config{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(b.Close)
	require.NoError(t, b.Prepare(within(t)))
	return b
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func say(text string) func(*signal.State) ([]signal.Event, error) {
	return func(*signal.State) ([]signal.Event, error) {
		return []signal.Event{signal.New(signal.Said, "chen", signal.Words{Text: text})}, nil
	}
}

func TestManyWritersOneSequence(t *testing.T) {
	b := openBus(t)
	ctx := within(t)
	l, err := Open(ctx, b, "maths")
	require.NoError(t, err)
	other, err := Open(ctx, b, "music") // its messages lie between
	require.NoError(t, err)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 20 {
				_, _, err := l.Append(ctx, say(fmt.Sprint(w, " ", i)))
				require.NoError(t, err)
				_, _, err = other.Append(ctx, say("la"))
				require.NoError(t, err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, uint64(80), l.State().Seq)
	again, err := Open(ctx, b, "maths")
	require.NoError(t, err)
	require.Equal(t, l.State(), again.State(), "the log holds exactly this")
}

// Two nodes that both think they have the lesson cannot damage its log: the slower one reads anew and decides again.
func TestSecondWriterReadsAnew(t *testing.T) {
	b := openBus(t)
	ctx := within(t)
	one, err := Open(ctx, b, "maths")
	require.NoError(t, err)
	two, err := Open(ctx, b, "maths")
	require.NoError(t, err)
	heard := two.Listen(0, false)
	_, _, err = one.Append(ctx, say("first"))
	require.NoError(t, err)
	events, last, err := two.Append(ctx, say("second"))
	require.NoError(t, err)
	require.Equal(t, uint64(2), events[0].Seq)
	require.Equal(t, uint64(2), last)
	require.Equal(t, uint64(1), (<-heard.C).Seq, "its listeners hear what the other wrote")
	require.Equal(t, uint64(2), (<-heard.C).Seq)
	two.Unlisten(heard)
	two.Unlisten(heard)
	_, open := <-heard.C
	require.False(t, open)
}

func TestNothingToWrite(t *testing.T) {
	b := openBus(t)
	l, err := Open(within(t), b, "maths")
	require.NoError(t, err)
	events, last, err := l.Append(within(t), func(*signal.State) ([]signal.Event, error) { return nil, nil })
	require.NoError(t, err)
	require.Empty(t, events)
	require.Zero(t, last)
	_, _, err = l.Append(within(t), func(*signal.State) ([]signal.Event, error) {
		return []signal.Event{{Type: signal.Said, Data: []byte(`{`)}}, nil
	})
	require.Error(t, err, "a broken event never reaches the log")
	require.Zero(t, l.State().Seq)
}

func TestSlowListenerIsEnded(t *testing.T) {
	b := openBus(t)
	ctx := within(t)
	l, err := Open(ctx, b, "maths")
	require.NoError(t, err)
	slow := l.Listen(0, false)
	for i := range listenerQueue + 10 {
		_, _, err := l.Append(ctx, say(fmt.Sprint(i)))
		require.NoError(t, err)
	}
	n := 0
	for range slow.C {
		n++
	}
	require.Equal(t, listenerQueue, n, "what fitted, then the end")
	l.Unlisten(slow)

	// It comes back and gets what it missed.
	back := l.Listen(uint64(n), true)
	require.Nil(t, back.State)
	require.Len(t, back.Missed, 10)
	l.Unlisten(back)
	for i := range 3 * tailKept {
		_, _, err := l.Append(ctx, say(fmt.Sprint(i)))
		require.NoError(t, err)
	}
	long := l.Listen(1, true)
	require.NotNil(t, long.State, "too long ago: the whole state")
	l.Unlisten(long)
}
