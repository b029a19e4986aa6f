package films

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFilms(t *testing.T) {
	for name, f := range map[string]*Film{
		"teacher": Teacher(t, 640, 480, 4*time.Second),
		"clapper": Clapper(t, 320, 180, 4*time.Second),
		"slides":  Slides(t, 640, 360, 4*time.Second),
	} {
		require.InDelta(t, 4*FPS, len(f.Pictures), 1, name)
		require.True(t, f.Pictures[0].Key, name)
		require.EqualValues(t, 7, f.Pictures[0].NALUs[0][0]&0x1f, "%s: the SPS comes first", name)
		if name != "slides" {
			require.InDelta(t, 4*50, len(f.Voice), 2, name)
		}
	}
}
