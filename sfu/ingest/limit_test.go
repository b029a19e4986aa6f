package ingest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLimit(t *testing.T) {
	for _, c := range []struct {
		name         string
		bytes, hertz int // of a steady sender
		least, most  float64
		tells        bool
	}{
		{"a picture of 8 Mbit/s", 1100, 910, 1, 1, false},
		{"just below the packets", 100, 2900, 1, 1, false},
		{"three times the packets", 100, 9000, 0.33, 0.40, true},
		{"twice the bytes", 1250, 2900, 0.69, 0.78, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := NewLimit(3000, 2_500_000)
			now, passed, told, lines := time.Unix(1e9, 0), 0, 0, 0
			for range 10 * c.hertz {
				now = now.Add(time.Second / time.Duration(c.hertz))
				ok, tell := l.Take(c.bytes, now)
				if ok {
					passed++
				}
				if tell > 0 {
					told, lines = told+tell, lines+1
				}
			}
			share := float64(passed) / float64(10*c.hertz)
			require.GreaterOrEqual(t, share, c.least)
			require.LessOrEqual(t, share, c.most)
			require.Equal(t, c.tells, told > 0)
			require.LessOrEqual(t, lines, 11, "once a second")
		})
	}
}
