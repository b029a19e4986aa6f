package db

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// PlanLessons writes lessons and books what they take, all or none; *ClashError tells what is taken, also by the schools' own timetables. All are
// of one subject and grade. It must run in Tx: that nobody books the same in between is what makes the transaction serialisable.
func PlanLessons(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	return planLessons(ctx, tx, lessons, func(takes []timetable.Lesson) (*timetable.Board, error) {
		return TakenAll(ctx, tx, lessons[0].purpose(), takes)
	})
}

// PlanRegardless plans lessons as PlanLessons does, whatever the schools' own timetables have. It must run in Tx.
func PlanRegardless(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	return planLessons(ctx, tx, lessons, func(takes []timetable.Lesson) (*timetable.Board, error) { return Taken(ctx, tx, takes) })
}

func (l *NewLesson) purpose() timetable.Purpose {
	return timetable.Purpose{Subject: l.Subject, Grade: l.Grade, Substitute: l.InsteadOf != ""}
}

func planLessons(ctx context.Context, tx bun.Tx, lessons []NewLesson, taken func([]timetable.Lesson) (*timetable.Board, error)) error {
	if len(lessons) == 0 {
		return nil
	}
	if err := completed(ctx, tx, lessons); err != nil {
		return err
	}
	takes := make([]timetable.Lesson, len(lessons))
	for i := range lessons {
		if takes[i] = lessons[i].Takes(); takes[i].End.Sub(takes[i].Start) > LongestLesson {
			return fmt.Errorf("a lesson of more than %s", LongestLesson)
		}
	}
	board, err := taken(takes)
	if err != nil {
		return err
	}
	var conflicts []timetable.Conflict
	for _, l := range takes {
		conflicts = append(conflicts, board.Check(l)...)
		board.Add(l)
	}
	if len(conflicts) > 0 {
		return clashError(ctx, tx, conflicts, lessons)
	}
	return insertLessons(ctx, tx, lessons)
}

func insertLessons(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	rows := make([]Lesson, len(lessons))
	for i, l := range lessons {
		rows[i] = l.Lesson
	}
	if err := insertAll(ctx, tx, &rows); err != nil {
		return fmt.Errorf("write lessons: %w", err)
	}
	return insertParts(ctx, tx, lessons)
}

// insertParts writes the lessons' rooms and devices, and books what they take, whatever it clashes with.
func insertParts(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	if err := writeParts(ctx, tx, lessons); err != nil {
		return err
	}
	return book(ctx, tx, lessons)
}

func writeParts(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	var rooms []LessonRoom
	var devices []LessonDevice
	for _, l := range lessons {
		for place, r := range l.Rooms {
			r.Lesson, r.Place = l.ID, place
			rooms = append(rooms, r)
		}
		for _, d := range l.Devices {
			devices = append(devices, LessonDevice{Lesson: l.ID, Device: d})
		}
	}
	if err := insertAll(ctx, tx, &rooms); err != nil {
		return fmt.Errorf("write rooms of lessons: %w", err)
	}
	if len(devices) > 0 {
		if err := insertAll(ctx, tx, &devices); err != nil {
			return fmt.Errorf("write devices of lessons: %w", err)
		}
	}
	return nil
}

// book books what the lessons take, whatever it clashes with.
func book(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	var bookings []Booking
	var loads []Load
	for i := range lessons {
		bookings = append(bookings, lessons[i].bookings()...)
		loads = append(loads, lessons[i].loadRows()...)
	}
	if err := insertAll(ctx, tx, &bookings); err != nil {
		return fmt.Errorf("book: %w", err)
	}
	if len(loads) == 0 {
		return nil
	}
	return insertAll(ctx, tx, &loads)
}

func insertAll(ctx context.Context, tx bun.Tx, models ...any) error {
	for _, model := range models {
		if _, err := tx.NewInsert().Model(model).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// free gives back all that lessons took.
func free(ctx context.Context, tx bun.Tx, lessons []string) error {
	for _, model := range []any{(*Booking)(nil), (*Load)(nil)} {
		if _, err := tx.NewDelete().Model(model).Where("lesson IN (?)", bun.List(lessons)).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Release gives back what a lesson took, from now on.
func Release(ctx context.Context, tx bun.Tx, lesson string, now time.Time) error {
	for _, model := range []any{(*Booking)(nil), (*Load)(nil)} {
		if _, err := tx.NewDelete().Model(model).Where("lesson = ?", lesson).Where("start_at >= ?", At(now)).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model(model).Set("end_at = ?", At(now)).Where("lesson = ?", lesson).Where("end_at > ?", At(now)).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
