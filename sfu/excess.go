package sfu

import (
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/tongtang/tongtang/internal/httpd"
)

// A source that sends more than its limit shows nobody a whole picture. It is asked to send less; one that goes on leaves the air, and who
// publishes it again within barTime is told why.
const (
	usualPacket = 1000 // bytes
	excessLasts = 5    // seconds, one after the other, in which something was thrown away
	barTime     = 20 * time.Second
)

// excess counts the seconds that a source was over its limit.
type excess struct {
	mu      sync.Mutex
	seconds int
	last    time.Time
}

// lasts takes one such second, and tells whether there were enough.
func (e *excess) lasts(now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if now.Sub(e.last) > 3*time.Second {
		e.seconds = 0
	}
	e.seconds, e.last = e.seconds+1, now
	return e.seconds == excessLasts
}

// overLimit is told once a second of packets that were thrown away, by the goroutine that takes them in, with its locks held: it waits for
// nothing. The lesson tells the publisher (limit).
func (p *publisher) overLimit(dropped int) {
	l, limits := p.lesson, p.lesson.server.places.limits
	l.server.metrics.flood.Add(float64(dropped))
	l.slog.Warn("a source sends more than is allowed; the rest is dropped", "source", p.info.ID, "school", p.info.School, "packets", dropped)
	most := min(int64(limits.SourceBytes), int64(limits.SourcePackets)*usualPacket) * 8
	if passes := p.source.Bitrate(); passes > 0 { // of smaller packets
		most = min(most, passes)
	}
	p.most.Store(most * 9 / 10)
	if p.excess.lasts(time.Now()) {
		p.readers.Go(func() {
			p.expel(httpd.Fail(http.StatusTooManyRequests, "source-over-limit", "the source sent more than %d packets or %d kbit/s for %d s; set its camera or encoder to less",
				limits.SourcePackets, limits.SourceBytes*8/1000, excessLasts))
		})
	}
}

// bearer is who publishes what.
type bearer struct{ source, subject string }

// bar keeps a bearer away for a while.
type bar struct {
	until  time.Time
	reason *httpd.Problem
}

// expel closes the session of a source that misbehaves. Who publishes it again too soon gets the reason.
func (p *publisher) expel(reason *httpd.Problem) {
	l, now := p.lesson, time.Now()
	l.slog.Warn("a source is taken off air", "source", p.info.ID, "school", p.info.School, "reason", reason.Detail)
	l.server.places.refused(reason.Code)
	l.mu.Lock()
	for b, old := range l.barred {
		if now.After(old.until) {
			delete(l.barred, b)
		}
	}
	l.barred[bearer{p.info.ID, p.claims.Subject}] = bar{now.Add(barTime), reason}
	l.mu.Unlock()
	p.close()
}

// stillBarred is why a bearer may not publish yet, with the seconds until it may; nil when it may. Call it with the lock held.
func (l *lesson) stillBarred(b bearer, now time.Time) error {
	bar, ok := l.barred[b]
	if !ok || now.After(bar.until) {
		return nil
	}
	return bar.reason.With(waitParam, math.Ceil(bar.until.Sub(now).Seconds()))
}
