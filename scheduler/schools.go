package scheduler

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func (s *Server) listSchools(ctx context.Context, _ *nothing) (*answer[Schools], error) {
	who := callerOf(ctx)
	rows, err := db.Schools(ctx, s.db.Read(), who.schools(db.Roles...))
	if err != nil {
		return nil, err
	}
	list := make([]School, len(rows))
	for i, r := range rows {
		list[i] = schoolOf(r, who)
	}
	return &answer[Schools]{Schools{list}}, nil
}

// Who may change the contract of a school's line, and who may know it.
var (
	contracting = []db.Role{db.Coordinator, db.Operator}
	contracted  = append([]db.Role{db.SchoolAdmin}, contracting...)
)

func schoolOf(r db.School, who *caller) School {
	s := School{ID: r.ID, Code: r.Code, Name: r.Name, AreaName: who.areas[who.areas[r.ID].Parent].Name, Kind: r.Kind, Stage: r.Stage, Zone: r.Zone, TermStart: r.TermFrom, Version: r.Version}
	if r.Lat != 0 || r.Lon != 0 {
		s.Place = Place{&r.Lat, &r.Lon}
	}
	if who.covers(r.ID, contracted...) {
		s.Contract = Contract{r.DownKbps, r.UpKbps}
	}
	return s
}

// schoolsByID finds schools for those who see them as part of something else, such as a pairing.
func (s *Server) schoolsByID(ctx context.Context, ids []string) (map[string]School, error) {
	rows, err := db.Schools(ctx, s.db.Read(), ids)
	if err != nil {
		return nil, err
	}
	known := make(map[string]School, len(rows))
	for _, r := range rows {
		known[r.ID] = schoolOf(r, callerOf(ctx))
	}
	return known, nil
}

// schoolFor finds a school for which the caller holds one of the roles.
func (s *Server) schoolFor(ctx context.Context, id string, roles ...db.Role) (*db.School, error) {
	who := callerOf(ctx)
	rows, err := db.Schools(ctx, s.db.Read(), []string{id})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || !who.covers(id, db.Roles...) {
		return nil, httpd.Fail(http.StatusNotFound, "school-unknown", "there is no such school in your area")
	}
	if !who.covers(id, roles...) {
		return nil, errNotAllowed
	}
	return &rows[0], nil
}

func (s *Server) getSchool(ctx context.Context, in *ByID) (*tagged[SchoolDetail], error) {
	row, err := s.schoolFor(ctx, in.ID, db.Roles...)
	if err != nil {
		return nil, err
	}
	detail, err := s.schoolDetail(ctx, row)
	return withVersion(detail, row.Version), err
}

func (s *Server) schoolDetail(ctx context.Context, row *db.School) (SchoolDetail, error) {
	who, q := callerOf(ctx), s.db.Read()
	d := SchoolDetail{School: schoolOf(*row, who), Term: Term{row.TermName, row.TermFrom, row.TermTo, row.TermWeek1},
		Rooms: []link.Room{}, Classes: []Class{}, Groups: []Group{}, PortableDevices: []PortableDevice{}}
	rooms, err := db.RoomsOf(ctx, q, row.ID)
	if err != nil {
		return d, err
	}
	for _, r := range rooms {
		d.Rooms = append(d.Rooms, link.Room{ID: r.ID, Name: r.Name, Class: link.RoomClass(r.Class), School: r.School, SchoolName: row.Name})
	}
	classes, err := db.ClassesOf(ctx, q, row.ID)
	if err != nil {
		return d, err
	}
	for _, c := range classes {
		d.Classes = append(d.Classes, Class{c.ID, c.Name, c.Grade, BellSet{c.Campus, c.Stage}})
	}
	if row.Calendar != "" && who.covers(row.ID, equipping...) {
		d.Calendar = s.feedURL(row.Calendar)
	}
	for _, r := range rooms {
		if r.Calendar != "" && who.covers(row.ID, equipping...) {
			if d.RoomCalendars == nil {
				d.RoomCalendars = map[string]string{}
			}
			d.RoomCalendars[r.ID] = s.feedURL(r.Calendar)
		}
	}
	if err := s.shared(ctx, &d); err != nil {
		return d, err
	}
	d.Bells, err = s.ordinaryBells(ctx, row)
	return d, err
}

