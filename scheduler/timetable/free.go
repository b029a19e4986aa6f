package timetable

import "time"

// Fit is a weekly slot with what speaks against it for a certain lesson: the dates on which all is free, and the clashes of the others.
type Fit struct {
	CommonSlot
	Free      []Date
	Conflicts []Conflict // in order of the dates
}

// Fits tries a lesson, whose times do not count, on each date of each slot, in the zone of the schools. A slot with all its dates free has no
// conflicts.
func (b *Board) Fits(l Lesson, slots []CommonSlot, zone *time.Location) []Fit {
	fits := make([]Fit, len(slots))
	for i, s := range slots {
		fits[i].CommonSlot = s
		for _, d := range s.Dates {
			start, end, _ := s.At(d)
			l.Start, l.End = d.At(start, zone), d.At(end, zone)
			if found := b.Check(l); len(found) > 0 {
				fits[i].Conflicts = append(fits[i].Conflicts, found...)
			} else {
				fits[i].Free = append(fits[i].Free, d)
			}
		}
	}
	return fits
}
