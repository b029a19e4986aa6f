package egress

import (
	"context"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/ntp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire keeps what a port writes.
type wire struct{ packets []rtp.Packet }

func (w *wire) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	w.packets = append(w.packets, rtp.Packet{Header: h.Clone(), Payload: slices.Clone(payload)})
	return len(payload), nil
}

func (w *wire) Write([]byte) (int, error) { return 0, nil }

type total float64

func (t *total) Add(n float64) { *t += total(n) }

var t0 = time.Unix(1_000_000, 0)

// bench is one viewer with one video pane and a worker that the test turns by hand.
type bench struct {
	t      *testing.T
	worker *worker
	viewer *Viewer
	wire   *wire
	sent   total
	bytes  total
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, wire: &wire{}}
	b.worker = newWorker(&b.sent, &b.bytes)
	port := NewPort(webrtc.RTPCodecTypeVideo, "pane-0")
	port.out, port.bound = b.wire, bound{ssrc: 7, pt: 102, rtxSSRC: 8, rtxPT: 103, twccID: 3}
	b.viewer = &Viewer{worker: b.worker, writeRTCP: func([]rtcp.Packet) error { return nil }}
	b.viewer.panes = []*pane{newPane(b.viewer, port)}
	b.worker.viewers = []*Viewer{b.viewer}
	return b
}

func (b *bench) take(p rtcp.Packet, now time.Time) { b.viewer.take([]rtcp.Packet{p}, now) }

func (b *bench) pane() *pane { return b.viewer.panes[0] }

// camera sends one packet a picture, a keyframe every gop pictures, 25 a second, from picture n on.
type camera struct {
	layer *ingest.Layer
	gop   int
	first int // number of the picture at t0
	n     int
}

func newCamera(clock *ingest.Clock, gop int, ask func()) *camera {
	return &camera{layer: ingest.NewLayer("h", true, clock, ask), gop: gop}
}

func (c *camera) at() time.Time { return t0.Add(time.Duration(c.n-c.first) * 40 * time.Millisecond) }

func (c *camera) shoot() {
	payload := make([]byte, 100)
	payload[0] = 0x41
	if c.n%c.gop == 0 {
		payload[0] = 0x65
	}
	binary.BigEndian.PutUint32(payload[1:], uint32(c.n))
	c.layer.Push(&rtp.Header{SequenceNumber: uint16(c.n), Timestamp: uint32(c.n) * 3600, Marker: true}, payload, c.at())
	c.n++
}

func (c *camera) newest() time.Time { return c.at().Add(-40 * time.Millisecond) }

// deliver forwards what woke the worker.
func (b *bench) deliver(now time.Time) {
	for {
		select {
		case s := <-b.worker.pictures:
			s.Taken()
			f := b.worker.feeds[s.Layer]
			if f == nil {
				continue
			}
			batch, pos := s.Layer.Since(f.pos, nil)
			f.pos = pos
			for _, p := range f.panes {
				if p.ready() && len(batch) > 0 {
					p.forward(s.Layer, batch, equalize(batch, nil), now)
					b.worker.noteCatching(p)
				}
			}
		default:
			return
		}
	}
}

func (b *bench) requireLine() {
	b.t.Helper()
	for i := 1; i < len(b.wire.packets); i++ {
		last, p := b.wire.packets[i-1], b.wire.packets[i]
		require.Equal(b.t, uint32(7), p.SSRC)
		require.Equal(b.t, last.SequenceNumber+1, p.SequenceNumber, "packet %d", i)
		require.Positive(b.t, int32(p.Timestamp-last.Timestamp), "packet %d", i)
	}
}

func number(p rtp.Packet) int { return int(binary.BigEndian.Uint32(p.Payload[1:])) }

