package timetable

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Ways are what a coordinator can offer in order to solve a lesson's clashes.
type Ways struct {
	Calendars []*Calendar      // of all schools of the lesson, the lead school's first, in one zone; none: it cannot be moved
	Minutes   int              // least length of a moved lesson
	NotBefore time.Time        // earliest start of a moved lesson
	Instead   map[Use][]string // ids of others that could take a use's place: rooms, substitutes, devices
	Less      map[Use][]int    // amounts of a load that would do as well: a smaller picture, 0: not recorded
	Most      int              // solutions of each kind; 0: 10
}

// Swap is one thing that a solution changes in a lesson: another id for a use, or another amount of a load.
type Swap struct {
	Use    Use
	To     string // of a use
	Amount int    // of a load
}

// Solution is a way to hold the lesson without a clash: at another time, or at the same time with other means.
type Solution struct {
	Lesson  Lesson   // as it would be
	Swaps   []Swap   // none: it is moved
	Date    Date     // of a move
	Periods []Period // of a move, as Ways.Calendars
}

// Moved tells whether the solution is another time.
func (s Solution) Moved() bool { return len(s.Swaps) == 0 }

// String says the solution in English, with ids: "Thursday 24 September, periods 3 and 4 (10:20–11:00)", "room 2 instead of 1".
func (s Solution) String() string {
	if s.Moved() {
		start, end, numbers := s.Periods[0].Start, s.Periods[0].End, make([]string, len(s.Periods))
		for i, p := range s.Periods {
			start, end, numbers[i] = max(start, p.Start), min(end, p.End), strconv.Itoa(p.No)
		}
		return fmt.Sprintf("%s %s, periods %s (%s–%s)", weekdayName(s.Date.Weekday()), shortDate(s.Date), strings.Join(numbers, " and "), start, end)
	}
	words := make([]string, len(s.Swaps))
	for i, c := range s.Swaps {
		words[i] = fmt.Sprintf("%s %s instead of %s", c.Use.Dimension, c.To, c.Use.ID)
		if c.To == "" {
			words[i] = fmt.Sprintf("%d of %s", c.Amount, c.Use.Dimension)
		}
	}
	return strings.Join(words, ", ")
}

// Solutions finds what would solve a lesson's clashes: first the changes of what is taken, if all of it can be changed, then the free times of
// the lesson's week, nearest first. None clashes with the board. A lesson without a clash needs none.
func (b *Board) Solutions(l Lesson, w Ways) []Solution {
	if w.Most == 0 {
		w.Most = 10
	}
	conflicts := b.Check(l)
	if len(conflicts) == 0 {
		return nil
	}
	return append(b.swaps(l, conflicts, w), b.moves(l, w)...)
}

// moves are the times of the lesson's week at which it would not clash with the board, nearest first: the free slots of all parties.
func (b *Board) moves(l Lesson, w Ways) []Solution {
	if len(w.Calendars) == 0 {
		return nil
	}
	lead := w.Calendars[0]
	var found []Solution
	for _, t := range b.Times(l, w.Calendars, DateOf(l.Start, lead.Zone), w.Minutes) {
		if t.Start.Before(w.NotBefore) || t.Start.Equal(l.Start) || len(t.Conflicts) > 0 {
			continue
		}
		moved := l
		moved.Start, moved.End = t.Start, t.End
		found = append(found, Solution{Lesson: moved, Date: t.Date, Periods: t.Periods})
	}
	slices.SortStableFunc(found, func(x, y Solution) int { return int(far(x, l) - far(y, l)) })
	return found[:min(len(found), w.Most)]
}

// Time is a time in which a lesson could be held, and what speaks against it.
type Time struct {
	Date       Date
	Start, End time.Time
	Periods    []Period // as the calendars
	Conflicts  []Conflict
}

