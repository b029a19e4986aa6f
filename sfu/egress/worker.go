package egress

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/prefetch"
	"github.com/tongtang/tongtang/sfu/rtpring"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// Queues of a worker. A wake-up that finds its queue full is repeated with the next frame; a control command waits; RTCP is dropped.
const (
	wakeQueue    = 1024
	commandQueue = 1024
)

// housekeeping is how often reports, estimates and unused subscriptions are looked at.
const housekeeping = 100 * time.Millisecond

// voiceEvery is after how many viewers of a picture waiting voices are served.
const voiceEvery = 8

// worker forwards to its share of the viewers, in turns: of a goroutine of its own, or of the one that reads the port (Fanout.Work).
type worker struct {
	voice    chan *ingest.Subscription // layers with something new
	pictures chan *ingest.Subscription
	bell     chan struct{} // there is something new
	commands chan func(time.Time)
	mail     chan struct{} // something is in the inbox, and the worker has not turned for a while
	attended atomic.Bool   // the reader of the port will look at what is new
	turned   atomic.Int64  // when a turn sent something, unix ns
	load     atomic.Int64  // viewers
	ended    chan struct{}

	turns    sync.Mutex // everything below belongs to who has the turn
	more     func()     // hands over packets that have come meanwhile; nil: others do
	step     *time.Ticker
	stepping bool

	viewers  []*Viewer
	feeds    map[*ingest.Layer]*feed
	catching []*pane
	probing  []*Viewer
	replay   []*rtpring.Packet
	batches  struct{ voice, picture turn }            // two: a voice may be served in the middle of a picture
	out      struct{ voice, picture *udpbatch.Batch } // nil: everything leaves through pion
	worked   func()                                   // nil: nobody wants to know
	inbox    inbox
	read     inbox      // what was taken out of it
	plain    [1500]byte // RTCP, decrypted
	counters counters
}

// feed is one layer that some of the worker's panes show or wait for.
type feed struct {
	subscription *ingest.Subscription
	pos          uint64
	panes        []*pane
	first        int // whom the next frame is served to first: everyone in turn
}

// turn is what is forwarded now: packets, and the padding of each.
type turn struct {
	packets []*rtpring.Packet
	pads    []uint8
}

func newWorker(packets, bytes Counter) *worker {
	step := time.NewTicker(catchUpStep)
	step.Stop()
	return &worker{
		voice: make(chan *ingest.Subscription, wakeQueue), pictures: make(chan *ingest.Subscription, wakeQueue), bell: make(chan struct{}, 1), step: step,
		commands: make(chan func(time.Time), commandQueue), mail: make(chan struct{}, 1), ended: make(chan struct{}),
		feeds: map[*ingest.Layer]*feed{}, counters: counters{packetsTotal: packets, bytesTotal: bytes},
	}
}

// do has the worker run f; false when the worker has ended.
func (w *worker) do(f func(time.Time)) bool {
	select {
	case w.commands <- f:
		return true
	case <-w.ended:
		return false
	}
}

func (w *worker) tryDo(f func(time.Time)) {
	select {
	case w.commands <- f:
	default:
	}
}

func (w *worker) run(ctx context.Context) {
	defer close(w.ended)
	tick := time.NewTicker(housekeeping)
	defer tick.Stop()
	defer w.step.Stop()
	for {
		var f func(time.Time)
		select {
		case <-ctx.Done():
			w.turn(w.end)
			return
		case <-w.bell:
		case f = <-w.commands:
		case <-w.mail: // flush reads it
		case <-w.step.C:
			f = w.proceed
		case <-tick.C:
			f = w.keepHouse
		}
		w.turn(f)
		for w.due() {
			w.turn(nil)
		}
	}
}

// turn does f and serves what waits: every voice, and one picture.
func (w *worker) turn(f func(time.Time)) {
	w.turns.Lock()
	defer w.turns.Unlock()
	if f != nil {
		f(time.Now())
	}
	w.serve()
}

// serve ends a turn.
func (w *worker) serve() {
	w.drainVoice()
	select {
	case s := <-w.pictures:
		w.forward(s)
	default:
	}
	w.flush()
	if busy := len(w.catching)+len(w.probing) > 0; busy != w.stepping {
		if w.stepping = busy; busy {
			w.step.Reset(catchUpStep)
		} else {
			w.step.Stop()
		}
	}
}

// due tells whether something new waits.
func (w *worker) due() bool { return len(w.voice)+len(w.pictures) > 0 }

