package timetable

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCommonSlotsTellTheirWeeksAndSeasons(t *testing.T) {
	a, b := school("a", "08:20"), school("b", "08:20")
	b.Bells = append(b.Bells, Bells{ID: "w", From: day("2026-09-21"), Periods: bells("08:30")})
	b.Overrides[day("2026-09-14")] = Override{Kind: Off}
	slots := Common([]*Calendar{a, b}, Span{From: day("2026-09-07"), To: day("2026-10-05"), Minutes: 30})
	monday := slots[0]
	require.Equal(t, []int{2, 4, 5, 6}, monday.Weeks)
	require.Equal(t, []Spell{{day("2026-09-07"), day("2026-09-07"), clock("08:20"), clock("09:00")},
		{day("2026-09-21"), day("2026-10-05"), clock("08:30"), clock("09:00")}}, monday.Spells)
	require.Equal(t, 40, monday.Minutes())
	start, _, ok := monday.At(day("2026-09-28"))
	require.True(t, ok)
	require.Equal(t, "08:30", start.String())
	_, _, ok = monday.At(day("2026-09-14"))
	require.False(t, ok)
}

// The times of a slot on each of its dates are those of the lessons that Expand makes of it.
func TestTimesOfASlotAreThoseOfItsLessons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCourse.Draw(t, "course")
		cals := anyCalendars(t, c)
		var list []*Calendar
		for _, id := range c.Schools {
			list = append(list, cals[id])
		}
		for _, s := range Common(list, Span{From: c.From, To: c.To, Minutes: c.Minutes}) {
			slot := Slot{Weekday: s.Weekday, Periods: map[string]int{}}
			for i, p := range s.Periods {
				slot.Periods[c.Schools[i]] = p.No
			}
			c.Slots = []Slot{slot}
			held, _ := Expand(c, cals)
			require.Len(t, held, len(s.Dates))
			for _, o := range held {
				start, end, ok := s.At(o.Date)
				require.True(t, ok)
				require.Equal(t, o.Start, o.Date.At(start, shanghai))
				require.Equal(t, o.End, o.Date.At(end, shanghai))
				require.Contains(t, s.Weeks, list[0].Term.Week(o.Date))
			}
		}
	})
}
