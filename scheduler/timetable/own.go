package timetable

// OwnSlot is a weekly lesson of a school's own timetable (校内课表), in the school's own periods and weeks, with what it takes.
type OwnSlot struct {
	ID      string
	Weekday int
	Period  int
	Cycle   Cycle
	Uses    []Use
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
