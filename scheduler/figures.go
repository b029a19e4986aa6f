package scheduler

import "github.com/prometheus/client_golang/prometheus"

// figures are what the scheduler counts for /metrics.
type figures struct {
	started, ended, missed, refused prometheus.Counter
}

func newFigures(r prometheus.Registerer) figures {
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Namespace: "tongtang", Subsystem: "scheduler", Name: name, Help: help})
		if r != nil {
			r.MustRegister(c)
		}
		return c
	}
	return figures{
		started: counter("lessons_started_total", "Lessons put on air."),
		ended:   counter("lessons_ended_total", "Lessons that ended."),
		missed:  counter("lessons_missed_total", "Lessons whose time went by and nobody started them."),
		refused: counter("sign_ins_refused_total", "Sign-ins with a wrong login or password."),
	}
}
