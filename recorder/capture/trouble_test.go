package capture

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/signal"
)

func TestTroubleIsToldWhenItChanges(t *testing.T) {
	var told []Trouble
	l := New("maths", Deps{Log: slog.New(slog.DiscardHandler)}, func(t Trouble) { told = append(told, t) })
	room := signal.Source{ID: "room", Video: true, Audio: true, Codec: "vp8"}
	for range 2 { // it comes again
		src := l.withoutForeign(room)
		require.False(t, src.Video)
		require.True(t, src.Audio)
	}
	for _, codec := range []string{"h264", ""} {
		require.True(t, l.withoutForeign(signal.Source{ID: "camera", Video: true, Codec: codec}).Video)
	}
	l.trouble.disk(true)
	l.trouble.disk(true)
	l.trouble.disk(false)
	l.trouble.disk(false)
	require.Equal(t, []Trouble{{Unrecorded: []string{"room"}}, {true, []string{"room"}}, {Unrecorded: []string{"room"}}}, told)
}
