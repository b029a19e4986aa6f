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
	slots := []OwnSlot{{ID: "every", Weekday: 1, Period: 1, Cycle: Weekly, Uses: uses}, {ID: "odd", Weekday: 1, Period: 1, Cycle: Odd, Uses: uses},
		{ID: "even", Weekday: 1, Period: 1, Cycle: Even, Uses: uses}, {ID: "none", Weekday: 2, Period: 9, Cycle: Weekly, Uses: uses}}
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

// A slot gives way to a lesson that takes its place, and to no other.
func TestTheOwnTimetableGivesWay(t *testing.T) {
	class, lecturer, assistant := Use{ClassDim, "3-1"}, Use{LecturerDim, "sun"}, Use{AssistantDim, "sun"}
	slot := OwnSlot{Subject: "英语", Grade: 3, Uses: []Use{lecturer, class}}
	english := Purpose{Subject: "英语", Grade: 3}
	require.True(t, slot.GivesWay(english, []Use{{LecturerDim, "other"}, class}), "the class has the delivered lesson instead")
	require.True(t, slot.GivesWay(english, []Use{lecturer, {ClassDim, "far-3-1"}}), "the lecturer's class takes part")
	require.False(t, slot.GivesWay(Purpose{Subject: "英语", Grade: 4}, []Use{lecturer}), "another grade cannot")
	require.False(t, slot.GivesWay(Purpose{Subject: "英语", Grade: 3, Substitute: true}, []Use{lecturer}), "who substitutes has agreed to no such thing")
	require.True(t, slot.GivesWay(Purpose{Subject: "英语", Grade: 3, Substitute: true}, []Use{lecturer, class}), "the class has it instead, whoever teaches")
	require.False(t, slot.GivesWay(english, []Use{assistant}))
	require.False(t, slot.GivesWay(Purpose{Subject: "音乐", Grade: 3}, []Use{lecturer, class}))
	meeting := OwnSlot{Subject: "英语", Uses: []Use{lecturer}}
	require.False(t, meeting.GivesWay(Purpose{Subject: "英语"}, []Use{lecturer}), "no class could take part")
}
