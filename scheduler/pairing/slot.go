package pairing

import (
	"cmp"
	"slices"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Slot is a weekly slot in which the teacher, a room of the lead school, and all receiving classes with their rooms are free.
type Slot struct {
	timetable.CommonSlot
	Room string           // of the lead school
	Free []timetable.Date // on which the lesson can be held
	Days int              // dates on which all schools teach that weekday: what Free could be at most
}

// byClass are calendars for the bells of a class, by set.
type byClass map[timetable.Set]*timetable.Calendar

// hall is whose bells an offer has.
type hall struct {
	school string
	set    timetable.Set
}

// bells are how the schools of an offer and the needs ring, whoever teaches.
type bells struct {
	cals    []*timetable.Calendar // the lead school's first
	none    string                // a school that has no calendar
	common  []Slot
	shift   *timetable.Shift
	shifted bool // shift was looked for
}

func (q *Question) bells(o Offer) *bells {
	at := hall{o.School.ID, o.Set}
	if q.halls[at] == nil {
		q.halls[at] = q.ring(at)
	}
	return q.halls[at]
}

func (q *Question) ring(at hall) *bells {
	b := &bells{cals: []*timetable.Calendar{q.calendar(at.school, at.set)}}
	if b.cals[0] == nil {
		b.none = at.school
		return b
	}
	for _, n := range q.Needs {
		cal := q.calendar(n.School.ID, n.Set)
		if cal == nil {
			b.none = n.School.ID
			return b
		}
		b.cals = append(b.cals, cal)
	}
	b.common = q.common(b.cals)
	return b
}

func (q *Question) calendar(school string, set timetable.Set) *timetable.Calendar {
	whole := q.Calendars[school]
	if whole == nil || len(whole.Bells) == 0 {
		return nil
	}
	if q.calendars[school] == nil {
		q.calendars[school] = byClass{}
	}
	if q.calendars[school][set] == nil {
		q.calendars[school][set] = whole.For(set)
	}
	return q.calendars[school][set]
}

// common are the weekly slots of all schools that hold on enough days: as long as a lesson, or shorter where all periods begin together and
// that was agreed.
func (q *Question) common(cals []*timetable.Calendar) []Slot {
	days := teachingDays(cals, q.From, q.To)
	least := q.Policy.Minutes
	if q.Policy.Minimum > 0 {
		least = min(least, q.Policy.Minimum)
	}
	var found []Slot
	for _, s := range timetable.Common(cals, timetable.Span{From: q.From, To: q.To, Minutes: least}) {
		slot := Slot{CommonSlot: s, Days: days[s.Weekday]}
		for _, d := range s.Dates {
			if q.longEnough(cals, s, d) {
				slot.Free = append(slot.Free, d)
			}
		}
		if q.holds(slot) {
			found = append(found, slot)
		}
	}
	return found
}

// holds tells whether the slot is free on enough days.
func (q *Question) holds(s Slot) bool {
	return len(s.Free) > 0 && len(s.Free)*1000 >= q.Policy.Held*s.Days
}

func (q *Question) longEnough(cals []*timetable.Calendar, s timetable.CommonSlot, d timetable.Date) bool {
	start, end, _ := s.At(d)
	if int(end-start) >= q.Policy.Minutes {
		return true
	}
	for i, cal := range cals {
		if p, _ := cal.Day(d).Period(s.Periods[i].No); p.Start != start {
			return false
		}
	}
	return true
}

// teachingDays counts, by weekday, the dates on which all schools teach like that weekday.
func teachingDays(cals []*timetable.Calendar, from, to timetable.Date) (days [8]int) {
date:
	for d := from; d <= to; d++ {
		weekday := 0
		for _, cal := range cals {
			day := cal.Day(d)
			if day.Off || !cal.Term.Has(d) || len(day.Periods) == 0 || (weekday != 0 && day.Weekday != weekday) {
				continue date
			}
			weekday = day.Weekday
		}
		days[weekday]++
	}
	return days
}

// slots are those of the common slots in which all can, the longest that are held most often first.
func (q *Question) slots(o Offer, b *bells) []Slot {
	var found []Slot
	for _, s := range b.common {
		if !q.open(o, s) {
			continue
		}
		if s, ok := q.free(o, s, b.cals); ok {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(len(b.Free)*a.Days, len(a.Free)*b.Days), cmp.Compare(b.Minutes(), a.Minutes()), cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.Start, b.Start))
	})
	return found
}

