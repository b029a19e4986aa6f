package scheduler

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// courseFault refuses a course for what is wrong with itself.
func courseFault(code, detail string, args ...any) *httpd.Problem {
	return httpd.Fail(http.StatusUnprocessableEntity, code, detail, args...)
}

// checkCourse tells what is wrong with a course whatever else is planned: its people, rooms and classes are those of its schools, and its
// slots fit somewhere.
func checkCourse(ctx context.Context, tx bun.Tx, c *db.NewCourse, p *db.PairingView) error {
	spec, err := c.Spec()
	if err != nil {
		return courseFault("dates-wrong", "%s", err)
	}
	if spec.To < spec.From || spec.To-spec.From > maxDays {
		return courseFault("dates-wrong", "to must be from 0 to %d days after from", maxDays)
	}
	if c.ValidFrom < p.ValidFrom || c.ValidTo > p.ValidTo {
		return courseFault("outside-pairing", "the pairing is from %s to %s", p.ValidFrom, p.ValidTo).With("from", p.ValidFrom).With("to", p.ValidTo)
	}
	if err := checkLecturer(ctx, tx, c); err != nil {
		return err
	}
	if err := checkPlaces(ctx, tx, c, p); err != nil {
		return err
	}
	if err := checkDevices(ctx, tx, c); err != nil {
		return err
	}
	return checkSlots(ctx, tx, c, spec)
}

func checkLecturer(ctx context.Context, tx bun.Tx, c *db.NewCourse) error {
	if err := checkHolds(ctx, tx, c.Lecturer, db.Lecturer, c.Lead); err != nil {
		return err
	}
	if c.Room == "" {
		return courseFault("room-unknown", "the course has no lecturer room")
	}
	return checkRoom(ctx, tx, c.Room, c.Lead, link.LecturerRoom)
}

func checkPlaces(ctx context.Context, tx bun.Tx, c *db.NewCourse, p *db.PairingView) error {
	seen := map[string]bool{c.Lecturer: true}
	for _, place := range c.Places {
		if !slices.Contains(p.Partners, place.School) {
			return courseFault("not-partner", "the school is no partner in the pairing").With("school", place.School)
		}
		if err := checkRoom(ctx, tx, place.Room, place.School, ""); err != nil {
			return err
		}
		if err := checkPupils(ctx, tx, place); err != nil {
			return err
		}
		if place.Assistant != "" {
			if err := checkHolds(ctx, tx, place.Assistant, db.Assistant, place.School); err != nil {
				return err
			}
		}
		for _, id := range []string{place.Room, place.Class, place.TeachingGroup, place.Assistant} {
			if id != "" && seen[id] {
				return courseFault("named-twice", "the same person, room or class stands twice in the course").With("id", id)
			}
			seen[id] = true
		}
	}
	return checkSets(ctx, tx, c)
}

// checkSets refuses classes of one school that have different bells: a slot has one period for each school.
func checkSets(ctx context.Context, tx bun.Tx, c *db.NewCourse) error {
	classes := make([]string, len(c.Places))
	for i, p := range c.Places {
		var err error
		if classes[i], err = db.ClassWithBells(ctx, tx, p.Class, p.TeachingGroup); err != nil {
			return err
		}
	}
	sets, err := db.SetsOf(ctx, tx, classes)
	if err != nil {
		return err
	}
	first := map[string]timetable.Set{}
	for i, p := range c.Places {
		if set, ok := first[p.School]; ok && set != sets[classes[i]] {
			return courseFault("bells-differ", "the classes of one school must have the same bells").With("school", p.School)
		}
		first[p.School] = sets[classes[i]]
	}
	return nil
}

// checkPupils tells whether the place has either a class or a teaching group, and one of its school.
func checkPupils(ctx context.Context, tx bun.Tx, place db.CoursePlace) error {
	if (place.Class == "") == (place.TeachingGroup == "") {
		return courseFault("pupils-missing", "name either a class or a teaching group").With("school", place.School)
	}
	if place.Class != "" {
		return checkClass(ctx, tx, place.Class, place.School)
	}
	return checkLent(ctx, tx, (*db.TeachingGroup)(nil), "group-unknown", place.TeachingGroup, place.School)
}

// checkDevices tells whether the portable devices are those of the course's schools.
func checkDevices(ctx context.Context, tx bun.Tx, c *db.NewCourse) error {
	schools := []string{c.Lead}
	for _, p := range c.Places {
		schools = append(schools, p.School)
	}
	for _, id := range c.Devices {
		if err := checkLent(ctx, tx, (*db.PortableDevice)(nil), "device-unknown", id, schools...); err != nil {
			return err
		}
	}
	return nil
}

// checkOwn tells whether a thing belongs to one of the schools.
func checkOwn(ctx context.Context, tx bun.Tx, model any, code, id string, schools ...string) error {
	return checkFound(ctx, tx.NewSelect().Model(model), code, id, schools)
}

// checkLent tells whether a teaching group or portable device belongs to one of the schools and is in use.
func checkLent(ctx context.Context, tx bun.Tx, model any, code, id string, schools ...string) error {
	return checkFound(ctx, tx.NewSelect().Model(model).Where("NOT archived"), code, id, schools)
}

func checkFound(ctx context.Context, q *bun.SelectQuery, code, id string, schools []string) error {
	n, err := q.Where("id = ?", id).Where("school IN (?)", bun.List(schools)).Count(ctx)
	if err == nil && n == 0 {
		return httpd.Fail(http.StatusUnprocessableEntity, code, "the school has nothing of this id").With("id", id)
	}
	return err
}

// checkHolds tells whether the person holds the role for the school or an area above it.
func checkHolds(ctx context.Context, tx bun.Tx, person string, role db.Role, school string) error {
	a, err := db.AccountByID(ctx, tx, person)
	unknown := courseFault(string(role)+"-unknown", "the school has no such %s", role).With("person", person)
	if errors.Is(err, db.ErrNotFound) {
		return unknown
	}
	if err != nil {
		return err
	}
	areas, err := db.LoadAreas(ctx, tx)
	if err != nil {
		return err
	}
	if who := (&caller{person: a, areas: areas}); !who.covers(school, role) {
		return unknown
	}
	return nil
}

// checkSlots refuses slots of which not a single date fits.
func checkSlots(ctx context.Context, tx bun.Tx, c *db.NewCourse, spec timetable.Course) error {
	for i, slot := range spec.Slots {
		for school := range slot.Periods {
			if !slices.Contains(spec.Schools, school) {
				return courseFault("not-partner", "slot %d names a school that is not in the course", i+1).With("school", school)
			}
		}
		for _, school := range spec.Schools {
			if slot.Periods[school] == 0 {
				return courseFault("period-missing", "slot %d has no period for a school", i+1).With("school", school).With("slot", i)
			}
		}
	}
	calendars, err := db.CalendarsOf(ctx, tx, c)
	if err != nil {
		return err
	}
	held, lost := timetable.Expand(spec, calendars)
	if len(held) > 0 {
		return nil
	}
	if len(lost) == 0 {
		return courseFault("no-date", "no date between from and to falls on the slots")
	}
	m := lost[0]
	return courseFault("does-not-fit", "no lesson fits; on %s: %s", m.Date, m.Detail).
		With("misfit", misfitOf(m)).With("overlap", m.Overlap)
}
