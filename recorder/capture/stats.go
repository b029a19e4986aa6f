package capture

import "github.com/prometheus/client_golang/prometheus"

// Stats are counted over all lessons.
type Stats struct {
	packets, samples prometheus.Counter
	sources          prometheus.Gauge
	gaps             *prometheus.CounterVec
}

// NewStats registers the counters; reg may be nil.
func NewStats(reg prometheus.Registerer) *Stats {
	s := &Stats{
		packets: prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_recorder_packets_total", Help: "RTP packets received for capturing."}),
		samples: prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_recorder_samples_total", Help: "Pictures and voice packets handed to the spool."}),
		sources: prometheus.NewGauge(prometheus.GaugeOpts{Name: "tongtang_recorder_sources", Help: "Sources that are being captured."}),
		gaps:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tongtang_recorder_gaps_total", Help: "Holes of a second or more in captures, by reason."}, []string{"why"}),
	}
	if reg != nil {
		reg.MustRegister(s.packets, s.samples, s.sources, s.gaps)
	}
	return s
}
