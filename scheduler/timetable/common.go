package timetable

import (
	"cmp"
	"slices"
	"strconv"
)

// Span limits a search for common slots.
type Span struct {
	From, To Date
	Minutes  int // least overlap
	Cycle    Cycle
}

// CommonSlot is a weekly time that lies inside a lesson period of every school. The times are those of its first date.
type CommonSlot struct {
	Weekday    int
	Start, End Clock
	Periods    []Period // as the calendars, the lead school's first
	Dates      []Date   // on which it holds, at least Span.Minutes long
	Weeks      []int    // the lead school's own weeks of the dates
	Spells     []Spell  // the times, which the seasons' bells move
}

// Spell is a run of a slot's dates with the same times: a season of bells.
type Spell struct {
	From, To   Date // the first and the last date of it
	Start, End Clock
}

// Minutes is the length of the overlap.
func (s CommonSlot) Minutes() int { return int(s.End - s.Start) }

// At tells the times of the slot on one of its dates.
func (s CommonSlot) At(d Date) (start, end Clock, ok bool) {
	for _, t := range s.Spells {
		if d >= t.From && d <= t.To {
			_, ok = slices.BinarySearch(s.Dates, d)
			return t.Start, t.End, ok
		}
	}
	return 0, 0, false
}

// Common finds the weekly slots that the schools, the lead school first, have in common, by weekday and start. All of them are in one zone.
func Common(calendars []*Calendar, span Span) []CommonSlot {
	slots := slotsOn(alike(calendars, span), span.Minutes)
	for i := range slots {
		slots[i].settle(calendars[0].Term)
	}
	slices.SortFunc(slots, func(a, b CommonSlot) int {
		return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.Start, b.Start), cmp.Compare(b.Minutes(), a.Minutes()),
			slices.CompareFunc(a.Periods, b.Periods, func(p, q Period) int { return cmp.Compare(p.No, q.No) }))
	})
	return slots
}

// slotsOn finds the slots of the days, with their dates in no order and a spell for each date.
func slotsOn(groups []sameDays, minutes int) []CommonSlot {
	var slots []CommonSlot
	at := map[string]int{} // index of slots
	for _, g := range groups {
		combine(g.days, minutes, func(s CommonSlot) {
			s.Weekday = g.days[0].Weekday
			key := s.key()
			i, ok := at[key]
			if !ok {
				i = len(slots)
				at[key], slots = i, append(slots, s)
			}
			slots[i].Dates = append(slots[i].Dates, g.dates...)
			slots[i].Spells = slices.Grow(slots[i].Spells, len(g.dates))
			for _, d := range g.dates {
				slots[i].Spells = append(slots[i].Spells, Spell{d, d, s.Start, s.End})
			}
		})
	}
	return slots
}

// settle brings the dates in order, joins the spells, and counts the weeks.
func (s *CommonSlot) settle(term Term) {
	slices.Sort(s.Dates)
	slices.SortFunc(s.Spells, func(a, b Spell) int { return cmp.Compare(a.From, b.From) })
	joined := s.Spells[:1]
	for _, t := range s.Spells[1:] {
		if last := &joined[len(joined)-1]; t.Start == last.Start && t.End == last.End {
			last.To = t.To
		} else {
			joined = append(joined, t)
		}
	}
	s.Spells = joined
	for _, d := range s.Dates {
		if w := term.Week(d); len(s.Weeks) == 0 || s.Weeks[len(s.Weeks)-1] != w {
			s.Weeks = append(s.Weeks, w)
		}
	}
}

// sameDays are dates on which every school follows the same weekday and rings the same bells.
type sameDays struct {
	days  []Day
	dates []Date
}

// alike puts the dates of the span together that have the same slots, in the order of their first dates: a term has a hundred days, but only
// a handful of kinds of days.
func alike(calendars []*Calendar, span Span) []sameDays {
	var groups []sameDays
	days := make([]Day, len(calendars))
	for d := span.From; d <= span.To; d++ {
		if !daysOf(calendars, d, days) || !span.Cycle.Holds(days[0].Week) {
			continue
		}
		i := slices.IndexFunc(groups, func(g sameDays) bool {
			return slices.EqualFunc(g.days, days, func(a, b Day) bool { return a.Weekday == b.Weekday && a.Bells == b.Bells })
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, sameDays{days: slices.Clone(days)})
		}
		groups[i].dates = append(groups[i].dates, d)
	}
	return groups
}

// key is the weekday and each school's number of its period: what a coordinator chooses.
func (s CommonSlot) key() string {
	key := make([]byte, 0, 16)
	key = append(key, byte('0'+s.Weekday))
	for _, p := range s.Periods {
		key = strconv.AppendInt(append(key, ' '), int64(p.No), 10)
	}
	return string(key)
}

// daysOf tells how each school teaches on the date; not ok when one does not teach, or follows another weekday than the lead school.
func daysOf(calendars []*Calendar, d Date, days []Day) bool {
	for i, c := range calendars {
		if !c.Term.Has(d) {
			return false
		}
		days[i] = c.Day(d)
		if days[i].Off || days[i].Weekday != days[0].Weekday {
			return false
		}
	}
	return true
}

// combine calls found for every choice of one lesson period a school whose common time is at least minutes long.
func combine(days []Day, minutes int, found func(CommonSlot)) {
	var choose func(s CommonSlot)
	choose = func(s CommonSlot) {
		i := len(s.Periods)
		if i == len(days) {
			s.Periods = slices.Clone(s.Periods)
			found(s)
			return
		}
		for _, p := range days[i].Periods {
			start, end := p.Start, p.End
			if i > 0 {
				start, end = max(s.Start, start), min(s.End, end)
			}
			if p.Lesson && int(end-start) >= max(minutes, 1) {
				choose(CommonSlot{Start: start, End: end, Periods: append(s.Periods, p)})
			}
		}
	}
	choose(CommonSlot{Periods: make([]Period, 0, len(days))})
}
