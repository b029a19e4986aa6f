package recorder

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/recorder/link"
)

// What is missing from a recording is told with every later state, also after a restart of the recorder.
func TestUnrecordedStaysWithTheRecording(t *testing.T) {
	b, err := bus.Open(bus.Config{Dir: t.TempDir()})
	require.NoError(t, err)
	defer b.Close()
	require.NoError(t, b.Prepare(t.Context()))
	var first, second board
	require.NoError(t, first.open(t.Context(), b))
	states := func(on *board, states ...link.State) {
		for _, s := range states {
			require.NoError(t, on.put(t.Context(), link.Recording{Lesson: "maths", State: s}))
			r, err := on.get(t.Context(), "maths")
			require.NoError(t, err)
			require.Equal(t, link.Recording{Lesson: "maths", State: s, Unrecorded: []string{"room"}}, r)
		}
	}
	require.NoError(t, first.put(t.Context(), link.Recording{Lesson: "maths", State: link.Capturing}))
	require.NoError(t, first.put(t.Context(), link.Recording{Lesson: "maths", State: link.Capturing, Unrecorded: []string{"room"}}))
	states(&first, link.Capturing, link.Queued)
	require.NoError(t, second.open(t.Context(), b))
	states(&second, link.Composing, link.Stored)
}
