package scheduler

import (
	"context"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// cycles are the words of the API for the usual cycles of the timetable. "cycle" is one with a length of its own.
var cycles = map[string]timetable.Cycle{"": timetable.Weekly, "every": timetable.Weekly, "odd": timetable.Odd, "even": timetable.Even}

// parseCycle reads in which of the lead school's own weeks a slot is held: by a word, or every so many weeks from the anchor's.
func parseCycle(weeks string, every int, anchor string, term timetable.Term) (timetable.Cycle, error) {
	if weeks != "cycle" {
		return cycles[weeks], nil
	}
	first, err := timetable.ParseDate(anchor)
	if err != nil || every == 0 {
		return timetable.Cycle{}, courseFault("cycle-wrong", "a cycle needs a number of weeks and a day of a week in which it is held")
	}
	return term.Cycle(every, first), nil
}

// slotOf says a slot; the anchor of a cycle with a length of its own is the Monday of its first week in the term.
func slotOf(s timetable.Slot, term timetable.Term) CourseSlot {
	out := CourseSlot{Weekday: s.Weekday, Periods: s.Periods}
	for name, known := range cycles {
		if name != "" && known == s.Cycle {
			out.Weeks = name
			return out
		}
	}
	first := 1
	for !s.Cycle.Holds(first) {
		first++
	}
	out.Weeks, out.Every = "cycle", s.Cycle.Every
	out.Anchor = (term.Week1.Monday() + timetable.Date(7*(first-1))).String()
	return out
}

// termsOf are the terms of the courses' lead schools.
func (s *Server) termsOf(ctx context.Context, courses []db.NewCourse) (map[string]timetable.Term, error) {
	leads := make([]string, len(courses))
	for i, c := range courses {
		leads[i] = c.Lead
	}
	return db.Terms(ctx, s.db.Read(), leads)
}
