package bandwidth

import (
	"time"

	"github.com/tongtang/tongtang/sfu/prefetch"
	"github.com/tongtang/tongtang/sfu/twcc"
)

// departures remembers when the last packets left.
type departures struct {
	ring  []departure
	start time.Time // they count from here
}

// sentKept is how many departures are remembered: a second of 10 Mbit/s. Receivers report ten times a second.
const sentKept = 1024

type departure struct {
	at    time.Duration // since start; 0 none
	seq   uint16
	bytes uint16
}

// Sent notes the departure of a packet.
func (e *Estimator) Sent(seq uint16, bytes int, at time.Time) {
	d := &e.sent
	if d.ring == nil {
		d.ring, d.start = make([]departure, sentKept), at.Add(-1)
	}
	d.ring[seq%sentKept] = departure{at.Sub(d.start), seq, uint16(bytes)}
}

// Fetch has the memory brought that Sent will write to for seq and the numbers after it.
func (e *Estimator) Fetch(seq uint16) {
	if e.sent.ring != nil {
		prefetch.Slots(e.sent.ring, int(seq%sentKept)).Fetch()
	}
}

// of is the departure of seq, nil when it is unknown.
func (d *departures) of(seq uint16) *departure {
	if d.ring == nil {
		return nil
	}
	if s := &d.ring[seq%sentKept]; s.seq == seq && s.at != 0 {
		return s
	}
	return nil
}

// Unreported is how many packets are under way, or lost without a report yet: next is the number of the next one that will leave. Before the
// first report all are.
func (e *Estimator) Unreported(next uint16) int {
	if !e.reported {
		return int(next)
	}
	return int(next - e.newest - 1)
}

// Lossy tells whether the line has been losing packets by itself for a while, more than now and then.
func (e *Estimator) Lossy() bool { return e.own > lightLoss }

// Waits tells whether packets wait in the line.
func (e *Estimator) Waits() bool { return e.queue >= calmDelay }

// report is the sum of one transport-wide report. Arrivals are in the receiver's clock: only differences mean something.
type report struct {
	packets, received, lost int
	sentBytes, bytes        int64
	firstSent, lastSent     time.Duration
	firstArrived, lastCame  time.Duration
	delays                  time.Duration // of all that arrived
	least                   time.Duration // one-way delay
}

func (r *report) loss() float64 { return float64(r.lost) / float64(max(1, r.packets)) }

func (r *report) mean() time.Duration { return r.delays / time.Duration(max(1, r.received)) }

// Feedback takes one transport-wide report.
func (e *Estimator) Feedback(f twcc.Report, now time.Time) {
	if e.seen && f.Number == e.lastFb {
		return // the same report through another pane
	}
	if now.Sub(e.lastWide) > 2*time.Second {
		e.present = window{} // nothing was sent for a while
	}
	e.seen, e.lastFb, e.lastWide = true, f.Number, now
	if r := e.read(f); r.packets > 0 {
		e.judge(r, now)
	}
}

func (e *Estimator) read(f twcc.Report) report {
	var r report
	for p, ok := f.Next(); ok; p, ok = f.Next() {
		if d := e.sent.of(p.Seq); d != nil {
			if !e.reported || int16(p.Seq-e.newest) > 0 {
				e.reported, e.newest = true, p.Seq
			}
			r.note(d, p.Came, p.At)
			e.probe.note(d, p.Came, p.At)
		}
	}
	return r
}

func (r *report) note(d *departure, came bool, arrival time.Duration) {
	if r.packets == 0 {
		r.firstSent = d.at
	}
	r.packets++
	r.sentBytes += int64(d.bytes)
	r.lastSent = max(r.lastSent, d.at)
	if !came {
		r.lost++
		return
	}
	delay := arrival - d.at
	if r.received == 0 {
		r.firstArrived, r.lastCame, r.least = arrival, arrival, delay
	}
	r.received++
	r.bytes += int64(d.bytes)
	r.lastCame = max(r.lastCame, arrival)
	r.least = min(r.least, delay)
	r.delays += delay
}

// A window of reports: so long that chance evens out.
const (
	windowTime    = 500 * time.Millisecond
	windowPackets = 40
	windowMost    = 2 * time.Second // of a thin stream
)

type window struct{ sum report }

func (w *window) add(r report) {
	s := &w.sum
	if s.packets == 0 {
		*s = r
		return
	}
	if s.received == 0 {
		s.firstArrived = r.firstArrived
	}
	s.packets += r.packets
	s.received += r.received
	s.lost += r.lost
	s.sentBytes += r.sentBytes
	s.bytes += r.bytes
	s.lastSent = max(s.lastSent, r.lastSent)
	s.lastCame = max(s.lastCame, r.lastCame)
}

func (w *window) full() bool {
	span := w.sum.lastSent - w.sum.firstSent
	return span >= windowTime && (w.sum.packets >= windowPackets || span >= windowMost)
}

// flow is what went in and what came out.
type flow struct {
	sent, received float64 // bit/s
	loss           float64 // of packets
}

func (w *window) flow() flow {
	s := w.sum
	in := s.lastSent - s.firstSent
	out := max(s.lastCame-s.firstArrived, in)
	return flow{float64(s.sentBytes) * 8 / in.Seconds(), float64(s.bytes) * 8 / out.Seconds(), s.loss()}
}

// delays keeps the shortest delay of the last one to two periods: the line without a queue.
type delays struct {
	least, next time.Duration
	since       time.Time
}

const baselineEvery = 10 * time.Second

// base takes the shortest delay of a report and returns the shortest of all.
func (b *delays) base(d time.Duration, now time.Time) time.Duration {
	if b.since.IsZero() {
		b.least, b.next, b.since = d, d, now
	}
	if now.Sub(b.since) > baselineEvery {
		b.least, b.next, b.since = b.next, d, now
	}
	b.least, b.next = min(b.least, d), min(b.next, d)
	return b.least
}
