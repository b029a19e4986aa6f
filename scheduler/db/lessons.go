package db

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/link"
)

// LessonView is a lesson with the names that belong to it.
type LessonView struct {
	Lesson
	LecturerName  string
	InsteadOfName string
	ReplacedBy    string           // id of the lesson that makes up for it
	ReplacesStart Instant          // of what it makes up for
	ReplacedStart Instant          // of what makes up for it
	Rooms         []LessonRoomView `bun:"-"` // the lecturer's first
	Devices       []PortableDevice `bun:"-"`
	Recording     *Resource        `bun:"-"` // nil: none
}

// LessonRoomView is a room of a lesson with its names.
type LessonRoomView struct {
	LessonRoom
	RoomName      string
	SchoolName    string
	DownKbps      int // of its school, 0: no contract of its own
	UpKbps        int
	AssistantName string
	ClassName     string
	GroupName     string
	GroupClasses  []string `bun:"-"` // from which the group's pupils come
}

// DeviceIDs are the ids of the lesson's portable devices.
func (l *LessonView) DeviceIDs() []string {
	var ids []string
	for _, d := range l.Devices {
		ids = append(ids, d.ID)
	}
	return ids
}

// LessonFilter chooses lessons; what is zero does not limit.
type LessonFilter struct {
	IDs      []string
	From, To time.Time // start in [From, To)
	States   []string
	School   string // takes part
	Course   string
	Room     string
	Schools  *[]string // one of them takes part, or Lecturer teaches
	Lecturer string    // with Schools
	Person   string    // lectures or assists
}

// maxLessons bounds one answer: a year of a busy school.
const maxLessons = 20_000

func (f LessonFilter) apply(q *bun.SelectQuery) *bun.SelectQuery {
	if f.IDs != nil {
		q = q.Where("lesson.id IN (?)", bun.List(f.IDs))
	}
	if !f.From.IsZero() {
		q = q.Where("lesson.start_at >= ?", At(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("lesson.start_at < ?", At(f.To))
	}
	if f.States != nil {
		q = q.Where("lesson.state IN (?)", bun.List(f.States))
	}
	if f.Course != "" {
		q = q.Where("lesson.course = ?", f.Course)
	}
	const takesPart = "SELECT 1 FROM lesson_rooms r WHERE r.lesson = lesson.id AND "
	if f.School != "" {
		q = q.Where("EXISTS ("+takesPart+"r.school = ?)", f.School)
	}
	if f.Room != "" {
		q = q.Where("EXISTS ("+takesPart+"r.room = ?)", f.Room)
	}
	if f.Person != "" {
		q = q.Where("(lesson.lecturer = ? OR EXISTS ("+takesPart+"r.assistant = ?))", f.Person, f.Person)
	}
	if f.Schools != nil {
		q = q.Where("(lesson.lecturer = ? OR EXISTS ("+takesPart+"r.school IN (?)))", f.Lecturer, bun.List(*f.Schools))
	}
	return q
}

// Lessons finds lessons by start.
func Lessons(ctx context.Context, q bun.IDB, f LessonFilter) ([]LessonView, error) {
	var rows []LessonView
	err := f.apply(q.NewSelect().Model(&rows).ModelTableExpr("lessons AS lesson").ColumnExpr("lesson.*, p.name AS lecturer_name").
		ColumnExpr("COALESCE(instead.name, '') AS instead_of_name, COALESCE(extra.id, '') AS replaced_by, COALESCE(extra.start_at, 0) AS replaced_start, COALESCE(lost.start_at, 0) AS replaces_start").
		Join("JOIN persons p ON p.id = lesson.lecturer").Join("LEFT JOIN persons instead ON instead.id = lesson.instead_of").
		Join("LEFT JOIN lessons extra ON extra.replaces = lesson.id").Join("LEFT JOIN lessons lost ON lost.id = lesson.replaces")).
		Order("lesson.start_at", "lesson.id").Limit(maxLessons).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return rows, err
	}
	byID := make(map[string]*LessonView, len(rows))
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		byID[ids[i]] = &rows[i]
	}
	var rooms []LessonRoomView
	err = q.NewSelect().Model(&rooms).ModelTableExpr("lesson_rooms AS lr").
		ColumnExpr("lr.*, r.name AS room_name, r.class AS room_class, a.name AS school_name, s.down_kbps, s.up_kbps, COALESCE(p.name, '') AS assistant_name, COALESCE(g.name, '') AS group_name, COALESCE(c.name, '') AS class_name").
		Join("JOIN rooms r ON r.id = lr.room").Join("JOIN areas a ON a.id = lr.school").Join("JOIN schools s ON s.id = lr.school").
		Join("LEFT JOIN persons p ON p.id = lr.assistant").Join("LEFT JOIN teaching_groups g ON g.id = lr.teaching_group").Join("LEFT JOIN classes c ON c.id = lr.class").
		Where("lr.lesson IN (?)", bun.List(ids)).Order("lr.lesson", "lr.place").Scan(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rooms {
		byID[r.Lesson].Rooms = append(byID[r.Lesson].Rooms, r)
	}
	var recordings []Resource
	if err := q.NewSelect().Model(&recordings).Where("lesson IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	for i := range recordings {
		byID[recordings[i].Lesson].Recording = &recordings[i]
	}
	return rows, errors.Join(addDevices(ctx, q, ids, byID), addGroupClasses(ctx, q, rows))
}

func addDevices(ctx context.Context, q bun.IDB, ids []string, byID map[string]*LessonView) error {
	var devices []struct {
		PortableDevice
		Lesson string
	}
	err := q.NewSelect().Model(&devices).ModelTableExpr("portable_devices AS d").ColumnExpr("d.*, ld.lesson").
		Join("JOIN lesson_devices ld ON ld.device = d.id").Where("ld.lesson IN (?)", bun.List(ids)).Order("d.name").Scan(ctx)
	for _, d := range devices {
		byID[d.Lesson].Devices = append(byID[d.Lesson].Devices, d.PortableDevice)
	}
	return err
}

func addGroupClasses(ctx context.Context, q bun.IDB, lessons []LessonView) error {
	inGroup := map[string][]*LessonRoomView{}
	for i := range lessons {
		for k := range lessons[i].Rooms {
			if r := &lessons[i].Rooms[k]; r.TeachingGroup != "" {
				inGroup[r.TeachingGroup] = append(inGroup[r.TeachingGroup], r)
			}
		}
	}
	if len(inGroup) == 0 {
		return nil
	}
	var classes []TeachingGroupClass
	err := q.NewSelect().Model(&classes).Where("teaching_group IN (?)", bun.List(slices.Collect(maps.Keys(inGroup)))).Scan(ctx)
	for _, c := range classes {
		for _, r := range inGroup[c.TeachingGroup] {
			r.GroupClasses = append(r.GroupClasses, c.Class)
		}
	}
	return err
}

// LessonByID finds one lesson; ErrNotFound.
func LessonByID(ctx context.Context, q bun.IDB, id string) (*LessonView, error) {
	found, err := Lessons(ctx, q, LessonFilter{IDs: []string{id}})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrNotFound
	}
	return &found[0], nil
}

