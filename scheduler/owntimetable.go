package scheduler

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/schoolweek"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func (s *Server) ownTimetable(ctx context.Context, in *ByID) (*tagged[OwnTimetable], error) {
	school, err := s.schoolFor(ctx, in.ID, staff...)
	if err != nil {
		return nil, err
	}
	rows, err := db.OwnSlots(ctx, s.db.Read(), []string{in.ID})
	if err != nil {
		return nil, err
	}
	out := OwnTimetable{Version: school.Version, Lessons: make([]OwnLesson, len(rows))}
	var last db.Instant
	for i := range rows {
		out.Lessons[i] = ownLesson(weekLesson(&rows[i]))
		if r := &rows[i]; r.Imported >= last {
			last, out.Origin, out.At = r.Imported, r.Origin, r.Imported.Time().Format(time.RFC3339)
		}
	}
	return withVersion(out, out.Version), nil
}

// staff are all who work at schools or look after them; pupils do not see the whole timetable with its teachers.
var staff = []db.Role{db.Lecturer, db.Assistant, db.Coordinator, db.SchoolAdmin, db.Operator, db.Observer}

func (s *Server) clearTimetable(ctx context.Context, in *ChangeByID) (*empty, error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	return done(s.changeSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*db.OwnSlot)(nil)).Where("school = ?", in.ID).Exec(ctx)
		return err
	}))
}

// weekLesson is a row as files have it.
func weekLesson(r *db.OwnSlot) schoolweek.Lesson {
	return schoolweek.Lesson{Weekday: r.Weekday, Period: r.Period, Cycle: r.Cycle(), Subject: r.Subject,
		Class: r.ClassName, Teacher: r.TeacherName, Room: r.RoomName, ClassID: r.Class, TeacherID: r.Teacher, RoomID: r.Room}
}

func ownSlot(school string, l schoolweek.Lesson) db.OwnSlot {
	return db.OwnSlot{School: school, Weekday: l.Weekday, Period: l.Period, Every: max(l.Cycle.Every, 1), Phase: l.Cycle.Phase, Subject: l.Subject,
		Class: l.ClassID, ClassName: l.Class, Teacher: l.TeacherID, TeacherName: l.Teacher, Room: l.RoomID, RoomName: l.Room}
}

func ownLesson(l schoolweek.Lesson) OwnLesson {
	return OwnLesson{Weekday: l.Weekday, Period: l.Period, Weeks: weeksName(l.Cycle), Subject: l.Subject, Class: l.Class, Teacher: l.Teacher, Room: l.Room,
		ClassID: l.ClassID, TeacherID: l.TeacherID, RoomID: l.RoomID}
}

// weeksName is every, odd or even, and for longer cycles "2/3": the second of every three weeks.
func weeksName(c timetable.Cycle) string {
	for _, name := range []string{"every", "odd", "even"} {
		if cycles[name] == c {
			return name
		}
	}
	return fmt.Sprintf("%d/%d", (c.Phase+c.Every-1)%c.Every+1, c.Every)
}

// known is what the school has: the names that a file can mean, and its periods.
func known(ctx context.Context, q bun.IDB, school *db.School) (*schoolweek.Known, error) {
	classRows, err := db.ClassesOf(ctx, q, school.ID)
	if err != nil {
		return nil, err
	}
	roomRows, err := db.RoomsOf(ctx, q, school.ID)
	if err != nil {
		return nil, err
	}
	var classes, rooms, teachers []schoolweek.Named
	for _, c := range classRows {
		classes = append(classes, schoolweek.Named{ID: c.ID, Name: c.Name})
	}
	for _, r := range roomRows {
		rooms = append(rooms, schoolweek.Named{ID: r.ID, Name: r.Name})
	}
	seen := map[string]bool{}
	for _, role := range []db.Role{db.Lecturer, db.Assistant} {
		accounts, err := db.AccountsIn(ctx, q, []string{school.ID}, role)
		if err != nil {
			return nil, err
		}
		for _, a := range accounts {
			if !seen[a.ID] {
				seen[a.ID] = true
				teachers = append(teachers, schoolweek.Named{ID: a.ID, Name: a.Name, Login: a.Login})
			}
		}
	}
	periods, err := allPeriods(ctx, q, school.ID)
	return schoolweek.NewKnown(classes, teachers, rooms, periods, school.Stage == "senior"), err
}

// allPeriods are the periods of the school's bells: those of the schedule with the most of them, whatever the season.
func allPeriods(ctx context.Context, q bun.IDB, school string) ([]timetable.Period, error) {
	calendars, err := db.Calendars(ctx, q, []string{school})
	if err != nil {
		return nil, fmt.Errorf("bells of the school: %w", err)
	}
	var most []timetable.Period
	for _, b := range calendars[school].Bells {
		if len(b.Periods) > len(most) {
			most = b.Periods
		}
	}
	return most, nil
}
