package demo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Whatever day the demo is begun on, holidays and the last day of a term too: the day lies in the term, a school day comes within a week on which the
// course's slots and the other common period are free to be taught, and there are weeks left to plan.
func TestTheDemoHasATermOnEveryDay(t *testing.T) {
	for d := timetable.NewDate(2027, 1, 1); d < timetable.NewDate(2029, 1, 1); d++ {
		term := termAt(d)
		require.True(t, term.Has(d), "%s is outside the term", d)
		calendars := map[string]*timetable.Calendar{}
		for _, s := range schools {
			own := term
			own.Week1 -= timetable.Date(7 * s.weeksBefore)
			calendars[s.id] = &timetable.Calendar{School: s.id, Zone: shanghai, Term: own, Overrides: map[timetable.Date]timetable.Override{},
				Bells: []timetable.Bells{{Weekdays: timetable.SchoolWeek, Periods: s.periods()}}}
			for _, o := range holidays(term) {
				calendars[s.id].Overrides[o.Date] = o
			}
		}
		spec, err := course(d, term.To).Spec()
		require.NoError(t, err)
		held, _ := timetable.Expand(spec, calendars)
		require.GreaterOrEqual(t, len(held), 5, "lessons of a demo that is begun on %s", d)
		require.LessOrEqual(t, held[0].Date-d, timetable.Date(8), "the first lesson of a demo that is begun on %s", d)
		next := d + 1
		for calendars[Minghu].Day(next).Off || next.Weekday() > 5 {
			next++
		}
		require.LessOrEqual(t, next-d, timetable.Date(7), "the next school day after %s", d)
	}
}
