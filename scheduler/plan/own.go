package plan

import "github.com/tongtang/tongtang/scheduler/timetable"

// ownTaken are the cells of a clock in which schools' own timetables have one of these people, classes and rooms, whatever the week: a weekly lesson
// meets every week. What gives way is left out.
func (m *model) ownTaken(clock int, who []string, gives func(*timetable.OwnSlot) bool) week {
	var taken week
	for _, id := range who {
		for _, i := range m.own[id] {
			s := &m.p.Own[i]
			at, ok := cellOf(s.Weekday, s.Period)
			own := m.clock(s.School, s.Set)
			switch {
			case !ok || own < 0 || gives(s):
			case own == clock:
				taken.add(at)
			default:
				taken = taken.or(m.shadow(own, clock)[at])
			}
		}
	}
	return taken
}

// findOwn finds the slots of the schools' own timetables by who and what is in them.
func (m *model) findOwn() {
	m.own = map[string][]int{}
	for i, s := range m.p.Own {
		for _, u := range s.Uses {
			m.own[u.ID] = append(m.own[u.ID], i)
		}
	}
}

// ownNeed are the cells that the own timetables take of a need.
func (m *model) ownNeed(n *need) week {
	class := []timetable.Use{{Dimension: timetable.ClassDim, ID: n.Class}}
	return m.ownTaken(n.clock, []string{n.Class, n.Room, n.Assistant}, func(s *timetable.OwnSlot) bool {
		return s.GivesWay(timetable.Purpose{Subject: n.Subject, Grade: n.Grade}, class)
	})
}

// ownTeacher are the cells that they take of the teacher of an offer for lessons of a grade; of grade 0, for those of every grade.
func (m *model) ownTeacher(o *offer, grade int) week {
	return m.ownTaken(o.clock, []string{o.Teacher}, func(s *timetable.OwnSlot) bool { return o.givesWay(s, grade) })
}

// ownRoom are the cells that they take of a room of an offer.
func (m *model) ownRoom(o *offer, room string) week {
	return m.ownTaken(o.clock, []string{room}, func(s *timetable.OwnSlot) bool { return o.givesWay(s, 0) })
}

func (o *offer) givesWay(s *timetable.OwnSlot, grade int) bool {
	if grade == 0 {
		grade = s.Grade
	}
	return s.GivesWay(timetable.Purpose{Subject: o.Subject, Grade: grade}, []timetable.Use{{Dimension: timetable.LecturerDim, ID: o.Teacher}})
}
