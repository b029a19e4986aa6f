package bandwidth

import "time"

// A probe is a short burst at a higher rate than the media's, filled up with padding: does the line carry it without a queue? It is so short
// that a line of half the rate is late by half its time, and so seldom that it costs a line that never carries more next to nothing.
const (
	ProbeTime = 60 * time.Millisecond

	probeGain    = 2.0 // times the estimate, at most
	probeNext    = 400 * time.Millisecond
	probeFirst   = time.Second // pause after a failure, which grows with every other
	probeBackoff = 1.25
	probePause   = 30 * time.Second // at most
	probeAnswer  = 2 * time.Second  // within which the reports must come
	arrivedShare = 0.85             // of the rate, that counts as all
	calmAfterCut = time.Second

	regretWithin = 6 * time.Second // of a success: the line bore a burst, but not for long
	regretFirst  = 2 * time.Second // pause then; it doubles
	regretLasts  = time.Minute
)

// prober follows one probe at a time, and knows when the next may be.
type prober struct {
	next      time.Time // no probe before
	pause     time.Duration
	success   time.Time
	regret    time.Duration
	regretted time.Time
	chance    uint32

	state  probeState
	target float64
	first  uint16 // transport-wide sequence numbers
	last   uint16
	ended  time.Time
	sum    report
	halves [2]half
	told   bool // the reports have come to its end
}

type probeState int

const (
	probeNone probeState = iota
	probeSending
	probeWaiting // for reports
)

// half of a burst: a queue shows in the second one's delay. One late packet at the end means nothing.
type half struct {
	arrived int
	delays  time.Duration
}

func (h half) mean() time.Duration { return h.delays / time.Duration(max(1, h.arrived)) }

// Probe asks whether to probe now: goal is the rate for which there would be use, bit/s. It returns the rate of the burst, 0 for none. The
// caller then sends ProbeTime at this rate, media counted in, and says so with ProbeBegun and ProbeEnded.
func (e *Estimator) Probe(goal int64, now time.Time) int64 {
	p := &e.probe
	if p.state == probeWaiting && now.Sub(p.ended) > probeAnswer {
		p.state = probeNone
		p.failed(now)
	}
	if e.ceiling > 0 {
		goal = min(goal, e.ceiling)
	}
	if p.state != probeNone || e.rate == 0 || float64(goal) <= e.rate || now.Before(p.next) || !e.calm(now) {
		return 0
	}
	p.target = min(float64(goal), probeGain*e.rate, highest)
	return int64(p.target)
}

// calm tells whether the line shows no sign of being full.
func (e *Estimator) calm(now time.Time) bool {
	return e.queue < calmDelay && e.flow.loss-e.own < heavyLoss && now.Sub(e.lastCut) > calmAfterCut && now.Sub(e.lastWide) < 500*time.Millisecond
}

// ProbeBegun says that the packet seq is the first of the burst.
func (e *Estimator) ProbeBegun(seq uint16) {
	p := &e.probe
	p.state, p.first, p.last, p.sum, p.halves, p.told = probeSending, seq, seq, report{}, [2]half{}, false
}

// ProbeEnded says that seq was its last packet.
func (e *Estimator) ProbeEnded(seq uint16, now time.Time) {
	e.probe.state, e.probe.last, e.probe.ended = probeWaiting, seq, now
}

// note takes the fate of one packet.
func (p *prober) note(d *departure, came bool, arrival time.Duration) {
	if p.state == probeNone || int16(d.seq-p.first) < 0 {
		return
	}
	if p.state == probeWaiting && int16(d.seq-p.last) >= 0 {
		p.told = true
		if d.seq != p.last {
			return
		}
	}
	p.sum.note(d, came, arrival)
	if came {
		h := &p.halves[0]
		if d.at-p.sum.firstSent > ProbeTime/2 {
			h = &p.halves[1]
		}
		h.arrived++
		h.delays += arrival - d.at
	}
}

// probed judges the probe once all of it was reported: what came out is what the line carries.
func (e *Estimator) probed(now time.Time) {
	p := &e.probe
	if p.state != probeWaiting || !p.told {
		return
	}
	p.state = probeNone
	if p.halves[0].arrived == 0 || p.halves[1].arrived == 0 {
		p.failed(now)
		return
	}
	arrived, loss := p.arrived(), p.sum.loss()-e.own
	if arrived < arrivedShare*(1-e.own)*min(p.target, p.offered()) || loss > heavyLoss+2/float64(p.sum.packets) {
		p.failed(now)
		arrived *= arrivedShare // the line is full at this rate, and others use it too
	} else {
		p.succeeded(now)
	}
	e.rate = max(e.rate, min(p.target, arrived))
}

// arrived is the rate at which the burst came out: if the second half of it waited longer than the first, so much slower than it went in.
func (p *prober) arrived() float64 {
	in := p.span()
	stretch := 1 + 2*max(0, p.halves[1].mean()-p.halves[0].mean()).Seconds()/in.Seconds()
	return float64(p.sum.bytes) * 8 / in.Seconds() / stretch
}

// offered is the rate at which it went in: a busy machine is late.
func (p *prober) offered() float64 { return float64(p.sum.sentBytes) * 8 / p.span().Seconds() }

func (p *prober) span() time.Duration { return max(p.sum.lastSent-p.sum.firstSent, ProbeTime) }

func (p *prober) succeeded(now time.Time) {
	p.success, p.pause, p.next = now, 0, now.Add(p.apart(probeNext))
	if now.Sub(p.regretted) > regretLasts {
		p.regret = 0
	}
}

// failed lets the next probe wait, longer from time to time.
func (p *prober) failed(now time.Time) {
	p.pause = min(probePause, max(probeFirst, time.Duration(float64(p.pause)*probeBackoff)))
	p.next = now.Add(p.apart(p.pause))
}

// cut notes that the estimate was cut. Soon after a success it means that a burst proves nothing here, or that the line was wanted by another
// at the same moment.
func (p *prober) cut(now time.Time) {
	wait := probeFirst
	if now.Sub(p.success) < regretWithin {
		p.regret = min(probePause, max(regretFirst, 2*p.regret))
		p.success, p.regretted = time.Time{}, now
		wait = p.regret
	}
	if at := now.Add(p.apart(wait)); at.After(p.next) {
		p.next = at
	}
}

// apart changes a pause by up to a quarter: viewers behind one line that probe at the same moment all find it full.
func (p *prober) apart(pause time.Duration) time.Duration {
	p.chance = p.chance*1664525 + 1013904223 + uint32(p.last) // Numerical Recipes' generator is good enough here
	return pause*3/4 + pause/2*time.Duration(p.chance>>16)/(1<<16)
}
