package plan_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/plan"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// faults says by definition what is wrong with weekly lessons: it expands them as a course is expanded, and asks a board about each dated lesson.
func faults(p plan.Problem, lessons []plan.Lesson) []string {
	needs, offers := map[string]pairing.Need{}, map[string]pairing.Offer{}
	for _, n := range p.Needs {
		needs[n.ID] = n
	}
	for _, o := range p.Offers {
		offers[o.ID] = o
	}
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	load, given, teachers := map[string]int{}, map[string]int{}, map[string]string{}
	onDay := map[string]int{}
	var dated []timetable.Lesson
	for i, l := range lessons {
		o := offers[l.Offer]
		load[o.Teacher]++
		if !slices.Contains(o.Rooms, l.Room) || !o.Open(pairing.Cell{Weekday: l.Weekday, Period: l.Period}) || load[o.Teacher]+o.Load > o.Cap {
			say("lesson %d: the lecturer cannot", i)
		}
		if len(l.Seats) == 0 || len(l.Seats) > p.Policy.Rooms {
			say("lesson %d: %d seats", i, len(l.Seats))
		}
		var sharing []pairing.Need
		for _, t := range l.Seats {
			n := needs[t.Need]
			sharing = append(sharing, n)
			given[n.ID]++
			day := fmt.Sprint(n.ID, " ", l.Weekday)
			onDay[day]++
			first := sharing[0]
			switch {
			case n.Grade != first.Grade || n.Edition != first.Edition || n.Subject != first.Subject:
				say("lesson %d: does not suit all", i)
			case len(pairing.Hindrances(n, o, p.Policy)) > 0 || p.Scope != "" && !pairing.Within(n.School, o.School, p.Scope):
				say("lesson %d: the lecturer does not suit %s", i, n.ID)
			case !n.Open(pairing.Cell{Weekday: l.Weekday, Period: t.Period}) || given[n.ID] > n.Periods || onDay[day] > n.PerDay():
				say("lesson %d: the class of %s cannot", i, n.ID)
			case teachers[n.ID] != "" && teachers[n.ID] != l.Offer:
				say("%s has two lecturers", n.ID)
			}
			teachers[n.ID] = l.Offer
		}
		seen := map[timetable.Use]bool{}
		for _, u := range pairing.Takes(o, l.Room, sharing, p.Policy).Uses {
			if seen[u.Key()] {
				say("lesson %d: %v stands in it twice", i, u)
			}
			seen[u.Key()] = true
		}
		of, enough := expand(p, l, o, sharing, i)
		if !enough {
			say("lesson %d: holds on %d days only", i, len(of))
		}
		dated = append(dated, of...)
	}
	return append(append(wrong, clashes(p, dated)...), ownClashes(p, lessons, dated)...)
}

// ownClashes dates the schools' own timetables and asks a board about each dated lesson: what gives way to it is not there.
func ownClashes(p plan.Problem, lessons []plan.Lesson, dated []timetable.Lesson) []string {
	var found []string
	for _, l := range dated {
		var nr int
		_, err := fmt.Sscanf(l.Lesson, "%d-", &nr)
		if err != nil {
			panic(err)
		}
		need := p.Needs[slices.IndexFunc(p.Needs, func(n pairing.Need) bool { return n.ID == lessons[nr].Seats[0].Need })]
		board := timetable.NewBoard(nil, nil)
		for _, s := range p.Own {
			if s.GivesWay(timetable.Purpose{Subject: need.Subject, Grade: need.Grade}, l.Uses) {
				continue
			}
			cal := p.Calendars[s.School]
			on := timetable.DateOf(l.Start, cal.Zone)
			for _, b := range cal.For(s.Set).Own([]timetable.OwnSlot{s}, on, on) {
				board.Add(timetable.Lesson{Booked: b})
			}
		}
		for _, c := range board.Check(l) {
			found = append(found, "own timetable: "+c.String())
		}
	}
	return found
}

// expand is the lesson on its dates, each school under a name of its own, as two classes of a school may share a lesson.
func expand(p plan.Problem, l plan.Lesson, o pairing.Offer, needs []pairing.Need, nr int) ([]timetable.Lesson, bool) {
	c := timetable.Course{Schools: []string{"lead"}, From: p.From, To: p.To, Minutes: 1,
		Slots: []timetable.Slot{{Weekday: l.Weekday, Periods: map[string]int{"lead": l.Period}}}}
	cals := map[string]*timetable.Calendar{"lead": p.Calendars[o.School.ID].For(o.Set)}
	for i, n := range needs {
		name := fmt.Sprint("seat", i)
		c.Schools = append(c.Schools, name)
		c.Slots[0].Periods[name] = l.Seats[i].Period
		cals[name] = p.Calendars[n.School.ID].For(n.Set)
	}
	held, lost := timetable.Expand(c, cals)
	days := len(held)
	for _, m := range lost {
		if m.Code == timetable.NoPeriod || m.Code == timetable.OverlapTooShort {
			days++
		}
	}
	var list []timetable.Lesson
	for j, at := range held {
		minutes, together := int(at.End.Sub(at.Start)/time.Minute), true
		for _, place := range at.Places {
			together = together && place.Period.Start == at.Places[0].Period.Start
		}
		if minutes >= p.Policy.Minutes || together && p.Policy.Minimum > 0 && minutes >= p.Policy.Minimum {
			dated := pairing.Takes(o, l.Room, needs, p.Policy)
			dated.Lesson, dated.Start, dated.End = fmt.Sprint(nr, "-", j), at.Start, at.End
			list = append(list, dated)
		}
	}
	return list, len(list) > 0 && len(list)*1000 >= p.Policy.Held*days
}

// clashes puts the lessons, on a copy of what is there, one after the other.
func clashes(p plan.Problem, lessons []timetable.Lesson) []string {
	var found []string
	for _, l := range lessons {
		for _, c := range p.Board.Check(l) {
			found = append(found, c.String())
		}
		p.Board.Add(l)
	}
	for _, l := range lessons {
		p.Board.Remove(l.Lesson)
	}
	return found
}
