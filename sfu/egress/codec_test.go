package egress

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/ntp"
	"github.com/tongtang/tongtang/sfu/red"
	"github.com/tongtang/tongtang/sfu/twcc/twcctest"
	"github.com/tongtang/tongtang/sfu/udpbatch"
	"github.com/tongtang/tongtang/sfu/vp8"
)

// browser is a camera that sends VP8 as Chromium does: pictures, TL0PICIDX and KEYIDX numbered, from where it likes on.
type browser struct {
	*camera
	picture  uint16
	tl0, key uint8
}

func newBrowser(clock *ingest.Clock, picture uint16, tl0, key uint8) *browser {
	b := &browser{newCamera(clock, 25, func() {}), picture, tl0, key}
	b.layer.Codec = codec.VP8
	return b
}

func (b *browser) shoot() {
	inter := byte(1)
	if b.n%b.gop == 0 {
		inter = 0
		b.key++
	}
	b.picture, b.tl0 = (b.picture+1)&0x7fff, b.tl0+1
	payload := []byte{0x90, 0xf0, 0x80 | byte(b.picture>>8), byte(b.picture), b.tl0, b.key & 0x1f, inter, 0, 0, 0, 0}
	binary.BigEndian.PutUint32(payload[7:], uint32(b.n))
	b.layer.Push(&rtp.Header{SequenceNumber: uint16(b.n), Timestamp: uint32(b.n) * 3600, Marker: true}, payload, b.at())
	b.n++
}

func (b *bench) alsoVP8() *bench {
	b.pane().port.others[codec.VP8] = payloadType{96, 97}
	return b
}

// step forwards what came, and all that is to catch up.
func (b *bench) step(now time.Time) {
	b.deliver(now)
	for len(b.worker.catching) > 0 {
		b.worker.advance(now)
	}
}

// Between two layers of VP8 the pictures are numbered one by one; a repair of before the switch has the numbers of before.
func TestVP8CountsOnThroughSwitches(t *testing.T) {
	b, clock := newBench(t).alsoVP8(), &ingest.Clock{}
	big, small := newBrowser(clock, 0x7ff0, 250, 30), newBrowser(clock, 100, 9, 3)
	b.worker.aim(b.pane(), big.layer, t0)
	for i := range 100 {
		big.shoot()
		small.shoot()
		if i == 40 {
			b.worker.aim(b.pane(), small.layer, big.newest())
		}
		if i == 70 {
			b.worker.aim(b.pane(), big.layer, big.newest())
		}
		b.step(big.newest())
	}
	b.requireLine()
	require.Same(t, big.layer, b.pane().shown)
	var last vp8.Descriptor
	for i, p := range b.wire.packets {
		require.Equal(t, uint8(96), p.PayloadType)
		d, ok := vp8.Parse(p.Payload)
		require.True(t, ok)
		if i > 0 {
			require.Equal(t, (last.Picture+1)&0x7fff, d.Picture, "picture %d", i)
			require.Equal(t, last.TL0+1, d.TL0, "picture %d", i)
			require.Equal(t, (last.Key+map[bool]uint8{true: 1}[vp8.StartsKeyframe(p.Payload)])&0x1f, d.Key, "picture %d", i)
		}
		last = d
	}
	lost, n := b.wire.packets[30], len(b.wire.packets)
	b.nack(lost.SequenceNumber, big.newest().Add(time.Second))
	require.Len(t, b.wire.packets, n+1)
	again := b.wire.packets[n]
	require.Equal(t, uint8(97), again.PayloadType, "the RTX of its codec")
	require.Equal(t, lost.SequenceNumber, binary.BigEndian.Uint16(again.Payload))
	require.Equal(t, lost.Payload, again.Payload[2:])
}

func (b *bench) nack(seq uint16, now time.Time) {
	nack := &rtcp.TransportLayerNack{MediaSSRC: 7, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{seq})}
	b.viewer.take([]rtcp.Packet{nack}, now)
}

// One pane, one stream of packets: H.264, then VP8, and back, each under its payload type, from a keyframe on.
func TestSwitchOfCodec(t *testing.T) {
	b := newBench(t).alsoVP8()
	one, two := newCamera(&ingest.Clock{}, 25, func() {}), newBrowser(&ingest.Clock{}, 7, 7, 7)
	b.worker.aim(b.pane(), one.layer, t0)
	for i := range 150 {
		one.shoot()
		two.shoot()
		if i == 60 {
			b.worker.aim(b.pane(), two.layer, one.newest())
		}
		if i == 110 {
			b.worker.aim(b.pane(), one.layer, one.newest())
		}
		b.step(one.newest())
	}
	b.requireLine()
	var order []uint8
	for i, p := range b.wire.packets {
		if i > 0 && p.PayloadType == b.wire.packets[i-1].PayloadType {
			continue
		}
		order = append(order, p.PayloadType)
		require.True(t, map[uint8]codec.Codec{102: codec.H264, 96: codec.VP8}[p.PayloadType].StartsKeyframe(p.Payload))
	}
	require.Equal(t, []uint8{102, 96, 102}, order)
	lost, n := b.wire.packets[20], len(b.wire.packets)
	b.nack(lost.SequenceNumber, one.newest().Add(time.Second))
	require.Equal(t, uint8(103), b.wire.packets[n].PayloadType)
	require.Equal(t, lost.Payload, b.wire.packets[n].Payload[2:])
}

