package db

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// drop frees what all of them took, and cancels those that are gone.
func (w *redating) drop(ctx context.Context, tx bun.Tx, now time.Time) error {
	var freed []string
	for _, p := range w.put {
		if p.What == LessonMoved {
			freed = append(freed, p.Lesson.ID)
		}
	}
	for i := range w.gone {
		g := &w.gone[i]
		freed = append(freed, g.Lesson.ID)
		if err := cancelRedated(ctx, tx, &g.Lesson, now); err != nil {
			return err
		}
		w.done = append(w.done, *g)
	}
	if len(freed) == 0 {
		return nil
	}
	return free(ctx, tx, freed)
}

func cancelRedated(ctx context.Context, tx bun.Tx, l *Lesson, now time.Time) error {
	l.State, l.Reason, l.Changed = "cancelled", RedateReason, At(now)
	l.Sequence, l.Version = l.Sequence+1, l.Version+1
	_, err := tx.NewUpdate().Model(l).Column("state", "reason", "sequence", "version", "changed").WherePK().Exec(ctx)
	return err
}

// place gives lessons their new times, the earliest first, where nobody else has them.
func (w *redating) place(ctx context.Context, tx bun.Tx, now time.Time) error {
	slices.SortFunc(w.put, func(a, b placing) int {
		return cmp.Or(cmp.Compare(a.next.StartAt, b.next.StartAt), cmp.Compare(a.next.ID, b.next.ID))
	})
	wanted := make([]timetable.Lesson, 0, 2*len(w.put))
	together := make([]NewLesson, len(w.put))
	for i := range w.put {
		p := &w.put[i]
		both := []NewLesson{p.next, p.old}
		if err := completed(ctx, tx, both); err != nil {
			return err
		}
		p.next, p.old, together[i] = both[0], both[1], both[0]
		if wanted = append(wanted, p.next.Takes()); p.What == LessonMoved {
			wanted = append(wanted, p.old.Takes())
		}
	}
	taken, err := Taken(ctx, tx, wanted)
	if err != nil {
		return err
	}
	for i := range w.put {
		if err := w.put[i].settle(ctx, tx, taken, together, now); err != nil {
			return fmt.Errorf("lesson %s: %w", w.put[i].next.ID, err)
		}
		w.done = append(w.done, w.put[i].Redated)
	}
	return nil
}

// settle books a lesson at its new time, or, where that is taken, says so and leaves it where it was.
func (p *placing) settle(ctx context.Context, tx bun.Tx, taken *timetable.Board, together []NewLesson, now time.Time) error {
	clashes := taken.Check(p.next.Takes())
	if len(clashes) == 0 {
		taken.Add(p.next.Takes())
		if p.What == LessonAdded {
			return insertLessons(ctx, tx, []NewLesson{p.next})
		}
		if err := rewrite(ctx, tx, &p.next); err != nil {
			return err
		}
		return book(ctx, tx, []NewLesson{p.next})
	}
	named, err := NameClashes(ctx, tx, clashes[:1], together)
	if err != nil {
		return err
	}
	p.Clash = &named[0]
	if p.What != LessonMoved {
		p.What = LessonRefused
		return nil
	}
	p.What, p.Lesson = LessonKept, p.old.Lesson
	if len(taken.Check(p.old.Takes())) > 0 { // another lesson moved there
		p.What = LessonCancelled
		return cancelRedated(ctx, tx, &p.Lesson, now)
	}
	taken.Add(p.old.Takes())
	return book(ctx, tx, []NewLesson{p.old})
}

// rewrite writes a lesson's new time and periods.
func rewrite(ctx context.Context, tx bun.Tx, l *NewLesson) error {
	_, err := tx.NewUpdate().Model(&l.Lesson).Column("state", "reason", "start_at", "end_at", "sequence", "version", "changed").WherePK().Exec(ctx)
	if err != nil {
		return err
	}
	for i := range l.Rooms {
		_, err := tx.NewUpdate().Model(&l.Rooms[i]).Column("period_no", "period_name", "period_start", "period_end").WherePK().Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

func setPeriod(r *LessonRoom, p timetable.Period) {
	r.PeriodNo, r.PeriodName, r.PeriodStart, r.PeriodEnd = p.No, p.Name, p.Start.String(), p.End.String()
}
