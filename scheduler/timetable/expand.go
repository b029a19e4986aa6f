package timetable

import (
	"cmp"
	"slices"
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
	Code    string // day-off, other-weekday, other-week, no-period, overlap-too-short, outside-term
	Overlap int    // minutes, of overlap-too-short
	Detail  string // the whole reason in English
	Reason  Reason `json:",omitzero"` // and for words of any language
}

// Expand makes the dated lessons of a course, in order of time, and the dates that do not fit. Every school needs a calendar: of a class with
// bells of its own Calendar.For its set. The lead school's days decide on which dates a slot falls.
func Expand(c Course, calendars map[string]*Calendar) ([]Occurrence, []Misfit) {
	var held []Occurrence
	var lost []Misfit
	cals := make([]*Calendar, len(c.Schools))
	for i, school := range c.Schools {
		cals[i] = calendars[school]
	}
	for d := c.From; d <= c.To; d++ {
		day := cals[0].Day(d)
		for i, s := range c.Slots {
			if s.Weekday != day.Weekday || !s.Cycle.Holds(day.Week) {
				continue
			}
			if o, m := occurrence(&c, i, d, cals); m == nil {
				held = append(held, o)
			} else {
				lost = append(lost, *m)
			}
		}
	}
	sortOccurrences(held)
	return held, lost
}

// Hold is the dated lesson of one slot on one date, or why none can be held on it. A date that the slot does not fall on is told as such.
func Hold(c Course, slot int, d Date, calendars map[string]*Calendar) (Occurrence, *Misfit) {
	cals := make([]*Calendar, len(c.Schools))
	for i, school := range c.Schools {
		cals[i] = calendars[school]
	}
	o, m := occurrence(&c, slot, d, cals)
	if week := cals[0].Day(d).Week; m == nil && !c.Slots[slot].Cycle.Holds(week) {
		m = misfit(cals[0], OtherWeek, d, func(r *Reason) { r.Week = week })
		m.Slot = slot
	}
	return o, m
}

func sortOccurrences(list []Occurrence) {
	slices.SortStableFunc(list, func(a, b Occurrence) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Slot, b.Slot)) })
}

func occurrence(c *Course, slot int, d Date, cals []*Calendar) (Occurrence, *Misfit) {
	s := &c.Slots[slot]
	o := Occurrence{Date: d, Slot: slot, Places: make([]Place, 0, len(cals))}
	first, last := 0, 0 // the schools whose periods start last and end first
	for i, cal := range cals {
		p, week, m := place(cal, d, s.Weekday, s.Periods[c.Schools[i]])
		if m != nil {
			m.Slot = slot
			return o, m
		}
		start, end := d.At(p.Start, cal.Zone), d.At(p.End, cal.Zone)
		if i == 0 || start.After(o.Start) {
			o.Start, first = start, i
		}
		if i == 0 || end.Before(o.End) {
			o.End, last = end, i
		}
		o.Places = append(o.Places, Place{School: c.Schools[i], Week: week, Period: p})
		if overlap := int(o.End.Sub(o.Start) / time.Minute); overlap < c.Minutes {
			return o, tooShort(c, &o, cals, first, last, max(overlap, 0))
		}
	}
	return o, nil
}

// tooShort says which of the two schools between whose periods the time is short is the reason: the one that changed its bells last, and
// of two that never did the one that came to the course later.
func tooShort(c *Course, o *Occurrence, cals []*Calendar, first, last, overlap int) *Misfit {
	why, other, edge := max(first, last), min(first, last), Starts
	if cals[other].since(o.Date) > cals[why].since(o.Date) {
		why, other = other, why
	}
	if first == last {
		edge = Whole
	} else if why == last {
		edge = Ends
	}
	p := o.Places[why].Period
	m := misfit(cals[why], OverlapTooShort, o.Date, func(r *Reason) {
		r.ring(cals[why].Day(o.Date), o.Date)
		r.Period, r.Start, r.End, r.Edge, r.Overlap, r.Needed = p.No, p.Start, p.End, edge, overlap, c.Minutes
		if why != other {
			q := o.Places[other].Period
			r.Other = Side{cals[other].School, cals[other].name(), q.No, q.Start, q.End}
		}
	})
	m.Slot, m.Overlap = o.Slot, overlap
	return m
}

// since is the day from which the school has the bells that ring on the date; 0: since ever.
func (c *Calendar) since(d Date) Date {
	day := c.Day(d)
	if day.Bells == nil {
		return 0
	}
	if day.called() {
		return d
	}
	return day.Bells.From
}

// misfit is filled in by fill.
func misfit(cal *Calendar, code string, d Date, fill func(*Reason)) *Misfit {
	m := &Misfit{Date: d, School: cal.School, Code: code, Reason: Reason{Name: cal.name()}}
	fill(&m.Reason)
	m.Detail = m.Reason.sentence(code, d)
	return m
}

// ring tells the bells of the day.
func (r *Reason) ring(day Day, d Date) {
	if day.Rule != nil {
		r.Occasion = day.Rule.Name
	}
	if day.Bells == nil {
		return
	}
	r.Bells, r.From, r.To = day.Bells.Name, day.Bells.From, day.Bells.To
	if day.called() {
		r.From, r.To = d, d
	}
}

// place finds a school's own period on a date, or the reason why it has none.
func place(cal *Calendar, d Date, weekday, no int) (Period, int, *Misfit) {
	if !cal.Term.Has(d) {
		return Period{}, 0, misfit(cal, OutsideTerm, d, func(r *Reason) { r.From, r.To = cal.Term.From, cal.Term.To })
	}
	day := cal.Day(d)
	if day.Off {
		return Period{}, 0, misfit(cal, DayOff, d, func(r *Reason) { r.Occasion = day.Rule.Name })
	}
	if day.Weekday != weekday {
		return Period{}, 0, misfit(cal, OtherWeekday, d, func(r *Reason) {
			r.ring(day, d)
			r.Taught, r.Wanted = day.Weekday, weekday
		})
	}
	p, ok := day.Period(no)
	if !ok {
		return Period{}, 0, misfit(cal, NoPeriod, d, func(r *Reason) {
			r.ring(day, d)
			r.Period = no
		})
	}
	return p, day.Week, nil
}
