package sfu

import "github.com/prometheus/client_golang/prometheus"

// The gauges of the schools that take part at the moment: a few hundred at most, other than lessons and people.
var (
	schoolDown      = schoolGauge("down_bits", "Bits a second that leave for the viewers of a school.")
	schoolDownLimit = schoolGauge("down_limit_bits", "Bits a second of the school's contract for its viewers; 0 none.")
	schoolUp        = schoolGauge("up_bits", "Bits a second that come from the sources of a school.")
	schoolUpLimit   = schoolGauge("up_limit_bits", "Bits a second of the school's contract for its sources; 0 none.")
	schoolShort     = schoolGauge("short", "1 while the school's contract is too small for what it would take or send.")
)

func schoolGauge(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("tongtang_sfu_school_"+name, help, []string{"school"}, nil)
}

// Describe makes schools a prometheus.Collector.
func (b *schools) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{schoolDown, schoolDownLimit, schoolUp, schoolUpLimit, schoolShort} {
		out <- d
	}
}

// Collect makes schools a prometheus.Collector.
func (b *schools) Collect(out chan<- prometheus.Metric) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, s := range b.all {
		var down, up int64
		for _, v := range s.viewers {
			down += v.viewer.rate.Load()
		}
		for _, u := range s.sources {
			up += u.rate
		}
		short := 0.0
		if s.short[downward].known != "" || s.short[upward].known != "" {
			short = 1
		}
		for d, value := range map[*prometheus.Desc]float64{schoolDown: float64(down), schoolDownLimit: float64(s.down), schoolUp: float64(up),
			schoolUpLimit: float64(s.up), schoolShort: short} {
			out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, id)
		}
	}
}

// measure takes how much has left for the viewer since the last look. The goroutine of its lesson alone calls it, every allocateEvery.
func (v *viewer) measure() {
	total := v.out.Total()
	rate := int64(float64(total-v.measured) * 8 / allocateEvery.Seconds())
	v.measured = total
	v.rate.Store((v.rate.Load() + rate) / 2)
}
