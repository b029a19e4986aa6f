package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// lessonsAtOnce is of how many lessons one statement writes.
const lessonsAtOnce = 500

// write writes what was settled, many rows with each statement: a county has a hundred thousand lessons.
func (w *redating) write(ctx context.Context, tx bun.Tx) error {
	var lessons []Lesson // new ones, and others as they are now
	var placed, booked []NewLesson
	for i := range w.gone {
		g := &w.gone[i]
		cancelRedated(&g.Lesson, w.now)
		lessons, w.done = append(lessons, g.Lesson), append(w.done, g)
	}
	for i := range w.put {
		p := &w.put[i]
		switch p.What {
		case LessonKept:
			booked = append(booked, p.old)
		case LessonCancelled:
			cancelRedated(&p.old.Lesson, w.now)
			lessons = append(lessons, p.old.Lesson)
		case LessonRefused:
		default:
			lessons, placed, booked = append(lessons, p.next.Lesson), append(placed, p.next), append(booked, p.next)
		}
		w.done = append(w.done, p.told())
	}
	if err := saveTimes(ctx, tx, lessons); err != nil {
		return fmt.Errorf("write lessons: %w", err)
	}
	for chunk := range slices.Chunk(placed, lessonsAtOnce) {
		if err := rewriteParts(ctx, tx, chunk); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(booked, lessonsAtOnce/4) {
		if err := book(ctx, tx, chunk); err != nil {
			return err
		}
	}
	return nil
}

func cancelRedated(l *Lesson, now time.Time) {
	l.State, l.Reason, l.Changed = "cancelled", RedateReason, At(now)
	l.Sequence, l.Version = l.Sequence+1, l.Version+1
}

// saveTimes writes lessons: new ones, and of the others what a new time changes.
func saveTimes(ctx context.Context, tx bun.Tx, lessons []Lesson) error {
	for chunk := range slices.Chunk(lessons, lessonsAtOnce) {
		q := tx.NewInsert().Model(&chunk).On("CONFLICT (id) DO UPDATE")
		for _, column := range []string{"state", "reason", "start_at", "end_at", "sequence", "version", "changed"} {
			q = q.Set("? = EXCLUDED.?", bun.Ident(column), bun.Ident(column))
		}
		if _, err := q.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rewriteParts writes the rooms of lessons, with their periods, and their devices in place of what there was.
func rewriteParts(ctx context.Context, tx bun.Tx, lessons []NewLesson) error {
	ids := make([]string, len(lessons))
	for i, l := range lessons {
		ids[i] = l.ID
	}
	for _, model := range []any{(*LessonRoom)(nil), (*LessonDevice)(nil)} {
		if _, err := tx.NewDelete().Model(model).Where("lesson IN (?)", bun.List(ids)).Exec(ctx); err != nil {
			return err
		}
	}
	return writeParts(ctx, tx, lessons)
}

func (p *placing) told() *Redated {
	r := &p.Redated
	if r.Lesson = p.next.Lesson; r.What == LessonKept || r.What == LessonCancelled {
		r.Lesson = p.old.Lesson
	}
	return r
}

// mostNamed is of how many lessons the clashes are named: nobody reads more.
const mostNamed = 500

// told are all that was done, in order of time, the first of them with the words for what was in their way.
func (w *redating) told(ctx context.Context, tx bun.Tx) ([]Redated, error) {
	list := make([]Redated, len(w.done))
	var conflicts []timetable.Conflict
	var of []int
	for i, r := range w.done {
		list[i] = *r
		if len(of) < mostNamed && r.conflict.Use.Dimension != "" {
			of, conflicts = append(of, i), append(conflicts, r.conflict)
		}
	}
	together := make([]NewLesson, 0, len(w.put))
	for _, p := range w.put {
		if p.What == LessonAdded {
			together = append(together, NewLesson{Lesson: Lesson{ID: p.next.ID, Title: p.next.Title}})
		}
	}
	named, err := NameClashes(ctx, tx, conflicts, together)
	for k := range named {
		list[of[k]].Clash = &named[k]
	}
	return list, err
}

func setPeriod(r *LessonRoom, p timetable.Period) {
	r.PeriodNo, r.PeriodName, r.PeriodStart, r.PeriodEnd = p.No, p.Name, p.Start.String(), p.End.String()
}