func TestNewcomerRunsThroughTheCache(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 100, func() {})
	for range 80 {
		c.shoot()
	}
	now := c.newest().Add(10 * time.Millisecond)
	b.worker.aim(b.pane(), c.layer, now)
	require.True(t, b.pane().catching)
	for len(b.worker.catching) > 0 {
		b.worker.advance(now)
		now = now.Add(catchUpStep)
	}
	require.Equal(t, 80, len(b.wire.packets))
	require.Less(t, now.Sub(c.newest()), 60*time.Millisecond, "soon done")
	first, last := b.wire.packets[0], b.wire.packets[79]
	require.Zero(t, number(first))
	require.Less(t, int32(last.Timestamp-first.Timestamp), int32(0.2*90000), "3 s of pictures in a moment of time")
	for range 50 {
		c.shoot()
		b.deliver(c.newest())
	}
	require.Equal(t, 130, len(b.wire.packets))
	b.requireLine()
	for i := 81; i < 130; i++ {
		require.Equal(t, uint32(3600), b.wire.packets[i].Timestamp-b.wire.packets[i-1].Timestamp, "live pictures keep their own times")
	}
}

// The camera stalls just when the newcomer goes live: time does not run back all the same.
// A newcomer whose catch-up meets a picture of which the end has not come yet gets all of it under one timestamp.
func TestCatchUpEndsWithAPicture(t *testing.T) {
	for name, late := range map[string]time.Duration{"live": 0, "behind": 300 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			b, layer := newBench(t), ingest.NewLayer("h", true, &ingest.Clock{}, func() {})
			seq := uint16(0)
			at := func(picture int) time.Time { return t0.Add(time.Duration(picture) * 40 * time.Millisecond) }
			part := func(picture int, marker bool) {
				payload := make([]byte, 100)
				payload[0] = 0x41
				if picture == 0 {
					payload[0] = 0x65
				}
				binary.BigEndian.PutUint32(payload[1:], uint32(picture))
				layer.Push(&rtp.Header{SequenceNumber: seq, Timestamp: uint32(picture) * 3600, Marker: marker}, payload, at(picture))
				seq++
			}
			for picture := range 4 {
				part(picture, false)
				part(picture, true)
			}
			part(4, false)
			now := at(4).Add(late)
			b.worker.aim(b.pane(), layer, now)
			for range 5 {
				b.worker.advance(now)
				now = now.Add(catchUpStep)
			}
			require.Len(t, b.wire.packets, 9)
			part(4, true)
			b.deliver(now)
			layer.Push(&rtp.Header{SequenceNumber: seq, Timestamp: 4 * 3600}, nil, now) // padding behind it
			seq++
			b.worker.advance(now)
			part(5, false)
			part(5, true)
			b.deliver(now)
			require.Empty(t, slices.DeleteFunc(slices.Clone(b.worker.catching), func(p *pane) bool { return !p.catching }), "it is live")
			require.Len(t, b.wire.packets, 13)
			pictures := map[int]uint32{}
			for i, p := range b.wire.packets {
				require.Equal(t, b.wire.packets[0].SequenceNumber+uint16(i), p.SequenceNumber)
				if len(p.Payload) == 0 {
					continue
				}
				if ts, ok := pictures[number(p)]; ok {
					require.Equal(t, ts, p.Timestamp, "picture %d has one timestamp", number(p))
				}
				pictures[number(p)] = p.Timestamp
				if before, ok := pictures[number(p)-1]; ok {
					require.Positive(t, int32(p.Timestamp-before))
				}
			}
			require.Len(t, pictures, 6)
		})
	}
}

// A source that marks no ends of its pictures is caught up with all the same.
func TestPicturesWithoutEnds(t *testing.T) {
	b, layer := newBench(t), ingest.NewLayer("h", true, &ingest.Clock{}, func() {})
	layer.Push(&rtp.Header{SequenceNumber: 1, Timestamp: 1}, []byte{0x65, 1, 2}, t0)
	b.worker.aim(b.pane(), layer, t0)
	for range endPatience {
		b.worker.advance(t0)
	}
	require.True(t, b.pane().catching)
	b.worker.advance(t0)
	require.False(t, b.pane().catching)
	require.Len(t, b.wire.packets, 1)
}

func TestLateFirstLivePicture(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 100, func() {})
	for range 80 {
		c.shoot()
	}
	now := c.newest().Add(300 * time.Millisecond)
	b.worker.aim(b.pane(), c.layer, now)
	for len(b.worker.catching) > 0 {
		b.worker.advance(now)
		now = now.Add(catchUpStep)
	}
	for range 20 {
		c.shoot()
		b.deliver(now)
	}
	require.Equal(t, 100, len(b.wire.packets))
	b.requireLine()
}