// Times are all times of the date's week that lie inside a lesson period of every school, at least minutes of it, in order. The schools, the
// lead school first, may each follow whatever weekday.
func (b *Board) Times(l Lesson, calendars []*Calendar, in Date, minutes int) []Time {
	var found []Time
	zone, monday := calendars[0].Zone, in.Monday()
	for d := monday; d < monday+7; d++ {
		days, ok := taught(calendars, d)
		if !ok {
			continue
		}
		first := len(found)
		combine(days, minutes, func(s CommonSlot) {
			l.Start, l.End = d.At(s.Start, zone), d.At(s.End, zone)
			found = append(found, Time{d, l.Start, l.End, s.Periods, b.Check(l)})
		})
		slices.SortStableFunc(found[first:], func(x, y Time) int { return x.Start.Compare(y.Start) })
	}
	return found
}

// far is how far a solution moves the lesson, in seconds.
func far(s Solution, l Lesson) int64 {
	return int64(s.Lesson.Start.Sub(l.Start).Abs() / time.Second)
}

// taught tells how the schools teach on the date, each like whatever weekday; not ok when one does not.
func taught(calendars []*Calendar, d Date) ([]Day, bool) {
	days := make([]Day, len(calendars))
	for i, c := range calendars {
		days[i] = c.Day(d)
		if !c.Term.Has(d) || days[i].Off {
			return nil, false
		}
	}
	return days, true
}

// swaps finds the changes that free everything in conflict at once.
func (b *Board) swaps(l Lesson, conflicts []Conflict, w Ways) []Solution {
	partial := []Solution{{Lesson: l}}
	done := map[Use]bool{}
	for _, c := range conflicts {
		if done[c.Use] {
			continue
		}
		done[c.Use] = true
		var longer []Solution
		for _, s := range partial {
			for _, swap := range options(c, w) {
				if next, ok := s.Lesson.swap(swap); ok && b.frees(next, swap) && len(longer) < w.Most {
					longer = append(longer, Solution{Lesson: next, Swaps: append(slices.Clip(s.Swaps), swap)})
				}
			}
		}
		partial = longer
	}
	return slices.DeleteFunc(partial, func(s Solution) bool { return len(b.Check(s.Lesson)) > 0 })
}

// options are what could be changed about one conflict.
func options(c Conflict, w Ways) []Swap {
	var list []Swap
	if c.Capacity() {
		for _, amount := range w.Less[c.Use] {
			list = append(list, Swap{Use: c.Use, Amount: amount})
		}
		return list
	}
	for _, id := range w.Instead[c.Use] {
		list = append(list, Swap{Use: c.Use, To: id})
	}
	return list
}

// swap makes the change; not ok where the lesson has the new one already, or more than before would be loaded.
func (l Lesson) swap(s Swap) (Lesson, bool) {
	if i := slices.Index(l.Uses, s.Use); i >= 0 && s.To != "" {
		to := Use{s.Use.Dimension, s.To}
		if slices.ContainsFunc(l.Uses, func(u Use) bool { return u.Key() == to.Key() }) {
			return l, false
		}
		l.Uses = slices.Clone(l.Uses)
		l.Uses[i] = to
		return l, true
	}
	i := slices.IndexFunc(l.Loads, func(load Load) bool { return load.Use == s.Use })
	if i < 0 || s.To != "" || s.Amount < 0 || s.Amount >= l.Loads[i].Amount {
		return l, false
	}
	l.Loads = slices.Clone(l.Loads)
	l.Loads[i].Amount = s.Amount
	return l, true
}

// With is the lesson with the changes; not ok where one of them cannot be made.
func (l Lesson) With(swaps []Swap) (Lesson, bool) {
	for _, s := range swaps {
		var ok bool
		if l, ok = l.swap(s); !ok {
			return l, false
		}
	}
	return l, true
}

// frees tells whether what the swap brings in is free.
func (b *Board) frees(l Lesson, s Swap) bool {
	only := Lesson{Booked: Booked{Lesson: l.Lesson, Start: l.Start, End: l.End}}
	if s.To != "" {
		only.Uses = []Use{{s.Use.Dimension, s.To}}
	} else {
		only.Loads = []Load{{s.Use, s.Amount}}
	}
	return len(b.Check(only)) == 0
}
