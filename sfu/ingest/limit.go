package ingest

import (
	"sync"
	"time"
)

// Limit bounds what one source sends, all its layers together: a publisher gone wild must not take the machine from everybody. A burst of one
// second's worth passes.
type Limit struct {
	packets, bytes float64 // a second

	mu      sync.Mutex
	at      time.Time
	freeP   float64 // packets and
	freeB   float64 // bytes that may come now
	dropped int     // since it was last told
	told    time.Time
}

// NewLimit makes one.
func NewLimit(packets, bytes int) *Limit {
	return &Limit{packets: float64(packets), bytes: float64(bytes), freeP: float64(packets), freeB: float64(bytes)}
}

// Take tells whether a packet may come in. When packets were dropped, tell is how many since the last time that it was told: once a second.
func (l *Limit) Take(bytes int, now time.Time) (ok bool, tell int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if passed := now.Sub(l.at).Seconds(); passed > 0 {
		l.freeP = min(l.packets, l.freeP+passed*l.packets)
		l.freeB = min(l.bytes, l.freeB+passed*l.bytes)
		l.at = now
	}
	if l.freeP >= 1 && l.freeB >= float64(bytes) {
		l.freeP--
		l.freeB -= float64(bytes)
		return true, 0
	}
	l.dropped++
	if now.Sub(l.told) < time.Second {
		return false, 0
	}
	tell, l.dropped, l.told = l.dropped, 0, now
	return false, tell
}