// ring tells the worker's goroutine that something new waits, unless the reader of the port will see to it.
func (w *worker) ring() {
	if w.attended.Load() {
		return
	}
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

// attend serves what is new, unless the worker's goroutine has the turn: that one looks again after it.
func (w *worker) attend(more func()) {
	for w.due() && w.turns.TryLock() {
		w.more = more
		w.serve()
		w.more = nil
		w.turns.Unlock()
	}
}

// proceed takes the next step of what leaves in steps.
func (w *worker) proceed(now time.Time) {
	w.advance(now)
	w.burst(now)
}

// end lets go of every layer.
func (w *worker) end(time.Time) {
	for l, f := range w.feeds {
		f.subscription.Unsubscribe()
		delete(w.feeds, l)
	}
}

// drainVoice serves the voices that wait; what was in the making of a picture stays behind them.
func (w *worker) drainVoice() {
	for {
		select {
		case s := <-w.voice:
			w.forward(s)
		default:
			w.flushBatch(w.out.voice)
			return
		}
	}
}

// flush ends a turn: a frame is whole, or a group of a long one. What viewers have told by then is read, and repairs leave at once.
func (w *worker) flush() {
	w.flushBatch(w.out.voice)
	w.flushBatch(w.out.picture)
	now := time.Now()
	if w.counters.flush() {
		w.turned.Store(now.UnixNano())
		if w.worked != nil {
			w.worked()
		}
	}
	if w.readMail(now) {
		w.flushBatch(w.out.voice)
		w.flushBatch(w.out.picture)
	}
}

func (w *worker) flushBatch(b *udpbatch.Batch) {
	if b != nil {
		w.counters.dropped += b.Flush()
	}
}

// direct gives the viewer its own way to the wire.
func (w *worker) direct(v *Viewer, d *direct) {
	if w.out.picture == nil {
		return
	}
	v.direct = d
	for _, p := range v.panes {
		p.port.direct, p.port.batch = d, w.out.picture
		m := d.out.Memory()
		p.way = [4]prefetch.Span{prefetch.Of(d), m[0], m[1], m[2]}
		if p.port.kind == webrtc.RTPCodecTypeAudio {
			p.port.batch = w.out.voice
		}
	}
}

// forward hands what is new on a layer to every pane.
func (w *worker) forward(s *ingest.Subscription) {
	s.Taken()
	f := w.feeds[s.Layer]
	if f == nil || f.subscription != s {
		return
	}
	t := &w.batches.voice
	if s.Layer.Video {
		t = &w.batches.picture
	}
	t.packets, f.pos = s.Layer.Since(f.pos, t.packets[:0])
	if len(t.packets) == 0 {
		return
	}
	t.pads = equalize(t.packets, t.pads[:0])
	now := time.Now()
	f.first++
	for i := range f.panes {
		if s.Layer.Video && i%voiceEvery == voiceEvery-1 && w.voiceWaits() {
			w.drainVoice()
			now = time.Now()
		}
		p := f.pane(i)
		f.fetch(i)
		if !p.ready() {
			continue
		}
		p.forward(s.Layer, t.packets, t.pads, now)
		w.noteCatching(p)
	}
	clear(t.packets)
}

// voiceWaits tells whether a voice has come in the middle of a picture.
func (w *worker) voiceWaits() bool {
	if w.more != nil {
		w.more()
	}
	return len(w.voice) > 0
}

// noteCatching keeps a pane whose packets leave step by step.
func (w *worker) noteCatching(p *pane) {
	if (p.catching || p.held > 0) && !slices.Contains(w.catching, p) {
		w.catching = append(w.catching, p)
	}
}

// advance gives every pane that catches up, or was held, its next packets.
func (w *worker) advance(now time.Time) {
	w.catching = slices.DeleteFunc(w.catching, func(p *pane) bool {
		if !p.catching && p.held == 0 {
			return true
		}
		if p.ready() {
			if p.catching {
				w.replay = p.advance(w.replay, p.viewer.catchUpShare(), now)
			} else {
				w.replay = p.release(w.replay, w.feeds[p.shown].pos, now)
			}
			clear(w.replay)
		}
		return !p.catching && p.held == 0
	})
}

// aim points a pane at a layer and subscribes to it.
func (w *worker) aim(p *pane, l *ingest.Layer, now time.Time) {
	if l != nil {
		f := w.feeds[l]
		if f == nil {
			target := w.pictures
			if !l.Video {
				target = w.voice
			}
			f = &feed{pos: l.Count(), subscription: l.Subscribe(target, w.ring)}
			w.feeds[l] = f
		}
		if !slices.Contains(f.panes, p) {
			f.panes = append(f.panes, p)
		}
	}
	p.aim(l, now)
	w.noteCatching(p)
}

func (w *worker) adder(v *Viewer) func(time.Time) {
	return func(time.Time) { w.viewers = append(w.viewers, v) }
}

func (w *worker) remove(v *Viewer, now time.Time) {
	w.viewers = slices.DeleteFunc(w.viewers, func(o *Viewer) bool { return o == v })
	for _, p := range v.panes {
		p.aim(nil, now)
	}
	v.probe.pane = nil
	w.sweep()
}

// keepHouse sends reports, renews the estimates and drops feeds that nobody shows any more.
func (w *worker) keepHouse(now time.Time) {
	for _, v := range w.viewers {
		for _, p := range v.panes {
			p.hurry(now)
			w.noteCatching(p)
		}
		v.reports(now)
		v.estimate.Store(v.line.Estimate(now))
		v.pace.rate = float64(v.line.Thin(now))
		v.total.Store(v.bytes)
		w.tryProbe(v, now)
	}
	w.sweep()
}

func (w *worker) sweep() {
	for l, f := range w.feeds {
		f.panes = slices.DeleteFunc(f.panes, func(p *pane) bool { return p.shown != l && p.wanted != l })
		if len(f.panes) == 0 {
			f.subscription.Unsubscribe()
			delete(w.feeds, l)
		}
	}
}
