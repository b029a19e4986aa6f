// Package bandwidth judges what a viewer's line carries and which layers fit on it. Pure: the caller tells the time.
package bandwidth

import "time"

// Bounds of an estimate, bit/s.
const (
	initial = 6_000_000
	lowest  = 100_000
	highest = 50_000_000
)

const (
	overuseDelay  = 120 * time.Millisecond // queue in the line that counts as too much
	overuseTime   = 400 * time.Millisecond // how long it must last: a busy machine is no full line
	calmDelay     = 60 * time.Millisecond  // queue in the line that counts as none
	cutPause      = 500 * time.Millisecond // least time between two reductions: one round of effect
	growPerSecond = 0.08
	provenBy      = 1.5  // growth goes so far beyond what has arrived; more is shown by a probe alone
	lightLoss     = 0.02 // beyond the line's own
	heavyLoss     = 0.10
	severeLoss    = 0.25
	ownLossMost   = 0.12 // a line that loses more by itself is treated as full
)

// Estimator follows one viewer's line from transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01), or from the loss in
// receiver reports where there is none. The zero value is ready.
//
// A queue in the line, or loss beyond what the line loses by itself, cuts the estimate to what really arrives. While there is neither it
// grows slowly, half beyond what arrives; to go further it wants a probe (Probe).
type Estimator struct {
	rate    float64 // bit/s, 0 nothing known
	ceiling int64   // the receiver's own estimate (REMB), 0 none

	sent    departures
	delay   delays
	present window
	flow    flow // of the last full window
	own     float64
	probe   prober
	neck    neck
	queue   time.Duration // in the line, by the last report
	over    time.Time     // since when there is too much queue, zero none

	lastWide time.Time // last feedback
	lastGrow time.Time
	lastCut  time.Time
	lastFb   uint8
	seen     bool
	newest   uint16 // of the packets that were reported, if any
	reported bool
}

// Ceiling takes the receiver's own estimate, bit/s.
func (e *Estimator) Ceiling(rate int64) { e.ceiling = rate }

// Estimate is what the line carries, bit/s; 0 while nothing is known.
func (e *Estimator) Estimate(time.Time) int64 {
	if e.ceiling > 0 && (e.rate == 0 || float64(e.ceiling) < e.rate) {
		return e.ceiling
	}
	return int64(e.rate)
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
		e.grow(highest, now) // nothing tells what arrives
	}
}

// judge draws the conclusions of one report.
func (e *Estimator) judge(r report, now time.Time) {
	if e.rate == 0 {
		e.rate = initial
	}
	e.present.add(r)
	full := e.present.full()
	if full {
		e.flow = e.present.flow()
		e.present = window{}
	}
	e.measureQueue(r, now)
	e.neck.note(r, now)
	e.probed(now)
	if full {
		e.learnLoss()
	}
	excess := e.flow.loss - e.own
	switch {
	case e.overused(now):
		if e.flow.received > 0 {
			e.cut(0.85*e.flow.received, now)
		}
	case full && excess > severeLoss:
		e.cut(e.flow.received, now)
	case full && excess > heavyLoss:
		e.cut(min(e.rate, provenBy*e.flow.sent)*(1-excess/2), now)
	case e.queue < calmDelay && excess < lightLoss:
		e.grow(provenBy*e.flow.received, now)
	}
}

func (e *Estimator) measureQueue(r report, now time.Time) {
	if r.received == 0 {
		return
	}
	e.queue = r.mean() - e.delay.base(r.least, now)
	switch {
	case e.queue <= overuseDelay:
		e.over = time.Time{}
	case e.over.IsZero():
		e.over = now
	}
}

// overused tells whether packets have been waiting in the line for a while.
func (e *Estimator) overused(now time.Time) bool {
	return !e.over.IsZero() && now.Sub(e.over) >= overuseTime
}

// learnLoss learns what the line loses by itself, whatever is sent: the loss that stays while nothing waits in it. It is forgotten sooner
// than it is believed.
func (e *Estimator) learnLoss() {
	switch {
	case e.flow.loss < e.own:
		e.own += 0.3 * (e.flow.loss - e.own)
	case e.queue < calmDelay:
		e.own = min(ownLossMost, e.own+0.1*(e.flow.loss-e.own))
	}
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
	e.probe.cut(now)
}

// grow goes up a little, at most to so many bit/s.
func (e *Estimator) grow(most float64, now time.Time) {
	secs := min(now.Sub(e.lastGrow).Seconds(), 1)
	e.lastGrow = now
	if more := min(highest, most, e.known()*(1+growPerSecond*secs)); more > e.known() {
		e.rate = more
	}
}
