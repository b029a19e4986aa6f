package quality

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const begin, step = 1_000_000, 20_000

func down(session string, at int64, lost int, change func(*Down)) Down {
	d := Down{Session: session, At: begin + at*1000, Ms: 10_000, Bytes: 2_500_000, Expected: 1000, Lost: lost, RTT: 40_000, Jitter: 5000, PageMs: 10_000, Frames: 250}
	if change != nil {
		change(&d)
	}
	return d
}

func TestTheWordForALine(t *testing.T) {
	for name, c := range map[string]struct {
		want   Word
		lost   int
		change func(*Down)
	}{
		"good":                     {Good, 10, nil},
		"loss":                     {Fair, 50, nil},
		"much loss":                {Poor, 90, nil},
		"a long way":               {Fair, 0, func(d *Down) { d.RTT = 300_000 }},
		"a very long way":          {Poor, 0, func(d *Down) { d.RTT = 700_000 }},
		"a picture that stops":     {Fair, 0, func(d *Down) { d.FrozenMs = 1000 }},
		"a picture that stands":    {Poor, 0, func(d *Down) { d.FrozenMs = 60_000 }},
		"made-up voice":            {Fair, 0, func(d *Down) { d.ConcealedMs = 500 }},
		"no picture":               {Poor, 0, func(d *Down) { d.Frames = 0 }},
		"only voice was sent":      {Good, 0, func(d *Down) { d.Frames, d.Bytes = 0, 60_000 }},
		"a player without reports": {Good, 0, func(d *Down) { d.PageMs, d.Frames = 0, 0 }},
	} {
		steps, _ := Room([]Down{down("a", 0, c.lost, c.change)}, nil, begin, step)
		require.Len(t, steps, 1, name)
		require.Equal(t, c.want, steps[0].Word, name)
	}
}

func TestStepsOfARoom(t *testing.T) {
	steps, sum := Room([]Down{
		down("early", -5, 900, nil),                  // before the lesson
		down("a", 0, 0, nil), down("a", 10, 40, nil), // one step: 2 %
		down("a", 20, 100, nil), down("b", 20, 0, func(d *Down) { d.Freezes = 1 }), // of two the worse
		down("a", 60, 0, nil), down("b", 60, 30, nil), down("c", 60, 500, nil), // of three the middle
		down("a", 80, 0, func(d *Down) { d.Expected, d.PageMs = 0, 0 }), // nothing was sent
	}, []Up{
		{At: begin + 20_000, Ms: 10_000, Bytes: 1_000_000, Expected: 900, RTT: 10_000}, {At: begin + 20_000, Ms: 10_000, Bytes: 250_000, Expected: 100, Lost: 50},
		{At: begin + 100_000, Ms: 10_000, Bytes: 1_000_000, Expected: 1000, Lost: 6},
	}, begin, step)
	require.Len(t, steps, 4)
	require.Equal(t, Step{N: 0, Word: Good, Viewers: 1, Figures: Figures{Loss: 0.02, RTT: 40, Jitter: 5, Bitrate: 2_000_000}, FPS: 25}, steps[0])
	require.Equal(t, Step{N: 1, Word: Poor, Viewers: 2, Figures: Figures{Loss: 0.1, RTT: 40, Jitter: 5, Bitrate: 2_000_000}, FPS: 25,
		Up: &Figures{Loss: 0.05, RTT: 10, Bitrate: 1_000_000}}, steps[1])
	require.Equal(t, Fair, steps[2].Word)
	require.Equal(t, 3, steps[2].Viewers)
	require.Equal(t, Step{N: 5, Word: Fair, Up: &Figures{Loss: 0.006, Bitrate: 800_000}}, steps[3], "a room that only sends")
	require.InDelta(t, 0.02, sum.Loss, 1e-9, "the median of 0, 0, 2, 3, 10 and 50 %")
	require.InDelta(t, 0.5, sum.LossP95, 1e-9)
	require.InDelta(t, 40, sum.RTT, 1e-9)
	require.InDelta(t, 60_000.0/70_000, sum.FreezesPerMinute, 1e-9)

	steps, sum = Room(nil, nil, begin, step)
	require.Empty(t, steps)
	require.Equal(t, Summary{}, sum)
}
