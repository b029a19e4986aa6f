package seqmap

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// Inputs that come, go, skip and jump: a receiver sees no number twice, no gap of our own making, and a picture after a switch is newer than
// every one before it.
func FuzzLine(f *testing.F) {
	f.Add(uint16(65535), uint32(0xffffff00), []byte{0, 0, 1, 0, 9, 1, 0, 0, 0, 3, 1, 0, 0, 0, 3, 2, 0, 0, 0, 5, 0, 9, 9, 9, 9})
	f.Add(uint16(7), uint32(0), []byte{0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 1, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, seq uint16, ts uint32, steps []byte) {
		l := New(seq, ts)
		var in uint64 = 1 << 16
		var at, lastOut uint32
		next, started, sent := seq, false, false
		for ; len(steps) >= 5; steps = steps[5:] {
			n := binary.BigEndian.Uint32(steps[1:])
			switch steps[0] % 4 {
			case 0: // another input
				in, at = in+1<<20+uint64(n>>8), n
				l.Switch(in, at, n>>12)
				if sent {
					require.Positive(t, int32(l.Out(at)-lastOut))
				}
				started = true
				continue
			case 1: // the next packet of the same
				if !started {
					_, _, ok := l.Map(in, at)
					require.False(t, ok)
					continue
				}
				got, out, ok := l.Map(in, at)
				require.True(t, ok)
				require.Equal(t, next, got)
				require.Equal(t, l.Out(at), out)
				next, lastOut, sent = next+1, out, true
				in, at = in+1, at+n%9000
			case 2: // some are left out on purpose
				if started {
					in += uint64(n % 1000)
					l.Skip(in)
				}
			case 3:
				l.Delay(n % 9000)
				if started && in > 1<<16 {
					_, _, ok := l.Map(in-1<<19, at)
					require.False(t, ok, "older than the input")
				}
			}
		}
	})
}
