package db

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// What becomes of a lesson whose new time is taken: other lessons of ours are never in two places, a school's own timetable keeps it where it was
// as long as that is free, and cancels nothing.
func TestALessonIsSettled(t *testing.T) {
	const monday = timetable.Date(20_430 - 20_430%7 + 4) // a Monday
	require.Equal(t, 1, monday.Weekday())
	at := func(hour int) time.Time { return monday.At(timetable.Clock(60*hour), time.UTC) }
	lesson := func(hour int) NewLesson {
		return NewLesson{Lesson: Lesson{ID: "l", Lecturer: "chen", Subject: "数学", StartAt: At(at(hour)), EndAt: At(at(hour + 1))}}
	}
	calendar := &timetable.Calendar{School: "a", Zone: time.UTC, Term: timetable.Term{From: monday, To: monday + 6, Week1: monday},
		Bells: []timetable.Bells{{Weekdays: timetable.SchoolWeek, Periods: []timetable.Period{{No: 9, Start: 540, End: 600, Lesson: true}, {No: 10, Start: 600, End: 660, Lesson: true}}}}}
	for name, c := range map[string]struct {
		what        string
		taken, own  []int // hours; the old time is 9, the new one 10
		want        string
		told, stays bool
	}{
		"free":                               {what: LessonMoved, want: LessonMoved},
		"another lesson at the new time":     {what: LessonMoved, taken: []int{10}, want: LessonKept, told: true, stays: true},
		"another lesson at both":             {what: LessonMoved, taken: []int{9, 10}, want: LessonCancelled, told: true},
		"own timetable at the new time":      {what: LessonMoved, own: []int{10}, want: LessonKept, told: true, stays: true},
		"own timetable at both":              {what: LessonMoved, own: []int{9, 10}, want: LessonMoved, told: true},
		"own at the new, ours at the old":    {what: LessonMoved, own: []int{10}, taken: []int{9}, want: LessonMoved, told: true},
		"ours at the new, own at the old":    {what: LessonMoved, own: []int{9}, taken: []int{10}, want: LessonKept, told: true, stays: true},
		"own timetable at the old time":      {what: LessonMoved, own: []int{9}, want: LessonMoved},
		"a new lesson, own timetable":        {what: LessonAdded, own: []int{10}, want: LessonRefused, told: true},
		"a lesson that comes back, and own":  {what: LessonRestored, own: []int{10}, want: LessonRefused, told: true},
		"a lesson that comes back, and ours": {what: LessonRestored, taken: []int{10}, want: LessonRefused, told: true},
	} {
		t.Run(name, func(t *testing.T) {
			uses := []timetable.Use{{Dimension: timetable.LecturerDim, ID: "chen"}}
			board := timetable.NewBoard(nil, nil)
			for _, hour := range c.taken {
				board.Add(timetable.Lesson{Booked: timetable.Booked{Lesson: "other", Start: at(hour), End: at(hour + 1), Uses: uses}})
			}
			if len(c.taken) == 2 {
				board.Add(timetable.Lesson{Booked: timetable.Booked{Lesson: "first", Start: at(9), End: at(10), Uses: uses}})
			}
			own := &ownWeeks{slots: map[string][]timetable.OwnSlot{}, calendars: map[string]*timetable.Calendar{"a": calendar}, sets: map[setOf]*timetable.Calendar{}}
			for _, hour := range c.own {
				own.slots["chen"] = append(own.slots["chen"], timetable.OwnSlot{ID: at(hour).String(), School: "a", Weekday: 1, Period: hour, Subject: "语文", Uses: uses})
			}
			p := placing{Redated: Redated{What: c.what}, next: lesson(10), old: lesson(9)}
			p.settle(board, own)
			require.Equal(t, c.want, p.What)
			require.Equal(t, c.told, p.conflict.Use.ID == "chen")
			require.Equal(t, c.stays, p.told().Lesson.StartAt == At(at(9)) && p.What == LessonKept)
		})
	}
}
