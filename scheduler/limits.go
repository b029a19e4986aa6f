package scheduler

import (
	"sync"
	"time"
)

// limits slow down who guesses. The counts are in memory: a restart forgets them, which costs an attacker more than it gives.
type limits struct {
	pair    *tally // wrong passwords for one login name from one address: whoever guesses a teacher's password does not lock the teacher out
	login   *tally // wrong passwords for one login name
	address *tally // wrong passwords from one address; a school stands behind one
	code    *tally // wrong enrolment codes from one address
	codes   *tally // wrong enrolment codes from everywhere
}

func newLimits() limits {
	const window = 15 * time.Minute
	return limits{pair: newTally(10, window), login: newTally(50, window), address: newTally(100, window), code: newTally(10, window), codes: newTally(200, window)}
}

// tallied is a tally with the key that a try counts under.
type tallied struct {
	tally *tally
	key   string
}

// signIn lists everything that a wrong password counts for.
func (l limits) signIn(login, address string) []tallied {
	return []tallied{{l.pair, login + " " + address}, {l.login, login}, {l.address, address}}
}

// maxTallied bounds the memory of a tally, keys.
const maxTallied = 50_000

// tally counts failures by key within a window. Safe for concurrent use.
type tally struct {
	limit  int
	window time.Duration

	mu   sync.Mutex
	keys map[string]*count
}

type count struct {
	n     int
	until time.Time
}

func newTally(limit int, window time.Duration) *tally {
	return &tally{limit: limit, window: window, keys: map[string]*count{}}
}

// wait is how long the key must wait before it may try again, 0 if it may try now.
func (t *tally) wait(key string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.keys[key]
	if c == nil || c.n < t.limit || !now.Before(c.until) {
		return 0
	}
	return c.until.Sub(now)
}

// failed counts a failure. It is called before the slow check of the secret and taken back by succeeded, so that many tries at once do not
// slip through.
func (t *tally) failed(key string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.keys[key]
	if c == nil || !now.Before(c.until) {
		t.makeRoom(now)
		c = &count{until: now.Add(t.window)}
		t.keys[key] = c
	}
	c.n++
}

// succeeded takes back one failure.
func (t *tally) succeeded(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.keys[key]; c != nil && c.n > 0 {
		c.n--
	}
}

// makeRoom forgets what is over, and, when that is not enough, whatever comes first.
func (t *tally) makeRoom(now time.Time) {
	if len(t.keys) < maxTallied {
		return
	}
	for key, c := range t.keys {
		if !now.Before(c.until) {
			delete(t.keys, key)
		}
	}
	for key := range t.keys {
		if len(t.keys) < maxTallied {
			return
		}
		delete(t.keys, key)
	}
}
