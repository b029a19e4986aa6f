package client

import (
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func packet(seq uint16) *rtp.Packet { return &rtp.Packet{Header: rtp.Header{SequenceNumber: seq}} }

func drain(o *order, now time.Time) (seqs []uint16, wait time.Duration) {
	for {
		p, wait := o.pop(now)
		if p == nil {
			return seqs, wait
		}
		seqs = append(seqs, p.SequenceNumber)
	}
}

func TestOrderWaitsForRepairs(t *testing.T) {
	now := time.Unix(0, 0)
	o := newOrder(400 * time.Millisecond)
	for _, s := range []uint16{65534, 0, 1} {
		o.push(packet(s), now)
	}
	got, wait := drain(o, now.Add(100*time.Millisecond))
	require.Equal(t, []uint16{65534}, got)
	require.Positive(t, wait)
	o.push(packet(65535), now.Add(150*time.Millisecond))
	got, _ = drain(o, now.Add(150*time.Millisecond))
	require.Equal(t, []uint16{65535, 0, 1}, got)

	o.push(packet(4), now.Add(time.Second)) // 2 and 3 never come
	got, wait = drain(o, now.Add(time.Second+399*time.Millisecond))
	require.Empty(t, got)
	require.Equal(t, time.Millisecond, wait)
	got, _ = drain(o, now.Add(time.Second+400*time.Millisecond))
	require.Equal(t, []uint16{4}, got)
	o.push(packet(3), now.Add(2*time.Second))
	got, _ = drain(o, now.Add(3*time.Second))
	require.Empty(t, got, "too late")
}

func TestOrderNeverRepeatsOrTurnsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := newOrder(100 * time.Millisecond)
		now := time.Unix(0, 0)
		seq := rapid.Uint16().Draw(t, "start")
		var out []uint16
		for range rapid.IntRange(1, 300).Draw(t, "n") {
			now = now.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, "ms")) * time.Millisecond)
			o.push(packet(seq+uint16(rapid.IntRange(0, 6).Draw(t, "ahead"))), now)
			seq += uint16(rapid.IntRange(0, 2).Draw(t, "step"))
			got, _ := drain(o, now)
			out = append(out, got...)
		}
		for i := 1; i < len(out); i++ {
			require.Positive(t, int16(out[i]-out[i-1]))
		}
	})
}
