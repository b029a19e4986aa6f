// Package bandwidth judges what a viewer's line carries and which layers fit on it. Pure: the caller tells the time.
package bandwidth

import (
	"time"

	"github.com/pion/rtcp"
)

// Bounds of an estimate, bit/s.
const (
	initial = 6_000_000
	lowest  = 100_000
	highest = 50_000_000
)

const (
	overuseDelay  = 120 * time.Millisecond // queue in the line that counts as too much
	baselineEvery = 10 * time.Second       // how long the shortest delay is remembered
	overuseTime   = 400 * time.Millisecond // how long it must last: a busy machine is no full line
	rateWindow    = 500 * time.Millisecond // over which arriving bytes are counted
	cutPause      = 500 * time.Millisecond // least time between two reductions: one round of effect
	growPerSecond = 0.08
	heavyLoss     = 0.10
	lightLoss     = 0.02
	sentKept      = 2048
)

// Estimator follows one viewer's line from transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01), or from the loss in
// receiver reports where there is none. The zero value is ready. It grows slowly while nothing is lost or queued, and falls at once to what
// really arrived when packets are lost or wait.
type Estimator struct {
	rate    float64 // bit/s, 0 nothing known
	ceiling int64   // the receiver's own estimate (REMB), 0 none

	sent     []departure
	start    time.Time     // departures count from here
	base     time.Duration // shortest one-way delay (of two clocks: only differences mean something)
	baseNext time.Duration
	baseAge  time.Time
	over     time.Time // since when there is too much queue, zero none

	received float64 // bit/s that arrived in the last full window
	bytes    int64   // of the present window
	window   time.Time

	lastWide time.Time // last feedback
	lastGrow time.Time
	lastCut  time.Time
	lastFb   uint8
	seen     bool
}

type departure struct {
	at    time.Duration // since start; 0 none
	seq   uint16
	bytes uint16
}

// Sent notes the departure of a packet.
func (e *Estimator) Sent(seq uint16, bytes int, at time.Time) {
	if e.sent == nil {
		e.sent, e.start = make([]departure, sentKept), at.Add(-1)
	}
	e.sent[seq%sentKept] = departure{at.Sub(e.start), seq, uint16(bytes)}
}

// Ceiling takes the receiver's own estimate, bit/s.
func (e *Estimator) Ceiling(rate int64) { e.ceiling = rate }

// Feedback takes one transport-wide report.
func (e *Estimator) Feedback(f *rtcp.TransportLayerCC, now time.Time) {
	if e.seen && f.FbPktCount == e.lastFb {
		return // the same report through another pane
	}
	e.seen, e.lastFb, e.lastWide = true, f.FbPktCount, now
	sum := e.read(f)
	if sum.packets == 0 {
		return
	}
	e.count(sum.bytes, now)
	switch loss := float64(sum.lost) / float64(sum.packets); {
	case sum.received > 0 && e.queued(sum, now):
		if e.received > 0 && now.Sub(e.over) >= overuseTime {
			e.cut(0.85*e.received, now)
		}
	case loss > heavyLoss:
		e.cut(e.known()*(1-loss/2), now)
	case loss < lightLoss:
		e.grow(now)
	}
}

// queued tells whether packets wait in the line.
func (e *Estimator) queued(sum summary, now time.Time) bool {
	e.noteDelay(sum.least, now)
	if sum.mean-e.base <= overuseDelay {
		e.over = time.Time{}
		return false
	}
	if e.over.IsZero() {
		e.over = now
	}
	return true
}

// count measures what arrives.
func (e *Estimator) count(bytes int64, now time.Time) {
	if e.window.IsZero() {
		e.window = now
	}
	e.bytes += bytes
	if d := now.Sub(e.window); d >= rateWindow {
		e.received = float64(e.bytes) * 8 / d.Seconds()
		e.bytes, e.window = 0, now
	}
}

// Loss takes the fraction of lost packets of a receiver report. It matters only without transport-wide feedback.
func (e *Estimator) Loss(fraction float64, now time.Time) {
	if now.Sub(e.lastWide) < 5*time.Second {
		return
	}
	switch {
	case fraction > heavyLoss:
		e.cut(e.known()*(1-fraction/2), now)
	case fraction < lightLoss:
		e.grow(now)
	}
}

// Estimate is what the line carries, bit/s; 0 while nothing is known.
func (e *Estimator) Estimate(time.Time) int64 {
	if e.ceiling > 0 && (e.rate == 0 || float64(e.ceiling) < e.rate) {
		return e.ceiling
	}
	return int64(e.rate)
}

func (e *Estimator) known() float64 {
	if e.rate == 0 {
		return initial
	}
	return e.rate
}

func (e *Estimator) cut(to float64, now time.Time) {
	if now.Sub(e.lastCut) < cutPause || to >= e.known() {
		return
	}
	e.rate = max(lowest, to)
	e.lastCut, e.lastGrow = now, now
}

func (e *Estimator) grow(now time.Time) {
	secs := min(now.Sub(e.lastGrow).Seconds(), 1)
	e.lastGrow = now
	e.rate = min(highest, e.known()*(1+growPerSecond*secs))
}

// noteDelay keeps the shortest delay of the last one to two periods: the line without a queue.
func (e *Estimator) noteDelay(d time.Duration, now time.Time) {
	if e.baseAge.IsZero() {
		e.base, e.baseNext, e.baseAge = d, d, now
	}
	if now.Sub(e.baseAge) > baselineEvery {
		e.base, e.baseNext, e.baseAge = min(e.baseNext, d), d, now
	}
	e.base, e.baseNext = min(e.base, d), min(e.baseNext, d)
}

// summary of one report.
type summary struct {
	packets, lost, received int
	bytes                   int64
	mean, least             time.Duration // one-way delay
}

func (e *Estimator) read(f *rtcp.TransportLayerCC) summary {
	var s summary
	if e.sent == nil {
		return s
	}
	arrival := time.Duration(f.ReferenceTime) * 64 * time.Millisecond
	var total time.Duration
	deltas := f.RecvDeltas
	seq := f.BaseSequenceNumber
	for i, status := range statuses(f) {
		d := e.sent[(seq+uint16(i))%sentKept]
		known := d.seq == seq+uint16(i) && d.at != 0
		if status == rtcp.TypeTCCPacketNotReceived {
			if known {
				s.packets++
				s.lost++
			}
			continue
		}
		if len(deltas) == 0 {
			break // a report that contradicts itself
		}
		arrival += time.Duration(deltas[0].Delta) * time.Microsecond
		deltas = deltas[1:]
		if !known {
			continue
		}
		delay := arrival - d.at
		if s.received == 0 {
			s.least = delay
		}
		s.packets++
		s.received++
		s.bytes += int64(d.bytes)
		s.least = min(s.least, delay)
		total += delay
	}
	if s.received > 0 {
		s.mean = total / time.Duration(s.received)
	}
	return s
}

// statuses unpacks the chunks; bounded by the report's own count, 16 bits.
func statuses(f *rtcp.TransportLayerCC) []uint16 {
	all := make([]uint16, 0, f.PacketStatusCount)
	left := func() int { return int(f.PacketStatusCount) - len(all) }
	for _, chunk := range f.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			for range min(int(c.RunLength), left()) {
				all = append(all, c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			all = append(all, c.SymbolList[:min(len(c.SymbolList), left())]...)
		}
	}
	return all
}
