package plan

import (
	"slices"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// state is a plan in the making. It never has a clash.
type state struct {
	*model
	busy     [][]week // by party and its clocks
	marks    [][]mark // by party
	used     [][]int  // by line: load of the cells, of a line that one clock uses
	meters   []*meter // by line: of the others
	recorder *meter
	left     []int // periods a week, by teacher
	lessons  [][]lesson
	at       []assignment // by need
	before   []assignment // of the previous plan

	placed, kept, score int
	journal             []entry
}

// mark is a lesson's hold on a party: of the lecturer's side need is -1.
type mark struct {
	clock       int
	cell        cell
	offer, need int
	lead        cell // of the lesson
}

// lesson is a lesson of an offer.
type lesson struct {
	cell  cell
	room  int // party
	seats []seat
}

type seat struct {
	need int
	cell cell
}

// assignment is who teaches a need, and when.
type assignment struct {
	option *option
	holds  []hold
	fixed  int // the first of holds, which are locked
}

// hold is a lesson of a need.
type hold struct {
	lead, own cell
	room      int
}

// entry of the journal: what was added or removed.
type entry struct {
	need  int
	opt   *option
	hold  hold
	added bool
}

func newState(m *model) *state {
	s := &state{model: m, left: slices.Clone(m.free), lessons: make([][]lesson, len(m.offers)), at: make([]assignment, len(m.needs)), before: make([]assignment, len(m.needs)),
		marks: make([][]mark, len(m.parties)), recorder: m.meter(timetable.Use{Dimension: timetable.RecorderDim})}
	for _, p := range m.parties {
		s.busy = append(s.busy, slices.Clone(p.base))
	}
	for _, l := range m.lines {
		if len(l.clocks) > 1 {
			s.used, s.meters = append(s.used, nil), append(s.meters, m.meter(l.use))
		} else {
			s.used, s.meters = append(s.used, slices.Clone(l.base)), append(s.meters, nil)
		}
	}
	return s
}

// taken are the cells of a clock in which the party is busy.
func (s *state) taken(party, clock int) week {
	p := &s.parties[party]
	if len(p.clocks) == 1 {
		return s.busy[party][0]
	}
	return s.busy[party][slices.Index(p.clocks, clock)]
}

func (s *state) take(party int, k mark) {
	s.marks[party] = append(s.marks[party], k)
	s.shade(party, k)
}

// shade marks the cells of all clocks of the party that run at the time.
func (s *state) shade(party int, k mark) {
	for i, clock := range s.parties[party].clocks {
		if clock == k.clock {
			s.busy[party][i].add(k.cell) // a period runs alone
		} else {
			s.busy[party][i] = s.busy[party][i].or(s.shadow(k.clock, clock)[k.cell])
		}
	}
}

func (s *state) release(party int, clock int, c cell) {
	i := slices.IndexFunc(s.marks[party], func(k mark) bool { return k.clock == clock && k.cell == c })
	s.marks[party] = slices.Delete(s.marks[party], i, i+1)
	if len(s.parties[party].clocks) == 1 {
		s.busy[party][0].remove(c)
		return
	}
	copy(s.busy[party], s.parties[party].base)
	for _, k := range s.marks[party] {
		s.shade(party, k)
	}
}

// carry adds a lesson to what lines carry, or takes it off.
func (s *state) carry(shares []share, clock int, c cell, sign int) {
	for _, t := range shares {
		if s.meters[t.line] != nil {
			s.meters[t.line].add(clock, c, sign*t.amount)
		} else {
			s.used[t.line][c] += sign * t.amount
		}
	}
}

// carries tells whether the lines carry a lesson more.
func (s *state) carries(shares []share, clock int, c cell) bool {
	for _, t := range shares {
		if !s.hasFree(t, clock, c) {
			return false
		}
	}
	return true
}

func (s *state) hasFree(t share, clock int, c cell) bool {
	if s.meters[t.line] != nil {
		return s.meters[t.line].carries(clock, c, t.amount)
	}
	return s.used[t.line][c]+t.amount <= s.lines[t.line].limit
}

// roomTaken tells whether a room of an offer, by its number there, is taken.
func (s *state) roomTaken(o *offer, room int, c cell) bool {
	return o.shut[room].has(c) || s.taken(o.rooms[room], o.clock).has(c)
}

// lessonAt finds the lesson of an offer.
func (s *state) lessonAt(offer int, c cell) *lesson {
	for i := range s.lessons[offer] {
		if s.lessons[offer][i].cell == c {
			return &s.lessons[offer][i]
		}
	}
	return nil
}

// add gives a need a lesson, which it joins or which begins with it. It must be free.
func (s *state) add(n int, opt *option, h hold) {
	own, o := &s.needs[n], &s.offers[opt.offer]
	l := s.lessonAt(opt.offer, h.lead)
	if l == nil {
		s.lessons[opt.offer] = append(s.lessons[opt.offer], lesson{cell: h.lead, room: h.room})
		l = &s.lessons[opt.offer][len(s.lessons[opt.offer])-1]
		k := mark{o.clock, h.lead, opt.offer, -1, h.lead}
		s.take(o.teacher, k)
		s.take(h.room, k)
		s.left[o.load]--
		s.carry(o.shares, o.clock, h.lead, 1)
		s.recorder.add(o.clock, h.lead, 1)
	}
	l.seats = append(l.seats, seat{n, h.own})
	for _, party := range own.parties {
		s.take(party, mark{own.clock, h.own, opt.offer, n, h.lead})
	}
	s.carry(own.shares, own.clock, h.own, 1)
	s.at[n].option = opt
	s.at[n].holds = append(s.at[n].holds, h)
	s.count(n, opt, h, 1)
	s.journal = append(s.journal, entry{n, opt, h, true})
}

// remove takes a lesson from a need.
func (s *state) remove(n int, h hold) {
	own, opt := &s.needs[n], s.at[n].option
	o := &s.offers[opt.offer]
	l := s.lessonAt(opt.offer, h.lead)
	l.seats = slices.DeleteFunc(l.seats, func(t seat) bool { return t.need == n })
	if len(l.seats) == 0 {
		s.release(o.teacher, o.clock, h.lead)
		s.release(h.room, o.clock, h.lead)
		s.left[o.load]++
		s.carry(o.shares, o.clock, h.lead, -1)
		s.recorder.add(o.clock, h.lead, -1)
		s.lessons[opt.offer] = slices.DeleteFunc(s.lessons[opt.offer], func(l lesson) bool { return l.cell == h.lead })
	}
	for _, party := range own.parties {
		s.release(party, own.clock, h.own)
	}
	s.carry(own.shares, own.clock, h.own, -1)
	s.at[n].holds = slices.DeleteFunc(s.at[n].holds, func(k hold) bool { return k == h })
	if len(s.at[n].holds) == 0 {
		s.at[n].option = nil
	}
	s.count(n, opt, h, -1)
	s.journal = append(s.journal, entry{n, opt, h, false})
}

func (s *state) count(n int, opt *option, h hold, sign int) {
	s.placed += sign
	s.score += sign * opt.score
	if s.was(n, opt, h) {
		s.kept += sign
	}
}

// was tells whether the previous plan had the lesson.
func (s *state) was(n int, opt *option, h hold) bool {
	b := &s.before[n]
	return b.option == opt && slices.ContainsFunc(b.holds, func(k hold) bool { return k.lead == h.lead && k.own == h.own })
}

// empty takes all lessons that are not locked from a need.
func (s *state) empty(n int) {
	for len(s.at[n].holds) > s.at[n].fixed {
		s.remove(n, s.at[n].holds[len(s.at[n].holds)-1])
	}
}

// back undoes everything since the journal had the length.
func (s *state) back(length int) {
	for i := len(s.journal) - 1; i >= length; i-- {
		if e := s.journal[i]; e.added {
			s.remove(e.need, e.hold)
		} else {
			s.add(e.need, e.opt, e.hold)
		}
	}
	s.journal = s.journal[:length]
}

// missing is how many periods a need still lacks.
func (s *state) missing(n int) int { return s.needs[n].Periods - len(s.at[n].holds) }
