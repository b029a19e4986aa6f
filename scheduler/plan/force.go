package plan

import (
	"cmp"
	"slices"
)

// way is a lesson that a need could have if others made room.
type way struct {
	cell cell // of the lead school
	cost int
	out  []int // needs that lose all their lessons
}

// force chooses an option and the lessons that cost others the least, takes from those what is in the way, and gives it to the need.
func (s *search) force(n int) {
	own := &s.needs[n]
	opt := s.at[n].option
	if opt == nil {
		if len(own.options) == 0 {
			return
		}
		opt = &own.options[s.rand.IntN(len(own.options))]
	}
	var ways []way
	for c := range opt.open.all() {
		if w, ok := s.way(n, opt, c); ok {
			w.cost += s.rand.IntN(3)
			ways = append(ways, w)
		}
	}
	slices.SortStableFunc(ways, func(a, b way) int { return cmp.Compare(a.cost, b.cost) })
	var days [8]int
	taken := 0
	for _, h := range s.at[n].holds {
		days[h.own.weekday()]++
	}
	for _, w := range ways {
		day := opt.link.partner[w.cell].weekday()
		if days[day] >= own.perDay || taken == s.missing(n) {
			continue
		}
		days[day]++
		taken++
		for _, m := range w.out {
			s.eject(m)
		}
	}
	s.unload(n, opt, taken)
	s.give(n, opt, s.picks(n, opt, noise, s.rand.IntN))
}

func (s *search) eject(n int) {
	if len(s.at[n].holds) > s.at[n].fixed {
		s.empty(n)
		s.ejected = append(s.ejected, n)
	}
}

// unload takes so many lessons from the teacher that the load has room for as many new ones: those with the fewest classes.
func (s *search) unload(n int, opt *option, lessons int) {
	o := &s.offers[opt.offer]
	for s.left[o.load] < lessons {
		best := -1
		var least []seat
		for _, j := range s.ofTeacher[o.load] {
			for _, l := range s.lessons[j] {
				if !s.locked(j, &l) && !slices.ContainsFunc(l.seats, func(t seat) bool { return t.need == n }) && (best < 0 || len(l.seats) < len(least)) {
					best, least = j, l.seats
				}
			}
		}
		if best < 0 {
			return
		}
		for _, t := range slices.Clone(least) {
			s.eject(t.need)
		}
	}
}

// locked tells whether a lesson has to stay.
func (s *search) locked(offer int, l *lesson) bool {
	return slices.ContainsFunc(l.seats, func(t seat) bool { return s.fixed(t.need, l.cell) })
}

func (s *search) fixed(n int, lead cell) bool {
	a := &s.at[n]
	return slices.ContainsFunc(a.holds[:a.fixed], func(h hold) bool { return h.lead == lead })
}

// way tells who is in the way of a lesson; not ok where somebody is who has to stay.
func (s *search) way(n int, opt *option, c cell) (w way, ok bool) {
	own, o := &s.needs[n], &s.offers[opt.offer]
	w.cell = c
	at := opt.link.partner[c]
	for _, party := range own.parties {
		if !s.clear(&w, party, own.clock, at) {
			return w, false
		}
	}
	if !s.clearLines(&w, own.shares, own.clock, at) {
		return w, false
	}
	if l := s.lessonAt(opt.offer, c); l != nil && s.joins(l, n, o, at) {
		return w, true
	}
	return w, s.clear(&w, o.teacher, o.clock, c) && s.clearRoom(&w, o, c) && s.clearLines(&w, o.shares, o.clock, c) && s.clearRecorder(&w, o.clock, c)
}

func (s *search) clearLines(w *way, shares []share, clock int, c cell) bool {
	for _, t := range shares {
		if !s.hasFree(t, clock, c) && !s.clearLine(w, t, clock, c) {
			return false
		}
	}
	return true
}

// clearLine adds one after the other of those that load a line at the time, until it carries so much more.
func (s *search) clearLine(w *way, t share, clock int, c cell) bool {
	missing := t.amount
	if s.meters[t.line] == nil {
		missing += s.used[t.line][c] - s.lines[t.line].limit
	}
	for n := range s.needs {
		if missing <= 0 {
			break
		}
		own := slices.IndexFunc(s.needs[n].shares, func(o share) bool { return o.line == t.line })
		if own < 0 {
			continue
		}
		for _, h := range s.at[n].holds {
			if s.shadow(s.needs[n].clock, clock)[h.own].has(c) && !s.fixed(n, h.lead) {
				w.put(n, len(s.at[n].holds))
				missing -= s.needs[n].shares[own].amount
			}
		}
	}
	for j := range s.offers {
		own := slices.IndexFunc(s.offers[j].shares, func(o share) bool { return o.line == t.line })
		if own < 0 {
			continue
		}
		for i := range s.lessons[j] {
			if l := &s.lessons[j][i]; missing > 0 && s.shadow(s.offers[j].clock, clock)[l.cell].has(c) && !s.locked(j, l) {
				for _, t := range l.seats {
					w.put(t.need, len(s.at[t.need].holds))
				}
				missing -= s.offers[j].shares[own].amount
			}
		}
	}
	return missing <= 0
}

// clearRecorder adds the lesson, of those in the same cell of schools with the same bells, that costs the least, if all recorders are in use.
func (s *search) clearRecorder(w *way, clock int, c cell) bool {
	if s.recorder.carries(clock, c, 1) {
		return true
	}
	var best *lesson
	for j := range s.lessons {
		for i := range s.lessons[j] {
			l := &s.lessons[j][i]
			if s.offers[j].clock == clock && l.cell == c && !s.locked(j, l) && (best == nil || len(l.seats) < len(best.seats)) {
				best = l
			}
		}
	}
	if best == nil {
		return false
	}
	for _, t := range best.seats {
		w.put(t.need, len(s.at[t.need].holds))
	}
	return true
}

// put adds a need that would lose so many lessons.
func (w *way) put(n, lessons int) {
	if !slices.Contains(w.out, n) {
		w.out = append(w.out, n)
		w.cost += costOfLoss * lessons
	}
}

// costOfLoss is the cost of a way for each lesson that others lose.
const costOfLoss = 4

// clearRoom chooses the room whose lessons cost the least.
func (s *search) clearRoom(w *way, o *offer, c cell) bool {
	best, found := way{}, false
	for i, room := range o.rooms {
		if o.shut[i].has(c) {
			continue
		}
		trial := way{w.cell, w.cost, slices.Clip(w.out)}
		if s.clear(&trial, room, o.clock, c) && (!found || trial.cost < best.cost) {
			best, found = trial, true
		}
	}
	if found {
		*w = best
	}
	return found
}

// clear adds those who hold the party at the time.
func (s *search) clear(w *way, party, clock int, c cell) bool {
	if !s.taken(party, clock).has(c) {
		return true
	}
	if s.baseOf(party, clock).has(c) {
		return false
	}
	for _, k := range s.marks[party] {
		if k.clock == clock && k.cell != c || k.clock != clock && !s.shadow(k.clock, clock)[k.cell].has(c) {
			continue
		}
		l := s.lessonAt(k.offer, k.lead)
		for _, t := range l.seats {
			if k.need >= 0 && t.need != k.need {
				continue // of a class only its own need is in the way
			}
			if s.fixed(t.need, k.lead) {
				return false
			}
			w.put(t.need, len(s.at[t.need].holds))
		}
	}
	return true
}
