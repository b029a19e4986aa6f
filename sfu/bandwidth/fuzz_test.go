package bandwidth

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/twcc"
	"github.com/tongtang/tongtang/sfu/twcc/twcctest"
)

// However a receiver lies, the estimate stays between its bounds, and a report costs no more than its own count of packets.
func FuzzFeedback(f *testing.F) {
	f.Add(twcctest.Message(f, 10, []time.Time{time.Unix(1_000_000, 1), {}, time.Unix(1_000_000, 2000)}, 1), uint16(10), uint16(100), int64(0), byte(0))
	f.Add([]byte{0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xf0, 0, 20, 0, 0, 1, 1, 0x20, 20, 0, 0}, uint16(0xfff0), uint16(40), int64(1000), byte(200))
	f.Fuzz(func(t *testing.T, raw []byte, first, packets uint16, ceiling int64, loss byte) {
		fb, ok := twcc.Read(raw)
		if !ok {
			return
		}
		var e Estimator
		now := time.Unix(1_000_000, 0)
		for range 4 {
			for i := range packets % 512 {
				e.Sent(first+i, 1000, now.Add(time.Duration(i)*time.Millisecond))
			}
			now = now.Add(600 * time.Millisecond)
			s := e.read(fb)
			require.Equal(t, s.packets, s.lost+s.received)
			require.LessOrEqual(t, s.packets, fb.Count)
			require.LessOrEqual(t, s.least, s.mean())
			fb.Number++
			e.Feedback(fb, now)
			e.Loss(float64(loss)/256, now)
			e.Ceiling(ceiling)
			got := e.Estimate(now)
			require.GreaterOrEqual(t, got, int64(0))
			require.LessOrEqual(t, got, max(int64(highest), ceiling))
			if ceiling <= 0 && got != 0 {
				require.GreaterOrEqual(t, got, int64(lowest))
			}
		}
	})
}
