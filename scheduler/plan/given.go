package plan

import (
	"slices"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// lock places the lessons that have to stay.
func (s *state) lock(list []Lesson) error {
	for _, l := range list {
		for _, t := range l.Seats {
			n, opt, p, ok := s.read(l, t)
			if !ok || s.at[n].option != nil && s.at[n].option != opt {
				return &LockError{l, LockUnknown}
			}
			if !s.hasRoom(n, opt, p) || s.missing(n) == 0 {
				return &LockError{l, LockClash}
			}
			s.add(n, opt, p.hold)
			s.at[n].fixed++
		}
		if lead, ok := cellOf(l.Weekday, l.Period); ok && len(l.Seats) > 0 {
			if o := s.ofOffer[l.Offer]; !s.agree(s.lessonAt(o, lead), &s.offers[o]) {
				return &LockError{l, LockClash}
			}
		}
	}
	return nil
}

// follow begins with the previous plan, as far as it can still be held.
func (s *state) follow(list []Lesson) {
	for _, l := range list {
		for _, t := range l.Seats {
			if n, opt, p, ok := s.read(l, t); ok && (s.before[n].option == nil || s.before[n].option == opt) {
				s.before[n].option = opt
				s.before[n].holds = append(s.before[n].holds, p.hold)
			}
		}
	}
	for n := range s.before {
		for _, h := range s.at[n].holds { // locked
			if s.was(n, s.at[n].option, h) {
				s.kept++
			}
		}
		opt := s.before[n].option
		if opt == nil || s.at[n].option != nil && s.at[n].option != opt {
			continue
		}
		for _, h := range s.before[n].holds {
			if s.missing(n) > 0 && s.isFree(n, opt, pick{hold: h}) {
				s.add(n, opt, h)
			}
		}
	}
}

// read finds what a lesson means; not ok where the need has no such option, or the period is not one of it.
func (s *state) read(l Lesson, t Seat) (n int, opt *option, p pick, ok bool) {
	n, known := s.ofNeed[t.Need]
	o, offered := s.ofOffer[l.Offer]
	lead, inWeek := cellOf(l.Weekday, l.Period)
	room, hasRoom := s.ofParty[timetable.Use{Dimension: timetable.RoomDim, ID: l.Room}.Key()]
	if !known || !offered || !inWeek || !hasRoom || !slices.Contains(s.offers[o].rooms, room) {
		return n, nil, p, false
	}
	i := slices.IndexFunc(s.needs[n].options, func(opt option) bool { return opt.offer == o })
	if i < 0 {
		return n, nil, p, false
	}
	opt = &s.needs[n].options[i]
	p.hold = hold{lead, opt.link.partner[lead], room}
	return n, opt, p, opt.open.has(lead) && p.own.period() == t.Period
}