// Move changes a lesson's state if it is still one of from, and tells whether it did. set names further columns; every change raises
// the iCalendar sequence.
func Move(ctx context.Context, tx bun.Tx, id string, from []string, to string, now time.Time, set map[string]any) (bool, error) {
	u := tx.NewUpdate().Model((*Lesson)(nil)).Set("state = ?", to).Set("sequence = sequence + 1").Set("version = version + 1").
		Set("changed = ?", At(now)).Where("id = ?", id).Where("state IN (?)", bun.List(from))
	for column, value := range set {
		u = u.Set("? = ?", bun.Ident(column), value)
	}
	res, err := u.Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Cancel cancels a planned lesson and frees what it took; ErrNotFound if it is not planned.
func Cancel(ctx context.Context, tx bun.Tx, id, reason string, now time.Time) error {
	moved, err := Move(ctx, tx, id, []string{"planned"}, "cancelled", now, map[string]any{"reason": reason})
	if err != nil {
		return err
	}
	if !moved {
		return ErrNotFound
	}
	return free(ctx, tx, []string{id})
}

// End ends a live lesson and frees what it took from now on; it tells whether the lesson was live.
func End(ctx context.Context, tx bun.Tx, id string, now time.Time) (bool, error) {
	moved, err := Move(ctx, tx, id, []string{"live"}, "ended", now, map[string]any{"ended_at": At(now)})
	if err != nil || !moved {
		return false, err
	}
	return true, Release(ctx, tx, id, now)
}

// Due finds the lessons of a state that were planned to end before the instant.
func Due(ctx context.Context, q bun.IDB, state link.State, before time.Time) ([]LessonView, error) {
	var ids []string
	err := q.NewSelect().Model((*Lesson)(nil)).Column("id").Where("state = ?", string(state)).Where("end_at < ?", At(before)).
		Order("end_at").Limit(500).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return Lessons(ctx, q, LessonFilter{IDs: ids})
}
