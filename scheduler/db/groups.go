package db

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// GroupView is a teaching group with its classes.
type GroupView struct {
	TeachingGroup
	Classes []string `bun:"-"`
}

// GroupsOf lists a school's teaching groups by name.
func GroupsOf(ctx context.Context, q bun.IDB, school string) ([]GroupView, error) {
	var rows []struct {
		TeachingGroup
		Class string
	}
	err := q.NewSelect().Model(&rows).ModelTableExpr("teaching_groups AS g").ColumnExpr("g.*, c.class").
		Join("JOIN teaching_group_classes c ON c.teaching_group = g.id").Where("g.school = ?", school).Order("g.name", "c.class").Scan(ctx)
	var groups []GroupView
	for _, r := range rows {
		if n := len(groups); n == 0 || groups[n-1].ID != r.ID {
			groups = append(groups, GroupView{TeachingGroup: r.TeachingGroup})
		}
		g := &groups[len(groups)-1]
		g.Classes = append(g.Classes, r.Class)
	}
	return groups, err
}

// InsertGroup writes a teaching group of pupils from these classes.
func InsertGroup(ctx context.Context, tx bun.Tx, g *TeachingGroup, classes []string) error {
	rows := pupilsOf(g.ID, classes)
	return insertAll(ctx, tx, g, &rows)
}

func pupilsOf(group string, classes []string) []TeachingGroupClass {
	rows := make([]TeachingGroupClass, len(classes))
	for i, c := range classes {
		rows[i] = TeachingGroupClass{TeachingGroup: group, Class: c}
	}
	return rows
}

// SetGroup writes a teaching group anew. Where its pupils are others than before, none of its planned lessons may clash by that: *ClashError.
func SetGroup(ctx context.Context, tx bun.Tx, was GroupView, g *TeachingGroup, classes []string, now time.Time) error {
	if _, err := tx.NewUpdate().Model(g).Column("name", "band", "archived").WherePK().Exec(ctx); err != nil {
		return err
	}
	slices.Sort(classes)
	if slices.Equal(classes, was.Classes) && g.Band == was.Band {
		return nil
	}
	if _, err := tx.NewDelete().Model((*TeachingGroupClass)(nil)).Where("teaching_group = ?", g.ID).Exec(ctx); err != nil {
		return err
	}
	rows := pupilsOf(g.ID, classes)
	if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
		return err
	}
	return checkGroup(ctx, tx, g.ID, now)
}

// checkGroup refuses when a planned lesson of the group, from now on, shares pupils with another: *ClashError.
func checkGroup(ctx context.Context, tx bun.Tx, group string, now time.Time) error {
	ids, err := plannedWith(ctx, tx, timetable.GroupDim, group, now)
	if err != nil || len(ids) == 0 {
		return err
	}
	lessons, err := Lessons(ctx, tx, LessonFilter{IDs: ids})
	if err != nil {
		return err
	}
	byPurpose := map[timetable.Purpose][]NewLesson{}
	for i := range lessons {
		l := lessons[i].New()
		byPurpose[l.purpose()] = append(byPurpose[l.purpose()], l)
	}
	for purpose, planned := range byPurpose {
		takes := make([]timetable.Lesson, len(planned))
		for i := range planned {
			takes[i] = planned[i].Takes()
		}
		board, err := TakenAll(ctx, tx, purpose, takes)
		if err != nil {
			return err
		}
		if clashes := pupilClashes(board, takes); len(clashes) > 0 {
			return clashError(ctx, tx, clashes, planned)
		}
	}
	return nil
}

// pupilClashes are those of the lessons' groups alone.
func pupilClashes(board *timetable.Board, lessons []timetable.Lesson) []timetable.Conflict {
	var clashes []timetable.Conflict
	for _, l := range lessons {
		for _, c := range board.Check(l) {
			if c.Use.Dimension == timetable.GroupDim {
				clashes = append(clashes, c)
			}
		}
	}
	return clashes
}

// plannedWith finds the lessons that have booked it from now on.
func plannedWith(ctx context.Context, q bun.IDB, d timetable.Dimension, id string, now time.Time) ([]string, error) {
	var ids []string
	err := q.NewSelect().Model((*Booking)(nil)).Column("lesson").Where("dimension = ?", string(d)).Where("who = ?", id).Where("end_at > ?", At(now)).
		Order("start_at").Scan(ctx, &ids)
	return ids, err
}

// UsedBy finds the titles of what still needs a teaching group or a portable device: lessons from now on, and courses that run on or after the day.
func UsedBy(ctx context.Context, q bun.IDB, id, day string, now time.Time) ([]string, error) {
	var titles []string
	err := q.NewRaw(`SELECT l.title FROM bookings b JOIN lessons l ON l.id = b.lesson WHERE b.dimension IN ('group', 'device') AND b.who = ?0 AND b.end_at > ?1
		UNION SELECT title FROM courses WHERE NOT cancelled AND valid_to >= ?2 AND (id IN (SELECT course FROM course_places WHERE teaching_group = ?0)
			OR id IN (SELECT course FROM course_devices WHERE device = ?0)) ORDER BY 1 LIMIT 5`, id, At(now), day).Scan(ctx, &titles)
	return titles, err
}

// PortableDevicesOf lists what a school lends to lessons, by name.
func PortableDevicesOf(ctx context.Context, q bun.IDB, school string) ([]PortableDevice, error) {
	var rows []PortableDevice
	err := q.NewSelect().Model(&rows).Where("school = ?", school).Order("name").Scan(ctx)
	return rows, err
}
