package egress

import (
	"math/rand/v2"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/prefetch"
	"github.com/tongtang/tongtang/sfu/quality"
	"github.com/tongtang/tongtang/sfu/rtpring"
	"github.com/tongtang/tongtang/sfu/seqmap"
)

// catchUp paces the cached groups of pictures that a viewer gets, all its panes together: packets of a step, about 20 Mbit/s, or half more than
// the viewer's line is known to carry. More in one burst overruns the buffers of sockets and lines.
const (
	catchUpBatch = 10
	catchUpStep  = 5 * time.Millisecond
)

// patience is how long a pane waits for the keyframe of a publisher that obeys before it takes the cached pictures instead; housekeeping looks, so the
// switch takes 300 ms at most.
const patience = 300*time.Millisecond - housekeeping

// endPatience is how many steps a catch-up that has come to the newest packet waits for the end of its picture. Some encoders mark no ends.
const endPatience = 100

// liveMargin is how far behind the live edge the timestamps of a catch-up stay, so that the first live picture is newer, ms.
const liveMargin = 60

// jumpGOP is from which length on (packets) a group of pictures is worth a keyframe request beside its replay.
const jumpGOP = 64

// pane is one m-line of a viewer: what it shows, and under which numbers. A worker owns it; nobody else touches it.
//
// It moves: nothing → catching (the cached group of pictures, as fast as the line bears) → live; and stays on what it shows while it waits
// for a keyframe of its next layer.
type pane struct {
	viewer *Viewer
	port   *Port
	out    webrtc.TrackLocalWriter
	b      bound
	line   seqmap.Line
	sent   history
	eras   eras
	vp8    seqmap.Pictures
	stamp  stamp
	way    [4]prefetch.Span // to the wire: the memory that it goes through

	shown    *ingest.Layer // what leaves now; nil nothing
	wanted   *ingest.Layer // what shall leave; differs from shown while waiting for a keyframe
	catching bool
	settling bool   // live, but no live picture has come yet
	within   bool   // the catch-up has sent the beginning of a picture, but not its end
	waited   int    // steps for that end
	cursor   uint64 // next packet of the catch-up
	held     int    // packets that were forwarded and wait for room in a thin line (pace)
	since    time.Time
	frameIn  uint32 // of the catch-up: incoming timestamp of the present frame, and the live-edge timestamp that it has got
	frameOut uint32
	live     time.Time // wall-clock time of the newest picture sent
	switched time.Time
	asked    time.Time // since when it waits for the keyframe of wanted

	packets, octets uint32
	reportDue       time.Time
	told            quality.Reported
}

func newPane(v *Viewer, port *Port) *pane {
	return &pane{viewer: v, port: port, sent: history{voice: port.kind == webrtc.RTPCodecTypeAudio}, line: seqmap.New(uint16(rand.Uint32()), rand.Uint32())}
}

// ready tells whether packets can leave: the negotiation is done, and there is somewhere to send to. It is asked once for a turn's packets.
func (p *pane) ready() bool {
	if p.out == nil {
		if p.out, p.b = p.port.state(); p.out == nil {
			return false
		}
		p.port.setUp(p.b)
	}
	return p.port.direct == nil || p.port.direct.reachable()
}

// aim sets what the pane shall show.
func (p *pane) aim(l *ingest.Layer, now time.Time) {
	p.wanted = l
	if l == nil {
		p.shown, p.catching, p.held = nil, false, 0
		return
	}
	if l == p.shown {
		return
	}
	if l.Video {
		p.tryStart(now)
	}
}

// tryStart begins with the wanted layer's cached group of pictures, or asks for a keyframe and waits: when nothing is cached; when the
// publisher is known to answer and the cache is long; between two layers of one source, because nobody wants to see the same seconds twice.
func (p *pane) tryStart(now time.Time) {
	first, length, ok := p.wanted.GOP()
	if ok && length <= jumpGOP {
		p.restart(p.wanted, first, now)
		return
	}
	p.asked = now
	p.wanted.RequestKeyframe(now)
	if ok && !p.isSibling() && !p.wanted.Obeys(now) {
		p.restart(p.wanted, first, now)
	}
}

func (p *pane) isSibling() bool { return p.shown != nil && p.shown.Sibling(p.wanted) }

// hurry gives up the wait for a keyframe.
func (p *pane) hurry(now time.Time) {
	if p.wanted == nil || p.wanted == p.shown || !p.wanted.Video || p.isSibling() || now.Sub(p.asked) < patience {
		return
	}
	if first, _, ok := p.wanted.GOP(); ok {
		p.restart(p.wanted, first, now)
	}
}

// restart switches to the keyframe at first and replays from there.
func (p *pane) restart(l *ingest.Layer, first uint64, now time.Time) {
	packets, _, _ := l.Collect(first, 1, nil)
	if len(packets) == 0 {
		return
	}
	edge := l.Edge(now)
	p.frameIn, p.frameOut = packets[0].Timestamp, playTime(packets[0].Timestamp, edge, l.Rate)
	p.line.Switch(first, p.frameOut, p.elapsed(now, l.Rate)-(edge-p.frameOut))
	p.begin(l, packets[0].VP8)
	p.shown, p.wanted, p.catching, p.settling, p.within, p.waited, p.held, p.cursor = l, l, true, false, false, 0, 0, first
	p.switched = now
}

// playTime is the timestamp under which a cached frame is sent now: its own if it is young, else a little behind the live edge, so that a
// receiver takes the frames for just captured and plays them as they come.
func playTime(ts, edge, rate uint32) uint32 {
	oldest := edge - liveMargin*rate/1000
	if int32(ts-oldest) > 0 {
		return ts
	}
	return oldest
}

