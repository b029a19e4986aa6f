package timetable

import (
	"cmp"
	"fmt"
	"slices"
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
}

// Minutes is the length of the overlap.
func (s CommonSlot) Minutes() int { return int(s.End - s.Start) }

// Common finds the weekly slots that the schools, the lead school first, have in common, by weekday and start. All of them are in one zone.
func Common(calendars []*Calendar, span Span) []CommonSlot {
	found := map[string]*CommonSlot{}
	for d := span.From; d <= span.To; d++ {
		days, ok := daysOf(calendars, d)
		if !ok || !span.Cycle.Holds(days[0].Week) {
			continue
		}
		combine(days, span.Minutes, func(s CommonSlot) {
			s.Weekday = days[0].Weekday
			key := s.key()
			if have := found[key]; have != nil {
				have.Dates = append(have.Dates, d)
				return
			}
			s.Dates = []Date{d}
			found[key] = &s
		})
	}
	slots := make([]CommonSlot, 0, len(found))
	for _, s := range found {
		slots = append(slots, *s)
	}
	slices.SortFunc(slots, func(a, b CommonSlot) int {
		return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.Start, b.Start), cmp.Compare(b.Minutes(), a.Minutes()), cmp.Compare(a.key(), b.key()))
	})
	return slots
}

// key is the weekday and each school's number of its period: what a coordinator chooses.
func (s CommonSlot) key() string {
	key := fmt.Sprint(s.Weekday)
	for _, p := range s.Periods {
		key += fmt.Sprint(" ", p.No)
	}
	return key
}

// daysOf tells how each school teaches on the date; not ok when one does not teach, or follows another weekday than the lead school.
func daysOf(calendars []*Calendar, d Date) ([]Day, bool) {
	days := make([]Day, len(calendars))
	for i, c := range calendars {
		if !c.Term.Has(d) {
			return nil, false
		}
		days[i] = c.Day(d)
		if days[i].Off || days[i].Weekday != days[0].Weekday {
			return nil, false
		}
	}
	return days, true
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
