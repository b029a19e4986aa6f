package turn

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// users are the subjects that have relays now: how many, and what they carry.
type users struct {
	cfg     Config
	figures Figures

	mu    sync.Mutex
	all   map[string]*user
	total int
}

// user is one subject. All its relays share what it may send and what it may get.
type user struct {
	relays   int
	up, down *rate.Limiter // bytes
}

// room tells whether a subject may have another relay.
func (u *users) room(subject string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.has(subject) {
		return true
	}
	u.figures.Refused()
	return false
}

func (u *users) has(subject string) bool {
	one := u.all[subject]
	return u.total < u.cfg.Total && (one == nil || one.relays < u.cfg.PerOne)
}

// take counts a relay; nil when others were faster. Give it back with give.
func (u *users) take(subject string) *user {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.has(subject) {
		return nil
	}
	one := u.all[subject]
	if one == nil {
		limit := func() *rate.Limiter { return rate.NewLimiter(rate.Limit(u.cfg.Bytes), u.cfg.Bytes) }
		one = &user{up: limit(), down: limit()}
		u.all[subject] = one
	}
	one.relays++
	u.total++
	u.figures.Relays(u.total)
	return one
}

func (u *users) give(subject string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.total--
	if one := u.all[subject]; one.relays > 1 {
		one.relays--
	} else {
		delete(u.all, subject)
	}
	u.figures.Relays(u.total)
}

// passes tells whether so many bytes may go one way now. What may not is dropped, as on any line that is too thin: both ends adapt to that.
func (u *users) passes(way *rate.Limiter, bytes int) bool {
	if way.AllowN(time.Now(), bytes) {
		return true
	}
	u.figures.Dropped()
	return false
}
