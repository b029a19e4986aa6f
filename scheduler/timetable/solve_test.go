package timetable

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSolutions(t *testing.T) {
	a, b := school("a", "08:20", "09:10", "10:20"), school("b", "08:30", "09:10", "10:20")
	for _, c := range []*Calendar{a, b} {
		c.Bells[0].Weekdays = SchoolWeek
	}
	b.Overrides[day("2026-09-09")] = Override{Kind: Off}
	b.Overrides[day("2026-09-12")] = Override{Kind: Like, Weekday: 3}
	a.Overrides[day("2026-09-12")] = Override{Kind: Like, Weekday: 2}
	lesson := func(id, date string, period int) Lesson {
		p := a.Day(day(date)).Periods[period-1]
		return Lesson{Booked: Booked{Lesson: id, Start: day(date).At(p.Start, shanghai), End: day(date).At(p.End, shanghai),
			Uses: []Use{{LecturerDim, "chen"}, {RoomDim, "a1"}, {RoomDim, "b1"}, {ClassDim, "b-c1"}}}}
	}
	board := NewBoard(nil, map[Use]int{{RecorderDim, ""}: 1})
	board.Add(lesson("mo2", "2026-09-07", 2))
	board.Add(lesson("mo3", "2026-09-07", 3))
	board.Add(lesson("tu2", "2026-09-08", 2))
	board.Add(Lesson{Booked: Booked{Lesson: "elsewhere", Start: day("2026-09-08").At(clock("09:00"), shanghai), End: day("2026-09-08").At(clock("11:00"), shanghai), Uses: []Use{{LecturerDim, "wang"}}}})

	ways := Ways{Calendars: []*Calendar{a, b}, Minutes: 40, NotBefore: day("2026-09-08").At(0, shanghai), Most: 3,
		Instead: map[Use][]string{{LecturerDim, "chen"}: {"wang", "zhou"}, {RoomDim, "a1"}: {"a2"}, {RoomDim, "b1"}: {"b2"}}}
	var words []string
	for _, s := range board.Solutions(lesson("new", "2026-09-08", 2), ways) {
		words = append(words, s.String())
	}
	require.Equal(t, []string{"Tuesday 8 September, periods 3 and 3 (10:20–11:00)", "Thursday 10 September, periods 2 and 2 (09:10–09:50)",
		"Thursday 10 September, periods 3 and 3 (10:20–11:00)"}, words, "no other class is there; Monday is past, Wednesday is off at b")

	other := lesson("new", "2026-09-08", 2)
	other.Uses[3].ID = "b-c2"
	found := board.Solutions(other, ways)
	require.Equal(t, "lecturer zhou instead of chen, room a2 instead of a1, room b2 instead of b1", found[0].String())
	require.True(t, found[1].Moved())
	require.Empty(t, board.Solutions(lesson("new", "2026-09-11", 3), ways), "what does not clash needs no solution")
	ways.NotBefore = day("2026-09-12").At(0, shanghai)
	found = board.Solutions(lesson("new", "2026-09-08", 2), ways)
	require.Len(t, found, 2, "both teach on the make-up Saturday, each like a weekday of its own")
	require.Equal(t, "Saturday 12 September, periods 2 and 2 (09:10–09:50)", found[0].String())
}

func TestALessonCanDoWithLess(t *testing.T) {
	recorder := Use{RecorderDim, ""}
	b := NewBoard(nil, map[Use]int{recorder: 1})
	b.Add(onBoard("l1", 0, 40).with(Load{recorder, 1}))
	found := b.Solutions(onBoard("new", 0, 40).with(Load{recorder, 1}), Ways{Less: map[Use][]int{recorder: {0}}})
	require.Len(t, found, 1)
	require.Equal(t, "0 of recorder", found[0].String())
	require.Empty(t, found[0].Lesson.Loads[0].Amount)
}

