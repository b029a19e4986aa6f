package scheduler

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func (s *Server) listCourses(ctx context.Context, _ *nothing) (*answer[Courses], error) {
	found, err := db.Courses(ctx, s.db.Read(), nil, callerOf(ctx).schools(db.Roles...))
	if err != nil {
		return nil, err
	}
	list, err := s.courses(ctx, found)
	return &answer[Courses]{Courses{list}}, err
}

func (s *Server) getCourse(ctx context.Context, in *ByID) (*tagged[CourseDetail], error) {
	who := callerOf(ctx)
	c, err := s.courseFor(ctx, s.db.Read(), in.ID, db.Roles...)
	if err != nil {
		return nil, err
	}
	list, err := s.courses(ctx, []db.NewCourse{*c})
	if err != nil {
		return nil, err
	}
	lessons, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{Course: in.ID})
	if err != nil {
		return nil, err
	}
	out := CourseDetail{Course: list[0], Dated: []link.DatedLesson{}}
	for i := range lessons {
		if who.sees(&lessons[i]) {
			out.Dated = append(out.Dated, s.dated(who, &lessons[i]))
		}
	}
	return withVersion(out, c.Version), nil
}

// courseFor finds a course of whose schools one is the caller's in one of the roles, or which the caller teaches.
func (s *Server) courseFor(ctx context.Context, q bun.IDB, id string, roles ...db.Role) (*db.NewCourse, error) {
	who := callerOf(ctx)
	c, err := db.CourseByID(ctx, q, id)
	unknown := httpd.Fail(http.StatusNotFound, "course-unknown", "there is no such course, or you may not see it")
	if errors.Is(err, db.ErrNotFound) {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	if c.Lecturer == who.person.ID || who.covers(c.Lead, roles...) {
		return c, nil
	}
	for _, p := range c.Places {
		if who.covers(p.School, roles...) {
			return c, nil
		}
	}
	return nil, unknown
}

// courses fills in the names.
func (s *Server) courses(ctx context.Context, found []db.NewCourse) ([]Course, error) {
	names, err := db.CourseNames(ctx, s.db.Read(), found)
	if err != nil {
		return nil, err
	}
	terms, err := s.termsOf(ctx, found)
	if err != nil {
		return nil, err
	}
	counts, err := db.LessonCounts(ctx, s.db.Read(), found)
	if err != nil {
		return nil, err
	}
	list := make([]Course, len(found))
	for i := range found {
		if list[i], err = courseOf(&found[i], names, terms); err != nil {
			return nil, err
		}
		list[i].Lessons = counts[found[i].ID]
	}
	return list, nil
}

func courseOf(c *db.NewCourse, names map[string]string, terms map[string]timetable.Term) (Course, error) {
	named := func(id string) link.Named { return link.Named{ID: id, Name: names[id]} }
	out := Course{ID: c.ID, Version: c.Version, Title: c.Title, Subject: c.Subject, Grade: c.Grade, Kind: c.Kind, Pairing: c.Pairing, Lecturer: named(c.Lecturer),
		LecturerRoom: named(c.Room), School: named(c.Lead), Minutes: c.Minutes, From: c.ValidFrom, To: c.ValidTo, Picture: c.Picture, Record: c.Record, Receiving: []ReceivingPlace{},
		Slots: []CourseSlot{}, Devices: []link.Named{}, Misfits: []Misfit{}}
	for _, p := range c.Places {
		place := ReceivingPlace{School: named(p.School), Room: named(p.Room)}
		if p.Class != "" {
			place.Class = pointer(named(p.Class))
		} else {
			place.Group = pointer(named(p.TeachingGroup))
		}
		if p.Assistant != "" {
			place.Assistant = pointer(named(p.Assistant))
		}
		out.Receiving = append(out.Receiving, place)
	}
	for _, id := range c.Devices {
		out.Devices = append(out.Devices, named(id))
	}
	for _, slot := range c.Slots {
		out.Slots = append(out.Slots, slotOf(slot, terms[c.Lead]))
	}
	var lost []timetable.Misfit
	if err := json.Unmarshal([]byte(c.Misfits), &lost); err != nil {
		return out, fmt.Errorf("misfits of course %s: %w", c.ID, err)
	}
	for _, m := range lost {
		out.Misfits = append(out.Misfits, misfitOf(m))
	}
	return out, nil
}

func pointer[T any](v T) *T { return &v }

func (s *Server) createCourse(ctx context.Context, in *createCourseInput) (*answer[Course], error) {
	who := callerOf(ctx)
	var c *db.NewCourse
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := s.pairingFor(ctx, tx, who, in.Body.Pairing)
		if err != nil {
			return err
		}
		if c, err = newCourse(ctx, tx, in.Body, p.Lead); err != nil {
			return err
		}
		if err := checkCourse(ctx, tx, c, p); err != nil {
			return err
		}
		return db.CreateCourse(ctx, tx, c, s.now())
	})
	var clash *db.ClashError
	if errors.As(err, &clash) {
		return nil, s.refuseCourse(ctx, clash)
	}
	if err != nil {
		return nil, err
	}
	who.note.object, who.note.detail = c.ID, c.Title
	list, err := s.courses(ctx, []db.NewCourse{*c})
	if err != nil {
		return nil, err
	}
	return &answer[Course]{list[0]}, nil
}

