package egress

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/ntp"
	"github.com/tongtang/tongtang/sfu/quality"
)

// What a viewer was sent and what it said of it, from one Tally to the next.
func TestTally(t *testing.T) {
	b := newBench(t)
	c := newCamera(&ingest.Clock{}, 10, nil)
	c.shoot()
	b.worker.aim(b.pane(), c.layer, c.newest())
	for range 49 {
		b.worker.advance(c.newest())
		c.shoot()
		b.deliver(c.newest())
	}
	first := b.wire.packets[0].SequenceNumber
	told := func(seq, lost uint32, now time.Time) {
		sent := ntp.FromTime(now.Add(-50 * time.Millisecond))
		b.take(&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: 7, LastSequenceNumber: seq, TotalLost: lost, Jitter: 900,
			LastSenderReport: uint32(sent >> 16)}}}, now)
	}
	told(uint32(first), 0, c.newest())
	told(uint32(first)+40, 4, c.newest())
	b.take(&rtcp.TransportLayerNack{MediaSSRC: 7, Nacks: []rtcp.NackPair{{PacketID: first + 20}}}, c.newest())
	tally := b.viewer.takeTally(c.newest())
	require.InDelta(t, 50, tally.RTT.Milliseconds(), 1)
	require.Positive(t, tally.Estimate)
	tally.RTT, tally.Estimate = 0, 0
	require.Equal(t, Tally{Packets: 50, Bytes: 5000, Repairs: 1, Figures: quality.Figures{Expected: 40, Lost: 4, Jitter: 10 * time.Millisecond}}, tally)
	c.shoot()
	b.deliver(c.newest())
	tally = b.viewer.takeTally(c.newest())
	tally.Estimate = 0
	require.Equal(t, Tally{Packets: 1, Bytes: 100}, tally, "it began anew")
}
