package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	recording "github.com/tongtang/tongtang/recorder/link"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// The lesson clock.
const (
	startEarly = 15 * time.Minute // a lesson may be started this long before its time
	missAfter  = 15 * time.Minute // after its planned end, a lesson nobody started is missed
	endAfter   = 10 * time.Minute // after its planned end, a live lesson ends by itself
)

var errLessonUnknown = httpd.Fail(http.StatusNotFound, "lesson-unknown", "there is no such lesson, or you may not see it")

// lessonFor finds a lesson that the person may see.
func (s *Server) lessonFor(ctx context.Context, who *caller, id string) (*db.LessonView, error) {
	l, err := s.lessonByID(ctx, id)
	if err == nil && !who.sees(l) {
		return nil, errLessonUnknown
	}
	return l, err
}

func (s *Server) lessonByID(ctx context.Context, id string) (*db.LessonView, error) {
	l, err := db.LessonByID(ctx, s.db.Read(), id)
	if errors.Is(err, db.ErrNotFound) {
		return nil, errLessonUnknown
	}
	return l, err
}

// startable tells whether the lesson can be put on air now.
func startable(l *db.LessonView, now time.Time) bool {
	return l.State == string(link.Planned) && !now.Before(l.StartAt.Time().Add(-startEarly)) && now.Before(l.EndAt.Time().Add(missAfter))
}

// dated is the lesson as the person sees it.
func (s *Server) dated(who *caller, l *db.LessonView) link.DatedLesson {
	p := who.partOf(l)
	d := bare(l)
	d.Mine = string(p.role)
	d.CanStart = who.mayRun(l) && startable(l, s.now())
	d.CanJoin = p.role != "" && l.State == string(link.Live)
	return d
}

// datedForDevice is the lesson as a classroom device sees it.
func (s *Server) datedForDevice(device *db.Device, l *db.LessonView) link.DatedLesson {
	p := partOfDevice(device, l)
	d := bare(l)
	d.Mine = string(p.role)
	d.CanStart = p.room == &l.Rooms[0] && startable(l, s.now())
	d.CanJoin = p.role != "" && l.State == string(link.Live)
	return d
}

// bare is the lesson without what depends on who looks at it.
func bare(l *db.LessonView) link.DatedLesson {
	d := link.DatedLesson{
		ID: l.ID, Title: l.Title, Subject: l.Subject, Grade: l.Grade, Kind: l.Kind, State: link.State(l.State),
		Start: l.StartAt.Time(), End: l.EndAt.Time(), StartedAt: l.StartedAt.Pointer(), EndedAt: l.EndedAt.Pointer(),
		Course: l.Course, Extra: l.Extra, Reason: l.Reason, MovedFrom: l.MovedFrom.Pointer(), Picture: l.Picture, Record: l.Record, Version: l.Version,
		Lecturer: link.Named{ID: l.Lecturer, Name: l.LecturerName},
		School:   link.Named{ID: l.Rooms[0].School, Name: l.Rooms[0].SchoolName},
		Rooms:    make([]link.LessonRoom, len(l.Rooms)),
	}
	for i := range l.Rooms {
		d.Rooms[i] = lessonRoom(&l.Rooms[i])
	}
	d.Devices = make([]link.Named, len(l.Devices))
	for i, p := range l.Devices {
		d.Devices[i] = link.Named{ID: p.ID, Name: p.Name}
	}
	if l.InsteadOf != "" {
		d.InsteadOf = &link.Named{ID: l.InsteadOf, Name: l.InsteadOfName}
	}
	if l.Replaces != "" {
		d.Replaces = &link.OtherLesson{ID: l.Replaces, Start: l.ReplacesStart.Time()}
	}
	if l.ReplacedBy != "" {
		d.ReplacedBy = &link.OtherLesson{ID: l.ReplacedBy, Start: l.ReplacedStart.Time()}
	}
	if r := recordingOf(l); r != nil {
		d.Recording = &link.RecordingSummary{State: string(r.State), Percent: r.Percent, SecsLeft: r.SecsLeft, Reason: r.Reason}
	}
	return d
}

func lessonRoom(r *db.LessonRoomView) link.LessonRoom {
	room := link.LessonRoom{ID: r.Room, Name: r.RoomName, Class: link.RoomClass(r.RoomClass), School: r.School, SchoolName: r.SchoolName}
	if r.PeriodNo != 0 {
		room.Period = &link.PeriodTime{No: r.PeriodNo, Name: r.PeriodName, Start: r.PeriodStart, End: r.PeriodEnd}
	}
	if pupils := r.Class + r.TeachingGroup; pupils != "" {
		room.Pupils = &link.Named{ID: pupils, Name: r.ClassName + r.GroupName}
	}
	if r.Assistant != "" {
		room.Assistant = &link.Named{ID: r.Assistant, Name: r.AssistantName}
	}
	return room
}

// recordingOf is what the recorder last told of the lesson, nil where it told nothing.
func recordingOf(l *db.LessonView) *recording.Recording {
	if l.Recording == nil {
		return nil
	}
	var r recording.Recording
	if err := json.Unmarshal([]byte(l.Recording.Recording), &r); err != nil {
		return nil
	}
	return &r
}
