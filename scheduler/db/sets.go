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
	schools := []string{c.Lead}
	classes := make([]string, len(c.Places))
	for i, p := range c.Places {
		schools, classes[i] = append(schools, p.School), p.Class
		if p.TeachingGroup != "" { // has the bells of its classes
			err := q.NewSelect().Model((*TeachingGroupClass)(nil)).ColumnExpr("MIN(class)").Where("teaching_group = ?", p.TeachingGroup).Scan(ctx, &classes[i])
			if err != nil {
				return nil, err
			}
		}
	}
	calendars, err := Calendars(ctx, q, schools)
	if err != nil {
		return nil, err
	}
	room, err := RoomByID(ctx, q, c.Room)
	if err != nil {
		return nil, err
	}
	sets, err := SetsOf(ctx, q, classes)
	if err != nil {
		return nil, err
	}
	for i, p := range c.Places {
		calendars[p.School] = calendars[p.School].For(sets[classes[i]])
	}
	calendars[c.Lead] = calendars[c.Lead].For(timetable.Set{Campus: room.Campus, Stage: StageOf(c.Grade)})
	return calendars, nil
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
