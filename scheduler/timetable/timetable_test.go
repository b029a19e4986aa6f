package timetable

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func day(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func clock(s string) Clock {
	c, err := ParseClock(s)
	if err != nil {
		panic(err)
	}
	return c
}

// bells are 40-minute lessons that begin at these times.
func bells(starts ...string) []Period {
	periods := make([]Period, len(starts))
	for i, s := range starts {
		periods[i] = Period{No: i + 1, Name: s, Start: clock(s), End: clock(s) + 40, Lesson: true}
	}
	return periods
}

// school is a calendar for the autumn term 2026, week 1 from 31 August.
func school(id string, starts ...string) *Calendar {
	return &Calendar{School: id, Zone: shanghai, Term: Term{From: day("2026-08-31"), To: day("2027-01-31"), Week1: day("2026-09-01")},
		Bells: []Bells{{ID: "ordinary", Periods: bells(starts...)}}, Overrides: map[Date]Override{}}
}

func calendars(list ...*Calendar) map[string]*Calendar {
	m := map[string]*Calendar{}
	for _, c := range list {
		m[c.School] = c
	}
	return m
}

func TestDates(t *testing.T) {
	d := day("2026-11-22")
	require.Equal(t, 7, d.Weekday())
	require.Equal(t, "2026-11-16", d.Monday().String())
	require.Equal(t, "2026-11-22T00:20:00Z", d.At(clock("08:20"), shanghai).Format(time.RFC3339))
	require.Equal(t, d, DateOf(time.Date(2026, 11, 21, 16, 0, 0, 0, time.UTC), shanghai))
	require.Equal(t, d-1, DateOf(time.Date(2026, 11, 21, 15, 59, 0, 0, time.UTC), shanghai))
	require.Equal(t, "1969-12-31", Date(-1).String())
	require.Equal(t, 3, Date(-1).Weekday())
	for _, s := range []string{"", "2026-13-01", "2026-2-1", "22.11.2026", "2026-02-30"} {
		_, err := ParseDate(s)
		require.Error(t, err, s)
	}
	for _, s := range []string{"", "8:20", "24:00", "08:60", "0820"} {
		_, err := ParseClock(s)
		require.Error(t, err, s)
	}
}

func TestWeeksAreTheSchoolsOwn(t *testing.T) {
	early, late := Term{Week1: day("2026-08-31")}, Term{Week1: day("2026-09-10")} // a Monday; a Thursday of the next week
	require.Equal(t, 1, early.Week(day("2026-09-06")))
	require.Equal(t, 2, early.Week(day("2026-09-07")))
	require.Equal(t, 1, late.Week(day("2026-09-07")))
	require.Equal(t, 0, late.Week(day("2026-09-06")))
	require.Equal(t, -1, late.Week(day("2026-08-30")))

	require.True(t, Weekly.Holds(7) && Weekly.Holds(8))
	require.True(t, Odd.Holds(7) && !Odd.Holds(8) && Odd.Holds(-1))
	require.True(t, Even.Holds(8) && !Even.Holds(7) && Even.Holds(0))
	three := Cycle{Every: 3, Phase: 2}
	require.True(t, three.Holds(2) && three.Holds(5) && !three.Holds(6) && three.Holds(-1))
}

func TestCheckOfBells(t *testing.T) {
	row := func(no int, start, end string) Period {
		return Period{No: no, Name: "x", Start: clock(start), End: clock(end), Lesson: no > 0}
	}
	require.NoError(t, Check([]Period{row(0, "07:50", "08:20"), row(1, "08:20", "09:00"), row(0, "09:00", "09:10"), row(2, "09:10", "09:50")}))
	for code, periods := range map[string][]Period{
		"ends-before-start":   {row(1, "09:00", "08:20")},
		"overlaps-row-before": {row(1, "08:20", "09:00"), row(2, "08:59", "09:40")},
		"number-not-rising":   {row(2, "08:20", "09:00"), row(2, "09:10", "09:50")},
		"number-of-break":     {{No: 3, Start: 1, End: 2}},
	} {
		var wrong *BellError
		require.ErrorAs(t, Check(periods), &wrong)
		require.Equal(t, code, wrong.Code)
		require.Equal(t, len(periods), wrong.Row)
	}
}

func TestTheMostParticularBellsRing(t *testing.T) {
	c := school("a", "08:20")
	c.Bells = append(c.Bells,
		Bells{ID: "friday", Weekdays: 1 << 4, Periods: bells("08:00")},
		Bells{ID: "winter", From: day("2026-10-01"), To: day("2027-04-30"), Periods: bells("08:50")},
		Bells{ID: "sports day", From: day("2026-09-17"), To: day("2026-09-17"), Periods: bells("10:00")},
		Bells{ID: "exam", From: day("2099-01-01"), Periods: bells("07:00")})
	c.Overrides[day("2026-09-21")] = Override{Kind: Ring, Bells: "exam"}
	for date, first := range map[string]string{
		"2026-09-16": "08:20", // Wednesday
		"2026-09-18": "08:00", // Friday
		"2026-09-17": "10:00",
		"2026-09-21": "07:00",
		"2026-10-09": "08:50", // a Friday in winter: the season is the later decision
	} {
		require.Equal(t, first, c.Day(day(date)).Periods[0].Start.String(), date)
	}
}

func TestExpandKeepsEachSchoolsPeriodsAndWeeks(t *testing.T) {
	a, b := school("a", "08:20", "09:10"), school("b", "07:30", "08:30", "09:20")
	b.Term.Week1 -= 7
	course := Course{Schools: []string{"a", "b"}, From: day("2026-09-07"), To: day("2026-09-27"), Minutes: 30,
		Slots: []Slot{{Weekday: 3, Cycle: Odd, Periods: map[string]int{"a": 1, "b": 2}}}}
	held, lost := Expand(course, calendars(a, b))
	require.Empty(t, lost)
	require.Len(t, held, 1, "week 3 of a alone is odd")
	o := held[0]
	require.Equal(t, "2026-09-16", o.Date.String())
	require.Equal(t, "2026-09-16T00:30:00Z", o.Start.Format(time.RFC3339))
	require.Equal(t, "2026-09-16T01:00:00Z", o.End.Format(time.RFC3339))
	require.Equal(t, 3, o.Places[0].Week)
	require.Equal(t, 4, o.Places[1].Week)
	require.Equal(t, 2, o.Places[1].Period.No)
}

func TestExpandSaysWhyADateIsLost(t *testing.T) {
	a, b := school("a", "08:20", "09:10"), school("b", "08:20", "09:10")
	monday := day("2026-09-07")
	a.Overrides[monday+7] = Override{Kind: Off}
	b.Overrides[monday+14] = Override{Kind: Off}
	b.Overrides[monday+21] = Override{Kind: Like, Weekday: 5}
	b.Bells = append(b.Bells, Bells{ID: "late", From: monday + 28, To: monday + 28, Periods: bells("08:35")},
		Bells{ID: "short", From: monday + 35, To: monday + 35, Periods: bells()})
	b.Term.To = monday + 41
	course := Course{Schools: []string{"a", "b"}, From: monday, To: monday + 42, Minutes: 40, Slots: []Slot{{Weekday: 1, Periods: map[string]int{"a": 1, "b": 1}}}}
	held, lost := Expand(course, calendars(a, b))
	require.Len(t, held, 1)
	var why []string
	for _, m := range lost {
		why = append(why, m.School+" "+m.Code)
	}
	require.Equal(t, []string{"a day-off", "b day-off", "b other-weekday", "b overlap-too-short", "b no-period", "b outside-term"}, why)
	require.Equal(t, 25, lost[3].Overlap)
}

// 调休: a Saturday is taught like the Friday of an even week; the Friday itself is off.
func TestMakeUpDays(t *testing.T) {
	a := school("a", "08:20")
	friday := day("2026-09-25") // of week 4
	a.Overrides[friday] = Override{Kind: Off}
	a.Overrides[friday+1] = Override{Kind: Like, Weekday: 5}
	a.Overrides[friday+9] = Override{Kind: Like, Weekday: 5, Week: 4} // a Sunday of week 5
	course := Course{Schools: []string{"a"}, From: friday - 4, To: friday + 9, Slots: []Slot{{Weekday: 5, Cycle: Even, Periods: map[string]int{"a": 1}}}}
	held, lost := Expand(course, calendars(a))
	require.Len(t, lost, 1)
	require.Len(t, held, 2)
	require.Equal(t, friday+1, held[0].Date)
	require.Equal(t, friday+9, held[1].Date)
}

// Each school's bells ring in its own zone; the lesson is an instant.
func TestASchoolInAnotherZone(t *testing.T) {
	a, b := school("a", "10:20"), school("b", "08:30")
	b.Zone = time.FixedZone("Asia/Urumqi", 6*3600)
	c := Course{Schools: []string{"a", "b"}, From: day("2026-09-07"), To: day("2026-09-07"), Minutes: 30, Slots: []Slot{{Weekday: 1, Periods: map[string]int{"a": 1, "b": 1}}}}
	held, _ := Expand(c, calendars(a, b))
	require.Equal(t, "2026-09-07T02:30:00Z", held[0].Start.Format(time.RFC3339))
	require.Equal(t, "2026-09-07T03:00:00Z", held[0].End.Format(time.RFC3339))
}

func TestCommonSlots(t *testing.T) {
	a, b := school("a", "08:20", "14:00"), school("b", "08:30", "13:10", "14:00")
	week := Span{From: day("2026-09-07"), To: day("2026-09-20"), Minutes: 40}
	slots := Common([]*Calendar{a, b}, week)
	require.Len(t, slots, 7)
	require.Equal(t, 1, slots[0].Weekday)
	require.Equal(t, []int{2, 3}, []int{slots[0].Periods[0].No, slots[0].Periods[1].No})
	require.Len(t, slots[0].Dates, 2)
	week.Minutes, week.Cycle = 30, Even
	b.Overrides[day("2026-09-07")] = Override{Kind: Off}
	slots = Common([]*Calendar{a, b}, week)
	require.Len(t, slots, 12, "two a day, not on the Monday that is off")
	require.Equal(t, "08:30", slots[0].Start.String())
	require.Equal(t, 30, slots[0].Minutes())
}
