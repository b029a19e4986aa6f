package plan

import (
	"cmp"
	"slices"
)

// pick is a lesson that a need could have, and what it costs others.
type pick struct {
	hold
	joins bool
	cost  int
}

// Costs of a pick: to share a lesson takes nothing of the lecturer's load, a lesson of the previous plan is no change.
const (
	costOfRoom = 8 // for each room of the lead school that is busy
	gainOfJoin = 200
	gainOfKept = 10_000
)

// own are the cells of its school in which the need could have a lesson now.
func (s *state) own(n int) week {
	own := &s.needs[n]
	w := own.open
	for _, party := range own.parties {
		w = w.minus(s.taken(party, own.clock))
	}
	return w
}

// picks are the lessons that the option can give the need now, as many as it lacks at most, the cheapest first. Noise, from 0 on, is how much chance is
// in the costs.
func (s *state) picks(n int, opt *option, noise int, chance func(int) int) []pick {
	o := &s.offers[opt.offer]
	if s.left[o.load] <= 0 && len(s.lessons[opt.offer]) == 0 {
		return nil
	}
	list := s.candidates(n, opt)
	for i := range list {
		if noise > 0 {
			list[i].cost += chance(noise)
		}
	}
	slices.SortStableFunc(list, func(a, b pick) int { return cmp.Compare(a.cost, b.cost) })
	return s.choose(n, o, list)
}

// candidates are all lessons that the option can give the need now.
func (s *state) candidates(n int, opt *option) []pick {
	own, o := s.own(n), &s.offers[opt.offer]
	taught := s.taken(o.teacher, o.clock)
	var list []pick
	for c := range opt.open.all() {
		p := pick{hold: hold{lead: c, own: opt.link.partner[c]}}
		if !own.has(p.own) || !s.carries(s.needs[n].shares, s.needs[n].clock, p.own) {
			continue
		}
		if taught.has(c) {
			l := s.lessonAt(opt.offer, c)
			if l == nil || !s.joins(l, n, o, p.own) {
				continue
			}
			p.room, p.joins, p.cost = l.room, true, -gainOfJoin
		} else if !s.begin(o, &p) {
			continue
		}
		if p.cost -= int(opt.link.minutes[c]); s.was(n, opt, p.hold) {
			p.cost -= gainOfKept
		}
		list = append(list, p)
	}
	return list
}

// begin finds a room for a new lesson.
func (s *state) begin(o *offer, p *pick) bool {
	if s.left[o.load] <= 0 || !s.carries(o.shares, o.clock, p.lead) || !s.recorder.carries(o.clock, p.lead, 1) {
		return false
	}
	found := false
	for i, room := range o.rooms {
		if s.roomTaken(o, i, p.lead) {
			p.cost += costOfRoom
		} else if !found {
			found, p.room = true, room
		}
	}
	return found
}

// joins tells whether the need can share a lesson: there is a seat left for it, the others learn the same, and the periods of all have enough in
// common.
func (s *state) joins(l *lesson, n int, o *offer, own cell) bool {
	return s.seated(l, n) && s.agree(l, o, seat{n, own})
}

// seated tells whether there is a seat for the need in the lesson, whatever the bells say.
func (s *state) seated(l *lesson, n int) bool {
	has := slices.ContainsFunc(l.seats, func(t seat) bool { return t.need == n })
	return !has && len(l.seats) < s.p.Policy.Rooms && s.needs[l.seats[0].need].key == s.needs[n].key
}

// agree tells whether the periods of all, and of those that are to come, have enough in common on enough days.
func (s *state) agree(l *lesson, o *offer, more ...seat) bool {
	var space [16]place
	places := append(space[:0], place{s.clocks[o.clock], l.cell})
	for _, seats := range [][]seat{l.seats, more} {
		for _, t := range seats {
			places = append(places, place{s.clocks[s.needs[t.need].clock], t.cell})
		}
	}
	return together(places, s.p.Policy, nil)
}

// choose takes of the list what fits into one week beside what the need has.
func (s *state) choose(n int, o *offer, list []pick) []pick {
	var days [8]int
	var own week
	for _, h := range s.at[n].holds {
		days[h.own.weekday()]++
		own.add(h.own)
	}
	left, want := s.left[o.load], s.missing(n)
	chosen := list[:0]
	for _, p := range list {
		if len(chosen) == want {
			break
		}
		if day := p.own.weekday(); days[day] >= s.needs[n].perDay || own.has(p.own) || !p.joins && left == 0 {
			continue
		}
		if !p.joins {
			left--
		}
		days[p.own.weekday()]++
		own.add(p.own)
		chosen = append(chosen, p)
	}
	return chosen
}

// give lets the need have the picks, as far as one leaves the other free.
func (s *state) give(n int, opt *option, picks []pick) {
	for _, p := range picks {
		if s.isFree(n, opt, p) {
			s.add(n, opt, p.hold)
		}
	}
}

// isFree tells whether nothing is in the way of a pick.
func (s *state) isFree(n int, opt *option, p pick) bool {
	if l := s.lessonAt(opt.offer, p.lead); l != nil && !s.agree(l, &s.offers[opt.offer], seat{n, p.own}) {
		return false
	}
	return s.hasRoom(n, opt, p)
}

// hasRoom tells the same, whatever the bells of those say who share the lesson.
func (s *state) hasRoom(n int, opt *option, p pick) bool {
	o, own := &s.offers[opt.offer], &s.needs[n]
	if !s.own(n).has(p.own) || !s.carries(own.shares, own.clock, p.own) {
		return false
	}
	if l := s.lessonAt(opt.offer, p.lead); l != nil {
		return l.room == p.room && s.seated(l, n)
	}
	taken := s.taken(o.teacher, o.clock).has(p.lead) || s.roomTaken(o, slices.Index(o.rooms, p.room), p.lead)
	return s.left[o.load] > 0 && !taken && s.carries(o.shares, o.clock, p.lead) && s.recorder.carries(o.clock, p.lead, 1)
}
