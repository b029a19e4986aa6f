package scheduler

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// decision is a change of one lesson: what the engine decides, and what is changed beside.
type decision struct {
	reason string
	swaps  []Swap
	decide func(tx bun.Tx, now timetable.Dated, next *db.NewLesson) (timetable.Dated, error)
}

func (s *Server) moveLesson(ctx context.Context, in *moveInput) (*tagged[link.DatedLesson], error) {
	return s.changeLesson(ctx, in.ID, in.Based, decision{in.Body.Reason, in.Body.Swaps,
		func(tx bun.Tx, l timetable.Dated, next *db.NewLesson) (timetable.Dated, error) {
			start, end, err := s.when(ctx, tx, in.Body.When, next)
			if err != nil {
				return l, err
			}
			return timetable.Move(l, start, end, in.Body.Reason, s.now())
		}})
}

func (s *Server) substituteLesson(ctx context.Context, in *substitutionInput) (*tagged[link.DatedLesson], error) {
	return s.changeLesson(ctx, in.ID, in.Based, decision{in.Body.Reason, in.Body.Swaps,
		func(tx bun.Tx, l timetable.Dated, _ *db.NewLesson) (timetable.Dated, error) {
			if err := checkHolds(ctx, tx, in.Body.Lecturer, db.Lecturer, l.Lead); err != nil {
				return l, err
			}
			return timetable.Substitute(l, in.Body.Lecturer, in.Body.Reason, s.now())
		}})
}

func (s *Server) cancelLesson(ctx context.Context, in *cancelInput) (*tagged[link.DatedLesson], error) {
	return s.changeLesson(ctx, in.ID, in.Based, decision{in.Body.Reason, nil,
		func(_ bun.Tx, l timetable.Dated, _ *db.NewLesson) (timetable.Dated, error) {
			return timetable.Cancel(l, in.Body.Reason)
		}})
}

func (s *Server) adjustLesson(ctx context.Context, in *adjustmentInput) (*tagged[link.DatedLesson], error) {
	return s.changeLesson(ctx, in.ID, in.Based, decision{in.Body.Reason, in.Body.Swaps,
		func(_ bun.Tx, l timetable.Dated, _ *db.NewLesson) (timetable.Dated, error) {
			return timetable.Adjust(l, in.Body.Reason, s.now())
		}})
}

// changeLesson changes a lesson of which the caller coordinates the lead school.
func (s *Server) changeLesson(ctx context.Context, id string, b Based, d decision) (*tagged[link.DatedLesson], error) {
	was, known, err := s.changeable(ctx, id, b)
	if err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = d.reason
	next := was.New()
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if was, err = db.LessonByID(ctx, tx, id); err != nil {
			return err
		}
		next = was.New()
		if err := db.Fresh(ctx, tx, db.LessonVersion, id, known); err != nil {
			return err
		}
		decided, err := d.decide(tx, was.Dated(), &next)
		if err != nil {
			return err
		}
		next.Decide(decided, was.Rooms[0].PeriodNo, s.now())
		if err := s.swap(ctx, tx, &next, d.swaps); err != nil {
			return err
		}
		if err := db.Raise(ctx, tx, s.noted(ctx, db.LessonVersion, id, d.reason), differences(was, &next)...); err != nil {
			return err
		}
		return db.Replan(ctx, tx, next)
	})
	if err != nil {
		return nil, s.refuseChange(ctx, err, id, next)
	}
	return s.getLesson(ctx, &ByID{id})
}

// changeable finds a lesson that the caller may change, and the version that the caller knows.
func (s *Server) changeable(ctx context.Context, id string, b Based) (*db.LessonView, int, error) {
	who := callerOf(ctx)
	l, err := s.lessonFor(ctx, who, id)
	if err != nil {
		return nil, 0, err
	}
	if !who.covers(l.Rooms[0].School, db.Coordinator) {
		return nil, 0, errNotAllowed
	}
	known, err := b.known(l.Version)
	return l, known, err
}

