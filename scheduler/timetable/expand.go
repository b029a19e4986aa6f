package timetable

import (
	"fmt"
	"time"
)

// Slot is a weekly slot: a weekday, and for each school the number of its own period. Weeks are the lead school's own.
type Slot struct {
	Weekday int
	Cycle   Cycle
	Periods map[string]int
}

// Course is what Expand needs to know of a course.
type Course struct {
	Schools  []string // the lead school first
	Slots    []Slot
	From, To Date
	Minutes  int // least length that the periods of all schools must have in common
}

// Occurrence is a dated lesson: the time that the periods of all schools have in common.
type Occurrence struct {
	Date       Date
	Slot       int // index of Course.Slots
	Start, End time.Time
	Places     []Place // as Course.Schools
}

// Place is one school in an occurrence.
type Place struct {
	School string
	Week   int
	Period Period
}

// Misfit is a date of a slot on which no lesson can be held, and why.
type Misfit struct {
	Date    Date
	Slot    int
	School  string // that is the reason
	Code    string // day-off, other-weekday, no-period, overlap-too-short, outside-term
	Overlap int    // minutes, of overlap-too-short
	Detail  string
}

// Expand makes the dated lessons of a course, in order of time, and the dates that do not fit. Every school needs a calendar. The lead
// school's days decide on which dates a slot falls.
func Expand(c Course, calendars map[string]*Calendar) ([]Occurrence, []Misfit) {
	var held []Occurrence
	var lost []Misfit
	lead := calendars[c.Schools[0]]
	for d := c.From; d <= c.To; d++ {
		day := lead.Day(d)
		for i, s := range c.Slots {
			if s.Weekday != day.Weekday || !s.Cycle.Holds(day.Week) {
				continue
			}
			if o, m := occurrence(c, i, d, calendars); m == nil {
				held = append(held, o)
			} else {
				lost = append(lost, *m)
			}
		}
	}
	sortOccurrences(held)
	return held, lost
}

func occurrence(c Course, slot int, d Date, calendars map[string]*Calendar) (Occurrence, *Misfit) {
	s := c.Slots[slot]
	o := Occurrence{Date: d, Slot: slot}
	for i, school := range c.Schools {
		cal := calendars[school]
		p, week, m := place(cal, d, s.Weekday, s.Periods[school])
		if m != nil {
			m.Slot = slot
			return o, m
		}
		start, end := d.At(p.Start, cal.Zone), d.At(p.End, cal.Zone)
		if i == 0 || start.After(o.Start) {
			o.Start = start
		}
		if i == 0 || end.Before(o.End) {
			o.End = end
		}
		o.Places = append(o.Places, Place{School: school, Week: week, Period: p})
		if overlap := int(o.End.Sub(o.Start) / time.Minute); overlap < c.Minutes {
			return o, &Misfit{Date: d, Slot: slot, School: school, Code: "overlap-too-short", Overlap: max(overlap, 0),
				Detail: fmt.Sprintf("period %d there is %s-%s: %d of %d minutes in common", p.No, p.Start, p.End, max(overlap, 0), c.Minutes)}
		}
	}
	return o, nil
}

// place finds a school's own period on a date, or the reason why it has none.
func place(cal *Calendar, d Date, weekday, no int) (Period, int, *Misfit) {
	misfit := func(code, format string, args ...any) (Period, int, *Misfit) {
		return Period{}, 0, &Misfit{Date: d, School: cal.School, Code: code, Detail: fmt.Sprintf(format, args...)}
	}
	if !cal.Term.Has(d) {
		return misfit("outside-term", "its term is from %s to %s", cal.Term.From, cal.Term.To)
	}
	day := cal.Day(d)
	if day.Off {
		return misfit("day-off", "no lessons there on that day")
	}
	if day.Weekday != weekday {
		return misfit("other-weekday", "on that day it teaches like weekday %d, not %d", day.Weekday, weekday)
	}
	p, ok := day.Period(no)
	if !ok {
		return misfit("no-period", "its bells have no period %d on that day", no)
	}
	return p, day.Week, nil
}
