package client

import (
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// Packets in any order, with gaps and repeats: they come out in rising order, each at most once, and none is kept for ever.
func FuzzOrder(f *testing.F) {
	f.Add(uint16(65534), []byte{0, 1, 3, 2, 200, 4, 7, 255, 5, 6})
	f.Add(uint16(0), []byte{0, 0, 128, 127, 129})
	f.Fuzz(func(t *testing.T, first uint16, steps []byte) {
		o, now := newOrder(100*time.Millisecond), time.Unix(1_000_000, 0)
		in, out := map[*rtp.Packet]bool{}, map[*rtp.Packet]bool{}
		var last *rtp.Packet
		drain := func() {
			for {
				p, wait := o.pop(now)
				require.LessOrEqual(t, wait, 100*time.Millisecond)
				if p == nil {
					return
				}
				require.True(t, in[p] && !out[p])
				require.True(t, last == nil || int16(p.SequenceNumber-last.SequenceNumber) > 0)
				out[p], last = true, p
			}
		}
		for _, step := range steps {
			if step >= 250 {
				now = now.Add(30 * time.Millisecond)
			}
			p := &rtp.Packet{Header: rtp.Header{SequenceNumber: first + uint16(int8(step))}}
			in[p] = true
			o.push(p, now)
			drain()
		}
		for range 2 * len(steps) {
			now = now.Add(time.Second)
			drain()
		}
		require.Empty(t, o.held)
	})
}
