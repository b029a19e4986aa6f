package egress

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/badline"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/rtpring"
	"github.com/tongtang/tongtang/sfu/twcc/twcctest"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// home is a viewer with a picture and a voice behind a line of its own.
type home struct {
	*bench
	line    *badline.Line
	picture *ingest.Layer
	voice   *ingest.Layer
	now     time.Time
	seq     [2]uint16 // picture, voice

	came   []arrival // what left, in the order of leaving
	told   int
	count  uint8
	never  bool // nothing is paced
	left   map[[2]uint32]bool
	waited map[bool][]time.Duration // from the source to the end of the line, by whether it is a picture
	lost   map[bool]int
}

type arrival struct {
	seq uint16
	at  time.Time // zero: never
}

func newHome(t *testing.T, line badline.Config) *home {
	h := &home{bench: newBench(t), now: t0, left: map[[2]uint32]bool{}, waited: map[bool][]time.Duration{}, lost: map[bool]int{}}
	var err error
	h.line, err = badline.New(line)
	require.NoError(t, err)
	clock := &ingest.Clock{}
	h.picture, h.voice = ingest.NewLayer("", true, clock, func() {}), ingest.NewLayer("", false, clock, nil)
	port := NewPort(webrtc.RTPCodecTypeAudio, "pane-1")
	port.out, port.bound = h.wire, bound{ssrc: 9, pt: 111, twccID: 3}
	h.viewer.panes = append(h.viewer.panes, newPane(h.viewer, port))
	return h
}

// shoot makes a picture of that many bytes; the bytes of time in front of a payload are its birth.
func (h *home) shoot(l *ingest.Layer, bytes int, key bool) {
	n := (bytes + 1179) / 1180
	for i := range n {
		payload := make([]byte, min(1180, bytes-i*1180))
		payload[0] = 0x41
		if key && i == 0 {
			payload[0] = 0x65
		}
		which := 1
		if l.Video {
			which = 0
		}
		rate := time.Duration(l.Rate)
		l.Push(&rtp.Header{SequenceNumber: h.seq[which], Timestamp: uint32(h.now.Sub(t0) * rate / time.Second), Marker: i == n-1}, payload, h.now)
		h.seq[which]++
		if i%16 == 15 { // a long picture comes in groups
			h.serve()
		}
	}
	h.worker.advance(h.now) // a step may come before what has arrived is forwarded
	h.serve()
}

// serve forwards what woke the worker, voices first.
func (h *home) serve() {
	for {
		select {
		case s := <-h.worker.voice:
			h.forward(s)
			continue
		default:
		}
		select {
		case s := <-h.worker.pictures:
			h.forward(s)
		default:
			h.carry()
			return
		}
	}
}

func (h *home) forward(s *ingest.Subscription) {
	s.Taken()
	f := h.worker.feeds[s.Layer]
	batch, pos := s.Layer.Since(f.pos, nil)
	f.pos = pos
	for _, p := range f.panes {
		if p.ready() && len(batch) > 0 {
			p.forward(s.Layer, batch, make([]uint8, len(batch)), h.now)
			h.worker.noteCatching(p)
		}
	}
}

// carry puts what was written onto the line.
func (h *home) carry() {
	for _, p := range h.wire.packets {
		picture := p.SSRC != 9
		number := [2]uint32{p.SSRC, uint32(p.SequenceNumber)}
		require.False(h.t, h.left[number], "a number leaves once")
		h.left[number] = true
		out, ok := h.line.Enter(h.now, len(p.Payload)+int(p.Header.PaddingSize)+wireOverhead)
		a := arrival{seq: wideOf(p)}
		if ok {
			a.at = out
			rate := time.Duration(90000)
			pane := h.viewer.panes[0]
			if !picture {
				rate, pane = 48000, h.viewer.panes[1]
			}
			if p.SSRC != 8 {
				born := t0.Add(time.Duration(p.Timestamp-pane.line.Out(0)) * time.Second / rate)
				h.waited[picture] = append(h.waited[picture], out.Sub(born))
			}
		} else {
			h.lost[picture]++
		}
		h.came = append(h.came, a)
	}
	h.wire.packets = h.wire.packets[:0]
}

// report tells what has come by now.
func (h *home) report() {
	var at []time.Time
	for _, a := range h.came[h.told:] {
		if !a.at.IsZero() && a.at.After(h.now) {
			break
		}
		at = append(at, a.at)
	}
	if len(at) == 0 || slices.IndexFunc(at, func(t time.Time) bool { return !t.IsZero() }) < 0 {
		return
	}
	h.take(twcctest.Report(h.came[h.told].seq, at, h.count), h.now)
	h.told, h.count = h.told+len(at), h.count+1
}

