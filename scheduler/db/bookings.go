package db

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// NewLesson is a lesson to be planned, with its rooms; the lecturer's first.
type NewLesson struct {
	Lesson
	Rooms []LessonRoom
}

// Uses is what the lesson takes for itself.
func (l *NewLesson) Uses() []timetable.Use {
	uses := []timetable.Use{{Dimension: timetable.LecturerDim, ID: l.Lecturer}}
	for _, r := range l.Rooms {
		uses = append(uses, timetable.Use{Dimension: timetable.RoomDim, ID: r.Room})
		if r.Class != "" {
			uses = append(uses, timetable.Use{Dimension: timetable.ClassDim, ID: r.Class})
		}
		if r.Assistant != "" {
			uses = append(uses, timetable.Use{Dimension: timetable.AssistantDim, ID: r.Assistant})
		}
	}
	return uses
}

func (l *NewLesson) booked() timetable.Booked {
	return timetable.Booked{Lesson: l.ID, Start: l.StartAt.Time(), End: l.EndAt.Time(), Uses: l.Uses()}
}

// NamedClash is a clash in words.
type NamedClash struct {
	timetable.Clash
	Who   string // name of the person, room or class
	Title string // of the lesson that is there already
}

// ClashError refuses lessons of which one would take what another has.
type ClashError struct{ Clashes []NamedClash }

func (e *ClashError) Error() string {
	return fmt.Sprintf("%d clashes with other lessons", len(e.Clashes))
}

// maxClashes bounds what a refusal tells.
const maxClashes = 50

// PlanLessons writes lessons and books what they take, all or none; *ClashError tells what is taken. It must run in Tx: that nobody
// books the same in between is what makes the transaction serialisable.
func PlanLessons(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	if len(lessons) == 0 {
		return nil
	}
	booked := make([]timetable.Booked, len(lessons))
	for i := range lessons {
		booked[i] = lessons[i].booked()
	}
	taken, err := Taken(ctx, tx, booked)
	if err != nil {
		return err
	}
	var clashes []timetable.Clash
	for _, b := range booked {
		clashes = append(clashes, taken.Clashes(b)...)
		taken.Add(b)
	}
	if len(clashes) > 0 {
		named, err := NameClashes(ctx, tx, clashes[:min(len(clashes), maxClashes)], lessons)
		if err != nil {
			return err
		}
		return &ClashError{named}
	}
	return insertLessons(ctx, tx, lessons)
}

// Taken loads what is booked at the times of these lessons of what they would use.
func Taken(ctx context.Context, q bun.IDB, lessons []timetable.Booked) (*timetable.Index, error) {
	index := &timetable.Index{}
	if len(lessons) == 0 {
		return index, nil
	}
	first, last := lessons[0].Start, lessons[0].End
	ids := map[string]bool{}
	for _, b := range lessons {
		first, last = earlier(first, b.Start), later(last, b.End)
		for _, u := range b.Uses {
			ids[u.ID] = true
		}
	}
	who := make([]string, 0, len(ids))
	for id := range ids {
		who = append(who, id)
	}
	var rows []Booking
	err := q.NewSelect().Model(&rows).Where("who IN (?)", bun.List(who)).Where("start_at < ?", At(last)).Where("end_at > ?", At(first)).
		Order("start_at").Scan(ctx)
	for _, r := range rows {
		index.Add(timetable.Booked{Lesson: r.Lesson, Start: r.StartAt.Time(), End: r.EndAt.Time(),
			Uses: []timetable.Use{{Dimension: timetable.Dimension(r.Dimension), ID: r.Who}}})
	}
	return index, err
}

func insertLessons(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	rows := make([]Lesson, len(lessons))
	var rooms []LessonRoom
	var bookings []Booking
	for i, l := range lessons {
		rows[i] = l.Lesson
		for place, r := range l.Rooms {
			r.Lesson, r.Place = l.ID, place
			rooms = append(rooms, r)
		}
		bookings = append(bookings, l.bookings()...)
	}
	for _, model := range []any{&rows, &rooms, &bookings} {
		if _, err := tx.NewInsert().Model(model).Exec(ctx); err != nil {
			return fmt.Errorf("write lessons: %w", err)
		}
	}
	return nil
}

// NameClashes finds the words for clashes. Lessons that are planned together are not in the database yet.
func NameClashes(ctx context.Context, q bun.IDB, clashes []timetable.Clash, together []NewLesson) ([]NamedClash, error) {
	var who, lessons []string
	for _, c := range clashes {
		who, lessons = append(who, c.Use.ID), append(lessons, c.Lesson)
	}
	var names []struct{ ID, Name string }
	err := q.NewRaw(`SELECT id, name FROM persons WHERE id IN (?0) UNION ALL SELECT id, name FROM rooms WHERE id IN (?0)
		UNION ALL SELECT id, name FROM classes WHERE id IN (?0) UNION ALL SELECT id, title AS name FROM lessons WHERE id IN (?1)`,
		bun.List(who), bun.List(lessons)).Scan(ctx, &names)
	if err != nil {
		return nil, err
	}
	name := map[string]string{}
	for _, n := range names {
		name[n.ID] = n.Name
	}
	for _, l := range together {
		name[l.ID] = l.Title
	}
	named := make([]NamedClash, len(clashes))
	for i, c := range clashes {
		named[i] = NamedClash{c, name[c.Use.ID], name[c.Lesson]}
	}
	return named, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Release gives back what a lesson took, from now on.
func Release(ctx context.Context, tx bun.Tx, lesson string, now time.Time) error {
	if _, err := tx.NewDelete().Model((*Booking)(nil)).Where("lesson = ?", lesson).Where("start_at >= ?", At(now)).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewUpdate().Model((*Booking)(nil)).Set("end_at = ?", At(now)).Where("lesson = ?", lesson).Where("end_at > ?", At(now)).Exec(ctx)
	return err
}
