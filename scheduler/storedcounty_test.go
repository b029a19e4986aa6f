package scheduler_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/plan"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// storedArea is the county of the counties that are stored.
const storedArea = "d"

// storeCounty writes a county of plan/county into an empty database: bells and days that most of its schools have are the area's defaults.
func storeCounty(ctx context.Context, d *db.DB, p plan.Problem, teachers int, now time.Time) error {
	s := store{p: p, now: db.At(now), made: map[string]bool{}}
	s.areas()
	s.people(teachers)
	s.needs()
	return errors.Join(s.err, d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return insert(ctx, tx, s.rows) }))
}

func insert(ctx context.Context, tx bun.Tx, rows []any) error {
	for _, r := range rows {
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// store collects the rows.
type store struct {
	p    plan.Problem
	now  db.Instant
	rows []any
	made map[string]bool
	err  error
}

func (s *store) add(row any) { s.rows = append(s.rows, row) }

// once adds what several speak of.
func (s *store) once(id string, row func() any) {
	if id != "" && !s.made[id] {
		s.made[id] = true
		s.add(row())
	}
}

func (s *store) json(v any) string {
	raw, err := json.Marshal(v)
	s.err = errors.Join(s.err, err)
	if string(raw) == "null" {
		return "[]"
	}
	return string(raw)
}

func (s *store) areas() {
	s.add(&[]db.Area{{ID: "n", Level: 1, Name: "n"}, {ID: "p", Parent: "n", Level: 2, Name: "p"}, {ID: "c", Parent: "p", Level: 3, Name: "c"}, {ID: storedArea, Parent: "c", Level: 4, Name: "县"}})
	term := timetable.Term{}
	var of []string
	for id, c := range s.p.Calendars {
		of, term = append(of, id), c.Term
	}
	slices.Sort(of)
	defaults := map[string]bool{}
	for i, id := range of {
		c := s.p.Calendars[id]
		s.add(&db.Area{ID: id, Parent: storedArea, Level: 5, Name: "学校 " + id})
		row := &db.School{ID: id, Code: fmt.Sprint(3_100_000_000 + i), Kind: "rural", Stage: "primary", Zone: "Asia/Shanghai", TermName: term.Name, TermFrom: term.From.String(), TermTo: term.To.String(), TermWeek1: term.Week1.String()}
		if len(c.Bells[0].Periods) > 7 {
			row.Stage = "junior"
		}
		row.DownKbps, _ = s.p.Board.Limit(timetable.Use{Dimension: timetable.BandwidthDim, ID: id})
		row.UpKbps, _ = s.p.Board.Limit(timetable.Use{Dimension: timetable.UplinkDim, ID: id})
		s.add(row)
		for _, b := range c.Bells {
			s.bells(id, row.Stage, b, defaults)
		}
		for _, o := range c.Overrides {
			s.day(id, o)
		}
	}
}

// bells of a school are the area's where they are the most usual ones.
func (s *store) bells(school, stage string, b timetable.Bells, defaults map[string]bool) {
	area, usual := school, map[string]timetable.Clock{"primary": 8*60 + 20, "junior": 8 * 60}[stage]
	if first := b.Periods[0].Start; first == usual && b.Periods[1].Start == first+b.Periods[0].End-b.Periods[0].Start+10 {
		area = storedArea
	}
	b.Periods = slices.Clone(b.Periods)
	for i := range b.Periods {
		b.Periods[i].Name = fmt.Sprint(b.Periods[i].No)
	}
	key := s.json(b.Periods)
	if area == storedArea && defaults[stage+b.Name] && !defaults[key+stage+b.Name] {
		area = school
	}
	if area == storedArea && defaults[stage+b.Name] {
		return
	}
	if area == storedArea {
		defaults[stage+b.Name], defaults[key+stage+b.Name] = true, true
	}
	day := func(d timetable.Date) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	s.add(&db.Bells{ID: area + "-" + stage + "-" + b.Name, Area: area, Name: b.Name, Stage: stage, ValidFrom: day(b.From), ValidTo: day(b.To), Weekdays: int(b.Weekdays), Periods: key})
}

func (s *store) day(school string, o timetable.Override) {
	of := func(area string) *db.DayOverride {
		return &db.DayOverride{Area: area, Day: o.Date.String(), Kind: string(o.Kind), Weekday: o.Weekday, Week: o.Week, Name: o.Name}
	}
	key := fmt.Sprint("day ", o.Date)
	if !s.made[key] {
		s.made[key], s.made[key+fmt.Sprint(o)] = true, true
		s.add(of(storedArea))
	} else if !s.made[key+fmt.Sprint(o)] {
		s.add(of(school))
	}
}

func (s *store) person(id string, role db.Role, school string) {
	s.once(id, func() any { return &db.Person{ID: id, Login: id, Name: id, Password: "x", Created: s.now} })
	s.once(id+" "+string(role), func() any { return &db.PersonRole{Person: id, Role: role, Area: school} })
}

func (s *store) room(id, school, class string) {
	s.once(id, func() any { return &db.Room{ID: id, School: school, Name: id, Class: class} })
}

// people are the offers' teachers, and as many others as the county has.
func (s *store) people(teachers int) {
	for _, o := range s.p.Offers {
		s.person(o.Teacher, db.Lecturer, o.School.ID)
		for _, r := range o.Rooms {
			s.room(r, o.School.ID, "lecturer")
		}
		s.add(&db.Offer{ID: o.ID, School: o.School.ID, Lecturer: o.Teacher, Subject: o.Subject, Grades: s.json(o.Grades), Edition: o.Edition, AnyEdition: o.AnyEdition, Unit: o.Unit,
			Rooms: s.json(o.Rooms), Languages: s.json(o.Languages), Cap: o.Cap, OwnLoad: o.Load, Free: "[]", Blocked: s.json(o.Blocked), Created: s.now, Version: 1})
	}
	for i := len(s.p.Offers); i < teachers; i++ {
		s.person(fmt.Sprint("teacher-", i), db.Assistant, fmt.Sprintf("rural-%03d", i%max(len(s.p.Calendars)-1, 1)))
	}
	s.rows = slices.DeleteFunc(s.rows, func(row any) bool {
		r, ok := row.(*db.PersonRole)
		return ok && s.p.Calendars[r.Area] == nil
	})
}

func (s *store) needs() {
	for _, n := range s.p.Needs {
		school := n.School.ID
		s.once(n.Class, func() any { return &db.Class{ID: n.Class, School: school, Name: n.Class, Grade: n.Grade} })
		s.room(n.Room, school, "interactive")
		s.person(n.Assistant, db.Assistant, school)
		s.once(n.Class+" "+n.Subject, func() any {
			return &db.Need{ID: n.ID, School: school, Class: n.Class, Subject: n.Subject, Periods: n.Periods, Edition: n.Edition, Unit: n.Unit, Room: n.Room, Assistant: n.Assistant,
				Language: n.Language, DownKbps: n.Line.Down, UpKbps: n.Line.Up, Tested: s.now, Blocked: s.json(n.Blocked), Created: s.now, Version: 1}
		})
	}
}

// What FillWeeks gives each receiving school.
const (
	classesOfSchool = 6
	lessonsOfClass  = 5 // a week
)

// fillWeeks gives every receiving school of a stored county classes with a course each, of a lesson a day in the district's periods and from
// its own lecturer and room, and an own timetable beside them: half a thousand dated lessons a school and term. It tells how many lessons there are.
func fillWeeks(ctx context.Context, d *db.DB, p plan.Problem, now time.Time) (int64, error) {
	var leads, rurals []string
	for id := range p.Calendars {
		if id[:4] == "lead" {
			leads = append(leads, id)
		} else {
			rurals = append(rurals, id)
		}
	}
	slices.SortFunc(leads, cmp.Compare[string])
	slices.Sort(rurals)
	for i, school := range rurals {
		err := d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			return fillSchool(ctx, tx, p, leads[i%len(leads)], school, now)
		})
		if err != nil {
			return 0, fmt.Errorf("school %s: %w", school, err)
		}
	}
	return d.Read().NewSelect().Model((*db.Lesson)(nil)).Count(ctx)
}