// refuseChange says why a lesson was not changed: somebody was faster, it clashes (and what would solve that), or it cannot be changed.
func (s *Server) refuseChange(ctx context.Context, err error, id string, next db.NewLesson) error {
	var clash *db.ClashError
	var not *timetable.ChangeError
	switch {
	case errors.As(err, &clash):
		found, err := db.Solve(ctx, s.db.Read(), clash.Lessons[0], s.leastMinutes(ctx, &next), s.now())
		if err != nil {
			return err
		}
		return s.refuseClash(ctx, clash, found)
	case errors.As(err, &not):
		return refuseChangeCode(not)
	}
	return s.refuseStale(ctx, err, func() (any, error) {
		now, err := s.getLesson(ctx, &ByID{id})
		if err != nil {
			return nil, err
		}
		return now.Body, nil
	})
}

// refuseChangeCode tells the engine's refusals to HTTP.
func refuseChangeCode(e *timetable.ChangeError) error {
	switch e.Code {
	case timetable.AlreadyBegun:
		return httpd.Fail(http.StatusConflict, "already-begun", "%s", e.Detail)
	case timetable.NobodyNew:
		return httpd.Fail(http.StatusConflict, "nobody-new", "%s", e.Detail)
	case timetable.NotLost:
		return httpd.Fail(http.StatusConflict, "not-lost", "%s", e.Detail)
	case timetable.AlreadyMadeUp:
		return httpd.Fail(http.StatusConflict, "already-made-up", "%s", e.Detail)
	case timetable.NotPlanned:
		return httpd.Fail(http.StatusConflict, "not-planned", "%s", e.Detail)
	case timetable.ReasonMissing:
		return httpd.Fail(http.StatusUnprocessableEntity, "reason-missing", "%s", e.Detail)
	}
	return httpd.Fail(http.StatusUnprocessableEntity, "time-wrong", "%s", e.Detail)
}

// when finds the time that is asked for, and writes the schools' periods into the lesson.
func (s *Server) when(ctx context.Context, q bun.IDB, w When, next *db.NewLesson) (start, end time.Time, err error) {
	if w.Date == "" {
		if w.Start == nil || w.End == nil || w.End.Sub(*w.Start) > maxLesson {
			return start, end, httpd.Fail(http.StatusUnprocessableEntity, "time-wrong", "name a date and the schools' periods, or start and end, at most %s apart", maxLesson)
		}
		next.InPeriods(nil)
		return *w.Start, *w.End, nil
	}
	date, err := timetable.ParseDate(w.Date)
	if err != nil {
		return start, end, httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "%s", err)
	}
	calendars, err := db.CalendarsOfLesson(ctx, q, next)
	if err != nil {
		return start, end, err
	}
	for _, t := range timetable.NewBoard(nil, nil).Times(timetable.Lesson{}, calendars, date, leastMinutes) {
		fits := t.Date == date
		for i, p := range t.Periods {
			fits = fits && p.No == w.Periods[calendars[i].School]
		}
		if fits {
			next.InPeriods(t.Periods)
			return t.Start, t.End, nil
		}
	}
	return start, end, httpd.Fail(http.StatusUnprocessableEntity, "time-wrong", "on %s these periods have no %d minutes in common", w.Date, leastMinutes)
}

const (
	leastMinutes = 10 // of a lesson
	maxLesson    = db.LongestLesson
)

// leastMinutes is how long a lesson is at least where another time is looked for: as its course says, or as long as it is, if that is shorter.
func (s *Server) leastMinutes(ctx context.Context, l *db.NewLesson) int {
	minutes := int(l.EndAt.Time().Sub(l.StartAt.Time()) / time.Minute)
	if c, err := db.CourseByID(ctx, s.db.Read(), l.Course); l.Course != "" && err == nil {
		minutes = min(minutes, c.Minutes)
	}
	return max(minutes, leastMinutes)
}

// swap makes the changes of what the lesson uses: others of the same school.
func (s *Server) swap(ctx context.Context, tx bun.Tx, next *db.NewLesson, swaps []Swap) error {
	for _, w := range swaps {
		use := timetable.Use{Dimension: timetable.Dimension(w.Dimension), ID: w.ID}
		if err := checkSwap(ctx, tx, next, use, w.To); err != nil {
			return err
		}
		if use.Dimension == timetable.LecturerDim {
			next.InsteadOf, next.Lecturer = insteadOf(next, w.To), w.To
			continue
		}
		if !next.Swap(timetable.Swap{Use: use, To: w.To}) {
			return httpd.Fail(http.StatusUnprocessableEntity, "swap-wrong", "the lesson has no %s %q that could be changed", w.Dimension, w.ID)
		}
	}
	return nil
}

