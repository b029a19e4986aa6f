package db

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Options are to what a lesson could be changed, with what speaks against each.
type Options struct {
	Times     []timetable.Time
	Lecturers []Colleague
}

// Colleague is who could teach a lesson.
type Colleague struct {
	ID, Name  string
	Conflicts []timetable.Conflict
}

// OptionsOf finds all times of the date's week that lie inside a period of every school of the lesson, at least minutes of it, and all who
// could teach it at its own time.
func OptionsOf(ctx context.Context, q bun.IDB, l NewLesson, in timetable.Date, minutes int) (o Options, err error) {
	calendars, err := CalendarsOfLesson(ctx, q, &l)
	if err != nil {
		return o, err
	}
	takes, zone := l.Takes(), calendars[0].Zone
	week := takes
	week.Start, week.End = in.Monday().At(0, zone), (in.Monday()+7).At(0, zone)
	board, err := TakenAll(ctx, q, l.purpose(), []timetable.Lesson{week})
	if err != nil {
		return o, err
	}
	o.Times = board.Times(takes, calendars, in, minutes)
	o.Lecturers, err = colleaguesFree(ctx, q, &l, takes)
	return o, err
}

func colleaguesFree(ctx context.Context, q bun.IDB, l *NewLesson, takes timetable.Lesson) ([]Colleague, error) {
	ids, err := colleagues(ctx, q, l.Rooms[0].School, Lecturer)
	if err != nil {
		return nil, err
	}
	names, err := Names(ctx, q, ids, nil)
	if err != nil {
		return nil, err
	}
	var also []timetable.Use
	for _, id := range ids {
		also = append(also, timetable.Use{Dimension: timetable.LecturerDim, ID: id})
	}
	board, err := TakenAll(ctx, q, l.purpose(), []timetable.Lesson{takes}, also...)
	var list []Colleague
	for _, u := range also {
		if u.ID == l.Lecturer {
			continue
		}
		only := takes
		only.Uses, only.Loads = []timetable.Use{u}, nil
		list = append(list, Colleague{u.ID, names[u.ID], board.Check(only)})
	}
	return list, err
}

// MadeUp notes on a lost lesson that another one makes up for it now: who has it in a calendar is told.
func MadeUp(ctx context.Context, tx bun.Tx, lost string, now time.Time) error {
	_, err := tx.NewUpdate().Model((*Lesson)(nil)).Set("sequence = sequence + 1").Set("changed = ?", At(now)).Where("id = ?", lost).Exec(ctx)
	return err
}
