package db

import (
	"context"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// StageOf is the stage of a grade, 1–12.
func StageOf(grade int) string {
	switch {
	case grade <= 6:
		return "primary"
	case grade <= 9:
		return "junior"
	}
	return "senior"
}

// Set tells whose bells the class has.
func (c Class) Set() timetable.Set {
	if c.Stage == "" {
		return timetable.Set{Campus: c.Campus, Stage: StageOf(c.Grade)}
	}
	return timetable.Set{Campus: c.Campus, Stage: c.Stage}
}

// CalendarsOf reads the calendars of the schools of a course, each for the bells of its class; the lead school's are those of the grade's
// stage on the campus of the lecturer's room.
func CalendarsOf(ctx context.Context, q bun.IDB, c *NewCourse) (map[string]*timetable.Calendar, error) {
	all, err := loadCalendarsOf(ctx, q, []NewCourse{*c})
	if err != nil {
		return nil, err
	}
	return all.of(c), nil
}

// setOf are the classes of a school that have the same bells.
type setOf struct {
	school string
	set    timetable.Set
}

// calendarsOf are the calendars of the schools of many courses.
type calendarsOf struct {
	schools map[string]*timetable.Calendar
	campus  map[string]string // of rooms
	class   map[string]string // of teaching groups: they have the bells of their classes
	sets    map[string]timetable.Set
	made    map[setOf]*timetable.Calendar
}

func loadCalendarsOf(ctx context.Context, q bun.IDB, courses []NewCourse) (*calendarsOf, error) {
	var schools, rooms, classes, groups []string
	for _, c := range courses {
		schools, rooms = append(schools, c.Lead), append(rooms, c.Room)
		for _, p := range c.Places {
			schools, classes = append(schools, p.School), append(classes, p.Class)
			if p.TeachingGroup != "" {
				groups = append(groups, p.TeachingGroup)
			}
		}
	}
	o := &calendarsOf{campus: map[string]string{}, class: map[string]string{}, made: map[setOf]*timetable.Calendar{}}
	var err error
	if o.schools, err = Calendars(ctx, q, unique(schools)); err != nil {
		return nil, err
	}
	var rows []Room
	if err := q.NewSelect().Model(&rows).Column("id", "campus").Where("id IN (?)", bun.List(unique(rooms))).Scan(ctx); err != nil {
		return nil, err
	}
	for _, r := range rows {
		o.campus[r.ID] = r.Campus
	}
	var first []TeachingGroupClass
	err = q.NewSelect().Model(&first).ColumnExpr("teaching_group, MIN(class) AS class").Where("teaching_group IN (?)", bun.List(unique(groups))).Group("teaching_group").Scan(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range first {
		o.class[g.TeachingGroup], classes = g.Class, append(classes, g.Class)
	}
	o.sets, err = SetsOf(ctx, q, unique(classes))
	return o, err
}

func (o *calendarsOf) of(c *NewCourse) map[string]*timetable.Calendar {
	calendars := map[string]*timetable.Calendar{}
	for _, p := range c.Places {
		class := p.Class
		if p.TeachingGroup != "" {
			class = o.class[p.TeachingGroup]
		}
		calendars[p.School] = o.calendar(setOf{p.School, o.sets[class]})
	}
	calendars[c.Lead] = o.calendar(setOf{c.Lead, timetable.Set{Campus: o.campus[c.Room], Stage: StageOf(c.Grade)}})
	return calendars
}

func (o *calendarsOf) calendar(at setOf) *timetable.Calendar {
	if o.made[at] == nil {
		o.made[at] = o.schools[at.school].For(at.set)
	}
	return o.made[at]
}

// ClassWithBells is the class whose bells the pupils have: the class itself, or of a teaching group one of its classes, which all have the same.
func ClassWithBells(ctx context.Context, q bun.IDB, class, group string) (string, error) {
	if group == "" {
		return class, nil
	}
	err := q.NewSelect().Model((*TeachingGroupClass)(nil)).ColumnExpr("COALESCE(MIN(class), '')").Where("teaching_group = ?", group).Scan(ctx, &class)
	return class, err
}

// SetsOf tells whose bells the classes have, by class id.
func SetsOf(ctx context.Context, q bun.IDB, classes []string) (map[string]timetable.Set, error) {
	var rows []Class
	err := q.NewSelect().Model(&rows).Where("id IN (?)", bun.List(classes)).Scan(ctx)
	sets := make(map[string]timetable.Set, len(rows))
	for _, c := range rows {
		sets[c.ID] = c.Set()
	}
	return sets, err
}

// SetsOfSchools tells whose bells count at each school: those of its class among the named ones, or of its stage. The first school, which
// leads, goes by the stage of the others' classes.
func SetsOfSchools(ctx context.Context, q bun.IDB, schools, classes []string) (map[string]timetable.Set, error) {
	rows, err := Schools(ctx, q, schools)
	if err != nil {
		return nil, err
	}
	sets := make(map[string]timetable.Set, len(rows))
	for _, r := range rows {
		sets[r.ID] = timetable.Set{Stage: r.Stage}
	}
	var named []Class
	if err := q.NewSelect().Model(&named).Where("id IN (?)", bun.List(classes)).Order("id").Scan(ctx); err != nil {
		return nil, err
	}
	for _, c := range named {
		sets[c.School] = c.Set()
		sets[schools[0]] = timetable.Set{Stage: StageOf(c.Grade)}
	}
	return sets, nil
}
