package scheduler

import (
	"context"
	"strconv"
	"time"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// lessonOptions tells to what a lesson could be changed in a week: its times with what clashes at each, and who else could teach it.
func (s *Server) lessonOptions(ctx context.Context, in *optionsInput) (*tagged[LessonOptions], error) {
	who := callerOf(ctx)
	l, err := s.lessonFor(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	if !who.covers(l.Rooms[0].School, db.Coordinator) {
		return nil, errNotAllowed
	}
	week, err := s.dayOr(in.Week, timetable.DateOf(l.StartAt.Time(), s.zone))
	if err != nil {
		return nil, err
	}
	next := l.New()
	found, err := db.OptionsOf(ctx, s.db.Read(), next, week, s.leastMinutes(ctx, &next))
	if err != nil {
		return nil, err
	}
	out := LessonOptions{Times: make([]LessonTime, len(found.Times)), Lecturers: make([]LessonLecturer, len(found.Lecturers))}
	named, err := s.namer(ctx, found)
	if err != nil {
		return nil, err
	}
	for i, t := range found.Times {
		out.Times[i] = LessonTime{Date: t.Date.String(), Start: t.Start, End: t.End, Periods: slotPeriods(t.Periods, next.Schools()), Free: len(t.Conflicts) == 0,
			Past: !t.Start.After(s.now()), Clashes: named(t.Conflicts)}
	}
	for i, p := range found.Lecturers {
		out.Lecturers[i] = LessonLecturer{link.Named{ID: p.ID, Name: p.Name}, len(p.Conflicts) == 0, named(p.Conflicts)}
	}
	return withVersion(out, l.Version), nil
}

// namer names the conflicts of all options with one look at the database.
func (s *Server) namer(ctx context.Context, found db.Options) (func([]timetable.Conflict) []Clash, error) {
	var all []timetable.Conflict
	for _, t := range found.Times {
		all = append(all, t.Conflicts...)
	}
	for _, p := range found.Lecturers {
		all = append(all, p.Conflicts...)
	}
	named, err := db.NameClashes(ctx, s.db.Read(), all, nil)
	key := func(c timetable.Conflict) string {
		return string(c.Use.Dimension) + " " + c.Use.ID + " " + c.Start.Format(time.RFC3339) + " " + strconv.Itoa(c.Amount)
	}
	byKey := map[string]db.NamedClash{}
	for _, n := range named {
		byKey[key(n.Conflict)] = n
	}
	return func(list []timetable.Conflict) []Clash {
		clashes := make([]Clash, len(list))
		for i, c := range list {
			clashes[i] = clashOf(byKey[key(c)])
		}
		return clashes
	}, err
}

// differences are what a change makes other than it was, for who is to be told.
func differences(was *db.LessonView, next *db.NewLesson) []db.FieldChange {
	var list []db.FieldChange
	differ := func(field, from, to string) {
		if from != to {
			list = append(list, db.FieldChange{Field: field, From: from, To: to})
		}
	}
	stamp := func(t db.Instant) string { return t.Time().Format(time.RFC3339) }
	differ("state", was.State, next.State)
	differ("start", stamp(was.StartAt), stamp(next.StartAt))
	differ("end", stamp(was.EndAt), stamp(next.EndAt))
	differ("lecturer", was.Lecturer, next.Lecturer)
	differ("picture", was.Picture, next.Picture)
	differ("record", strconv.FormatBool(was.Record), strconv.FormatBool(next.Record))
	for i, r := range was.Rooms {
		differ("room", r.Room, next.Rooms[i].Room)
		differ("assistant", r.Assistant, next.Rooms[i].Assistant)
	}
	for i, d := range was.Devices {
		differ("device", d.ID, next.Devices[i])
	}
	return list
}
