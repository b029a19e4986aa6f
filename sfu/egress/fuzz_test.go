package egress

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/ingest"
)

// unsealed takes what comes for plain text.
type unsealed struct{}

func (unsealed) OpenRTCP(into, b []byte) ([]byte, error) {
	return append(into, b...), nil
}

// Any RTCP of a viewer: what it is sent for it is bounded, each packet goes again once, and its stream stays unbroken.
func FuzzReceive(f *testing.F) {
	seed := func(packets ...rtcp.Packet) {
		raw, err := rtcp.Marshal(packets)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, uint16(40))
	}
	seed(&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 7, FractionLost: 60, LastSenderReport: 0x7f000000, Delay: 9}}},
		&rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: 7, Nacks: []rtcp.NackPair{{PacketID: 0, LostPackets: 0xffff}, {PacketID: 16, LostPackets: 0x0101}}})
	seed(&rtcp.PictureLossIndication{MediaSSRC: 7}, &rtcp.FullIntraRequest{FIR: []rtcp.FIREntry{{SSRC: 7}}})
	seed(&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: 1e30, SSRCs: []uint32{7}})
	f.Add([]byte{0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 20, 0, 0, 1, 1, 0x20, 20, 0, 0}, uint16(7))
	f.Fuzz(func(t *testing.T, raw []byte, asked uint16) {
		b, c := newBench(t), newCamera(&ingest.Clock{}, 25, func() {})
		b.viewer.direct = &direct{in: unsealed{}}
		b.worker.aim(b.pane(), c.layer, t0)
		for range 40 {
			c.shoot()
			b.deliver(c.newest())
			b.worker.advance(c.newest())
		}
		// The numbers of the stream begin anywhere: those that are asked for are near it.
		for i := 0; i+16 <= len(raw); i += 4 {
			if raw[i]>>6 == 2 && raw[i+1] == 205 && raw[i]&0x1f == 1 {
				near := b.wire.packets[0].SequenceNumber + binary.BigEndian.Uint16(raw[i+12:])%64
				raw = append([]byte(nil), raw...)
				binary.BigEndian.PutUint16(raw[i+12:], near)
			}
		}
		now, n := c.newest().Add(50*time.Millisecond), len(b.wire.packets)
		b.viewer.open(raw, now)
		repaired := map[uint16]bool{}
		for _, p := range b.wire.packets[n:] {
			require.Equal(t, uint32(8), p.SSRC, "what answers a report at once is a repair")
			seq := binary.BigEndian.Uint16(p.Payload)
			require.False(t, repaired[seq])
			repaired[seq] = true
		}
		require.LessOrEqual(t, len(repaired), 40)
		require.LessOrEqual(t, b.viewer.rtt, 10*time.Second)
		require.GreaterOrEqual(t, b.viewer.line.Estimate(now), int64(0))
		b.viewer.open(raw, now)
		b.viewer.direct = nil // what it sends by itself leaves through pion
		b.worker.keepHouse(now)
		for range 5 {
			c.shoot()
			b.deliver(c.newest())
			b.worker.advance(c.newest().Add(time.Duration(asked) * time.Millisecond))
		}
		var last uint16
		for i, p := range b.wire.packets {
			if p.SSRC == 7 {
				require.True(t, i == 0 || p.SequenceNumber == last+1)
				last = p.SequenceNumber
			}
		}
	})
}
