package db

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// NewCourse is a course to be planned. The ids of its rows are filled in by CreateCourse.
type NewCourse struct {
	Course
	Lead    string // school id
	Places  []CoursePlace
	Slots   []timetable.Slot
	Devices []string // portable ones
}

// Spec is the course as the timetable engine sees it.
func (c *NewCourse) Spec() (timetable.Course, error) {
	spec := timetable.Course{Schools: []string{c.Lead}, Slots: c.Slots, Minutes: c.Minutes}
	for _, p := range c.Places {
		spec.Schools = append(spec.Schools, p.School)
	}
	var err error
	if spec.From, err = timetable.ParseDate(c.ValidFrom); err != nil {
		return spec, err
	}
	spec.To, err = timetable.ParseDate(c.ValidTo)
	return spec, err
}

// CreateCourse expands a course to dated lessons and writes both, or nothing and *ClashError. Lessons that would have begun before now
// are left out. It must run in Tx.
func CreateCourse(ctx context.Context, tx bun.Tx, c *NewCourse, now time.Time) error {
	spec, err := c.Spec()
	if err != nil {
		return err
	}
	calendars, err := CalendarsOf(ctx, tx, c)
	if err != nil {
		return err
	}
	held, lost := timetable.Expand(spec, calendars)
	if c.Misfits, err = toJSON(nonNil(lost)); err != nil {
		return err
	}
	c.ID, c.Created, c.Version = ident.New(), At(now), 1
	if err := insertCourse(ctx, tx, c); err != nil {
		return err
	}
	var lessons []NewLesson
	for _, o := range held {
		if o.Start.After(now) {
			lessons = append(lessons, c.lesson(o, now))
		}
	}
	return PlanLessons(ctx, tx, lessons)
}

func insertCourse(ctx context.Context, tx bun.Tx, c *NewCourse) error {
	if _, err := tx.NewInsert().Model(&c.Course).Exec(ctx); err != nil {
		return fmt.Errorf("write course: %w", err)
	}
	places := make([]CoursePlace, len(c.Places))
	for i, p := range c.Places {
		p.Course, p.Place = c.ID, i+1
		places[i] = p
	}
	if _, err := tx.NewInsert().Model(&places).Exec(ctx); err != nil {
		return fmt.Errorf("write places of course: %w", err)
	}
	for _, id := range c.Devices {
		if _, err := tx.NewInsert().Model(&CourseDevice{Course: c.ID, Device: id}).Exec(ctx); err != nil {
			return fmt.Errorf("write devices of course: %w", err)
		}
	}
	slots := make([]CourseSlot, len(c.Slots))
	for i, s := range c.Slots {
		periods, err := toJSON(s.Periods)
		if err != nil {
			return err
		}
		slots[i] = CourseSlot{Course: c.ID, No: i, Weekday: s.Weekday, Every: max(s.Cycle.Every, 1), Phase: s.Cycle.Phase, Periods: periods}
	}
	_, err := tx.NewInsert().Model(&slots).Exec(ctx)
	return err
}

// lesson is a dated lesson of the course.
func (c *NewCourse) lesson(o timetable.Occurrence, now time.Time) NewLesson {
	l := NewLesson{Lesson: Lesson{ID: ident.New(), Course: c.ID, Title: c.Title, Subject: c.Subject, Grade: c.Grade, Kind: c.Kind, State: "planned",
		StartAt: At(o.Start), EndAt: At(o.End), Lecturer: c.Lecturer, Record: c.Record, Picture: c.Picture, Changed: At(now)},
		Devices: c.Devices}
	l.Rooms = append(l.Rooms, LessonRoom{Room: c.Room, School: c.Lead})
	for _, p := range c.Places {
		l.Rooms = append(l.Rooms, LessonRoom{Room: p.Room, School: p.School, Class: p.Class, TeachingGroup: p.TeachingGroup, Assistant: p.Assistant})
	}
	for i := range l.Rooms {
		setPeriod(&l.Rooms[i], o.Places[i].Period)
	}
	return l
}

// ExtraLesson (补课) is a lesson of the course at a time of its own, outside the periods.
func (c *NewCourse) ExtraLesson(start, end, now time.Time) NewLesson {
	places := make([]timetable.Place, len(c.Places)+1)
	l := c.lesson(timetable.Occurrence{Start: start, End: end, Places: places}, now)
	l.Extra = true
	for i := range l.Rooms {
		l.Rooms[i].PeriodStart, l.Rooms[i].PeriodEnd = "", ""
	}
	return l
}

// CourseByID reads a course back; ErrNotFound.
func CourseByID(ctx context.Context, q bun.IDB, id string) (*NewCourse, error) {
	found, err := Courses(ctx, q, []string{id}, nil)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrNotFound
	}
	return &found[0], nil
}

