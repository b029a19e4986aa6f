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

// slot is the row as the timetable engine sees it, with the class that it may have, and the school's stage.
func (s *OwnSlot) slot(class Class, stage string) timetable.OwnSlot {
	slot := timetable.OwnSlot{ID: s.ID, Weekday: s.Weekday, Period: s.Period, Cycle: s.Cycle(), School: s.School,
		Set: timetable.Set{Stage: stage}, Subject: s.Subject, Grade: class.Grade}
	if s.Class != "" {
		slot.Set = class.Set()
	}
	for _, u := range []timetable.Use{{Dimension: timetable.LecturerDim, ID: s.Teacher}, {Dimension: timetable.ClassDim, ID: s.Class}, {Dimension: timetable.RoomDim, ID: s.Room}} {
		if u.ID != "" {
			slot.Uses = append(slot.Uses, u)
		}
	}
	return slot
}

// Cycle is in which weeks it is.
func (s *OwnSlot) Cycle() timetable.Cycle { return timetable.Cycle{Every: s.Every, Phase: s.Phase} }

// Title is the slot in a few words: its subject and class.
func (s *OwnSlot) Title() string {
	if s.ClassName == "" {
		return s.Subject
	}
	return s.Subject + " · " + s.ClassName
}

// TakenAll loads a board as Taken does, with what the schools' own timetables have beside it.
func TakenAll(ctx context.Context, q bun.IDB, p timetable.Purpose, lessons []timetable.Lesson, also ...timetable.Use) (*timetable.Board, error) {
	return wanted{uses: slices.Clone(also)}.all(ctx, q, p, lessons, also)
}

// TakenDuring loads a board as TakenAll does, for one long time and many who could take part: it tells whether something is free, but not which
// lessons share a line that is full.
func TakenDuring(ctx context.Context, q bun.IDB, p timetable.Purpose, l timetable.Lesson) (*timetable.Board, error) {
	return wanted{sums: true}.all(ctx, q, p, []timetable.Lesson{l}, nil)
}

func (want wanted) all(ctx context.Context, q bun.IDB, p timetable.Purpose, lessons []timetable.Lesson, also []timetable.Use) (*timetable.Board, error) {
	board, err := want.board(ctx, q, lessons)
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
	own, err := loadOwn(ctx, q, uses)
	if err != nil {
		return nil, err
	}
	for _, l := range own.held(p, lessons[0].Uses, uses, from, to) {
		board.Add(l)
	}
	return board, nil
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

// ownWeeks are the own timetables of all schools, as far as they have something of certain people, classes and rooms.
type ownWeeks struct {
	slots     map[string][]timetable.OwnSlot // by person, class and room
	groups    map[string]timetable.Group     // that may share pupils with the uses
	calendars map[string]*timetable.Calendar
	sets      map[setOf]*timetable.Calendar // made when asked for
}

// loadOwn reads what the own timetables have of the uses, and of the classes of their groups.
func loadOwn(ctx context.Context, q bun.IDB, uses []timetable.Use) (*ownWeeks, error) {
	groups, err := groupsOf(ctx, q, uses)
	if err != nil {
		return nil, err
	}
	o := &ownWeeks{slots: map[string][]timetable.OwnSlot{}, groups: map[string]timetable.Group{}, sets: map[setOf]*timetable.Calendar{}}
	var who []string
	for _, u := range uses {
		who = append(who, u.ID)
	}
	for _, g := range groups {
		who, o.groups[g.ID] = append(who, g.Classes...), g
	}
	slots, err := OwnSlotsOf(ctx, q, unique(who))
	if err != nil || len(slots) == 0 {
		return o, err
	}
	var schools []string
	for _, s := range slots {
		schools = append(schools, s.School)
		for _, u := range s.Uses {
			o.slots[u.ID] = append(o.slots[u.ID], s)
		}
	}
	o.calendars, err = Calendars(ctx, q, unique(schools))
	return o, err
}

// OwnSlotsOf reads what the own timetables of all schools have of people, classes and rooms.
func OwnSlotsOf(ctx context.Context, q bun.IDB, who []string) ([]timetable.OwnSlot, error) {
	var rows []struct {
		OwnSlot
		OfGrade                     int
		OfCampus, OfStage, OfSchool string
	}
	ids := bun.List(who)
	err := q.NewSelect().Model(&rows).ModelTableExpr("own_slots AS own").
		ColumnExpr("own.*, COALESCE(c.grade, 0) AS of_grade, COALESCE(c.campus, '') AS of_campus, COALESCE(c.stage, '') AS of_stage, s.stage AS of_school").
		Join("JOIN schools s ON s.id = own.school").Join("LEFT JOIN classes c ON c.id = own.class").
		Where("own.class IN (?) OR own.teacher IN (?) OR own.room IN (?)", ids, ids, ids).Order("own.school", "own.id").Scan(ctx)
	slots := make([]timetable.OwnSlot, len(rows))
	for i, r := range rows {
		slots[i] = r.slot(Class{Grade: r.OfGrade, Campus: r.OfCampus, Stage: r.OfStage}, r.OfSchool)
	}
	return slots, err
}

// held dates what they have of some of the uses, without what lessons for the purpose take the place of that have such uses of their own. Each
// has a name of its own on a board.
func (o *ownWeeks) held(p timetable.Purpose, own, uses []timetable.Use, from, to time.Time) []timetable.Lesson {
	seen := map[string]bool{}
	bySet := map[setOf][]timetable.OwnSlot{}
	for _, u := range uses {
		for _, id := range append(slices.Clip(o.groups[u.ID].Classes), u.ID) {
			for _, s := range o.slots[id] {
				if !seen[s.ID] && !s.GivesWay(p, own) {
					at := setOf{s.School, s.Set}
					bySet[at] = append(bySet[at], s)
				}
				seen[s.ID] = true
			}
		}
	}
	var held []timetable.Lesson
	for at, slots := range bySet {
		c := o.calendar(at)
		for i, b := range c.Own(slots, timetable.DateOf(from, c.Zone), timetable.DateOf(to, c.Zone)) {
			b.Lesson = ownPrefix + b.Lesson + "." + strconv.Itoa(i) // once for each date
			held = append(held, timetable.Lesson{Booked: b})
		}
	}
	return held
}

// conflicts are those of one lesson.
func (o *ownWeeks) conflicts(p timetable.Purpose, l timetable.Lesson) []timetable.Conflict {
	held := o.held(p, l.Uses, l.Uses, l.Start, l.End)
	if len(held) == 0 {
		return nil
	}
	board := timetable.NewBoard(slices.Collect(maps.Values(o.groups)), nil)
	for _, h := range held {
		board.Add(h)
	}
	return board.Check(l)
}

func (o *ownWeeks) calendar(at setOf) *timetable.Calendar {
	if o.sets[at] == nil {
		o.sets[at] = o.calendars[at.school].For(at.set)
	}
	return o.sets[at]
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