// elapsed is the time from the newest picture sent to now, in ticks.
func (p *pane) elapsed(now time.Time, rate uint32) uint32 {
	if p.live.IsZero() {
		return 1
	}
	return uint32(now.Sub(p.live).Seconds() * float64(rate))
}

// advance sends the next packets of the catch-up, at most burst. When the cached packets are used up the pane is live, but never in the middle of a
// picture: the rest of it would get another timestamp, and no receiver could put it together.
func (p *pane) advance(buf []*rtpring.Packet, burst int, now time.Time) []*rtpring.Packet {
	l := p.shown
	if first, _, ok := l.GOP(); ok && first > p.cursor {
		p.line.Skip(first) // a newer keyframe: no need for what lies between
		p.cursor = first
	}
	edge := l.Edge(now)
	var highest uint64
	buf, p.cursor, highest = l.Collect(p.cursor, burst, buf[:0])
	for _, packet := range buf {
		if packet.Timestamp != p.frameIn {
			p.frameIn = packet.Timestamp
			p.frameOut += l.Rate / 1000
			if at := playTime(p.frameIn, edge, l.Rate); int32(at-p.frameOut) > 0 {
				p.frameOut = at
			}
		}
		p.send(packet, p.frameOut, 0, now)
		if len(packet.Payload) > 0 { // padding belongs to no picture
			p.within = !packet.Marker
		}
	}
	if p.cursor <= highest {
		return buf
	}
	if p.waited++; !p.within || p.waited > endPatience {
		p.catching, p.settling = false, true
		p.line.Start(p.cursor)
	}
	return buf
}

// forward sends what has just arrived on a layer, each packet with its padding.
func (p *pane) forward(l *ingest.Layer, packets []*rtpring.Packet, pads []uint8, now time.Time) {
	if p.wanted == l && p.shown != l {
		p.meet(l, packets, now)
	}
	if p.shown != l || p.catching {
		return
	}
	if p.held > 0 {
		p.hold(len(packets), now)
		return
	}
	thin := l.Video && p.viewer.pace.rate > 0
	for i, packet := range packets {
		if p.settling && packet.Seq >= p.cursor {
			p.settle(packet.Timestamp)
		}
		if thin && !p.viewer.pace.takes(packet, now) {
			p.hold(len(packets)-i, now)
			return
		}
		p.send(packet, packet.Timestamp, pads[i], now)
	}
}

// settle makes sure that the first live picture is newer than the catch-up's last, also when it came later than the live edge foretold.
func (p *pane) settle(ts uint32) {
	p.settling = false
	if behind := p.frameOut - ts; int32(behind) >= 0 {
		p.line.Delay(behind + p.shown.Rate/1000)
	}
}

// meet switches to the wanted layer if these packets let it: voice at once, a picture at its keyframe.
func (p *pane) meet(l *ingest.Layer, packets []*rtpring.Packet, now time.Time) {
	if l.Video {
		for _, packet := range packets {
			if packet.Keyframe {
				if first, _, ok := l.GOP(); ok {
					p.restart(l, first, now)
				}
				return
			}
		}
		l.RequestKeyframe(now)
		return
	}
	first := packets[0]
	p.line.Switch(first.Seq, first.Timestamp, p.elapsed(now, l.Rate))
	p.begin(l, first.VP8)
	p.shown, p.switched = l, now
}

// send writes one packet; ts is its timestamp in the clock of the layer shown.
func (p *pane) send(packet *rtpring.Packet, ts uint32, pad uint8, now time.Time) {
	seq, out, ok := p.line.Map(packet.Seq, ts)
	if !ok {
		return
	}
	p.live = now
	p.packets++
	e := p.eras.now()
	payload := p.prepare(packet, e, seq, out)
	size := len(p.port.head) + len(payload)
	p.octets += uint32(size)
	p.viewer.allowRepairs(size)
	wide := p.viewer.departed(size, now)
	p.sent.put(sent{packet: packet, ts: out, at: clock(now), seq: seq, wide: wide, pad: pad, era: p.eras.count})
	if p.port.write(p.out, p.header(packet, e, now), p.b.of(e.codec).pt, seq, out, packet.Marker, payload, pad, wide) == nil {
		p.viewer.worker.counters.sent(size)
	} else {
		p.viewer.tally.dropped++
	}
}

// repair answers a NACK for one packet, at most once within the pause (a round trip).
func (p *pane) repair(seq uint16, pause time.Duration, now time.Time) {
	if p.b.redPT != 0 {
		return // redundancy repairs; and what went before may have come since: a packet with other bytes under the same number
	}
	s := p.sent.due(seq, now, pause)
	if s == nil {
		return
	}
	e := p.eras.of(s.era)
	if e == nil {
		return
	}
	t, wide := p.b.of(e.codec), s.wide
	payload := p.prepareAgain(s, e, t)
	if !p.viewer.mayRepair(len(p.port.head) + len(payload)) {
		return
	}
	if t.rtx != 0 {
		wide = p.viewer.departed(len(p.port.head)+len(payload), now)
	}
	if p.port.repair(p.out, t, s, payload, wide) == nil {
		p.viewer.worker.counters.sent(len(p.port.head) + len(payload))
		p.viewer.tally.repairs++
	}
}

// refresh answers a keyframe request of the viewer: the publisher is asked; for one that never answers the cached pictures are played again.
func (p *pane) refresh(now time.Time) {
	if p.shown == nil || !p.shown.Video || p.catching {
		return
	}
	p.shown.RequestKeyframe(now)
	if p.shown.Obeys(now) || now.Sub(p.switched) < 2*time.Second {
		return
	}
	if first, _, ok := p.shown.GOP(); ok {
		p.restart(p.shown, first, now)
	}
}
