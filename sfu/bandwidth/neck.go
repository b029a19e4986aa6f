package bandwidth

import "time"

const (
	neckPackets = 5                     // of a report that tells something
	neckQueue   = 50 * time.Millisecond // that they came later than they left, the last beyond the first: as long as that something waited
	neckKept    = 20 * time.Second      // then a burst may find out anew
	neckShare   = 0.95
)

// neck is what a burst showed of the line: what is sent at once and comes one by one comes at the line's own rate. The estimate does not
// know it: a burst of a few hundred ms is no reason to show less, but it keeps voices waiting.
type neck struct {
	rate float64 // bit/s, 0 none
	at   time.Time
}

func (b *neck) note(r report, now time.Time) {
	came, left := r.lastCame-r.firstArrived, r.lastSent-r.firstSent
	if r.received < neckPackets || came-left < neckQueue || came < 2*left {
		return
	}
	rate := float64(r.bytes) * float64(r.received-1) / float64(r.received) * 8 / came.Seconds() // the first one's own time is not in it
	if known := b.known(now); known > rate {
		rate = (3*known + rate) / 4 // between two bursts the line had a rest
	}
	b.rate, b.at = rate, now
}

func (b *neck) known(now time.Time) float64 {
	if b.rate == 0 || now.Sub(b.at) > neckKept {
		return 0
	}
	return b.rate
}

// Thin is at which rate bursts have to leave for this line, bit/s; 0 for one that has not shown that they have to. Of a line that drops what
// it does not carry, so that nothing ever waits in it, the estimate tells.
func (e *Estimator) Thin(now time.Time) int64 {
	if rate := e.neck.known(now); rate > 0 {
		return int64(neckShare * rate)
	}
	if rate := e.Estimate(now); rate < initial {
		return rate
	}
	return 0
}
