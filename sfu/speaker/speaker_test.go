package speaker

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var t0 = time.Unix(1_000_000, 0)

// hear lets a voice have a level for a while, a packet every 20 ms, and returns the time then and how often the judgement changed.
func hear(v *Voice, from time.Time, length time.Duration, level func(n int) uint8) (end time.Time, changes int) {
	was := v.Speaking(from)
	for n := range int(length / (20 * time.Millisecond)) {
		from = from.Add(20 * time.Millisecond)
		v.Hear(level(n), from)
		if is := v.Speaking(from); is != was {
			was, changes = is, changes+1
		}
	}
	return from, changes
}

func steady(level uint8) func(int) uint8 { return func(int) uint8 { return level } }

func TestSpeech(t *testing.T) {
	var v Voice
	require.False(t, v.Speaking(t0))
	now, _ := hear(&v, t0, time.Second, steady(65))
	require.False(t, v.Speaking(now), "the noise of a room")
	now, changes := hear(&v, now, 300*time.Millisecond, steady(25))
	require.True(t, v.Speaking(now))
	require.Equal(t, 1, changes)
	now, changes = hear(&v, now, 5*time.Second, func(n int) uint8 { return []uint8{22, 25, 30, 70, 26}[n/5%5] }) // words, and pauses of 0.1 s
	require.Zero(t, changes, "it does not flicker")
	now, changes = hear(&v, now, time.Second, steady(65))
	require.False(t, v.Speaking(now))
	require.Equal(t, 1, changes)
}

func TestAClapIsNoSpeech(t *testing.T) {
	var v Voice
	now, _ := hear(&v, t0, time.Second, steady(70))
	now, changes := hear(&v, now, 40*time.Millisecond, steady(10))
	_, more := hear(&v, now, time.Second, steady(70))
	require.Zero(t, changes+more)
}

func TestSilenceWithoutPackets(t *testing.T) {
	var v Voice
	now, _ := hear(&v, t0, time.Second, steady(20))
	require.True(t, v.Speaking(now.Add(gone)))
	require.False(t, v.Speaking(now.Add(gone+1)))
	v.Hear(20, now.Add(time.Minute))
	require.False(t, v.Speaking(now.Add(time.Minute)), "one packet is no speech")
	v.Hear(20, now.Add(time.Minute-time.Second)) // a clock that runs back
}
