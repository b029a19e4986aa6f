package sfu

import (
	"time"

	"github.com/tongtang/tongtang/sfu/bandwidth"
	"github.com/tongtang/tongtang/sfu/signal"
)

// A cap is said again so often: a request may be lost. That it is lifted is said a few times as a rate that binds nobody.
const (
	capEvery = time.Second
	unbound  = 50_000_000 // bit/s
	lifting  = 3
)

// binding is the share of its cap from which on a source is taken to be held back by it.
const binding = 0.9

// uplink is what a school knows of one of its sources.
type uplink struct {
	publisher *publisher
	class     bandwidth.Class
	rate      int64 // bit/s that come
	cap       int64 // bit/s, 0 as much as it likes
}

// limited is what a publisher was asked for. The goroutine of its lesson alone uses it.
type limited struct {
	cap    int64
	lifted int // how often it was said that there is no cap any more
	said   time.Time
}

// limit shares the contracts of the schools among their sources, and asks those of this lesson to keep to it.
func (l *lesson) limit(now time.Time) {
	floor := ""
	l.log.Look(func(st *signal.State) { floor = st.Floor })
	for _, u := range l.uplinks(floor, now) {
		if most := u.publisher.most.Load(); most > 0 && (u.cap == 0 || most < u.cap) {
			u.cap = most
		}
		u.publisher.limited.ask(u, now)
	}
}

func (l *lesson) uplinks(floor string, now time.Time) []uplink {
	l.mu.Lock()
	defer l.mu.Unlock()
	up := l.onAir()
	links := make([]uplink, len(up))
	for i, p := range up {
		links[i] = uplink{publisher: p, class: p.class(floor), rate: int64(float64(p.source.Bitrate()) * wireShare)}
	}
	l.server.schools.limit(links, now) // with the lock held: who has gone since is not among them
	return links
}

// class is how much a source matters.
func (p *publisher) class(floor string) bandwidth.Class {
	switch {
	case p.info.Slot == signal.LecturerSlot:
		return bandwidth.Lecturer
	case p.info.Slot == signal.CoursewareSlot:
		return bandwidth.Courseware
	case floor != "" && p.info.Participant == floor:
		return bandwidth.Floor
	}
	return bandwidth.Tile
}

// ask tells the publisher its cap if it is time to.
func (l *limited) ask(u uplink, now time.Time) {
	switch {
	case u.cap > 0:
		l.lifted = 0
	case l.cap > 0:
		l.lifted = lifting
	}
	l.cap = u.cap
	if l.cap == 0 && l.lifted == 0 || now.Sub(l.said) < capEvery {
		return
	}
	l.said = now
	if l.cap > 0 {
		u.publisher.source.Limit(l.cap)
		return
	}
	l.lifted--
	u.publisher.source.Limit(unbound)
}

// limit fills in what each of a lesson's sources may send.
func (b *schools) limit(links []uplink, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	touched := map[*school]bool{}
	for i := range links {
		if s := b.of(links[i].publisher.peer); s != nil {
			s.uplink(links[i].publisher).update(links[i])
			touched[s] = true
		}
	}
	for s := range touched {
		s.limit(now)
	}
	for i := range links {
		if s := b.of(links[i].publisher.peer); s != nil {
			links[i].cap = s.uplink(links[i].publisher).cap
		}
	}
}

func (s *school) uplink(p *publisher) *uplink {
	for _, u := range s.sources {
		if u.publisher == p {
			return u
		}
	}
	s.sources = append(s.sources, &uplink{publisher: p})
	return s.sources[len(s.sources)-1]
}

func (u *uplink) update(now uplink) { u.class, u.rate = now.class, now.rate }

// limit shares the contract among the school's sources.
func (s *school) limit(now time.Time) {
	wants := make([]bandwidth.Uplink, len(s.sources))
	for i, u := range s.sources {
		wants[i] = bandwidth.Uplink{Class: u.class, Rate: u.rate}
	}
	what := signal.Short("")
	for i, c := range bandwidth.Caps(int64(float64(s.up)*(1-repairShare)), wants) {
		s.sources[i].cap = c
		if c > 0 && float64(wants[i].Rate) >= binding*float64(c) {
			what = signal.ShortPictures
		}
	}
	s.short[upward].note(what, now)
}
