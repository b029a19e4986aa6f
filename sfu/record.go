package sfu

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/sfu/egress"
	"github.com/tongtang/tongtang/sfu/link"
)

// Bounds of the record. Rows wait while the bus is away; when there are too many the oldest are lost, and the log says how many.
const (
	maxWaiting   = 20_000
	rowsOfOne    = 100 // in a message: it stays below 64 KiB
	recordWithin = 5 * time.Second
)

// record is the quality record of a lesson: a row for every viewer and every layer of a source at each full ten seconds of the wall clock, and
// at the end of a session. It goes over the bus to whoever keeps it.
type record struct {
	lesson *lesson
	every  time.Duration

	mu      sync.Mutex
	viewers []link.ViewerQuality // that wait for the bus
	sources []link.SourceQuality
	lost    int // rows, since the last word about it
}

// row is what a session keeps from one row to the next.
type row struct {
	since time.Time // beginning of the next row; zero before the connection stands
	trips trips
}

func newRecord(l *lesson) *record { return &record{lesson: l, every: l.server.cfg.RecordEvery} }

// begin starts the first row of a session.
func (r *record) begin(first *row) {
	r.mu.Lock()
	defer r.mu.Unlock()
	first.since = time.Now()
}

// keep writes rows until the lesson ends.
func (r *record) keep() {
	for {
		// The little more keeps a timer that fires early from telling of the same interval twice.
		next := time.Now().Add(r.every / 10).Truncate(r.every).Add(r.every)
		timer := time.NewTimer(time.Until(next))
		select {
		case <-r.lesson.life.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		r.take(next.Add(-r.every), time.Now())
		r.write()
	}
}

// take makes the rows of the interval that began at begin.
func (r *record) take(begin, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	viewers, publishers := r.lesson.connected()
	outs := make([]*egress.Viewer, len(viewers))
	for i, v := range viewers {
		outs[i] = v.out
	}
	for i, tally := range egress.Tallies(outs) {
		r.viewers = append(r.viewers, viewers[i].quality(tally, begin, now))
	}
	for _, p := range publishers {
		r.sources = append(r.sources, p.quality(begin, now)...)
	}
	r.bound()
}

// lastOf adds the last row of a viewer that goes.
func (r *record) lastOf(v *viewer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); !v.row.since.IsZero() {
		r.viewers = append(r.viewers, v.quality(egress.Tallies([]*egress.Viewer{v.out})[0], now.Truncate(r.every), now))
	}
	r.bound()
}

// lastOfSource adds the last rows of a publisher that goes.
func (r *record) lastOfSource(p *publisher) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); !p.row.since.IsZero() {
		r.sources = append(r.sources, p.quality(now.Truncate(r.every), now)...)
	}
	r.bound()
}

// bound drops the oldest rows above what may wait.
func (r *record) bound() {
	if n := len(r.viewers) - maxWaiting; n > 0 {
		r.viewers, r.lost = slices.Delete(r.viewers, 0, n), r.lost+n
	}
	if n := len(r.sources) - maxWaiting; n > 0 {
		r.sources, r.lost = slices.Delete(r.sources, 0, n), r.lost+n
	}
}

// write hands the rows that wait to the bus. One goroutine calls it at a time.
func (r *record) write() {
	r.mu.Lock()
	viewers, sources, lost := r.viewers, r.sources, r.lost
	r.viewers, r.sources, r.lost = nil, nil, 0
	r.mu.Unlock()
	if lost > 0 {
		r.lesson.slog.Error("rows of the quality record are lost: the bus was away for too long", "rows", lost)
	}
	for len(viewers)+len(sources) > 0 {
		m := link.Quality{Lesson: r.lesson.id, Viewers: viewers[:min(len(viewers), rowsOfOne)]}
		m.Sources = sources[:min(len(sources), rowsOfOne-len(m.Viewers))]
		if err := r.publish(m); err != nil {
			r.lesson.slog.Warn("the quality record waits for the bus", "rows", len(viewers)+len(sources), "error", err)
			break
		}
		viewers, sources = viewers[len(m.Viewers):], sources[len(m.Sources):]
	}
	r.mu.Lock()
	r.viewers, r.sources = append(viewers, r.viewers...), append(sources, r.sources...)
	r.bound()
	r.mu.Unlock()
}

func (r *record) publish(m link.Quality) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.lesson.life), recordWithin)
	defer cancel()
	_, err = r.lesson.server.deps.Bus.JS.Publish(ctx, bus.QualitySubject(r.lesson.id), raw)
	return err
}

// connected are the sessions whose connection stands.
func (l *lesson) connected() (viewers []*viewer, publishers []*publisher) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.sessions {
		if v, ok := s.(*viewer); ok && v.live {
			viewers = append(viewers, v)
		}
	}
	for _, p := range l.publishers {
		publishers = append(publishers, p)
	}
	return viewers, publishers
}
