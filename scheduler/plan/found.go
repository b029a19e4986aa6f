package plan

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// plan is the state in words.
func (s *state) plan() Plan {
	rooms := make(map[int]string)
	for u, i := range s.ofParty {
		rooms[i] = u.ID
	}
	p := Plan{Lessons: []Lesson{}, Unplaced: []Unplaced{}, Placed: s.placed}
	for i := range s.lessons {
		for _, l := range s.lessons[i] {
			out := Lesson{Offer: s.offers[i].ID, Room: rooms[l.room], Weekday: l.cell.weekday(), Period: l.cell.period()}
			for _, t := range l.seats {
				out.Seats = append(out.Seats, Seat{s.needs[t.need].ID, t.cell.period()})
			}
			slices.SortFunc(out.Seats, func(a, b Seat) int { return cmp.Compare(a.Need, b.Need) })
			p.Lessons = append(p.Lessons, out)
		}
	}
	slices.SortFunc(p.Lessons, compare)
	for _, n := range s.needs {
		p.Wanted += n.Periods
	}
	for _, l := range s.p.Previous {
		p.Changes += len(l.Seats)
	}
	p.Changes -= s.kept
	p.Score = s.score / max(s.placed, 1)
	return p
}

func compare(a, b Lesson) int {
	return cmp.Or(cmp.Compare(a.Offer, b.Offer), cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.Period, b.Period))
}

// Dated are the lessons of a plan, with all that they take, on each date on which they can be held. Their ids are of the weekly lesson and the date.
// Lessons of which the problem has not all needs and offers are left out.
func Dated(p Problem, lessons []Lesson) []timetable.Lesson {
	d := newDates(&p)
	var all []timetable.Lesson
	for _, l := range lessons {
		for date, s := range d.of(l) {
			dated := d.takes(l)
			at := d.p.date(date)
			dated.Lesson = l.Offer + " " + at.String() + " " + timetable.Clock(s.start).String()
			dated.Start, dated.End = at.At(timetable.Clock(s.start), d.zone), at.At(timetable.Clock(s.end), d.zone)
			all = append(all, dated)
		}
	}
	slices.SortFunc(all, func(a, b timetable.Lesson) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Lesson, b.Lesson))
	})
	return all
}

// dates expands weekly lessons.
type dates struct {
	*model
}

func newDates(p *Problem) dates {
	bare := *p
	bare.Board = nil
	m := &model{p: &bare, ofNeed: map[string]int{}, ofOffer: map[string]int{}, ofClock: map[classClock]int{}, ofName: map[string]int{}}
	for _, id := range slices.Sorted(maps.Keys(p.Calendars)) {
		m.zone = p.Calendars[id].Zone
	}
	for i, n := range p.Needs {
		m.ofNeed[n.ID] = i
	}
	for i, o := range p.Offers {
		m.ofOffer[o.ID] = i
	}
	return dates{m}
}

// of are the dates of a weekly lesson, counted from the first of the span, with the common time.
func (d dates) of(l Lesson) map[int]spell {
	found := map[int]spell{}
	o, ok := d.ofOffer[l.Offer]
	if !ok {
		return found
	}
	places, ok := d.places(l, &d.p.Offers[o])
	if ok {
		together(places, d.p.Policy, func(date int, s spell) { found[date] = s })
	}
	return found
}

func (d dates) places(l Lesson, o *pairing.Offer) ([]place, bool) {
	var places []place
	at := func(school string, set timetable.Set, period int) bool {
		clock, c, ok := d.clock(school, set), cell(0), false
		if clock >= 0 {
			if c, ok = cellOf(l.Weekday, period); ok {
				places = append(places, place{d.clocks[clock], c})
			}
		}
		return ok
	}
	if !at(o.School.ID, o.Set, l.Period) {
		return nil, false
	}
	for _, t := range l.Seats {
		n, ok := d.ofNeed[t.Need]
		if !ok || !at(d.p.Needs[n].School.ID, d.p.Needs[n].Set, t.Period) {
			return nil, false
		}
	}
	return places, true
}

func (d dates) takes(l Lesson) timetable.Lesson {
	var needs []pairing.Need
	for _, t := range l.Seats {
		needs = append(needs, d.p.Needs[d.ofNeed[t.Need]])
	}
	return pairing.Takes(d.p.Offers[d.ofOffer[l.Offer]], l.Room, needs, d.p.Policy)
}

// Times are the start and end of each weekly lesson on its first date; zero where it has none.
func Times(p Problem, lessons []Lesson) [][2]timetable.Clock {
	d := newDates(&p)
	times := make([][2]timetable.Clock, len(lessons))
	for i, l := range lessons {
		first := -1
		for date, s := range d.of(l) {
			if first < 0 || date < first {
				first, times[i] = date, [2]timetable.Clock{timetable.Clock(s.start), timetable.Clock(s.end)}
			}
		}
	}
	return times
}
