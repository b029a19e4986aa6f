package timetable

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Shift is a change of one school's bells: a period, or all rows from it on, rings some minutes later, or earlier if negative.
type Shift struct {
	School  string   `json:"school"`
	Name    string   `json:"name"`  // of the school, or its id
	Bells   []string `json:"bells"` // ids of the schedules that change
	Period  int      `json:"period"`
	Rest    bool     `json:"rest"` // with all rows after it
	Minutes int      `json:"minutes"`
	Moved   int      `json:"moved"`   // minutes, summed over the lesson periods that move: what the school is asked for
	Slots   int      `json:"slots"`   // weekly slots in common after it
	Gain    int      `json:"gain"`    // how many more
	Lessons int      `json:"lessons"` // dates of slots, how many more
}

// String is "period 3 at B 10 minutes earlier gives 4 common slots".
func (s Shift) String() string {
	what, how := fmt.Sprintf("period %d", s.Period), "later"
	so := fmt.Sprintf("%d common slots", s.Slots)
	if s.Slots == 1 {
		so = "1 common slot"
	}
	if s.Rest {
		what = fmt.Sprintf("all from period %d on", s.Period)
	}
	if s.Minutes < 0 {
		how = "earlier"
	}
	if before := s.Slots - s.Gain; before > 0 {
		so += fmt.Sprintf(" instead of %d", before)
	}
	return fmt.Sprintf("%s at %s %d minutes %s gives %s", what, s.Name, abs(s.Minutes), how, so)
}

// Search bounds the search for a shift.
type Search struct {
	Span
	School int // index of the calendars: whose bells may move
	Step   int // minutes; 0: 5
	Bound  int // most minutes, either way; 0: 30
	Pause  int // least minutes between two lessons that a shift may leave, where there are as many today
}

