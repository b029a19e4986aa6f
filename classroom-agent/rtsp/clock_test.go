package rtsp

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const start = 1_700_000_000 * time.Second

// ntp is the camera's clock, wrong by skew.
func ntp(wall, skew time.Duration) uint64 {
	t := wall + skew
	return uint64(t/time.Second)<<32 | uint64(t%time.Second)<<32/uint64(time.Second)
}

// film plays a minute of video (25 fps) and audio (50 units/s) with jitter; the voice takes voiceLate longer to leave the camera.
// It returns how far voice and picture are apart at the end, and how far the picture is behind reality.
func film(reports bool, skew, voiceLate time.Duration) (apart, late time.Duration) {
	c := NewClock()
	video, audio := c.NewTrack(90_000), c.NewTrack(8_000)
	r := rand.New(rand.NewPCG(1, 2))
	const v0, a0 = 4_294_000_000, 77
	for i := range 6000 {
		wall := start + time.Duration(i)*10*time.Millisecond
		jitter := time.Duration(r.IntN(8)) * time.Millisecond
		if i%4 == 0 {
			t := wall - start
			late = wall - video.Wall(uint32(v0+int64(t)*90_000/int64(time.Second)), wall+jitter+2*time.Millisecond)
		}
		if i%2 == 0 {
			t := wall - start
			apart = wall - audio.Wall(uint32(a0+int64(t)*8_000/int64(time.Second)), wall+jitter+2*time.Millisecond+voiceLate)
		}
		if reports && i%500 == 100 {
			t := wall - start
			video.Report(uint32(v0+int64(t)*90_000/int64(time.Second)), ntp(wall, skew))
			audio.Report(uint32(a0+int64(t)*8_000/int64(time.Second)), ntp(wall, skew))
		}
	}
	return apart - late, late
}

func TestReportsAlignVoiceAndPicture(t *testing.T) {
	for _, skew := range []time.Duration{0, -10 * 365 * 24 * time.Hour / 10, 3 * time.Hour} {
		apart, late := film(true, skew+2_208_988_800*time.Second/1000, 120*time.Millisecond)
		require.InDelta(t, 0, apart.Seconds(), 0.002)
		require.InDelta(t, 0, late.Seconds(), 0.004)
	}
}

func TestWithoutReportsArrivalDecides(t *testing.T) {
	apart, late := film(false, 0, 120*time.Millisecond)
	require.InDelta(t, -0.120, apart.Seconds(), 0.003)
	require.InDelta(t, 0, late.Seconds(), 0.004)
}

func TestClockSetUnderWay(t *testing.T) {
	c := NewClock()
	v := c.NewTrack(90_000)
	var last time.Duration
	for i := range 1000 {
		wall := start + time.Duration(i)*40*time.Millisecond
		at := v.Wall(uint32(i*3600), wall+5*time.Millisecond)
		require.InDelta(t, wall.Seconds(), at.Seconds(), 0.02)
		if i > 0 {
			require.Greater(t, at, last, "time never goes back")
		}
		last = at
		if i%50 == 1 {
			skew := time.Duration(0)
			if i > 400 {
				skew = 5 * time.Hour
			}
			v.Report(uint32(i*3600), ntp(wall, skew))
		}
	}
}

// TestReportsThatDoNotAgree: servers are about that write the fraction of a second in the wrong unit.
func TestReportsThatDoNotAgree(t *testing.T) {
	c := NewClock()
	v := c.NewTrack(90_000)
	for i := range 3000 {
		wall := start + time.Duration(i)*40*time.Millisecond
		require.InDelta(t, wall.Seconds(), v.Wall(uint32(i*3600), wall).Seconds(), 0.02)
		if i%77 == 1 {
			n := ntp(wall, 0)
			v.Report(uint32(i*3600), n&^0xffffffff|uint64(wall%time.Second))
		}
	}
}

func TestNonsenseReportOfOneTrack(t *testing.T) {
	c := NewClock()
	v, a := c.NewTrack(90_000), c.NewTrack(8000)
	for i := range 500 {
		wall := start + time.Duration(i)*40*time.Millisecond
		require.InDelta(t, wall.Seconds(), v.Wall(uint32(i*3600), wall).Seconds(), 0.02)
		require.InDelta(t, wall.Seconds(), a.Wall(uint32(i*320), wall).Seconds(), 0.02)
		if i%50 == 1 {
			v.Report(uint32(i*3600), ntp(wall, 0))
			a.Report(uint32(i*320), ntp(wall, -time.Hour))
		}
	}
}

func TestCameraRestartsItsTime(t *testing.T) {
	c := NewClock()
	v := c.NewTrack(90_000)
	for i := range 1000 {
		wall := start + time.Duration(i)*40*time.Millisecond
		rtp := uint32(i * 3600)
		if i > 500 {
			rtp -= 90_000 * 3000 // it begins anew
		}
		require.InDelta(t, wall.Seconds(), v.Wall(rtp, wall).Seconds(), 0.02)
	}
}
