package timetable

import "slices"

// OwnSlot is a weekly lesson of a school's own timetable (校内课表), in the school's own periods and weeks, with what it takes.
type OwnSlot struct {
	ID      string
	Weekday int
	Period  int
	Cycle   Cycle
	Uses    []Use
	School  string
	Set     Set // whose bells it has
	Subject string
	Grade   int // of its class; 0: none that is known
}

// Purpose is what lessons are for that are to be held.
type Purpose struct {
	Subject    string
	Grade      int
	Substitute bool // somebody else teaches than the course says
}

// GivesWay tells whether lessons for the purpose, with these uses, take the place of the slot instead of being in its way: it has the same subject,
// and is that of one of the lesson's classes, or the lecturer's with a class of the grade, which then takes part at the lecturer's side (同步课堂).
// Who substitutes has agreed to no such thing.
func (s *OwnSlot) GivesWay(p Purpose, uses []Use) bool {
	return s.Subject == p.Subject && slices.ContainsFunc(uses, func(u Use) bool {
		switch u.Dimension {
		case ClassDim:
			return slices.Contains(s.Uses, u)
		case LecturerDim:
			return !p.Substitute && s.Grade != 0 && s.Grade == p.Grade && slices.Contains(s.Uses, u)
		}
		return false
	})
}

// Own dates the school's own timetable: what it takes from one date to another, inclusive, in order of time. On days off, and where the day's
// bells do not have the period, nothing is held.
func (c *Calendar) Own(slots []OwnSlot, from, to Date) []Booked {
	byDay := map[int][]OwnSlot{}
	for _, s := range slots {
		byDay[s.Weekday] = append(byDay[s.Weekday], s)
	}
	var held []Booked
	for d := max(from, c.Term.From); d <= min(to, c.Term.To); d++ {
		day := c.Day(d)
		if day.Off {
			continue
		}
		for _, s := range byDay[day.Weekday] {
			if p, ok := day.Period(s.Period); ok && s.Cycle.Holds(day.Week) {
				held = append(held, Booked{Lesson: s.ID, Start: d.At(p.Start, c.Zone), End: d.At(p.End, c.Zone), Uses: s.Uses})
			}
		}
	}
	return held
}
