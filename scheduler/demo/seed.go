// Package demo makes the demo district 明湖县: an urban lead school, two rural schools with other bells and one that nobody supports, people of
// every role, one pairing, needs and offers, one course, and on demand a lesson that is on right now.
package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// courseTitle finds the demo's course again.
const courseTitle = "三年级数学 专递课堂"

var shanghai = must(time.LoadLocation("Asia/Shanghai"))

func must(zone *time.Location, err error) *time.Location {
	if err != nil {
		panic(fmt.Sprintf("demo: %v; install tzdata", err))
	}
	return zone
}

// Seed writes the demo district, unless it is there already. The term and the course's weekly lessons are those that run at now.
func Seed(ctx context.Context, d *db.DB, now time.Time) error {
	n, err := d.Read().NewSelect().Model((*db.Area)(nil)).Where("id = ?", County).Count(ctx)
	if err != nil || n > 0 {
		return err
	}
	hash, err := scheduler.HashPassword(Password)
	if err != nil {
		return err
	}
	err = d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return seed(ctx, tx, hash, now) })
	if err != nil {
		return fmt.Errorf("write the demo district: %w", err)
	}
	return nil
}

func seed(ctx context.Context, tx bun.Tx, hash string, now time.Time) error {
	term := termAt(timetable.DateOf(now, shanghai))
	rows := []any{&areas}
	for _, s := range schools {
		periods, err := json.Marshal(s.periods())
		if err != nil {
			return err
		}
		week1 := term.Week1 - timetable.Date(7*s.weeksBefore)
		rows = append(rows,
			&db.School{ID: s.id, Code: s.code, Kind: s.kind, Stage: "primary", Zone: "Asia/Shanghai", TermName: term.Name,
				TermFrom: term.From.String(), TermTo: term.To.String(), TermWeek1: week1.String(), Lat: s.lat, Lon: s.lon},
			&db.Bells{ID: s.id + "-bells", Area: s.id, Name: "作息时间", Weekdays: int(timetable.SchoolWeek), Periods: string(periods)})
	}
	rows = append(rows, &rooms, &classes)
	for _, p := range people {
		rows = append(rows,
			&db.Person{ID: p.login, Login: p.login, Name: p.name, Password: hash, Class: p.class, Created: db.At(now)},
			&db.PersonRole{Person: p.login, Role: p.role, Area: p.area})
	}
	from := timetable.DateOf(now, shanghai)
	rows = append(rows,
		&db.Pairing{ID: "minghu-pairing", Lead: Minghu, Scope: "county", Forms: `["sync","delivered"]`,
			ValidFrom: term.From.String(), ValidTo: (term.From + 3*365).String(), Created: db.At(now)},
		&[]db.PairingPartner{{Pairing: "minghu-pairing", School: Qingshan, Place: 1}, {Pairing: "minghu-pairing", School: Shiqiao, Place: 2}})
	rows = append(rows, needs(now), offers(now))
	for _, row := range rows {
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
	}
	if err := db.SetDays(ctx, tx, County, holidays(term)); err != nil {
		return err
	}
	return db.CreateCourse(ctx, tx, course(from, term.To), now)
}

// course is taught on Tuesdays and Thursdays in the first afternoon period that all schools share.
func course(from, to timetable.Date) *db.NewCourse {
	periods := map[string]int{Minghu: 5, Qingshan: 5, Shiqiao: 6}
	return &db.NewCourse{
		Course: db.Course{Pairing: "minghu-pairing", Title: courseTitle, Subject: "数学", Grade: 3, Kind: "delivered", Lecturer: "chen",
			Room: LecturerRoom, Minutes: periodMinutes, ValidFrom: from.String(), ValidTo: to.String(),
			Picture: db.FullPicture, Record: true},
		Lead: Minghu,
		Places: []db.CoursePlace{
			{School: Qingshan, Room: QingshanRoom, Class: "qingshan-3-1", Assistant: "lin", Need: mathsNeed},
			{School: Shiqiao, Room: ShiqiaoRoom, Class: "shiqiao-3-1", Assistant: "zhao"},
		},
		Slots: []timetable.Slot{{Weekday: 2, Cycle: timetable.Weekly, Periods: periods}, {Weekday: 4, Cycle: timetable.Weekly, Periods: periods}},
	}
}

// overtime keeps a demo that is begun in a term's last days from having no weeks left to plan.
const overtime = timetable.Date(21)

