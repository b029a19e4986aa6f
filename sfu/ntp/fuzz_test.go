package ntp

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Any 64 bits that a sender report holds are a time, and the same ones again when it is sent on.
func FuzzToTime(f *testing.F) {
	f.Add(uint64(2_208_988_800)<<32|1<<31, uint32(0), uint32(1))
	f.Add(uint64(0), uint32(1<<31), uint32(0))
	f.Add(^uint64(0), ^uint32(0), uint32(7))
	f.Fuzz(func(t *testing.T, v uint64, rtp, other uint32) {
		at := ToTime(v)
		if at.Unix() >= 0 { // before 1970 no clock of ours stands
			require.InDelta(t, 0, int64(FromTime(at)-v), 5, "32.32 seconds, and nanoseconds: 4.3 of the one to a nanosecond")
		}
		for _, rate := range []uint32{48000, 90000} {
			m := Mapping{RTP: rtp, Time: at, Rate: rate}
			require.True(t, m.Known() != at.IsZero())
			moment := m.At(other)
			require.LessOrEqual(t, moment.Sub(at).Abs(), time.Duration(1<<31)*time.Second/time.Duration(rate)+time.Second)
			require.InDelta(t, 0, int32(m.RTPAt(moment)-other), 1)
		}
	})
}
