package db

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Dated is the lesson as the timetable engine sees it.
func (l *LessonView) Dated() timetable.Dated {
	d := timetable.Dated{Lesson: l.Takes(), Course: l.Course, Subject: l.Subject, Lead: l.Rooms[0].School, State: timetable.State(l.State), Reason: l.Reason,
		Sequence: l.Sequence, InsteadOf: l.InsteadOf, Replaces: l.Replaces, ReplacedBy: l.ReplacedBy}
	if l.MovedFrom != 0 {
		d.MovedFrom = l.MovedFrom.Time()
	}
	for _, r := range l.Rooms {
		if pupils := r.Class + r.TeachingGroup; pupils != "" {
			d.Receivers = append(d.Receivers, timetable.Receiver{School: r.School, Class: pupils})
		}
	}
	return d
}

// Decide takes over what was decided about the lesson, which was in a period of the lead school; its rooms and devices are not touched.
func (l *NewLesson) Decide(d timetable.Dated, period int, now time.Time) {
	switch {
	case d.MovedFrom.IsZero():
		l.MovedFrom, l.MovedPeriod = 0, 0
	case l.MovedFrom == 0:
		l.MovedFrom, l.MovedPeriod = At(d.MovedFrom), period
	}
	l.StartAt, l.EndAt, l.Lecturer, l.State = At(d.Start), At(d.End), d.Lecturer(), string(d.State)
	l.InsteadOf, l.Replaces, l.Reason, l.Sequence, l.Changed = d.InsteadOf, d.Replaces, d.Reason, d.Sequence, At(now)
}

// InPeriods says in which period of its school each room is; nil: outside the periods. They are as Schools.
func (l *NewLesson) InPeriods(periods []timetable.Period) {
	for i := range l.Rooms {
		setPeriod(&l.Rooms[i], timetable.Period{})
		l.Rooms[i].PeriodStart, l.Rooms[i].PeriodEnd = "", ""
		for k, school := range l.Schools() {
			if school == l.Rooms[i].School && k < len(periods) {
				setPeriod(&l.Rooms[i], periods[k])
			}
		}
	}
}

// Swap changes what the lesson uses; false where there is nothing to change.
func (l *NewLesson) Swap(s timetable.Swap) bool {
	changed := false
	put := func(v *string) {
		if *v == s.Use.ID && s.To != "" {
			*v, changed = s.To, true
		}
	}
	for i := range l.Rooms {
		switch s.Use.Dimension {
		case timetable.RoomDim:
			put(&l.Rooms[i].Room)
		case timetable.AssistantDim:
			put(&l.Rooms[i].Assistant)
		}
	}
	for i := range l.Devices {
		if s.Use.Dimension == timetable.DeviceDim {
			put(&l.Devices[i])
		}
	}
	switch s.Use.Dimension {
	case timetable.BandwidthDim, timetable.UplinkDim:
		changed, l.Picture = l.Picture != SmallPicture, SmallPicture
	case timetable.RecorderDim:
		changed, l.Record = l.Record, false
	}
	return changed
}

// Replan writes a lesson that was changed and books what it takes now; *ClashError. One that is cancelled takes nothing. Its version is
// raised by Raise. It must run in Tx.
func Replan(ctx context.Context, tx bun.Tx, next NewLesson) error {
	one := []NewLesson{next}
	if err := completed(ctx, tx, one); err != nil {
		return err
	}
	if next.State == "planned" {
		takes := one[0].Takes()
		board, err := TakenAll(ctx, tx, next.purpose(), []timetable.Lesson{takes})
		if err != nil {
			return err
		}
		if conflicts := board.Check(takes); len(conflicts) > 0 {
			return clashError(ctx, tx, conflicts, one)
		}
	}
	if err := free(ctx, tx, []string{next.ID}); err != nil {
		return err
	}
	_, err := tx.NewUpdate().Model(&next.Lesson).Column("state", "start_at", "end_at", "lecturer", "record", "picture", "reason", "sequence", "changed",
		"instead_of", "moved_from", "moved_period").WherePK().Exec(ctx)
	if err != nil {
		return fmt.Errorf("write lesson: %w", err)
	}
	if next.State != "planned" {
		return nil
	}
	for _, model := range []any{(*LessonRoom)(nil), (*LessonDevice)(nil)} {
		if _, err := tx.NewDelete().Model(model).Where("lesson = ?", next.ID).Exec(ctx); err != nil {
			return err
		}
	}
	return insertParts(ctx, tx, one)
}
