package egress

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/bandwidth"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/twcc/twcctest"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// reporter is the receiver of a bench: it reports all that it got, each packet when it was sent.
type reporter struct {
	*bench
	at    []time.Time // of the wire's packets
	told  int
	count uint8
}

// note says that what has been written since was written now.
func (r *reporter) note(now time.Time) {
	for len(r.at) < len(r.wire.packets) {
		r.at = append(r.at, now)
	}
}

func wideOf(p rtp.Packet) uint16 { return binary.BigEndian.Uint16(p.GetExtension(3)) }

func (r *reporter) report(now time.Time) {
	if r.told == len(r.at) {
		return
	}
	f := twcctest.Report(wideOf(r.wire.packets[r.told]), r.at[r.told:], r.count)
	r.told, r.count = len(r.at), r.count+1
	r.take(f, now)
}

// run plays the camera's pictures, the worker's steps and the receiver's reports for a while.
func (r *reporter) run(c *camera, now *time.Time, d time.Duration) {
	for end := now.Add(d); now.Before(end); *now = now.Add(catchUpStep) {
		ms := now.Sub(t0).Milliseconds()
		if ms%40 == 0 {
			c.shoot()
			r.deliver(*now)
		}
		r.worker.advance(*now)
		r.worker.burst(*now)
		r.note(*now)
		if ms%100 == 50 {
			r.report(*now)
			r.worker.keepHouse(*now)
		}
	}
}

// A viewer for which a higher rate would be of use gets bursts of padding on its RTX stream; the reports about them lift the estimate, and then
// they stop. The stream of the pictures does not feel them.
func TestProbe(t *testing.T) {
	r, c := &reporter{bench: newBench(t)}, newCamera(&ingest.Clock{}, 25, func() {})
	now := t0
	r.worker.aim(r.pane(), c.layer, now)
	r.run(c, &now, 3*time.Second)
	require.Len(t, r.wire.packets, 75, "no padding without a wish")

	r.viewer.Wish(9_000_000)
	r.run(c, &now, 3*time.Second)
	require.GreaterOrEqual(t, r.viewer.Estimate(), int64(8_000_000))
	r.viewer.Wish(0)
	r.run(c, &now, time.Second)
	n := len(r.wire.packets)
	r.run(c, &now, time.Second)
	require.Len(t, r.wire.packets, n+25, "no padding any more")

	var pictures, padding []rtp.Packet
	for i, p := range r.wire.packets {
		if i > 0 {
			require.Equal(t, wideOf(r.wire.packets[i-1])+1, wideOf(p), "every packet is counted once")
		}
		if p.SSRC == 7 {
			pictures = append(pictures, p)
			continue
		}
		padding = append(padding, p)
		require.Equal(t, []any{uint32(8), uint8(103), true, byte(paddingSize), 0}, []any{p.SSRC, p.PayloadType, p.Padding, p.Header.PaddingSize, len(p.Payload)})
	}
	for i := 1; i < len(padding); i++ {
		require.Equal(t, padding[i-1].SequenceNumber+1, padding[i].SequenceNumber)
	}
	r.wire.packets = pictures
	r.requireLine()
	most := 3 * 9_000_000 / 8 * int(bandwidth.ProbeTime.Milliseconds()) / 1000
	require.Less(t, len(padding)*(paddingSize+wireOverhead), most, "a few short bursts")
}

// A pane that shows nothing pads nothing, in the middle of a burst too.
func TestNoProbeOnAPausedPane(t *testing.T) {
	r, c := &reporter{bench: newBench(t)}, newCamera(&ingest.Clock{}, 25, func() {})
	now := t0
	r.worker.aim(r.pane(), c.layer, now)
	r.run(c, &now, 3*time.Second)
	r.viewer.Wish(9_000_000)
	for end := now.Add(time.Minute); len(r.worker.probing) == 0; {
		require.True(t, now.Before(end), "no probe begins")
		r.run(c, &now, catchUpStep)
	}
	r.worker.aim(r.pane(), nil, now)
	n := len(r.wire.packets)
	r.run(c, &now, 3*time.Second)
	require.Len(t, r.wire.packets, n)
	require.Empty(t, r.worker.probing)
}

func TestPaddingAllocatesNothing(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 25, func() {})
	c.shoot()
	socket := newSocket(t, udpbatch.Many)
	b.worker.out.voice, b.worker.out.picture = socket.Batch(), socket.Batch()
	end := newReceiver(t, cipherOf(t, srtp.ProtectionProfileAeadAes128Gcm))
	b.worker.direct(b.viewer, &direct{out: sealerOf(t, srtp.ProtectionProfileAeadAes128Gcm), in: openerOf(t, srtp.ProtectionProfileAeadAes128Gcm), peer: udpbatch.Peer{Addr: end.address()}})
	b.worker.aim(b.pane(), c.layer, t0)
	b.worker.advance(t0)
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		b.pane().pad(t0)
		b.worker.flush()
	}))
	first := end.packet()
	require.Equal(t, uint32(7), first.SSRC)
	second := end.packet()
	require.Equal(t, uint32(8), second.SSRC)
	require.Empty(t, second.Payload)
	require.Equal(t, byte(paddingSize), second.Header.PaddingSize)
}

// Cached pictures do not overrun a line of which nothing is known yet: beyond a window they wait for the receiver's reports.
func TestCatchUpKeepsToAWindow(t *testing.T) {
	r, c := &reporter{bench: newBench(t)}, newCamera(&ingest.Clock{}, 1000, func() {})
	for range 600 {
		c.shoot()
	}
	now := c.newest()
	r.worker.aim(r.pane(), c.layer, now)
	turn := func(d time.Duration) {
		for end := now.Add(d); now.Before(end); now = now.Add(catchUpStep) {
			r.worker.advance(now)
			r.note(now)
		}
	}
	turn(200 * time.Millisecond)
	before := len(r.wire.packets)
	require.InDelta(t, catchUpWindow+30, before, 5, "a packet a step beyond the window")
	r.report(now)
	turn(50 * time.Millisecond)
	require.Greater(t, len(r.wire.packets)-before, 60, "a report opens it")
	for len(r.worker.catching) > 0 {
		turn(100 * time.Millisecond)
		r.report(now)
		require.Less(t, now.Sub(c.newest()), time.Second)
	}
	require.Len(t, r.wire.packets, 600)
	r.requireLine()
}

// Who makes no transport-wide reports is not waited for.
func TestCatchUpWithoutReports(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 1000, func() {})
	b.pane().port.twccID = 0
	for range 600 {
		c.shoot()
	}
	now := c.newest()
	b.worker.aim(b.pane(), c.layer, now)
	for len(b.worker.catching) > 0 {
		b.worker.advance(now)
		now = now.Add(catchUpStep)
	}
	require.Less(t, now.Sub(c.newest()), 400*time.Millisecond)
}