// termAt is the school term that runs on the date, holidays included, so that the demo is never between two terms.
func termAt(d timetable.Date) timetable.Term {
	day := d.At(12*60, time.UTC)
	year := day.Year()
	switch month := day.Month(); {
	case month == time.January:
		year--
	case month < time.August:
		from := timetable.NewDate(year, time.February, 1)
		return timetable.Term{Name: fmt.Sprintf("%d—%d学年第二学期", year-1, year), From: from, To: timetable.NewDate(year, time.July, 31) + overtime, Week1: from + 14}
	}
	from := timetable.NewDate(year, time.August, 1)
	return timetable.Term{Name: fmt.Sprintf("%d—%d学年第一学期", year, year+1), From: from, To: timetable.NewDate(year+1, time.January, 31) + overtime, Week1: from + 31}
}

// Now is what EnsureLessonNow found or made.
type Now struct {
	Lesson     string // id
	Title      string
	Start, End time.Time
	DeviceCode string // to enrol the lecturer room's device; "" where one is enrolled
}

const lessonMinutes = 40 * time.Minute

// EnsureLessonNow sees to it that a lesson of the demo's course is on at now: an extra lesson (补课) of 40 minutes, unless one is planned or
// live. A planned weekly lesson that would be in its way is cancelled.
func EnsureLessonNow(ctx context.Context, d *db.DB, now time.Time) (*Now, error) {
	var out *Now
	err := d.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if out, err = lessonNow(ctx, tx, now); err != nil {
			return err
		}
		n, err := tx.NewSelect().Model((*db.Device)(nil)).Where("room = ?", LecturerRoom).Count(ctx)
		if err != nil || n > 0 {
			return err
		}
		out.DeviceCode, _, err = db.NewEnrolment(ctx, tx, LecturerRoom, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("plan the demo's lesson: %w", err)
	}
	return out, nil
}

// DeviceCode makes an enrolment code for the lecturer room, whatever devices are enrolled.
func DeviceCode(ctx context.Context, d *db.DB, now time.Time) (code string, err error) {
	err = d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		code, _, err = db.NewEnrolment(ctx, tx, LecturerRoom, now)
		return err
	})
	return code, err
}

func lessonNow(ctx context.Context, tx bun.Tx, now time.Time) (*Now, error) {
	var c db.Course
	if err := tx.NewSelect().Model(&c).Where("title = ?", courseTitle).Order("created").Limit(1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find the demo's course: %w", err)
	}
	var on []db.Lesson
	err := tx.NewSelect().Model(&on).Where("course = ?", c.ID).Where("state IN ('planned', 'live')").
		Where("start_at <= ?", db.At(now)).Where("end_at > ?", db.At(now)).Order("state", "start_at").Limit(1).Scan(ctx)
	if err != nil {
		return nil, err
	}
	if len(on) > 0 {
		return &Now{Lesson: on[0].ID, Title: on[0].Title, Start: on[0].StartAt.Time(), End: on[0].EndAt.Time()}, nil
	}
	full, err := db.CourseByID(ctx, tx, c.ID)
	if err != nil {
		return nil, err
	}
	start, err := freeFrom(ctx, tx, c.ID, now)
	if err != nil {
		return nil, err
	}
	l := full.ExtraLesson(start, start.Add(lessonMinutes), now)
	if err := planInstead(ctx, tx, l, now); err != nil {
		return nil, err
	}
	return &Now{Lesson: l.ID, Title: l.Title, Start: l.StartAt.Time(), End: l.EndAt.Time()}, nil
}

// freeFrom is the present minute's beginning, or when within this minute the course's last lesson ended.
func freeFrom(ctx context.Context, tx bun.Tx, course string, now time.Time) (time.Time, error) {
	start := now.Truncate(time.Minute)
	var ended []db.Instant
	err := tx.NewSelect().Model((*db.Lesson)(nil)).Column("ended_at").Where("course = ?", course).
		Where("ended_at > ?", db.At(start)).Where("ended_at <= ?", db.At(now)).Order("ended_at DESC").Limit(1).Scan(ctx, &ended)
	if len(ended) > 0 {
		start = ended[0].Time()
	}
	return start, err
}

// planInstead plans the lesson, and cancels planned ones that are in its way.
func planInstead(ctx context.Context, tx bun.Tx, l db.NewLesson, now time.Time) error {
	err := db.PlanRegardless(ctx, tx, []db.NewLesson{l})
	var clash *db.ClashError
	if !errors.As(err, &clash) {
		return err
	}
	gone := map[string]bool{}
	for _, c := range clash.Clashes {
		for _, id := range c.Lessons {
			if gone[id] {
				continue
			}
			gone[id] = true
			if err := db.Cancel(ctx, tx, id, "演示：改上补课", now); err != nil && !errors.Is(err, db.ErrNotFound) {
				return err
			}
		}
	}
	return db.PlanRegardless(ctx, tx, []db.NewLesson{l})
}
