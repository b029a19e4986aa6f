package timetable

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var anyDate = rapid.Custom(func(t *rapid.T) Date {
	return day("2026-08-31") + Date(rapid.IntRange(0, 150).Draw(t, "day"))
})

var anyBells = rapid.Custom(func(t *rapid.T) []Period {
	at, no := Clock(rapid.IntRange(420, 540).Draw(t, "first")), 0
	var periods []Period
	for range rapid.IntRange(1, 8).Draw(t, "rows") {
		at += Clock(rapid.IntRange(0, 60).Draw(t, "pause"))
		p := Period{Name: "x", Start: at, End: at + Clock(rapid.IntRange(20, 60).Draw(t, "length")), Lesson: rapid.IntRange(0, 5).Draw(t, "break") > 0}
		if p.Lesson {
			no++
			p.No = no
		}
		periods = append(periods, p)
		at = p.End
	}
	return periods
})

func anyCalendar(id string) *rapid.Generator[*Calendar] {
	return rapid.Custom(func(t *rapid.T) *Calendar {
		c := &Calendar{School: id, Zone: shanghai, Overrides: map[Date]Override{},
			Term:  Term{From: day("2026-08-31"), To: day("2027-01-20"), Week1: day("2026-09-01") + Date(rapid.IntRange(-14, 14).Draw(t, "week 1"))},
			Bells: []Bells{{ID: "a", Periods: anyBells.Draw(t, "bells")}}}
		if rapid.Bool().Draw(t, "season") {
			c.Bells = append(c.Bells, Bells{ID: "b", From: anyDate.Draw(t, "from"), Periods: anyBells.Draw(t, "winter")})
		}
		for range rapid.IntRange(0, 10).Draw(t, "overrides") {
			d := anyDate.Draw(t, "override")
			c.Overrides[d] = Override{Date: d, Kind: rapid.SampledFrom([]OverrideKind{Off, Like, Ring, Ordinary}).Draw(t, "kind"),
				Weekday: rapid.IntRange(1, 7).Draw(t, "weekday"), Week: rapid.IntRange(0, 20).Draw(t, "week"), Bells: rapid.SampledFrom([]string{"", "a"}).Draw(t, "bells")}
		}
		return c
	})
}

var anyCourse = rapid.Custom(func(t *rapid.T) Course {
	c := Course{Schools: []string{"s0", "s1", "s2"}[:rapid.IntRange(1, 3).Draw(t, "schools")], From: anyDate.Draw(t, "from"), Minutes: rapid.IntRange(1, 40).Draw(t, "minutes")}
	c.To = c.From + Date(rapid.IntRange(0, 60).Draw(t, "days"))
	for range rapid.IntRange(1, 3).Draw(t, "slots") {
		every := rapid.IntRange(1, 3).Draw(t, "every")
		s := Slot{Weekday: rapid.IntRange(1, 7).Draw(t, "weekday"), Cycle: Cycle{every, rapid.IntRange(0, every-1).Draw(t, "phase")}, Periods: map[string]int{}}
		for _, id := range c.Schools {
			s.Periods[id] = rapid.IntRange(1, 6).Draw(t, "period")
		}
		c.Slots = append(c.Slots, s)
	}
	return c
})

func anyCalendars(t *rapid.T, c Course) map[string]*Calendar {
	m := map[string]*Calendar{}
	for _, id := range c.Schools {
		m[id] = anyCalendar(id).Draw(t, id)
	}
	return m
}

// Every dated lesson lies inside the named period of every school on it, on a day that the school teaches, and is as long as agreed.
func TestLessonsLieInsideAPeriodOfEverySchool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCourse.Draw(t, "course")
		cals := anyCalendars(t, c)
		held, lost := Expand(c, cals)
		for _, o := range held {
			require.GreaterOrEqual(t, o.End.Sub(o.Start), time.Duration(c.Minutes)*time.Minute)
			require.Len(t, o.Places, len(c.Schools))
			for i, p := range o.Places {
				cal := cals[c.Schools[i]]
				d := cal.Day(o.Date)
				require.False(t, d.Off)
				require.Equal(t, c.Slots[o.Slot].Weekday, d.Weekday)
				require.True(t, cal.Term.Has(o.Date))
				require.Contains(t, d.Periods, p.Period)
				require.Equal(t, c.Slots[o.Slot].Periods[p.School], p.Period.No)
				require.False(t, o.Start.Before(o.Date.At(p.Period.Start, cal.Zone)))
				require.False(t, o.End.After(o.Date.At(p.Period.End, cal.Zone)))
			}
		}
		for _, m := range lost {
			require.NotEmpty(t, m.Code)
			require.Contains(t, c.Schools, m.School)
		}
		require.True(t, slices.IsSortedFunc(held, func(a, b Occurrence) int { return a.Start.Compare(b.Start) }))
	})
}

// Moving or cutting the window changes nothing about the dates that stay in it.
func TestExpansionIsStableUnderMovingTheWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCourse.Draw(t, "course")
		cals := anyCalendars(t, c)
		cut := c.From + Date(rapid.IntRange(0, int(c.To-c.From)+1).Draw(t, "cut"))
		whole, lost := Expand(c, cals)
		first, second := c, c
		first.To, second.From = cut-1, cut
		a, lostA := Expand(first, cals)
		b, lostB := Expand(second, cals)
		require.Equal(t, fmt.Sprint(whole), fmt.Sprint(append(a, b...)))
		require.Equal(t, fmt.Sprint(lost), fmt.Sprint(append(lostA, lostB...)))
	})
}

// A common slot, taken as a course's slot, gives a lesson on each of its dates; and every lesson that a course could have is in a common slot.
func TestCommonSlotsAreWhatExpandCanHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCourse.Draw(t, "course")
		cals := anyCalendars(t, c)
		list := make([]*Calendar, len(c.Schools))
		for i, id := range c.Schools {
			list[i] = cals[id]
		}
		c.Slots = c.Slots[:1]
		common := Common(list, Span{From: c.From, To: c.To, Minutes: c.Minutes, Cycle: c.Slots[0].Cycle})
		for _, s := range common {
			slot := Slot{Weekday: s.Weekday, Cycle: c.Slots[0].Cycle, Periods: map[string]int{}}
			for i, p := range s.Periods {
				slot.Periods[c.Schools[i]] = p.No
			}
			trial := c
			trial.Slots = []Slot{slot}
			held, _ := Expand(trial, cals)
			var dates []Date
			for _, o := range held {
				dates = append(dates, o.Date)
			}
			require.Equal(t, s.Dates, dates)
		}
		held, _ := Expand(c, cals)
		for _, o := range held {
			require.True(t, slices.ContainsFunc(common, func(s CommonSlot) bool {
				for i, p := range s.Periods {
					if p.No != o.Places[i].Period.No {
						return false
					}
				}
				return s.Weekday == c.Slots[0].Weekday && slices.Contains(s.Dates, o.Date)
			}))
		}
	})
}