// newCourse reads what was asked for; the cycles of its slots are those of the lead school's weeks.
func newCourse(ctx context.Context, q bun.IDB, in NewCourse, lead string) (*db.NewCourse, error) {
	if in.Minutes == 0 {
		in.Minutes = defaultMinutes
	}
	c := &db.NewCourse{Course: db.Course{Pairing: in.Pairing, Title: in.Title, Subject: in.Subject, Grade: in.Grade, Kind: in.Kind, Lecturer: in.Lecturer,
		Room: in.LecturerRoom, Minutes: in.Minutes, ValidFrom: in.From, ValidTo: in.To,
		Picture: cmp.Or(in.Picture, db.FullPicture), Record: in.Record == nil || *in.Record}, Devices: in.Devices, Lead: lead}
	for _, r := range in.Receiving {
		c.Places = append(c.Places, db.CoursePlace{School: r.School, Room: r.Room, Class: r.Class, TeachingGroup: r.Group, Assistant: r.Assistant})
	}
	term, err := db.TermOf(ctx, q, lead)
	if err != nil {
		return nil, err
	}
	for _, slot := range in.Slots {
		cycle, err := parseCycle(slot.Weeks, slot.Every, slot.Anchor, term)
		if err != nil {
			return nil, err
		}
		c.Slots = append(c.Slots, timetable.Slot{Weekday: slot.Weekday, Cycle: cycle, Periods: slot.Periods})
	}
	return c, nil
}

// defaultMinutes is the length of a primary school's lesson.
const defaultMinutes = 40

func (s *Server) deleteCourse(ctx context.Context, in *ChangeByID) (*empty, error) {
	who := callerOf(ctx)
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		c, err := s.courseFor(ctx, tx, in.ID, db.Coordinator)
		if err != nil {
			return err
		}
		if !who.covers(c.Lead, db.Coordinator) {
			return errNotAllowed
		}
		if err := s.raise(ctx, tx, in.Based, db.CourseVersion, c.ID, courseCancelled); err != nil {
			return err
		}
		return db.CancelCourse(ctx, tx, c.ID, courseCancelled, s.now())
	})
	return done(s.refuseStale(ctx, err, func() (any, error) {
		now, err := s.getCourse(ctx, &in.ByID)
		if err != nil {
			return nil, err
		}
		return now.Body.Course, nil
	}))
}

// courseCancelled is the reason of the lessons of a course that is cancelled.
const courseCancelled = "课程取消"