func fillSchool(ctx context.Context, tx bun.Tx, p plan.Problem, lead, school string, now time.Time) error {
	s := store{p: p, now: db.At(now), made: map[string]bool{}}
	pair := school + "-pairing"
	s.add(&db.Pairing{ID: pair, Lead: lead, Scope: string(pairing.County), Forms: `["sync","delivered"]`, ValidFrom: p.From.String(), ValidTo: (p.From + 3*365).String(), Created: s.now})
	s.add(&db.PairingPartner{Pairing: pair, School: school, Place: 1})
	s.add(&db.Bells{ID: school + "-filled", Area: school, Name: "x", ValidFrom: "2099-01-01", Periods: "[]"})
	grade := 1
	if len(p.Calendars[school].Bells[0].Periods) > 7 {
		grade = 7
	}
	var courses []*db.NewCourse
	for k := range classesOfSchool {
		id := fmt.Sprint(school, "-full-", k)
		s.add(&db.Class{ID: id, School: school, Name: id, Grade: grade + k%3})
		s.room(id+"-room", school, "interactive")
		s.room(id+"-studio", lead, "lecturer")
		s.person(id+"-lecturer", db.Lecturer, lead)
		s.person(id+"-assistant", db.Assistant, school)
		c := &db.NewCourse{Course: db.Course{Pairing: pair, Title: id, Subject: "英语", Grade: grade + k%3, Kind: "delivered", Lecturer: id + "-lecturer", Room: id + "-studio", Minutes: 1,
			ValidFrom: p.From.String(), ValidTo: p.To.String(), Picture: db.SmallPicture, Record: true}, Lead: lead,
			Places: []db.CoursePlace{{School: school, Room: id + "-room", Class: id, Assistant: id + "-assistant"}}}
		for day := 1; day <= lessonsOfClass; day++ {
			period := 1 + (k+day)%5
			c.Slots = append(c.Slots, timetable.Slot{Weekday: day, Cycle: timetable.Weekly, Periods: map[string]int{lead: period, school: period}})
			for _, own := range []int{6, 7} {
				s.add(&db.OwnSlot{ID: fmt.Sprint(id, "-own-", day, own), School: school, Weekday: day, Period: own, Every: 1, Subject: "体育", Class: id, ClassName: id, Teacher: id + "-assistant", TeacherName: "x"})
			}
		}
		courses = append(courses, c)
	}
	if err := errors.Join(s.err, insert(ctx, tx, s.rows)); err != nil {
		return err
	}
	for _, c := range courses {
		if err := db.CreateCourse(ctx, tx, c, now); err != nil {
			return err
		}
	}
	return nil
}