// Shifts finds the changes of one school's bells that give more lessons in common, those first that give the most for each minute moved.
// Of a change only as much is told as gains: a larger one stands in the list only if it gives more than the smaller. The bells stay
// consistent: Check finds nothing wrong.
func Shifts(calendars []*Calendar, q Search) []Shift {
	q.Step, q.Bound = cmp.Or(q.Step, 5), cmp.Or(q.Bound, 30)
	cal := calendars[q.School]
	groups := alike(calendars, q.Span)
	slots, lessons := count(slotsOn(groups, q.Minutes))
	var found []Shift
	for _, s := range shapes(cal, q.Span) {
		for _, way := range []int{-1, 1} {
			best := 0
			for m := q.Step; m <= q.Bound; m += q.Step {
				s.Minutes = way * m
				shifted, err := s.apply(cal, q.Pause)
				if err != nil {
					continue
				}
				after, dates := count(slotsOn(rung(groups, q.School, cal, shifted), q.Minutes))
				if dates-lessons > best {
					best = dates - lessons
					s.Moved, s.Slots, s.Gain, s.Lessons = s.moved(cal), after, after-slots, best
					found = append(found, s)
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Shift) int {
		return cmp.Or(cmp.Compare(b.Lessons*a.Moved, a.Lessons*b.Moved), cmp.Compare(b.Lessons, a.Lessons), cmp.Compare(abs(a.Minutes), abs(b.Minutes)))
	})
	return found
}

// rung are the same days with a school's bells shifted: which of its schedules rings on a day does not change.
func rung(groups []sameDays, school int, cal, shifted *Calendar) []sameDays {
	trial := slices.Clone(groups)
	for i, g := range trial {
		for j := range cal.Bells {
			if g.days[school].Bells == &cal.Bells[j] {
				trial[i].days = slices.Clone(g.days)
				trial[i].days[school].Periods = shifted.Bells[j].Periods
			}
		}
	}
	return trial
}

func count(slots []CommonSlot) (weekly, dates int) {
	for _, s := range slots {
		dates += len(s.Dates)
	}
	return len(slots), dates
}

// shapes are all shifts to try, of zero minutes: each period, alone and with the rest, in all the schedules that ring and have it, and in
// each of them.
func shapes(cal *Calendar, span Span) []Shift {
	has := map[int][]string{} // period → ids of schedules
	ringing := ringing(cal, span)
	for _, b := range cal.Bells {
		for _, p := range b.Periods {
			if p.Lesson && slices.Contains(ringing, b.ID) {
				has[p.No] = append(has[p.No], b.ID)
			}
		}
	}
	numbers := slices.Sorted(maps.Keys(has))
	var list []Shift
	for i, no := range numbers {
		sets := [][]string{has[no]}
		for _, id := range has[no] {
			if len(has[no]) > 1 {
				sets = append(sets, []string{id})
			}
		}
		for _, set := range sets {
			s := Shift{School: cal.School, Name: cal.name(), Bells: set, Period: no}
			list = append(list, s)
			if s.Rest = true; i < len(numbers)-1 {
				list = append(list, s)
			}
		}
	}
	return list
}

// ringing are the ids of the schedules that ring on a day of the span, in the calendar's order.
func ringing(cal *Calendar, span Span) []string {
	heard := map[*Bells]bool{}
	for d := span.From; d <= span.To; d++ {
		if day := cal.Day(d); !day.Off && cal.Term.Has(d) {
			heard[day.Bells] = true
		}
	}
	var ids []string
	for i := range cal.Bells {
		if heard[&cal.Bells[i]] {
			ids = append(ids, cal.Bells[i].ID)
		}
	}
	return ids
}

var errNotPossible = errors.New("the bells have no room for the shift")

// Apply is the calendar with the shift; an error where a schedule would not be consistent.
func (s Shift) Apply(cal *Calendar) (*Calendar, error) { return s.apply(cal, 0) }

func (s Shift) apply(cal *Calendar, pause int) (*Calendar, error) {
	shifted := *cal
	shifted.Bells = slices.Clone(cal.Bells)
	for i := range shifted.Bells {
		b := &shifted.Bells[i]
		if !slices.Contains(s.Bells, b.ID) {
			continue
		}
		before := b.Periods
		b.Periods = s.move(before)
		if Check(b.Periods) != nil || !pauses(before, b.Periods, pause) || !within(b.Periods) {
			return nil, errNotPossible
		}
	}
	return &shifted, nil
}

// move shifts the rows of one schedule; one without the period stays as it is.
func (s Shift) move(periods []Period) []Period {
	from := slices.IndexFunc(periods, func(p Period) bool { return p.Lesson && p.No == s.Period })
	if from < 0 {
		return periods
	}
	moved := slices.Clone(periods)
	for i := from; i < len(moved) && (s.Rest || i == from); i++ {
		moved[i].Start += Clock(s.Minutes)
		moved[i].End += Clock(s.Minutes)
	}
	return moved
}

// moved sums the minutes by which lesson periods move.
func (s Shift) moved(cal *Calendar) int {
	sum := 0
	for _, b := range cal.Bells {
		if !slices.Contains(s.Bells, b.ID) {
			continue
		}
		for i, p := range s.move(b.Periods) {
			if p.Lesson {
				sum += abs(int(p.Start - b.Periods[i].Start))
			}
		}
	}
	return sum
}

// pauses tells whether no break between two lessons that is pause minutes long, or shorter already, became shorter than that.
func pauses(before, after []Period, pause int) bool {
	last := -1
	for i, p := range after {
		if !p.Lesson {
			continue
		}
		if last >= 0 {
			had, has := before[i].Start-before[last].End, p.Start-after[last].End
			if int(has) < pause && has < had {
				return false
			}
		}
		last = i
	}
	return true
}

// within tells whether the rows stay within the day.
func within(periods []Period) bool {
	return len(periods) == 0 || periods[0].Start >= 0 && periods[len(periods)-1].End < 24*60
}

func abs(n int) int { return max(n, -n) }