// No solution clashes; a moved lesson lies inside a period of every school; and the lesson keeps all that was not to be changed.
func TestSolutionsNeverClash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCourse.Draw(t, "course")
		cals := anyCalendars(t, c)
		held, _ := Expand(c, cals)
		if len(held) == 0 {
			return
		}
		b := NewBoard(testGroups, testLimits)
		for i, o := range held[:min(len(held), 20)] {
			l := anyLesson(fmt.Sprint("l", i)).Draw(t, "lesson")
			l.Start, l.End = o.Start, o.End
			b.Add(l)
		}
		l := anyLesson("new").Draw(t, "new")
		at := held[rapid.IntRange(0, len(held)-1).Draw(t, "at")]
		l.Start, l.End = at.Start, at.End
		w := Ways{Minutes: c.Minutes, Most: 1000, NotBefore: held[0].Start, Instead: map[Use][]string{}, Less: map[Use][]int{}}
		for _, id := range c.Schools {
			w.Calendars = append(w.Calendars, cals[id])
		}
		for _, u := range l.Uses {
			w.Instead[u] = []string{"1", "2", "3"}
		}
		for _, load := range l.Loads {
			w.Less[load.Use] = []int{0, 1, 2}
		}
		found := b.Solutions(l, w)
		if len(b.Check(l)) > 0 {
			requireAllTimes(t, b, l, w, found, at.Date.Monday())
		}
		for _, s := range found {
			require.Empty(t, b.Check(s.Lesson))
			require.Equal(t, l.Lesson, s.Lesson.Lesson)
			if !s.Moved() {
				require.Equal(t, []time.Time{l.Start, l.End}, []time.Time{s.Lesson.Start, s.Lesson.End})
				require.Len(t, s.Lesson.Uses, len(l.Uses))
				continue
			}
			require.Equal(t, [2]any{l.Uses, l.Loads}, [2]any{s.Lesson.Uses, s.Lesson.Loads})
			require.Equal(t, s.Date.Monday(), at.Date.Monday())
			require.GreaterOrEqual(t, s.Lesson.End.Sub(s.Lesson.Start), time.Duration(c.Minutes)*time.Minute)
			for i, cal := range w.Calendars {
				require.Contains(t, cal.Day(s.Date).Periods, s.Periods[i])
				require.False(t, s.Lesson.Start.Before(s.Date.At(s.Periods[i].Start, shanghai)))
				require.False(t, s.Lesson.End.After(s.Date.At(s.Periods[i].End, shanghai)))
			}
		}
	})
}

// A slot's free dates are those of its dates that have no conflict; booked there, the next lesson with the same lecturer finds none free.
func TestFitsOfSlots(t *testing.T) {
	a, b := school("a", "08:20", "09:10"), school("b", "08:20", "09:20")
	b.Bells = append(b.Bells, Bells{ID: "w", From: day("2026-09-14"), Periods: bells("08:30", "09:20")})
	slots := Common([]*Calendar{a, b}, Span{From: day("2026-09-07"), To: day("2026-09-20"), Minutes: 30})
	board := NewBoard(nil, nil)
	early := Lesson{Booked: Booked{Lesson: "early", Start: day("2026-09-07").At(clock("08:20"), shanghai), End: day("2026-09-07").At(clock("08:30"), shanghai), Uses: []Use{{RoomDim, "1"}}}}
	board.Add(early)
	early.Lesson, early.Start, early.End = "second week", early.Start.AddDate(0, 0, 7), early.End.AddDate(0, 0, 7)
	board.Add(early)
	l := Lesson{Booked: Booked{Lesson: "new", Uses: []Use{{RoomDim, "1"}}}}
	fits := board.Fits(l, slots, shanghai)
	require.Len(t, fits, 14)
	require.Equal(t, []Date{day("2026-09-14")}, fits[0].Free, "in the second week b begins at half past eight, when the room is free again")
	require.Equal(t, []string{"room 1 is in early from 2026-09-07 00:20 to 00:30"}, said(fits[0].Conflicts))
	for _, f := range fits[1:] {
		require.Equal(t, f.Dates, f.Free)
		require.Empty(t, f.Conflicts)
	}
}

// requireAllTimes tries each period of the lead school on each day of the week by hand: where the first periods of all schools around its start
// leave time enough and nothing clashes, the time is among the solutions.
func requireAllTimes(t *rapid.T, b *Board, l Lesson, w Ways, found []Solution, monday Date) {
	for d := monday; d < monday+7; d++ {
	period:
		for _, p := range w.Calendars[0].Day(d).Periods {
			start, end := p.Start, p.End
			for _, cal := range w.Calendars {
				day := cal.Day(d)
				i := slices.IndexFunc(day.Periods, func(q Period) bool { return q.Lesson && q.Start < end && start < q.End })
				if day.Off || !cal.Term.Has(d) || !p.Lesson || i < 0 {
					continue period
				}
				start, end = max(start, day.Periods[i].Start), min(end, day.Periods[i].End)
			}
			l := l
			was := l.Start
			l.Start, l.End = d.At(start, shanghai), d.At(end, shanghai)
			if int(end-start) < w.Minutes || l.Start.Before(w.NotBefore) || l.Start.Equal(was) || len(b.Check(l)) > 0 {
				continue
			}
			require.True(t, slices.ContainsFunc(found, func(s Solution) bool { return s.Moved() && s.Lesson.Start.Equal(l.Start) && s.Lesson.End.Equal(l.End) }))
		}
	}
}