// Courses reads courses, by title: those with these ids (nil: any), or those that are not cancelled and in which one of the schools takes
// part (nil: any).
func Courses(ctx context.Context, q bun.IDB, ids, schools []string) ([]NewCourse, error) {
	return findCourses(ctx, q, func(sel *bun.SelectQuery) *bun.SelectQuery {
		if ids != nil {
			sel = sel.Where("course.id IN (?)", bun.List(ids))
		}
		if schools != nil {
			sel = taught(sel, schools)
		}
		return sel.Limit(5000)
	})
}

// taught limits a query to courses that are not cancelled and in which one of the schools takes part.
func taught(sel *bun.SelectQuery, schools []string) *bun.SelectQuery {
	return sel.Where("NOT course.cancelled").Where("(r.school IN (?0) OR EXISTS (SELECT 1 FROM course_places p WHERE p.course = course.id AND p.school IN (?0)))", bun.List(schools))
}

func findCourses(ctx context.Context, q bun.IDB, which func(*bun.SelectQuery) *bun.SelectQuery) ([]NewCourse, error) {
	var rows []struct {
		Course
		Lead string
	}
	sel := q.NewSelect().Model(&rows).ModelTableExpr("courses AS course").ColumnExpr("course.*, r.school AS lead").
		Join("JOIN rooms r ON r.id = course.room").Order("course.title", "course.id")
	if err := which(sel).Scan(ctx); err != nil || len(rows) == 0 {
		return nil, err
	}
	courses := make([]NewCourse, len(rows))
	byID := map[string]*NewCourse{}
	found := make([]string, len(rows))
	for i, r := range rows {
		courses[i] = NewCourse{Course: r.Course, Lead: r.Lead}
		byID[r.ID], found[i] = &courses[i], r.ID
	}
	return courses, addParts(ctx, q, found, byID)
}

func addParts(ctx context.Context, q bun.IDB, ids []string, courses map[string]*NewCourse) error {
	var places []CoursePlace
	if err := q.NewSelect().Model(&places).Where("course IN (?)", bun.List(ids)).Order("course", "place").Scan(ctx); err != nil {
		return err
	}
	for _, p := range places {
		courses[p.Course].Places = append(courses[p.Course].Places, p)
	}
	var devices []CourseDevice
	if err := q.NewSelect().Model(&devices).Where("course IN (?)", bun.List(ids)).Order("course", "device").Scan(ctx); err != nil {
		return err
	}
	for _, d := range devices {
		courses[d.Course].Devices = append(courses[d.Course].Devices, d.Device)
	}
	var slots []CourseSlot
	if err := q.NewSelect().Model(&slots).Where("course IN (?)", bun.List(ids)).Order("course", "no").Scan(ctx); err != nil {
		return err
	}
	for _, s := range slots {
		slot := timetable.Slot{Weekday: s.Weekday, Cycle: timetable.Cycle{Every: s.Every, Phase: s.Phase}}
		if err := json.Unmarshal([]byte(s.Periods), &slot.Periods); err != nil {
			return fmt.Errorf("slot %d of course %s: %w", s.No, s.Course, err)
		}
		courses[s.Course].Slots = append(courses[s.Course].Slots, slot)
	}
	return nil
}

func toJSON(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// CourseNames finds the names of all that courses speak of, by id.
func CourseNames(ctx context.Context, q bun.IDB, courses []NewCourse) (map[string]string, error) {
	var ids []string
	for _, c := range courses {
		ids = append(append(ids, c.Lecturer, c.Room, c.Lead), c.Devices...)
		for _, p := range c.Places {
			ids = append(ids, p.School, p.Room, p.Class, p.TeachingGroup, p.Assistant)
		}
	}
	return Names(ctx, q, ids, nil)
}

// LessonCounts counts the lessons of each course that are not cancelled.
func LessonCounts(ctx context.Context, q bun.IDB, courses []NewCourse) (map[string]int, error) {
	ids := make([]string, len(courses))
	for i, c := range courses {
		ids[i] = c.ID
	}
	var rows []struct {
		Course string
		N      int
	}
	err := q.NewSelect().Model((*Lesson)(nil)).ColumnExpr("course, count(*) AS n").Where("course IN (?)", bun.List(ids)).
		Where("state <> 'cancelled'").Group("course").Scan(ctx, &rows)
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.Course] = r.N
	}
	return counts, err
}

// CancelCourse cancels a course: its planned lessons that have not begun.
func CancelCourse(ctx context.Context, tx bun.Tx, course, reason string, now time.Time) error {
	if _, err := tx.NewUpdate().Model((*Course)(nil)).Set("cancelled = ?", true).Where("id = ?", course).Exec(ctx); err != nil {
		return err
	}
	var ids []string
	err := tx.NewSelect().Model((*Lesson)(nil)).Column("id").Where("course = ?", course).Where("state = 'planned'").
		Where("start_at > ?", At(now)).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	_, err = tx.NewUpdate().Model((*Lesson)(nil)).Set("state = 'cancelled'").Set("reason = ?", reason).Set("sequence = sequence + 1").Set("version = version + 1").
		Set("changed = ?", At(now)).Where("id IN (?)", bun.List(ids)).Exec(ctx)
	if err != nil {
		return err
	}
	return free(ctx, tx, ids)
}
