package timetable

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The own timetable is held in the school's own weeks and bells, moves with its make-up days, and rests on its days off.
func TestOwnTimetableOfASchool(t *testing.T) {
	from := NewDate(2026, time.September, 7)
	c := &Calendar{School: "a", Zone: time.UTC, Term: Term{From: from, To: from + 27, Week1: from},
		Bells:     []Bells{{Weekdays: SchoolWeek, Periods: []Period{{No: 1, Name: "1", Start: 480, End: 520, Lesson: true}}}},
		Overrides: map[Date]Override{from + 7: {Kind: Off}, from + 12: {Kind: Like, Weekday: 1, Week: 1}}}
	uses := []Use{{ClassDim, "3-1"}}
	slots := []OwnSlot{{"every", 1, 1, Weekly, uses}, {"odd", 1, 1, Odd, uses}, {"even", 1, 1, Even, uses}, {"none", 2, 9, Weekly, uses}}
	var got []string
	for _, b := range c.Own(slots, from-7, from+100) {
		require.Equal(t, uses, b.Uses)
		require.Equal(t, 40*time.Minute, b.End.Sub(b.Start))
		got = append(got, b.Lesson+" "+b.Start.Format("01-02 15:04"))
	}
	require.Equal(t, []string{"every 09-07 08:00", "odd 09-07 08:00", "every 09-19 08:00", "odd 09-19 08:00", "every 09-21 08:00", "odd 09-21 08:00", "every 09-28 08:00", "even 09-28 08:00"}, got)
	require.True(t, Meet(Odd, Weekly))
	require.False(t, Meet(Odd, Even))
	require.True(t, Meet(Even, Cycle{Every: 3, Phase: 1}))
	require.False(t, Meet(Cycle{Every: 4, Phase: 1}, Even))
}