// Without RTX a repair after a switch is still the very packet of before.
func TestPlainRepairAfterASwitch(t *testing.T) {
	b := newBench(t).alsoVP8()
	b.pane().port.rtxSSRC = 0
	one, two := newBrowser(&ingest.Clock{}, 9, 9, 9), newCamera(&ingest.Clock{}, 25, func() {})
	b.worker.aim(b.pane(), one.layer, t0)
	for i := range 60 {
		one.shoot()
		two.shoot()
		if i == 30 {
			b.worker.aim(b.pane(), two.layer, one.newest())
		}
		b.step(one.newest())
	}
	n := len(b.wire.packets)
	for _, i := range []int{10, n - 1} {
		lost := b.wire.packets[i]
		b.nack(lost.SequenceNumber, one.newest().Add(time.Second))
		require.Equal(t, lost, b.wire.packets[len(b.wire.packets)-1])
	}
	require.Len(t, b.wire.packets, n+2)
	for range 4 { // so many switches later it is forgotten
		b.pane().begin(two.layer, vp8.Descriptor{})
	}
	b.nack(b.wire.packets[12].SequenceNumber, one.newest().Add(time.Second))
	require.Len(t, b.wire.packets, n+2)
}

// newVoice makes the bench's pane an audio line, and a voice for it. The function says the n-th word.
func (b *bench) newVoice() (voice *ingest.Layer, say func(n uint16)) {
	port := NewPort(webrtc.RTPCodecTypeAudio, "pane-0")
	port.out, port.bound = b.wire, bound{ssrc: 7, pt: 111, redPT: 63, twccID: 3}
	b.viewer.panes = []*pane{newPane(b.viewer, port)}
	voice = ingest.NewLayer("", false, &ingest.Clock{}, nil)
	b.worker.aim(b.pane(), voice, t0)
	return voice, func(n uint16) {
		now := t0.Add(time.Duration(n) * 20 * time.Millisecond)
		voice.Push(&rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 960}, []byte{0xf8, byte(n >> 8), byte(n)}, now)
		packets, _ := voice.Since(voice.Count()-1, nil)
		b.pane().ready()
		b.pane().forward(voice, packets, make([]uint8, 1), now)
	}
}

func TestVoiceGoesTwice(t *testing.T) {
	b := newBench(t)
	_, say := b.newVoice()
	for _, n := range []uint16{10, 11, 12, 14, 13, 40} { // 13 came late; after 14 there was a pause
		say(n)
	}
	type voices struct {
		word   uint16
		before []uint16
		offset uint16
	}
	var got []voices
	for _, p := range b.wire.packets {
		require.Equal(t, uint8(63), p.PayloadType)
		blocks, primary, ok := red.Parse(p.Payload, nil)
		require.True(t, ok)
		require.Equal(t, uint8(111), primary.PayloadType)
		v := voices{word: binary.BigEndian.Uint16(primary.Data[1:])}
		for _, r := range blocks {
			v.before, v.offset = append(v.before, binary.BigEndian.Uint16(r.Data[1:])), r.Offset
		}
		got = append(got, v)
	}
	require.Equal(t, []voices{{word: 10}, {11, []uint16{10}, 960}, {12, []uint16{11}, 960}, {word: 14}, {13, []uint16{12}, 960}, {word: 40}}, got)
	b.nack(b.wire.packets[2].SequenceNumber, t0.Add(time.Minute))
	require.Len(t, b.wire.packets, 6, "what is redundant is not repaired as well")
}

// On a line that loses a tenth by itself a voice packet carries the two before it; once the line is better, one.
func TestVoiceGoesThriceOnALossyLine(t *testing.T) {
	b := newBench(t)
	_, say := b.newVoice()
	n, now := uint16(0), t0
	talk := func(lost func(i int) bool) (blocks []red.Block) {
		for round := range uint8(60) { // reports, one in 100 ms
			var came []time.Time
			first := b.viewer.wide
			for i := range 10 {
				at := now.Add(20 * time.Millisecond)
				if b.viewer.departed(1000, now); lost(i) {
					at = time.Time{}
				}
				came = append(came, at)
				now = now.Add(10 * time.Millisecond)
			}
			b.take(twcctest.Report(first, came, round), now)
		}
		for range 3 {
			n++
			say(n)
		}
		blocks, _, _ = red.Parse(b.wire.packets[len(b.wire.packets)-1].Payload, nil)
		return blocks
	}
	require.Len(t, talk(func(int) bool { return false }), 1)
	two := talk(func(i int) bool { return i == 4 })
	require.Len(t, two, 2)
	require.Equal(t, []uint16{1920, 960}, []uint16{two[0].Offset, two[1].Offset}, "the oldest first")
	require.Equal(t, n-2, binary.BigEndian.Uint16(two[0].Data[1:]))
	require.Len(t, talk(func(int) bool { return false }), 1)
}

