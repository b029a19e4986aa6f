package db

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Planned is what is planned already where a lesson of a school's own timetable wants to be.
type Planned struct {
	Slot      int // index
	Dimension timetable.Dimension
	Title     string
	First     time.Time
	Count     int // dates
}

// PlannedAt tells what is planned, from now on, where a school's own timetable would have these slots: by slot, then by time. Lessons that would take
// the place of a slot are none of it.
func PlannedAt(ctx context.Context, q bun.IDB, school *School, rows []OwnSlot, now time.Time) ([]Planned, error) {
	slots, err := slotsOf(ctx, q, school, rows)
	if err != nil || len(slots) == 0 {
		return nil, err
	}
	calendars, err := Calendars(ctx, q, []string{school.ID})
	if err != nil {
		return nil, err
	}
	c := calendars[school.ID]
	term := timetable.Lesson{Booked: timetable.Booked{Start: now, End: (c.Term.To + 1).At(0, c.Zone)}}
	own := &ownWeeks{slots: map[string][]timetable.OwnSlot{}, calendars: calendars, sets: map[setOf]*timetable.Calendar{}}
	for _, s := range slots {
		term.Uses = append(term.Uses, s.Uses...)
		for _, u := range s.Uses {
			own.slots[u.ID] = append(own.slots[u.ID], s)
		}
	}
	if !term.Start.Before(term.End) || len(term.Uses) == 0 {
		return nil, nil
	}
	board, err := Taken(ctx, q, []timetable.Lesson{term})
	if err != nil {
		return nil, err
	}
	var found []timetable.Conflict
	var of []int
	for _, l := range own.held(timetable.Purpose{}, nil, term.Uses, now, term.End) {
		if !l.Start.Before(now) {
			slot, _ := strconv.Atoi(OwnSlotOf(l.Lesson)) // their ids are their numbers
			for _, conflict := range board.Check(l) {
				found, of = append(found, conflict), append(of, slot)
			}
		}
	}
	return planned(ctx, q, slots, found, of)
}

// slotsOf are the rows as the engine sees them, each with its number for an id.
func slotsOf(ctx context.Context, q bun.IDB, school *School, rows []OwnSlot) ([]timetable.OwnSlot, error) {
	list, err := ClassesOf(ctx, q, school.ID)
	classes := map[string]Class{}
	for _, c := range list {
		classes[c.ID] = c
	}
	slots := make([]timetable.OwnSlot, len(rows))
	for i := range rows {
		slots[i] = rows[i].slot(classes[rows[i].Class], school.Stage)
		slots[i].ID, slots[i].School = strconv.Itoa(i), school.ID
	}
	return slots, err
}

// planned puts together the dates of each slot that lessons of one title want.
func planned(ctx context.Context, q bun.IDB, slots []timetable.OwnSlot, conflicts []timetable.Conflict, of []int) ([]Planned, error) {
	ids := []string{}
	for _, c := range conflicts {
		ids = append(ids, c.Lessons[0])
	}
	lessons, err := Lessons(ctx, q, LessonFilter{IDs: unique(ids)})
	if err != nil {
		return nil, err
	}
	byID := map[string]*NewLesson{}
	for i := range lessons {
		l := lessons[i].New()
		byID[l.ID] = &l
	}
	var list []Planned
	for i, c := range conflicts {
		l := byID[c.Lessons[0]]
		if l == nil || slots[of[i]].GivesWay(l.purpose(), l.Uses()) {
			continue
		}
		at := slices.IndexFunc(list, func(p Planned) bool { return p.Slot == of[i] && p.Dimension == c.Use.Dimension && p.Title == l.Title })
		if at < 0 {
			at = len(list)
			list = append(list, Planned{Slot: of[i], Dimension: c.Use.Dimension, Title: l.Title, First: c.Start})
		}
		list[at].Count++
		if c.Start.Before(list[at].First) {
			list[at].First = c.Start
		}
	}
	slices.SortStableFunc(list, func(a, b Planned) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), a.First.Compare(b.First)) })
	return list, nil
}
