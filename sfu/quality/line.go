package quality

import "time"

// Figures are what a receiver told of its line over some time.
type Figures struct {
	Expected, Lost int           // packets, before repair
	RTT            time.Duration // mean, 0 unknown
	Jitter         time.Duration // mean over the streams, 0 unknown
}

// Line sums up the reports of one viewer. The zero value is ready.
type Line struct {
	expected, lost int
	rtt, jitter    mean
}

type mean struct {
	sum time.Duration
	n   int
}

func (m *mean) add(d time.Duration) {
	m.sum += d
	m.n++
}

func (m mean) value() time.Duration {
	if m.n == 0 {
		return 0
	}
	return m.sum / time.Duration(m.n)
}

// Block takes a report block about a stream of the viewer; jitter in ticks of rate, Hz.
func (l *Line) Block(r *Reported, highest, lost, jitter, rate uint32) {
	expected, gone := r.Block(highest, lost)
	if expected == 0 {
		return // a stream on which nothing is sent tells nothing
	}
	l.expected += expected
	l.lost += gone
	l.jitter.add(Duration(jitter, rate))
}

// RoundTrip takes one measurement.
func (l *Line) RoundTrip(d time.Duration) { l.rtt.add(d) }

// Take returns the sums and begins anew.
func (l *Line) Take() Figures {
	f := Figures{Expected: l.expected, Lost: l.lost, RTT: l.rtt.value(), Jitter: l.jitter.value()}
	*l = Line{}
	return f
}
