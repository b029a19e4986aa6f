package bench

import (
	"context"
	"errors"
	"math"
	"os"
	"time"
)

// window is what one measurement found.
type window struct {
	cost     float64 // µs of CPU for each forwarded packet
	rate     float64 // forwarded packets a second
	busy     float64 // cores that the server used
	loadBusy float64 // … and the load
	arrived  float64 // share of the forwarded packets that came to the viewers
	mallocs  float64 // heap allocations for each forwarded packet
	lost     int64
	repaired int64  // of the packets that arrived
	delays   series // ms
	rss      int64
	peak     int64
	received int64
}

// measure is one window. The scrape of the counters is outside the time whose CPU is measured; both are rates of their own intervals.
func (s *site) measure(ctx context.Context, d time.Duration) (window, error) {
	a, err := readCounters(ctx, s.Server)
	if err != nil {
		return window{}, err
	}
	got, lost, repaired := s.crowd.Received(), s.crowd.Lost(), s.crowd.Repaired()
	s.crowd.Delays()
	s.crowd.MeasureDelay(true)
	defer s.crowd.MeasureDelay(false)
	from, err := cpuTime(s.PID)
	if err != nil {
		return window{}, err
	}
	loadFrom, err := cpuTime(os.Getpid())
	if err != nil {
		return window{}, err
	}
	begun := time.Now()
	if err := pause(ctx, d); err != nil {
		return window{}, err
	}
	to, err := cpuTime(s.PID)
	if err != nil {
		return window{}, err
	}
	took := time.Since(begun).Seconds()
	loadTo, err := cpuTime(os.Getpid())
	if err != nil {
		return window{}, err
	}
	w := window{delays: milliseconds(s.crowd.Delays()), received: s.crowd.Received() - got, lost: s.crowd.Lost() - lost, repaired: s.crowd.Repaired() - repaired}
	b, err := readCounters(ctx, s.Server)
	if err != nil {
		return window{}, err
	}
	m, err := readMemory(s.PID)
	if err != nil {
		return window{}, err
	}
	w.rss, w.peak = m.rss, m.peak
	w.loadBusy = (loadTo - loadFrom).Seconds() / took
	w.busy = (to - from).Seconds() / took
	w.rate = (b.forwarded - a.forwarded) / b.at.Sub(a.at).Seconds()
	if w.rate <= 0 {
		return window{}, errors.New("the server forwarded nothing")
	}
	w.cost = w.busy / w.rate * 1e6
	w.arrived = float64(w.received) / took / w.rate
	w.mallocs = max(0, b.mallocs-a.mallocs-s.scrape) / (b.forwarded - a.forwarded)
	return w, nil
}

// scrapeMallocs is what reading the counters allocates: the least of several.
func (s *site) scrapeMallocs(ctx context.Context) error {
	s.scrape = math.Inf(1)
	last, err := readCounters(ctx, s.Server)
	for range 5 {
		var now counters
		if err == nil {
			now, err = readCounters(ctx, s.Server)
		}
		if err != nil {
			return err
		}
		s.scrape = min(s.scrape, now.mallocs-last.mallocs)
		last = now
	}
	return nil
}

// windows are the measurements of one step.
type windows []window

func (ws windows) each(f func(window) float64) (s series) {
	for _, w := range ws {
		s = append(s, f(w))
	}
	return s
}

func (ws windows) costs() series { return ws.each(func(w window) float64 { return w.cost }) }
func (ws windows) rate() float64 { return ws.each(func(w window) float64 { return w.rate }).median() }

func (ws windows) delay(p float64) series {
	return ws.each(func(w window) float64 { return w.delays.percentile(p) })
}

// steady measures the load that is there.
func (s *site) steady(ctx context.Context, o Options) (ws windows, err error) {
	if err := s.scrapeMallocs(ctx); err != nil {
		return nil, err
	}
	for range o.Windows {
		w, err := s.measure(ctx, o.Window)
		if err != nil {
			return nil, err
		}
		ws = append(ws, w)
	}
	return ws, nil
}
