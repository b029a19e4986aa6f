package db

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// OwnSlot is a weekly lesson of a school's own timetable.
type OwnSlot struct {
	bun.BaseModel `bun:"table:own_slots,alias:own"`
	ID            string `bun:",pk"`
	School        string
	Weekday       int
	Period        int
	Every         int
	Phase         int
	Subject       string
	Class         string `bun:",nullzero"`
	ClassName     string
	Teacher       string `bun:",nullzero"`
	TeacherName   string
	Room          string `bun:",nullzero"`
	RoomName      string
	Origin        string
	Imported      Instant
}

// OwnSlots reads the own timetables of schools, by class, weekday and period.
func OwnSlots(ctx context.Context, q bun.IDB, schools []string) ([]OwnSlot, error) {
	var rows []OwnSlot
	err := q.NewSelect().Model(&rows).Where("school IN (?)", bun.List(schools)).
		Order("school", "class_name", "weekday", "period", "every", "phase DESC", "teacher_name", "id").Limit(50_000).Scan(ctx)
	return rows, err
}

// Slot is the row as the timetable engine sees it.
func (s *OwnSlot) Slot() timetable.OwnSlot {
	slot := timetable.OwnSlot{ID: s.ID, Weekday: s.Weekday, Period: s.Period, Cycle: timetable.Cycle{Every: s.Every, Phase: s.Phase}}
	for _, u := range []timetable.Use{{Dimension: timetable.LecturerDim, ID: s.Teacher}, {Dimension: timetable.ClassDim, ID: s.Class}, {Dimension: timetable.RoomDim, ID: s.Room}} {
		if u.ID != "" {
			slot.Uses = append(slot.Uses, u)
		}
	}
	return slot
}

// Title is the slot in a few words: its subject and class.
func (s *OwnSlot) Title() string {
	if s.ClassName == "" {
		return s.Subject
	}
	return s.Subject + " · " + s.ClassName
}

// Purpose is what the lessons are for that are to be held. A slot of the own timetable with the same subject is not in the way of a lesson that
// takes its place: it is that of one of the lesson's classes, or the lecturer's with a class of the grade, which then takes part at the
// lecturer's side (同步课堂).
type Purpose struct {
	Subject string
	Grade   int
}

// TakenAll loads a board as Taken does, with what the schools' own timetables have beside it.
func TakenAll(ctx context.Context, q bun.IDB, p Purpose, lessons []timetable.Lesson, also ...timetable.Use) (*timetable.Board, error) {
	board, err := Taken(ctx, q, lessons, also...)
	if err != nil || len(lessons) == 0 {
		return board, err
	}
	uses, from, to := slices.Clone(also), lessons[0].Start, lessons[0].End
	for _, l := range lessons {
		uses = append(uses, l.Uses...)
		if l.Start.Before(from) {
			from = l.Start
		}
		if l.End.After(to) {
			to = l.End
		}
	}
	groups, err := groupsOf(ctx, q, uses)
	if err != nil {
		return nil, err
	}
	var who []string
	for _, u := range uses {
		who = append(who, u.ID)
	}
	for _, g := range groups {
		who = append(who, g.Classes...)
	}
	held, err := ownHeld(ctx, q, p, unique(who), lessons[0].Uses, from, to)
	for i, b := range held {
		b.Lesson = ownPrefix + b.Lesson + "." + strconv.Itoa(i) // once for each date
		board.Add(timetable.Lesson{Booked: b})
	}
	return board, err
}

// ownPrefix begins the names that lessons of own timetables have on a board.
const ownPrefix = "own."

// OwnSlotOf is the id of the slot of a school's own timetable that a lesson on a board is, "" if it is none.
func OwnSlotOf(lesson string) string {
	id, ok := strings.CutPrefix(lesson, ownPrefix)
	if !ok {
		return ""
	}
	id, _, _ = strings.Cut(id, ".")
	return id
}

// ownHeld dates what the own timetables of all schools have of these people, classes and rooms, without what the lessons take the place of.
func ownHeld(ctx context.Context, q bun.IDB, p Purpose, who []string, uses []timetable.Use, from, to time.Time) ([]timetable.Booked, error) {
	var rows []OwnSlot
	ids := bun.List(who)
	err := q.NewSelect().Model(&rows).Where("class IN (?) OR teacher IN (?) OR room IN (?)", ids, ids, ids).Order("school", "id").Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var schools, classes []string
	for _, r := range rows {
		schools, classes = append(schools, r.School), append(classes, r.Class)
	}
	schools = unique(schools)
	classOf, err := classesByID(ctx, q, classes)
	if err != nil {
		return nil, err
	}
	calendars, err := Calendars(ctx, q, schools)
	if err != nil {
		return nil, err
	}
	bySet := map[string]map[timetable.Set][]timetable.OwnSlot{}
	for i := range rows {
		r := &rows[i]
		if r.Subject == p.Subject && r.replaced(uses, classOf[r.Class].Grade == p.Grade) {
			continue
		}
		set := timetable.Set{}
		if r.Class != "" {
			set = classOf[r.Class].Set()
		}
		if bySet[r.School] == nil {
			bySet[r.School] = map[timetable.Set][]timetable.OwnSlot{}
		}
		bySet[r.School][set] = append(bySet[r.School][set], r.Slot())
	}
	var held []timetable.Booked
	for school, sets := range bySet {
		for set, slots := range sets {
			c := calendars[school]
			if set != (timetable.Set{}) {
				c = c.For(set)
			}
			held = append(held, c.Own(slots, timetable.DateOf(from, c.Zone), timetable.DateOf(to, c.Zone))...)
		}
	}
	return held, nil
}

// replaced tells whether lessons of the slot's subject with these uses take its place.
func (s *OwnSlot) replaced(uses []timetable.Use, sameGrade bool) bool {
	return slices.ContainsFunc(uses, func(u timetable.Use) bool {
		switch u.Dimension {
		case timetable.ClassDim:
			return s.Class == u.ID
		case timetable.LecturerDim:
			return s.Teacher == u.ID && s.Class != "" && sameGrade
		}
		return false
	})
}

func classesByID(ctx context.Context, q bun.IDB, ids []string) (map[string]Class, error) {
	var rows []Class
	err := q.NewSelect().Model(&rows).Where("id IN (?)", bun.List(unique(ids))).Scan(ctx)
	classes := map[string]Class{}
	for _, c := range rows {
		classes[c.ID] = c
	}
	return classes, err
}

// ownTitles are what the slots of own timetables among these lessons of a board are called, by the lessons' names there.
func ownTitles(ctx context.Context, q bun.IDB, lessons []string) (map[string]string, error) {
	bySlot := map[string][]string{}
	for _, l := range lessons {
		if id := OwnSlotOf(l); id != "" {
			bySlot[id] = append(bySlot[id], l)
		}
	}
	titles := map[string]string{}
	if len(bySlot) == 0 {
		return titles, nil
	}
	var rows []OwnSlot
	err := q.NewSelect().Model(&rows).Where("id IN (?)", bun.List(slices.Collect(maps.Keys(bySlot)))).Scan(ctx)
	for i := range rows {
		for _, l := range bySlot[rows[i].ID] {
			titles[l] = rows[i].Title()
		}
	}
	return titles, err
}