// ordinaryBells is the bell schedule of an ordinary school day: the coming Monday's, make-up days aside.
func (s *Server) ordinaryBells(ctx context.Context, row *db.School) ([]Period, error) {
	calendars, err := db.Calendars(ctx, s.db.Read(), []string{row.ID})
	if err != nil {
		return nil, err
	}
	c := calendars[row.ID].For(timetable.Set{Stage: row.Stage})
	c.Overrides = nil
	return periodsOf(c.Day(s.day().Monday()).Periods), nil
}

func parseBells(rows []Period) ([]timetable.Period, error) {
	periods := make([]timetable.Period, len(rows))
	for i, r := range rows {
		p := timetable.Period{No: r.No, Name: r.Name, Lesson: r.Lesson}
		if err := errors.Join(p.Start.UnmarshalText([]byte(r.Start)), p.End.UnmarshalText([]byte(r.End))); err != nil {
			return nil, httpd.Fail(http.StatusUnprocessableEntity, "bells-wrong", "%s", err)
		}
		periods[i] = p
	}
	var wrong *timetable.BellError
	if err := timetable.Check(periods); errors.As(err, &wrong) {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "bells-wrong", "%s", wrong).With("row", wrong.Row).With("name", wrong.Name).With("why", wrong.Code)
	}
	return periods, nil
}

// setContract takes effect when the next one of the school enters a lesson: the SFU believes the newest grant.
func (s *Server) setContract(ctx context.Context, in *contractInput) (*tagged[SchoolDetail], error) {
	if _, err := s.schoolFor(ctx, in.ID, contracting...); err != nil {
		return nil, err
	}
	c := in.Body
	callerOf(ctx).note.detail = fmt.Sprintf("%d/%d kbit/s", c.DownKbps, c.UpKbps)
	return s.changedSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		return db.SetContract(ctx, tx, in.ID, c.DownKbps, c.UpKbps)
	})
}

// setPlace says where the school stands, for the distance between schools. Nothing said: it is not known.
func (s *Server) setPlace(ctx context.Context, in *placeInput) (*tagged[SchoolDetail], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	var lat, lon float64
	if p := in.Body; p.Lat != nil && p.Lon != nil {
		lat, lon = nearMetre(*p.Lat), nearMetre(*p.Lon)
	}
	if said := in.Body.Lat != nil || in.Body.Lon != nil; said && lat == 0 && lon == 0 {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "place-wrong", "a place has a latitude and a longitude, in degrees")
	}
	callerOf(ctx).note.detail = fmt.Sprintf("%.5f %.5f", lat, lon)
	return s.changedSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error { return db.SetPlace(ctx, tx, in.ID, lat, lon) })
}

// nearMetre rounds degrees to about a metre.
func nearMetre(degrees float64) float64 { return math.Round(degrees*1e5) / 1e5 }

// changedSchool changes something of a school, and tells how the school is now.
func (s *Server) changedSchool(ctx context.Context, id string, b Based, do func(context.Context, bun.Tx) error) (*tagged[SchoolDetail], error) {
	if err := s.changeSchool(ctx, id, b, do); err != nil {
		return nil, err
	}
	return s.getSchool(ctx, &ByID{id})
}

// changeSchool changes something of a school that does nothing to dated lessons, or tells what others have made of the school since the caller
// read it.
func (s *Server) changeSchool(ctx context.Context, id string, b Based, do func(context.Context, bun.Tx) error) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.areaChange(ctx, tx, id, b); err != nil {
			return err
		}
		return do(ctx, tx)
	})
	return s.refuseStale(ctx, err, func() (any, error) {
		now, err := s.getSchool(ctx, &ByID{id})
		if err != nil {
			return nil, err
		}
		return now.Body, nil
	})
}

func (s *Server) newCalendar(ctx context.Context, in *ChangeByID) (*answer[CalendarAddress], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	secret := newSecret()
	err := s.changeSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		return db.SetCalendar(ctx, tx, (*db.School)(nil), in.ID, secret)
	})
	return s.calendarAddress(secret, err)
}

func (s *Server) feedURL(secret string) string { return s.cfg.PublicURL + "/ical/" + secret + ".ics" }
