package sfu

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/sfu/bandwidth"
	"github.com/tongtang/tongtang/sfu/signal"
)

// repairShare of a contract is left to repairs and to what the rates do between two looks.
const repairShare = 0.05

// A shortage is told when it has lasted, and is over when it has been away for a while: nobody wants to read words that flicker.
const (
	shortAfter = time.Second
	overAfter  = 5 * time.Second
)

// schools shares the contracts: for each school what all its viewers on this node take together, over all lessons, and what all its sources
// send. Its lock comes after a lesson's.
type schools struct {
	down, up int64 // bit/s, of a school that has no contract of its own; 0 none

	mu  sync.Mutex
	all map[string]*school
}

type school struct {
	down, up int64     // bit/s, 0 no contract
	told     time.Time // when the grant was signed that says so
	viewers  []*seat
	sources  []*uplink
	short    [2]notice // down, up
}

// seat is what one viewer asked for last, and was given. It is the schools' own: the demand belongs to the viewer's lesson.
type seat struct {
	viewer *viewer
	want   bandwidth.Viewer
	chosen []int
	spare  int64
}

// The directions of a contract.
const (
	downward = iota
	upward
)

// notice is what everybody knows of a shortage.
type notice struct {
	known   signal.Short
	now     signal.Short
	changed time.Time // when now was last another
}

func newSchools(cfg Config) *schools {
	return &schools{down: max(0, cfg.SchoolDown), up: max(0, cfg.SchoolUp), all: map[string]*school{}}
}

// of is the school of these claims; nil without one.
func (b *schools) of(p *peer) *school {
	id := p.claims.School
	if id == "" {
		return nil
	}
	s := b.all[id]
	if s == nil {
		s = &school{}
		b.all[id] = s
	}
	s.hear(p.claims, b.down, b.up)
	return s
}

// hear takes the contract from a grant, unless a newer one was heard: the scheduler knows it best, and may have changed it since.
func (s *school) hear(c *grant.Claims, down, up int64) {
	var signed time.Time
	if c.IssuedAt != nil {
		signed = c.IssuedAt.Time
	}
	if signed.Before(s.told) {
		return
	}
	s.told, s.down, s.up = signed, down, up
	if c.SchoolDown > 0 {
		s.down = int64(c.SchoolDown) * 1000
	}
	if c.SchoolUp > 0 {
		s.up = int64(c.SchoolUp) * 1000
	}
}

// share decides what the viewers of one lesson are given. Viewers of other lessons whose share changes by it are looked at soon.
func (b *schools) share(asked []*demand) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	touched := map[*school]*lesson{}
	seats := make([]*seat, len(asked))
	for i, d := range asked {
		s := b.of(d.viewer.peer)
		if s == nil || d.viewer.claims.Role == grant.Recorder {
			chosen, _ := bandwidth.Allocate(0, []bandwidth.Viewer{d.want})
			d.chosen = chosen[0]
			continue
		}
		seats[i] = s.seat(d.viewer)
		seats[i].want = d.want
		touched[s] = d.viewer.lesson
	}
	for s, l := range touched {
		s.allocate(l, now)
	}
	for i, d := range asked {
		if seats[i] != nil {
			d.chosen, d.spare = seats[i].chosen, seats[i].spare
		}
	}
}

func (s *school) seat(v *viewer) *seat {
	for _, old := range s.viewers {
		if old.viewer == v {
			return old
		}
	}
	s.viewers = append(s.viewers, &seat{viewer: v})
	return s.viewers[len(s.viewers)-1]
}

// allocate shares the contract among all that the school's viewers asked for last. l is the lesson that asks now.
func (s *school) allocate(l *lesson, now time.Time) {
	wants := make([]bandwidth.Viewer, len(s.viewers))
	for i, v := range s.viewers {
		wants[i] = v.want
	}
	contract := int64(float64(s.down) * (1 - repairShare))
	chosen, short := bandwidth.Allocate(contract, wants)
	left := contract
	for i := range wants {
		left -= wants[i].Cost(chosen[i])
	}
	for i, v := range s.viewers {
		if v.viewer.lesson != l && !slices.Equal(v.chosen, chosen[i]) {
			v.viewer.lesson.poke()
		}
		v.chosen, v.spare = chosen[i], max(0, left)
		if s.down == 0 {
			v.spare = -1
		}
	}
	what := signal.Short("")
	switch {
	case short.Pictures+short.Lowered > 0:
		what = signal.ShortPictures
	case short.Tiles > 0:
		what = signal.ShortTiles
	}
	s.short[downward].note(what, now)
}

// note takes what is short at this moment.
func (t *notice) note(what signal.Short, now time.Time) {
	if what != t.now || t.changed.IsZero() {
		t.now, t.changed = what, now
	}
	wait := shortAfter
	if what == "" {
		wait = overAfter
	}
	if t.known != t.now && now.Sub(t.changed) >= wait {
		t.known = t.now
	}
}

// leave forgets a viewer or a source.
func (b *schools) leave(s session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := s.base().claims.School
	of := b.all[id]
	if of == nil {
		return
	}
	of.viewers = slices.DeleteFunc(of.viewers, func(v *seat) bool { return session(v.viewer) == s })
	of.sources = slices.DeleteFunc(of.sources, func(u *uplink) bool { return session(u.publisher) == s })
	if len(of.viewers)+len(of.sources) == 0 {
		delete(b.all, id)
	}
}

// short lists the schools of a lesson that go without something, by id.
func (b *schools) short(l *lesson) []signal.School {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []signal.School
	for id, s := range b.all {
		if w := (signal.School{ID: id, Down: s.short[downward].known, Up: s.short[upward].known}); (w.Down != "" || w.Up != "") && s.takesPart(l) {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b signal.School) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func (s *school) takesPart(l *lesson) bool {
	return slices.ContainsFunc(s.viewers, func(v *seat) bool { return v.viewer.lesson == l }) ||
		slices.ContainsFunc(s.sources, func(u *uplink) bool { return u.publisher.lesson == l })
}
