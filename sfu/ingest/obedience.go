package ingest

import (
	"sync"
	"time"
)

const (
	promptly = 700 * time.Millisecond // within which an obedient publisher's keyframe comes
	proofs   = 2                      // prompt answers in a row that are taken for no chance
)

// obedience learns whether a publisher answers keyframe requests.
type obedience struct {
	mu      sync.Mutex
	pending time.Time // the oldest unanswered request, zero none
	prompt  int       // answers in a row
}

func (o *obedience) asked(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pending.IsZero() {
		o.pending = now
	}
}

// keyframe notes that one came, asked for or not.
func (o *obedience) keyframe(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pending.IsZero() {
		return
	}
	if now.Sub(o.pending) < promptly {
		o.prompt++
	} else {
		o.prompt = 0
	}
	o.pending = time.Time{}
}

func (o *obedience) yes(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	overdue := !o.pending.IsZero() && now.Sub(o.pending) > promptly
	return o.prompt >= proofs && !overdue
}
