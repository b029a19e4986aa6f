package scheduler

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// maxDays bounds a list of lessons.
const maxDays = 400

func (s *Server) today(ctx context.Context, in *todayInput) (*answer[Today], error) {
	day, err := s.dayOr(in.Date, s.day())
	if err != nil {
		return nil, err
	}
	list, err := s.lessonsOf(ctx, db.LessonFilter{From: day.At(0, s.zone), To: (day + 1).At(0, s.zone)})
	return &answer[Today]{Today{Date: day.String(), Now: s.now(), Lessons: list}}, err
}

func (s *Server) listLessons(ctx context.Context, in *lessonsInput) (*answer[Lessons], error) {
	from, err := s.dayOr(in.From, s.day())
	if err != nil {
		return nil, err
	}
	to, err := s.dayOr(in.To, from+6)
	if err != nil {
		return nil, err
	}
	if to < from || to-from > maxDays {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "to must be from 0 to %d days after from", maxDays)
	}
	list, err := s.lessonsOf(ctx, db.LessonFilter{From: from.At(0, s.zone), To: (to + 1).At(0, s.zone), School: in.School, Course: in.Course})
	return &answer[Lessons]{Lessons{list}}, err
}

// lessonsOf finds what of the filter the caller may see.
func (s *Server) lessonsOf(ctx context.Context, f db.LessonFilter) ([]link.DatedLesson, error) {
	who := callerOf(ctx)
	mine := who.schools(db.Roles...)
	f.Schools, f.Lecturer = &mine, who.person.ID
	found, err := db.Lessons(ctx, s.db.Read(), f)
	if err != nil {
		return nil, err
	}
	list := make([]link.DatedLesson, 0, len(found))
	for i := range found {
		if who.sees(&found[i]) {
			list = append(list, s.dated(who, &found[i]))
		}
	}
	return list, nil
}

// day is the present day in the district's zone.
func (s *Server) day() timetable.Date { return timetable.DateOf(s.now(), s.zone) }

func (s *Server) dayOr(text string, otherwise timetable.Date) (timetable.Date, error) {
	if text == "" {
		return otherwise, nil
	}
	d, err := timetable.ParseDate(text)
	if err != nil {
		return 0, httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "%s", err)
	}
	return d, nil
}

func (s *Server) getLesson(ctx context.Context, in *ByID) (*tagged[link.DatedLesson], error) {
	l, err := s.lessonFor(ctx, callerOf(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return withVersion(s.dated(callerOf(ctx), l), l.Version), nil
}

func (s *Server) startLesson(ctx context.Context, in *ByID) (*tagged[link.DatedLesson], error) {
	return s.run(ctx, in.ID, s.start)
}

func (s *Server) endLesson(ctx context.Context, in *ByID) (*tagged[link.DatedLesson], error) {
	return s.run(ctx, in.ID, s.end)
}

// run starts or ends a lesson for a person who may.
func (s *Server) run(ctx context.Context, id string, move func(context.Context, *db.LessonView) error) (*tagged[link.DatedLesson], error) {
	who := callerOf(ctx)
	l, err := s.lessonFor(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if !who.mayRun(l) {
		return nil, errNotAllowed
	}
	if err := move(ctx, l); err != nil {
		return nil, err
	}
	return s.getLesson(ctx, &ByID{id})
}

// start puts a lesson on air; one that is live stays so.
func (s *Server) start(ctx context.Context, l *db.LessonView) error {
	now := s.now()
	if !startable(l, now) && l.State != string(link.Live) {
		return notStartable(l)
	}
	var moved bool
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		moved, err = db.Move(ctx, tx, l.ID, []string{string(link.Planned)}, string(link.Live), now, map[string]any{"started_at": db.At(now)})
		return err
	})
	if err != nil {
		return err
	}
	if !moved {
		again, err := s.lessonByID(ctx, l.ID)
		if err != nil {
			return err
		}
		if again.State != string(link.Live) {
			return notStartable(again)
		}
	}
	if moved {
		s.figures.started.Inc()
		s.log.Info("a lesson is on air", "lesson", l.ID, "title", l.Title, "school", l.Rooms[0].SchoolName)
	}
	return s.air(ctx, l.ID)
}

func notStartable(l *db.LessonView) error {
	switch link.State(l.State) {
	case link.Planned:
		first := l.StartAt.Time().Add(-startEarly)
		return httpd.Fail(http.StatusConflict, "too-early", "the lesson can be started from %s", first.Format(time.RFC3339)).With("start", l.StartAt.Time()).With("from", first)
	case link.Cancelled:
		return httpd.Fail(http.StatusConflict, "cancelled", "the lesson was cancelled: %s", l.Reason).With("reason", l.Reason)
	case link.Missed:
		return httpd.Fail(http.StatusConflict, "missed", "the lesson's time is over and nobody started it")
	}
	return httpd.Fail(http.StatusConflict, "already-ended", "the lesson has ended")
}

// end takes a live lesson off the air.
func (s *Server) end(ctx context.Context, l *db.LessonView) error {
	var moved bool
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		moved, err = db.End(ctx, tx, l.ID, s.now())
		return err
	})
	if err != nil {
		return err
	}
	if !moved {
		if link.State(l.State) == link.Planned {
			return httpd.Fail(http.StatusConflict, "not-live", "the lesson is not on air")
		}
		return notStartable(&db.LessonView{Lesson: db.Lesson{State: string(link.Ended)}})
	}
	s.figures.ended.Inc()
	s.log.Info("a lesson has ended", "lesson", l.ID, "title", l.Title, "school", l.Rooms[0].SchoolName)
	return s.air(ctx, l.ID)
}

// isOver tells whether nothing more happens in a lesson of this state.
func isOver(state string) bool {
	return slices.Contains([]link.State{link.Ended, link.Cancelled, link.Missed}, link.State(state))
}
