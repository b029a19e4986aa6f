// Package bench measures the planning of terms: how long it takes for counties of several sizes, how much of what a bound allows is placed, and what the
// dated lessons cost afterwards.
package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/plan"
	"github.com/tongtang/tongtang/scheduler/plan/county"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Figures are of one county.
type Figures struct {
	Times    int // of the usual county
	Few      bool
	Schools  int
	Teachers int
	Offers   int
	Needs    int
	Wanted   int // periods a week
	Placed   int
	Bound    int
	Lessons  int // of the lecturers, a week
	Score    int // permille
	Plan     time.Duration
	Again    time.Duration // planning with the plan, and one need in twenty changed
	Changes  int           // of it
	Dated    int           // lessons that were expanded
	Expand   time.Duration // of them
	OnBoard  int           // dated lessons that a weekly slot was checked against
	Check    time.Duration // of the slot: a lesson in each week of the term
	Memory   int64         // the process's peak, bytes; told from outside
}

// enough is the number of dated lessons that are expanded, and on the board.
const enough = 100_000

// Measure plans a county so many times as large as the usual one. Few leaves only a fourth of the offers.
func Measure(ctx context.Context, times int, few bool) (Figures, error) {
	size := county.Usual.Times(times)
	p := county.Make(size, 1)
	if few {
		var kept []pairing.Offer
		for i := 0; i < len(p.Offers); i += 4 {
			kept = append(kept, p.Offers[i])
		}
		p.Offers = kept
	}
	f := Figures{Times: times, Few: few, Schools: size.Lead + size.Rural, Teachers: size.Teachers, Offers: len(p.Offers), Needs: len(p.Needs)}
	begun := time.Now()
	found, err := plan.Make(ctx, p, nil)
	if err != nil {
		return f, err
	}
	f.Plan, f.Wanted, f.Placed, f.Bound, f.Lessons, f.Score = time.Since(begun), found.Wanted, found.Placed, found.Bound, len(found.Lessons), found.Score
	f.expand(p, found)
	return f, f.again(ctx, p, found)
}

// again plans with the plan, after one need in twenty lost a day.
func (f *Figures) again(ctx context.Context, p plan.Problem, found plan.Plan) error {
	p.Previous, p.Needs = found.Lessons, slices.Clone(p.Needs)
	for i := 0; i < len(p.Needs); i += 20 {
		for no := 1; no <= 8; no++ {
			p.Needs[i].Blocked = append(slices.Clip(p.Needs[i].Blocked), pairing.Cell{Weekday: 1, Period: no})
		}
	}
	begun := time.Now()
	changed, err := plan.Make(ctx, p, nil)
	f.Again, f.Changes = time.Since(begun), changed.Changes
	return err
}

// expand makes the dated lessons of the plan as courses are expanded, again and again until they are enough; the board gets as many, those of the
// further rounds with people and rooms of their own.
func (f *Figures) expand(p plan.Problem, found plan.Plan) {
	courses, cals := courses(p, found)
	begun := time.Now()
	for f.Dated < enough {
		for i, c := range courses {
			held, _ := timetable.Expand(c, cals[i])
			f.Dated += len(held)
		}
	}
	f.Expand = time.Since(begun)
	board := timetable.NewBoard(nil, nil)
	dated := plan.Dated(p, found.Lessons)
	for round := 0; board.Len() < enough; round++ {
		for _, l := range dated {
			l.Lesson += fmt.Sprint(" ", round)
			l.Uses = slices.Clone(l.Uses)
			for i := range l.Uses {
				l.Uses[i].ID += fmt.Sprint(" ", round)
			}
			board.Add(l)
		}
	}
	f.OnBoard = board.Len()
	f.check(board, dated)
}

// checks is how many weekly slots are checked, for the mean.
const checks = 200

// check asks about weekly slots that are on the board already, so that each of their lessons clashes.
func (f *Figures) check(board *timetable.Board, dated []timetable.Lesson) {
	weekly := map[string][]timetable.Lesson{}
	var order []string
	for _, l := range dated {
		slot := fmt.Sprint(l.Uses[0].ID, l.Start.Weekday(), l.Uses[2].ID)
		if weekly[slot] == nil {
			order = append(order, slot)
		}
		l.Lesson = "new " + l.Lesson
		for i := range l.Uses {
			l.Uses[i].ID += " 0"
		}
		weekly[slot] = append(weekly[slot], l)
	}
	begun := time.Now()
	for i := range checks {
		for _, l := range weekly[order[i%len(order)]] {
			board.Check(l)
		}
	}
	f.Check = time.Since(begun) / checks
}

// courses are the weekly lessons as courses, with their calendars.
func courses(p plan.Problem, found plan.Plan) (list []timetable.Course, cals []map[string]*timetable.Calendar) {
	needs, offers := map[string]pairing.Need{}, map[string]pairing.Offer{}
	for _, n := range p.Needs {
		needs[n.ID] = n
	}
	for _, o := range p.Offers {
		offers[o.ID] = o
	}
	for _, l := range found.Lessons {
		lead := offers[l.Offer].School.ID
		c := timetable.Course{Schools: []string{lead}, From: p.From, To: p.To, Minutes: p.Policy.Minutes, Slots: []timetable.Slot{{Weekday: l.Weekday, Periods: map[string]int{lead: l.Period}}}}
		of := map[string]*timetable.Calendar{lead: p.Calendars[lead]}
		for _, s := range l.Seats {
			school := needs[s.Need].School.ID
			if of[school] == nil {
				c.Schools = append(c.Schools, school)
				c.Slots[0].Periods[school], of[school] = s.Period, p.Calendars[school]
			}
		}
		list, cals = append(list, c), append(cals, of)
	}
	return list, cals
}