func TestPlainVoice(t *testing.T) {
	b := newBench(t)
	_, say := b.newVoice()
	b.pane().port.redPT = 0
	say(10)
	say(11)
	require.Equal(t, []byte{0xf8, 0, 11}, b.wire.packets[1].Payload)
	require.Equal(t, uint8(111), b.wire.packets[1].PayloadType)
	b.nack(b.wire.packets[0].SequenceNumber, t0.Add(time.Minute))
	require.Equal(t, b.wire.packets[0], b.wire.packets[2])
}

// The time of capture is told on the first packet of a picture, once a second, and after a switch; and it is the publisher's, in our clock.
func TestTimeOfCapture(t *testing.T) {
	b := newBench(t)
	b.pane().port.captureID = 5
	one, two := newCamera(&ingest.Clock{}, 25, func() {}), newCamera(&ingest.Clock{}, 25, func() {})
	b.worker.aim(b.pane(), one.layer, t0)
	told := map[int]time.Time{}
	for i := range 100 {
		one.shoot()
		two.shoot()
		if i == 10 { // captured 150 ms before it came
			for _, c := range []*camera{one, two} {
				c.layer.Report(c.newest().Add(-150*time.Millisecond), uint32(i*3600), c.newest().Add(-150*time.Millisecond))
			}
		}
		if i == 70 {
			b.worker.aim(b.pane(), two.layer, one.newest())
		}
		n := len(b.wire.packets)
		b.step(one.newest())
		for _, p := range b.wire.packets[n:] {
			if x := p.GetExtension(5); x != nil {
				require.Len(t, x, captureSize)
				require.Zero(t, binary.BigEndian.Uint64(x[8:]), "in our own clock")
				told[i] = ntp.ToTime(binary.BigEndian.Uint64(x))
			}
		}
	}
	require.Len(t, told, 5)
	for _, i := range []int{10, 35, 60, 71, 96} {
		require.WithinDuration(t, t0.Add(time.Duration(i)*40*time.Millisecond-150*time.Millisecond), told[i], time.Millisecond, i)
	}
	b.pane().port.rtxSSRC = 0
	b.pane().out = nil
	b.pane().stamp.begin()
	n := len(b.wire.packets)
	for range 60 {
		two.shoot()
		b.step(two.newest())
	}
	for _, p := range b.wire.packets[n:] {
		require.Nil(t, p.GetExtension(5), "a plain repair could not repeat it")
	}
}

// All that this viewer alone gets, past pion and through it: nothing is allocated for a packet.
func TestOwnHeadsAllocateNothing(t *testing.T) {
	vp8Pane := func(b *bench) *ingest.Layer {
		b.alsoVP8().pane().port.captureID = 5
		c := newBrowser(&ingest.Clock{}, 9, 9, 9)
		b.worker.aim(b.pane(), c.layer, t0)
		c.shoot()
		c.layer.Report(t0, 0, t0)
		b.step(t0)
		return c.layer
	}
	redPane := func(b *bench) *ingest.Layer {
		voice, say := b.newVoice()
		b.pane().port.captureID = 5
		b.pane().out = nil
		say(10)
		voice.Report(t0, 0, t0)
		return voice
	}
	for name, prepare := range map[string]func(*bench) *ingest.Layer{"VP8": vp8Pane, "RED": redPane} {
		for _, past := range []bool{true, false} {
			t.Run(name+map[bool]string{true: " past pion", false: " through pion"}[past], func(t *testing.T) {
				b := newBench(t)
				l := prepare(b)
				if past {
					b.goDirect(newSocket(t, udpbatch.Grouped), sealerOf(t, srtp.ProtectionProfileAeadAes128Gcm), newReceiver(t, nil).address())
				}
				b.pane().out = blackhole{}
				batch, _ := l.Since(0, nil)
				packet, now, before := *batch[0], t0, b.pane().packets
				require.Zero(t, testing.AllocsPerRun(1000, func() {
					packet.Seq++
					packet.Timestamp += 960
					now = now.Add(20 * time.Millisecond)
					b.pane().send(&packet, packet.Timestamp, 0, now)
					b.worker.flush()
				}))
				require.Greater(t, b.pane().packets, before+1000, "they were sent")
				require.True(t, b.pane().stamp.due.After(t0), "with the time of capture")
				require.NotEmpty(t, b.pane().port.head)
			})
		}
	}
}
