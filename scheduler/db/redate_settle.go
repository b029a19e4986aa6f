package db

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// settle decides which lessons get their new times, the earliest first, where nobody else has them.
func (w *redating) settle(ctx context.Context, tx bun.Tx) error {
	slices.SortFunc(w.put, func(a, b placing) int {
		return cmp.Or(cmp.Compare(a.next.StartAt, b.next.StartAt), cmp.Compare(a.next.ID, b.next.ID))
	})
	if err := w.free(ctx, tx); err != nil {
		return err
	}
	both := make([]*NewLesson, 0, 2*len(w.put))
	for i := range w.put {
		both = append(both, &w.put[i].next, &w.put[i].old)
	}
	if err := complete(ctx, tx, both); err != nil || len(w.put) == 0 {
		return err
	}
	var wanted []timetable.Lesson
	var uses []timetable.Use
	for i := range w.put {
		p := &w.put[i]
		next := p.next.Takes()
		wanted, uses = append(wanted, next), append(uses, next.Uses...)
		if p.What == LessonMoved {
			wanted = append(wanted, p.old.Takes())
		}
	}
	taken, err := Taken(ctx, tx, wanted)
	if err != nil {
		return err
	}
	own, err := loadOwn(ctx, tx, uses)
	if err != nil {
		return err
	}
	for i := range w.put {
		w.put[i].settle(taken, own)
	}
	return nil
}

// free gives back what all of them took.
func (w *redating) free(ctx context.Context, tx bun.Tx) error {
	var freed []string
	for _, p := range w.put {
		if p.What == LessonMoved {
			freed = append(freed, p.old.ID)
		}
	}
	for _, g := range w.gone {
		freed = append(freed, g.Lesson.ID)
	}
	for chunk := range slices.Chunk(freed, lessonsAtOnce) {
		if err := free(ctx, tx, chunk); err != nil {
			return err
		}
	}
	return nil
}

// settle takes the new time for a lesson, or, where that is taken, says so and leaves it where it was. A school's own timetable keeps a lesson from
// a new time as long as it can stay where it was; it never cancels one.
func (p *placing) settle(taken *timetable.Board, own *ownWeeks) {
	next := p.next.Takes()
	clashes, theirs := taken.Check(next), []timetable.Conflict(nil)
	if len(clashes) == 0 {
		theirs = own.conflicts(p.next.purpose(), next)
	}
	if len(clashes)+len(theirs) == 0 {
		taken.Add(next)
		return
	}
	p.conflict = append(clashes, theirs...)[0]
	old := p.old.Takes()
	switch {
	case p.What != LessonMoved:
		p.What = LessonRefused
	case len(clashes) == 0 && (len(taken.Check(old)) > 0 || len(own.conflicts(p.old.purpose(), old)) > 0):
		taken.Add(next) // the old time is no better
	case len(taken.Check(old)) > 0: // another lesson moved there
		p.What = LessonCancelled
	default:
		p.What = LessonKept
		taken.Add(old)
	}
}