func TestSwitchBetweenSourcesAndBack(t *testing.T) {
	b := newBench(t)
	one, two := newCamera(&ingest.Clock{}, 25, func() {}), newCamera(&ingest.Clock{}, 25, func() {})
	const base = 4321 * 25
	two.n, two.first = base, base
	show := func(c *camera, now time.Time) { b.worker.aim(b.pane(), c.layer, now) }
	show(one, t0)
	for i := range 200 {
		one.shoot()
		two.shoot()
		now := one.newest()
		if i%60 == 10 {
			show(two, now)
		}
		if i%60 == 40 {
			show(one, now)
		}
		b.deliver(now)
		for len(b.worker.catching) > 0 {
			b.worker.advance(now)
			now = now.Add(catchUpStep)
		}
	}
	b.requireLine()
	seen := map[bool]int{}
	for _, p := range b.wire.packets {
		seen[number(p) >= base]++
	}
	require.Greater(t, seen[true], 60)
	require.Greater(t, seen[false], 60)
	span := b.wire.packets[len(b.wire.packets)-1].Timestamp - b.wire.packets[0].Timestamp
	require.InDelta(t, 200*3600, float64(span), 0.35*90000, "the line keeps time with the world through all switches")
}

// Between two layers of one source the pane waits for a keyframe and shows what it has until then.
func TestSiblingsSwitchAtAKeyframe(t *testing.T) {
	clock := &ingest.Clock{}
	asked := 0
	b, big, small := newBench(t), newCamera(clock, 200, func() {}), newCamera(clock, 200, func() { asked++ })
	b.worker.aim(b.pane(), big.layer, t0)
	step := func() {
		big.shoot()
		small.shoot()
		b.deliver(big.newest())
		for len(b.worker.catching) > 0 {
			b.worker.advance(big.newest())
		}
	}
	for range 100 {
		step()
	}
	b.worker.aim(b.pane(), small.layer, big.newest())
	require.Positive(t, asked)
	for range 50 {
		step()
	}
	require.Same(t, big.layer, b.pane().shown)
	require.Equal(t, 150, len(b.wire.packets))
	for range 60 {
		step()
	}
	require.Same(t, small.layer, b.pane().shown)
	b.requireLine()
	require.Equal(t, 211, len(b.wire.packets), "none lost; the picture of the switch came on both layers")
}

func TestRepairs(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 25, func() {})
	b.worker.aim(b.pane(), c.layer, t0)
	for range 30 {
		c.shoot()
		b.deliver(c.newest())
		b.worker.advance(c.newest())
	}
	lost := b.wire.packets[20]
	n := len(b.wire.packets)
	nack := &rtcp.TransportLayerNack{MediaSSRC: 7, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{lost.SequenceNumber, lost.SequenceNumber - 3000})}
	now := c.newest().Add(100 * time.Millisecond)
	b.take(nack, now)
	b.take(nack, now.Add(5*time.Millisecond))
	require.Equal(t, n+1, len(b.wire.packets), "once within a round trip, and nothing that never was")
	again := b.wire.packets[n]
	require.Equal(t, uint32(8), again.SSRC)
	require.Equal(t, uint8(103), again.PayloadType)
	require.Equal(t, lost.Timestamp, again.Timestamp)
	require.Equal(t, lost.SequenceNumber, binary.BigEndian.Uint16(again.Payload))
	require.Equal(t, lost.Payload, again.Payload[2:])
	b.take(nack, now.Add(50*time.Millisecond))
	require.Equal(t, n+2, len(b.wire.packets))
}