// insteadOf is the lecturer by plan when another one teaches: nobody, when it is the one by plan again.
func insteadOf(l *db.NewLesson, lecturer string) string {
	switch l.InsteadOf {
	case "":
		return l.Lecturer
	case lecturer:
		return ""
	}
	return l.InsteadOf
}

// checkSwap tells whether what is to be used instead is one of the same kind and school.
func checkSwap(ctx context.Context, tx bun.Tx, l *db.NewLesson, u timetable.Use, to string) error {
	if u.Dimension == timetable.LecturerDim {
		return checkHolds(ctx, tx, to, db.Lecturer, l.Rooms[0].School)
	}
	for _, r := range l.Rooms {
		switch {
		case u.Dimension == timetable.RoomDim && r.Room == u.ID:
			return checkRoom(ctx, tx, to, r.School, link.RoomClass(r.RoomClass))
		case u.Dimension == timetable.AssistantDim && r.Assistant == u.ID:
			return checkHolds(ctx, tx, to, db.Assistant, r.School)
		}
	}
	if u.Dimension == timetable.DeviceDim {
		return checkLent(ctx, tx, (*db.PortableDevice)(nil), "device-unknown", to, l.Schools()...)
	}
	return nil
}

// makeUpLesson (补课) plans a new lesson, with what the lost one had, and links the two.
func (s *Server) makeUpLesson(ctx context.Context, in *makeUpInput) (*tagged[link.DatedLesson], error) {
	lost, known, err := s.changeable(ctx, in.ID, in.Based)
	if err != nil {
		return nil, err
	}
	who, id := callerOf(ctx), ident.New()
	who.note.detail = id
	next := lost.New()
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if lost, err = db.LessonByID(ctx, tx, in.ID); err != nil {
			return err
		}
		next = lost.New()
		return s.makeUp(ctx, tx, lost, &next, id, known, in.Body)
	})
	if err != nil {
		return nil, s.refuseChange(ctx, err, in.ID, next)
	}
	return s.getLesson(ctx, &ByID{id})
}

func (s *Server) makeUp(ctx context.Context, tx bun.Tx, lost *db.LessonView, next *db.NewLesson, id string, known int, in MakeUp) error {
	if err := db.Fresh(ctx, tx, db.LessonVersion, lost.ID, known); err != nil {
		return err
	}
	if err := db.Raise(ctx, tx, s.noted(ctx, db.LessonVersion, lost.ID, in.Reason), db.FieldChange{Field: "replacedBy", To: id}); err != nil {
		return err
	}
	start, end, err := s.when(ctx, tx, in.When, next)
	if err != nil {
		return err
	}
	plain := db.Lesson{ID: id, Course: lost.Course, Title: lost.Title, Subject: lost.Subject, Grade: lost.Grade, Kind: lost.Kind, State: "planned",
		StartAt: db.At(start), EndAt: db.At(end), Lecturer: lost.Lecturer, Extra: true, Record: lost.Record, Picture: lost.Picture,
		Reason: strings.TrimSpace(in.Reason), Changed: db.At(s.now())}
	next.Lesson = plain
	extra := timetable.Dated{Lesson: next.Takes(), Course: lost.Course, State: timetable.Planned}
	if _, _, err := timetable.MakeUp(lost.Dated(), extra, s.now()); err != nil {
		return err
	}
	next.Replaces = lost.ID
	swaps := in.Swaps
	if in.Lecturer != "" && in.Lecturer != lost.Lecturer {
		swaps = append(swaps, Swap{Dimension: string(timetable.LecturerDim), ID: lost.Lecturer, To: in.Lecturer})
	}
	if err := s.swap(ctx, tx, next, swaps); err != nil {
		return err
	}
	if err := db.PlanLessons(ctx, tx, []db.NewLesson{*next}); err != nil {
		return err
	}
	return db.MadeUp(ctx, tx, lost.ID, s.now())
}
