package ntp

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		require.WithinDuration(t, at, ToTime(FromTime(at)), 2*time.Nanosecond)
		m := Mapping{RTP: rapid.Uint32().Draw(t, "rtp"), Time: at, Rate: rapid.SampledFrom([]uint32{48000, 90000}).Draw(t, "rate")}
		ts := m.RTP + rapid.Uint32Range(0, 1<<30).Draw(t, "later") - 1<<29
		require.InDelta(t, 0, int32(m.RTPAt(m.At(ts))-ts), 1)
	})
}

func TestKnownValue(t *testing.T) {
	require.Equal(t, uint64(2_208_988_800)<<32|1<<31, FromTime(time.Unix(0, 500_000_000)))
	require.False(t, Mapping{}.Known())
}