// Whoever asks for everything again gets a keyframe's worth of repairs, and then half as much as media.
func TestRepairsHaveABudget(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 1000, func() {})
	b.worker.aim(b.pane(), c.layer, t0)
	ask := func(now time.Time) (repairs int) {
		before := len(b.wire.packets)
		for _, p := range b.wire.packets {
			if p.SSRC == 7 { // of the picture: 400 in all, which the history holds
				b.take(&rtcp.TransportLayerNack{MediaSSRC: 7, Nacks: []rtcp.NackPair{{PacketID: p.SequenceNumber}}}, now)
			}
		}
		return len(b.wire.packets) - before
	}
	shoot := func(n int) {
		for range n {
			c.shoot()
			b.deliver(c.newest())
			b.worker.advance(c.newest())
		}
	}
	shoot(300)
	now, repairs := c.newest(), 0
	for range 10 {
		now = now.Add(time.Second)
		repairs += ask(now)
	}
	require.InDelta(t, repairBurst/102, repairs, 2)
	shoot(100)
	for range 10 {
		now = now.Add(time.Second)
		repairs += ask(now)
	}
	require.InDelta(t, repairBurst/102+50, repairs, 2)
}

func TestSenderReportSaysWhenItWasCaptured(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 25, func() {})
	b.worker.aim(b.pane(), c.layer, t0)
	for range 30 {
		c.shoot()
		b.deliver(c.newest())
		b.worker.advance(c.newest())
	}
	now := c.newest()
	captured := now.Add(-150 * time.Millisecond) // the camera needs its time
	c.layer.Report(captured, uint32(29*3600), captured)
	r := b.pane().report(now)
	require.NotNil(t, r)
	last := b.wire.packets[len(b.wire.packets)-1]
	m := ntp.Mapping{RTP: r.RTPTime, Time: ntp.ToTime(r.NTPTime), Rate: 90000}
	require.WithinDuration(t, captured, m.At(last.Timestamp), time.Millisecond)
	require.Nil(t, b.pane().report(now.Add(500*time.Millisecond)), "one a second")
}

// The camera never answers: a viewer that cannot decode gets the cached pictures again.
func TestRefreshFromTheCache(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 500, func() {})
	b.worker.aim(b.pane(), c.layer, t0)
	for range 100 {
		c.shoot()
		b.deliver(c.newest())
		b.worker.advance(c.newest())
	}
	n := len(b.wire.packets)
	b.take(&rtcp.PictureLossIndication{MediaSSRC: 7}, c.newest())
	b.worker.noteCatching(b.pane())
	b.worker.advance(c.newest())
	require.Zero(t, number(b.wire.packets[n]), "from the keyframe on")
	b.requireLine()
}

// blackhole writes nothing.
type blackhole struct{}

func (blackhole) WriteRTP(*rtp.Header, []byte) (int, error) { return 0, nil }
func (blackhole) Write([]byte) (int, error)                 { return 0, nil }

func TestForwardingAllocatesNothing(t *testing.T) {
	b, c := newBench(t), newCamera(&ingest.Clock{}, 25, func() {})
	b.pane().port.out = blackhole{}
	c.shoot()
	b.worker.aim(b.pane(), c.layer, t0)
	b.worker.advance(t0)
	b.pane().ready()
	batch, _ := c.layer.Since(0, nil)
	packet, before := *batch[0], b.pane().packets
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		packet.Seq++
		packet.Timestamp += 3600
		b.pane().send(&packet, packet.Timestamp, 0, t0)
	}))
	require.Greater(t, b.pane().packets, before+1000, "they were sent")
}

func TestWorkersEndAndLetGo(t *testing.T) {
	var packets, bytes total
	f := New(2, &packets, &bytes)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	port := NewPort(webrtc.RTPCodecTypeVideo, "pane-0")
	w := &wire{}
	port.out, port.bound = w, bound{ssrc: 7}
	v := f.Add([]*Port{port}, func([]rtcp.Packet) error { return nil })
	c := newCamera(&ingest.Clock{}, 25, func() {})
	c.shoot()
	v.Show([]*ingest.Layer{c.layer})
	require.Eventually(t, func() bool { c.shoot(); return v.Estimate() == 0 && c.n > 20 }, 5*time.Second, time.Millisecond)
	v.Close()
	require.NotEmpty(t, w.packets)
	cancel()
	<-done
	v.Show([]*ingest.Layer{nil}) // nobody listens any more; it does not hang
	v.Close()
}
