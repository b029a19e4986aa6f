package sfu

import "github.com/prometheus/client_golang/prometheus"

// metrics of this node. Nothing is labelled by lesson: their number has no bound.
type metrics struct {
	packets, bytes   prometheus.Counter
	dropped          prometheus.Counter
	viewers, sources prometheus.Gauge
	direct           prometheus.Gauge
	directSources    prometheus.Gauge
	lessons          prometheus.Gauge
	sockets          prometheus.Gauge
	relays           prometheus.Gauge
	relayDropped     prometheus.Counter
	flood            prometheus.Counter
	refused          *prometheus.CounterVec
	strangers        prometheus.Counter
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		packets:       prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_sfu_packets_forwarded_total", Help: "RTP packets sent to viewers."}),
		bytes:         prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_sfu_bytes_forwarded_total", Help: "RTP payload bytes sent to viewers."}),
		dropped:       prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_sfu_packets_dropped_total", Help: "RTP packets to viewers that this machine could not send: its send buffer was full, or there was no route."}),
		viewers:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "tongtang_sfu_viewers", Help: "WHEP sessions."}),
		direct:        prometheus.NewGauge(prometheus.GaugeOpts{Name: "tongtang_sfu_viewers_direct", Help: "WHEP sessions whose media leaves by the fast path; the others cost several times the CPU."}),
		directSources: prometheus.NewGauge(prometheus.GaugeOpts{Name: "tongtang_sfu_sources_direct", Help: "Sources on air whose packets come in by the fast path."}),
		sources:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "tongtang_sfu_sources", Help: "Sources on air."}),
		lessons:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "tongtang_sfu_lessons", Help: "Lessons on air."}),
		sockets:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "tongtang_sfu_event_sockets", Help: "Connections to lesson events."}),
		relays:        prometheus.NewGauge(prometheus.GaugeOpts{Name: "tongtang_sfu_turn_relays", Help: "Relays of the embedded TURN server."}),
		relayDropped:  prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_sfu_turn_packets_dropped_total", Help: "Packets over what one subject's relays of the embedded TURN server may carry."}),
		flood:         prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_sfu_source_packets_dropped_total", Help: "RTP packets from sources that sent more than they may."}),
		strangers:     prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_sfu_unknown_streams_total", Help: "RTP streams of publishers that their offers did not announce. They are ignored."}),
		refused:       prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tongtang_sfu_refused_total", Help: "What was refused because of a limit, by the code of the problem."}, []string{"code"}),
	}
	for _, c := range []prometheus.Collector{m.packets, m.bytes, m.dropped, m.viewers, m.direct, m.directSources, m.sources, m.lessons, m.sockets, m.relays, m.relayDropped, m.flood, m.strangers, m.refused} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}
