package county

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// periods is the number of lessons of a day.
func periods(junior bool) int {
	if junior {
		return 8
	}
	return 7
}

// calendar is that of a school which rings, by so many percent, the bells of the district, and else its own: summer bells until 30 September,
// winter bells from then on. The national holiday, and three make-up days, which most schools follow as the district says.
func (m *maker) calendar(id string, junior bool, common int) *timetable.Calendar {
	c := &timetable.Calendar{School: id, Name: id, Zone: m.zone, Overrides: map[timetable.Date]timetable.Override{},
		Term: timetable.Term{Name: "2026–2027 (1)", From: m.p.From, To: m.p.To, Week1: m.p.From}}
	change := timetable.NewDate(2026, time.October, 1)
	summer := m.bells(junior, common)
	winter := summer
	winter.afternoon -= 30
	if m.chance(20) {
		winter.afternoon += 10 * m.IntN(3)
		winter.first += 10
	}
	c.Bells = []timetable.Bells{
		{ID: id + "-summer", Name: "summer", To: change - 1, Weekdays: timetable.SchoolWeek, Periods: summer.periods()},
		{ID: id + "-winter", Name: "winter", From: change, Weekdays: timetable.SchoolWeek, Periods: winter.periods()},
	}
	for d := change; d < change+7; d++ {
		c.Overrides[d] = timetable.Override{Date: d, Kind: timetable.Off, Name: "国庆节"}
	}
	for _, makeUp := range []struct {
		date timetable.Date
		like int
	}{{timetable.NewDate(2026, time.September, 20), 3}, {timetable.NewDate(2026, time.October, 10), 4}, {timetable.NewDate(2027, time.January, 9), 5}} {
		like := makeUp.like
		if m.chance(10) {
			like = 1 + m.IntN(5)
		}
		c.Overrides[makeUp.date] = timetable.Override{Date: makeUp.date, Kind: timetable.Like, Weekday: like}
	}
	return c
}

// day is how the lessons of a day lie, in minutes.
type day struct {
	first, length, pause, long, afternoon int
	mornings, count                       int
}

func (m *maker) bells(junior bool, common int) day {
	d := day{first: 8*60 + 20, length: 40, pause: 10, long: 30, afternoon: 14*60 + 30, mornings: 4, count: periods(junior)}
	if junior {
		d.first, d.length, d.long, d.count = 8*60, 45, 25, periods(junior)
	}
	if m.chance(common) {
		return d
	}
	d.first += 5 * (m.IntN(7) - 3)
	d.afternoon += 10 * (m.IntN(5) - 2)
	if m.chance(30) {
		d.pause += 5
	}
	if m.chance(30) {
		d.long -= 5 + 5*m.IntN(2)
	}
	return d
}

func (d day) periods() []timetable.Period {
	var list []timetable.Period
	at := d.first
	for no := 1; no <= d.count; no++ {
		switch no {
		case 1:
		case 3:
			at += d.long
		case d.mornings + 1:
			at = d.afternoon
		default:
			at += d.pause
		}
		list = append(list, timetable.Period{No: no, Start: timetable.Clock(at), End: timetable.Clock(at + d.length), Lesson: true})
		at += d.length
	}
	return list
}