// watch plays a camera of 25 pictures a second with a keyframe every two seconds, and a voice.
func (h *home) watch(key, rest int, d time.Duration) {
	chance := rand.New(rand.NewPCG(1, 1))
	for end := h.now.Add(d); h.now.Before(end); h.now = h.now.Add(catchUpStep) {
		ms := h.now.Sub(t0).Milliseconds()
		if ms%20 == 0 {
			h.shoot(h.voice, 80, false)
		}
		if ms%40 == 0 {
			n := ms / 40
			size := key
			if n%50 != 0 {
				size = rest*3/4 + chance.IntN(rest/2)
			}
			h.shoot(h.picture, size, n%50 == 0)
		}
		h.worker.advance(h.now)
		h.worker.burst(h.now)
		h.carry()
		if ms%100 == 50 {
			h.report()
			h.worker.keepHouse(h.now)
			if h.never {
				h.viewer.pace.rate = 0
			}
		}
	}
}

// percentile of what was waited; q 1 is the longest.
func (h *home) percentile(picture bool, q float64) time.Duration {
	w := h.waited[picture]
	slices.Sort(w)
	return w[int(q*float64(len(w)-1))]
}

// A keyframe leaves at the rate of the line that it is for, so that it does not stand in front of the voice: without that a voice waits for all
// of it, or is lost with its end. The picture itself comes no later than by its own queue in the line.
func TestVoiceBesideKeyframes(t *testing.T) {
	for name, c := range map[string]struct {
		rate      int64 // of the line, bit/s
		key, rest int   // bytes of a picture
	}{
		"2 Mbit/s on 2.6":   {2_600_000, 110_000, 7700},
		"2 Mbit/s on 4":     {4_000_000, 110_000, 7700},
		"0.7 Mbit/s on 1":   {1_000_000, 40_000, 2700},
		"0.3 Mbit/s on 1":   {1_000_000, 30_000, 1000},
		"0.3 Mbit/s on 0.5": {500_000, 30_000, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			play := func(never bool) *home {
				h := newHome(t, badline.Config{Rate: c.rate, Queue: 300, Delay: 20})
				h.never = never
				h.worker.aim(h.pane(), h.picture, h.now)
				h.worker.aim(h.viewer.panes[1], h.voice, h.now)
				h.watch(c.key, c.rest, 10*time.Second)
				h.waited, h.lost = map[bool][]time.Duration{}, map[bool]int{}
				h.watch(c.key, c.rest, 30*time.Second)
				t.Logf("never paced %v: voice p50 %v p95 %v p99 %v, %d lost; picture p95 %v p99 %v, %d lost", never, h.percentile(false, 0.5), h.percentile(false, 0.95), h.percentile(false, 0.99),
					h.lost[false], h.percentile(true, 0.95), h.percentile(true, 0.99), h.lost[true])
				return h
			}
			before, now := play(true), play(false)
			require.Less(t, now.percentile(false, 0.95), before.percentile(false, 0.95)*2/3)
			require.LessOrEqual(t, now.lost[false]+now.lost[true], before.lost[false]+before.lost[true])
			if before.lost[true] == 0 { // else what was lost has to come again first
				require.Less(t, now.percentile(true, 0.95), before.percentile(true, 0.95)+20*time.Millisecond)
			}
			require.Len(t, now.waited[false], 1500-now.lost[false], "no voice is held")
		})
	}
}

// A line that carries everything is never paced, whatever comes at once.
func TestNothingIsHeldOnAGoodLine(t *testing.T) {
	h := newHome(t, badline.Config{Rate: 40_000_000, Queue: 300, Delay: 20, Jitter: 5})
	h.worker.aim(h.pane(), h.picture, h.now)
	h.worker.aim(h.viewer.panes[1], h.voice, h.now)
	for end := h.now.Add(20 * time.Second); h.now.Before(end); {
		h.watch(110_000, 7700, 100*time.Millisecond)
		require.Zero(t, h.viewer.pace.rate)
		require.Zero(t, h.pane().held)
	}
}

func TestPacingAllocatesNothing(t *testing.T) {
	b, l := newBench(t), ingest.NewLayer("", true, &ingest.Clock{}, func() {})
	push(l, 0, 1000)
	b.goDirect(newSocket(t, udpbatch.Many), sealerOf(t, srtp.ProtectionProfileAeadAes128Gcm), newReceiver(t, cipherOf(t, srtp.ProtectionProfileAeadAes128Gcm)).address())
	p, now := b.pane(), t0
	b.worker.aim(p, l, now)
	b.viewer.pace = pace{rate: 2_000_000, at: now}
	p.catching, p.held, p.since = false, 1000, now
	b.worker.replay = make([]*rtpring.Packet, 0, 1024)
	require.Zero(t, testing.AllocsPerRun(300, func() {
		now = now.Add(catchUpStep)
		b.worker.advance(now)
		b.worker.flush()
	}))
	require.Less(t, p.held, 800)
	require.Positive(t, p.held)
}
