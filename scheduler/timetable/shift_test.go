package timetable

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// B's third period rings ten minutes after A's, on Friday it has two periods only.
func TestTheSmallestShiftOfBells(t *testing.T) {
	a, b := school("a", "07:00", "10:00"), school("b", "08:20", "09:10", "10:10")
	b.Name = "B"
	b.Bells[0].Weekdays = 0b1111
	b.Bells = append(b.Bells, Bells{ID: "friday", Weekdays: 1 << 4, Periods: bells("08:20", "09:05")})
	both := []*Calendar{a, b}
	q := Search{Span: Span{From: day("2026-09-07"), To: day("2026-09-20"), Minutes: 40}, School: 1}
	found := Shifts(both, q)
	require.Equal(t, "period 3 at B 10 minutes earlier gives 4 common slots", found[0].String())
	require.Equal(t, Shift{School: "b", Name: "B", Bells: []string{"ordinary"}, Period: 3, Minutes: -10, Moved: 10, Slots: 4, Gain: 4, Lessons: 8}, found[0])

	q.Pause = 20 // the break before is 20 minutes long today
	for _, s := range Shifts(both, q) {
		require.True(t, s.Rest && s.Period == 1, "only the whole morning keeps its pauses: %s", s)
	}
}

func TestAShiftNeedsRoom(t *testing.T) {
	a, b := school("a", "09:00"), school("b", "08:20", "09:10", "10:00")
	b.Bells[0].Periods = append(b.Bells[0].Periods[:2:2], Period{Name: "大课间", Start: clock("09:50"), End: clock("10:00")}, b.Bells[0].Periods[2])
	b.Bells[0].Periods[3].No = 3
	both := []*Calendar{a, b}
	q := Search{Span: Span{From: day("2026-09-07"), To: day("2026-09-13"), Minutes: 40}, School: 1}
	require.Equal(t, "period 2 at b 10 minutes earlier gives 7 common slots", Shifts(both, q)[0].String())
	q.Pause = 10
	for _, s := range Shifts(both, q) {
		require.True(t, s.Rest && s.Period == 1, "%s", s)
	}
	q.Pause, q.Minutes = 0, 30
	require.Empty(t, Shifts(both, q), "they have what they need")
}

// What a shift promises is what the shifted bells give; the bells stay consistent; and nothing smaller is missed.
func TestShiftsKeepTheirPromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCalendar("a").Draw(t, "a"), anyCalendar("b").Draw(t, "b")
		from := anyDate.Draw(t, "from")
		q := Search{Span: Span{From: from, To: from + 20, Minutes: rapid.IntRange(20, 40).Draw(t, "minutes")}, School: 1, Bound: 15, Pause: 5}
		slots, lessons := count(Common([]*Calendar{a, b}, q.Span))
		found := Shifts([]*Calendar{a, b}, q)
		for _, s := range found {
			shifted, err := s.Apply(b)
			require.NoError(t, err)
			for _, x := range shifted.Bells {
				require.NoError(t, Check(x.Periods))
			}
			n, dates := count(Common([]*Calendar{a, shifted}, q.Span))
			require.Equal(t, s.Slots, n)
			require.Equal(t, s.Gain, n-slots)
			require.Equal(t, s.Lessons, dates-lessons)
			require.Positive(t, s.Lessons)
			require.LessOrEqual(t, abs(s.Minutes), 15)
		}
		// By hand: one period of the first schedule, if that is the only one.
		if len(b.Bells) > 1 {
			return
		}
		for i, p := range b.Bells[0].Periods {
			for m := -15; p.Lesson && m <= 15; m += 5 {
				trial := *b
				rows := append([]Period(nil), b.Bells[0].Periods...)
				rows[i].Start += Clock(m)
				rows[i].End += Clock(m)
				trial.Bells = []Bells{{ID: "a", Periods: rows}}
				_, dates := count(Common([]*Calendar{a, &trial}, q.Span))
				if Check(rows) == nil && pauses(b.Bells[0].Periods, rows, 5) && dates > lessons {
					require.Condition(t, func() bool { // at least as much per minute is found
						return found[0].Lessons*abs(m) >= (dates-lessons)*found[0].Moved
					})
				}
			}
		}
	})
}