func (q *Question) open(o Offer, s Slot) bool {
	for i, n := range q.Needs {
		if !n.Open(Cell{s.Weekday, s.Periods[i+1].No}) {
			return false
		}
	}
	return o.Open(Cell{s.Weekday, s.Periods[0].No})
}

// free finds the room of the lead school in which the slot is free on the most dates.
func (q *Question) free(o Offer, s Slot, cals []*timetable.Calendar) (Slot, bool) {
	if q.Board == nil {
		s.Room = o.Rooms[0]
		return s, true
	}
	dates := s.Free
	s.Free = nil
	for _, room := range o.Rooms {
		var free []timetable.Date
		for _, d := range dates {
			start, end, _ := s.At(d)
			l := q.lesson(o, room)
			l.Start, l.End = d.At(start, cals[0].Zone), d.At(end, cals[0].Zone)
			if len(q.Board.Check(l)) == 0 {
				free = append(free, d)
			}
		}
		if len(free) > len(s.Free) {
			s.Room, s.Free = room, free
		}
	}
	return s, q.holds(s)
}

// lesson is what a lesson of the needs takes, at no time yet.
func (q *Question) lesson(o Offer, room string) timetable.Lesson {
	return Takes(o, room, q.Needs, q.Policy)
}

// Takes is all that a lesson of the offer for the needs takes, at no time yet: people, rooms and classes, the lines of the schools, a recorder.
func Takes(o Offer, room string, needs []Need, p Policy) timetable.Lesson {
	var l timetable.Lesson
	use := func(d timetable.Dimension, id string) { l.Uses = append(l.Uses, timetable.Use{Dimension: d, ID: id}) }
	load := func(d timetable.Dimension, id string, amount int) {
		u := timetable.Use{Dimension: d, ID: id}
		if amount == 0 {
			return
		}
		if i := slices.IndexFunc(l.Loads, func(l timetable.Load) bool { return l.Use == u }); i >= 0 { // two classes of a school
			l.Loads[i].Amount += amount
			return
		}
		l.Loads = append(l.Loads, timetable.Load{Use: u, Amount: amount})
	}
	line := func(school string, of Line) {
		load(timetable.BandwidthDim, school, of.Down)
		load(timetable.UplinkDim, school, of.Up)
	}
	use(timetable.LecturerDim, o.Teacher)
	use(timetable.RoomDim, room)
	load(timetable.RecorderDim, "", 1)
	line(o.School.ID, p.Lead())
	for _, n := range needs {
		use(timetable.ClassDim, n.Class)
		use(timetable.RoomDim, n.Room)
		if n.Assistant != "" {
			use(timetable.AssistantDim, n.Assistant)
		}
		line(n.School.ID, p.Receiving(n))
	}
	return l
}

// week chooses, of slots in order of preference, so many that can be held in one week, at most perDay of them on a day.
func week(slots []Slot, periods, perDay int) []int {
	var chosen []int
	var on [8]int
	for i, s := range slots {
		clash := slices.ContainsFunc(chosen, func(j int) bool { return atOnce(s, slots[j]) })
		if len(chosen) < periods && on[s.Weekday] < perDay && !clash {
			chosen = append(chosen, i)
			on[s.Weekday]++
		}
	}
	return chosen
}

// atOnce tells whether two slots ever run at the same time, or stand in the same period of a school.
func atOnce(a, b Slot) bool {
	if a.Weekday != b.Weekday {
		return false
	}
	for i := range a.Periods {
		if a.Periods[i].No == b.Periods[i].No {
			return true
		}
	}
	for _, x := range a.Spells {
		for _, y := range b.Spells {
			if x.From <= y.To && y.From <= x.To && x.Start < y.End && y.Start < x.End {
				return true
			}
		}
	}
	return false
}

// shift is the change of a school's bells that gives the most for each minute moved: of the receiving schools first, then of the lead school. It takes
// milliseconds to find.
func (q *Question) shift(b *bells) *timetable.Shift {
	span := timetable.Span{From: q.From, To: q.To, Minutes: q.Policy.Minutes}
	for i := len(b.cals) - 1; i >= 0 && b.shift == nil && !b.shifted; i-- {
		if found := timetable.Shifts(b.cals, timetable.Search{Span: span, School: i, Pause: minPause}); len(found) > 0 {
			b.shift = &found[0]
		}
	}
	b.shifted = true
	return b.shift
}

// minPause is the break between two lessons that a shift leaves, minutes.
const minPause = 5
