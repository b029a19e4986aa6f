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

// ruling tells whether the caller may decide about an area's bells and days: the coordinator of it, and of a school its administrator.
func (c *caller) ruling(area string) bool {
	return c.covers(area, db.Coordinator) || (c.areas[area].Level == db.SchoolLevel && c.covers(area, db.SchoolAdmin))
}

var errAreaUnknown = httpd.Fail(http.StatusNotFound, "area-unknown", "there is no such school or area, or you may not see it")

// rulingFor refuses who may not decide about the area.
func (s *Server) rulingFor(ctx context.Context, area string) error {
	who := callerOf(ctx)
	switch {
	case who.areas[area].ID == "" || !who.covers(area, db.Roles...):
		return errAreaUnknown
	case !who.ruling(area):
		return errNotAllowed
	}
	return nil
}

func (s *Server) getCalendar(ctx context.Context, in *calendarInput) (*tagged[Calendar], error) {
	who := callerOf(ctx)
	if who.areas[in.ID].ID == "" || !who.covers(in.ID, db.Roles...) {
		return nil, errAreaUnknown
	}
	offices, err := db.LoadOffices(ctx, s.db.Read(), []string{in.ID})
	if err != nil {
		return nil, err
	}
	cal, stage, err := s.calendarOfArea(ctx, in.ID, offices)
	if err != nil {
		return nil, err
	}
	out := Calendar{Version: who.areas[in.ID].Version, Area: named(who.areas, in.ID), School: who.areas[in.ID].Level == db.SchoolLevel, May: who.ruling(in.ID),
		Term: Term{cal.Term.Name, cal.Term.From.String(), cal.Term.To.String(), cal.Term.Week1.String()}, Sets: []BellSet{}, Bells: []BellSchedule{}, Days: []CalendarDay{}}
	for _, a := range offices.Areas.Above(in.ID) {
		out.Offices = append(out.Offices, named(who.areas, a))
	}
	if out.Bells, err = bellsOf(offices, in.ID); err != nil {
		return nil, err
	}
	if out.Sets, err = s.setsOf(ctx, in.ID, cal); err != nil {
		return nil, err
	}
	if in.Stage != "" {
		stage = in.Stage
	}
	out.Days = daysOf(cal.For(timetable.Set{Campus: in.Campus, Stage: stage}), offices.RulesOf(in.ID))
	return withVersion(out, out.Version), nil
}

func named(areas db.Areas, id string) link.Named { return link.Named{ID: id, Name: areas[id].Name} }

// calendarOfArea is a school's calendar with its stage, or for a wider area one with its decisions and the term of its first school.
func (s *Server) calendarOfArea(ctx context.Context, area string, offices *db.Offices) (*timetable.Calendar, string, error) {
	schools, err := db.Schools(ctx, s.db.Read(), offices.Areas.Schools(area))
	if err != nil {
		return nil, "", err
	}
	if len(schools) == 0 {
		return &timetable.Calendar{School: area, Zone: time.UTC}, "", nil
	}
	all, err := db.Calendars(ctx, s.db.Read(), []string{schools[0].ID})
	if err != nil {
		return nil, "", err
	}
	cal := all[schools[0].ID]
	cal.Bells, cal.Overrides = offices.BellsOf(area), timetable.Overrides(offices.RulesOf(area))
	return cal, schools[0].Stage, nil
}

// setsOf are the stages and campuses that the school's classes and the area's bells speak of.
func (s *Server) setsOf(ctx context.Context, area string, cal *timetable.Calendar) ([]BellSet, error) {
	classes, err := db.ClassesOf(ctx, s.db.Read(), area)
	if err != nil {
		return nil, err
	}
	sets := []BellSet{}
	for _, c := range classes {
		sets = append(sets, BellSet(c.Set()))
	}
	for _, b := range cal.Bells {
		if b.Set.Stage != "" {
			sets = append(sets, BellSet{"", b.Set.Stage})
		}
	}
	slices.SortFunc(sets, func(a, b BellSet) int {
		return slices.Compare([]string{a.Campus, a.Stage}, []string{b.Campus, b.Stage})
	})
	return slices.Compact(sets), nil
}

// bellsOf are the area's own bells, and the defaults above it.
func bellsOf(offices *db.Offices, area string) ([]BellSchedule, error) {
	list := []BellSchedule{}
	chain := offices.Areas.Above(area)
	for _, b := range offices.BellsOf(area) {
		row := BellSchedule{ID: b.ID, By: chain[b.Above], NewBells: NewBells{Name: b.Name, Campus: b.Set.Campus, Stage: b.Set.Stage, From: dateOrNone(b.From),
			To: dateOrNone(b.To), Weekdays: []int{}, Periods: periodsOf(b.Periods)}}
		for d := 1; d <= 7 && b.Weekdays != 0; d++ {
			if b.Weekdays.Has(d) {
				row.Weekdays = append(row.Weekdays, d)
			}
		}
		list = append(list, row)
	}
	return list, nil
}

func periodsOf(periods []timetable.Period) []Period {
	list := make([]Period, len(periods))
	for i, p := range periods {
		list[i] = Period{p.No, p.Name, p.Start.String(), p.End.String(), p.Lesson}
	}
	return list
}

// daysOf tells every day of the term.
func daysOf(cal *timetable.Calendar, rules []timetable.Rule) []CalendarDay {
	decided := map[timetable.Date][]Decision{}
	for _, r := range rules {
		for _, d := range append([]timetable.Decision{r.Decision}, r.Over...) {
			decided[r.Date] = append(decided[r.Date], decisionOf(d))
		}
	}
	list := []CalendarDay{}
	for d := cal.Term.From; d <= cal.Term.To && cal.Term.From != 0; d++ {
		day := cal.Day(d)
		row := CalendarDay{Date: d.String(), Week: cal.Term.Week(d), Off: day.Off, Weekday: day.Weekday, Parity: day.Week, Rules: decided[d]}
		if day.Bells != nil {
			row.Bells = day.Bells.ID
		}
		if row.Rules == nil {
			row.Rules = []Decision{}
		}
		list = append(list, row)
	}
	return list
}

func decisionOf(d timetable.Decision) Decision {
	return Decision{d.By, NewDay{Kind: string(d.Kind), Weekday: d.Weekday, Week: d.Week, Bells: d.Bells, Name: d.Name}}
}

// areaChange refuses a change of an area that is based on an old version, and raises the version.
func (s *Server) areaChange(ctx context.Context, tx bun.Tx, area string, b Based) error {
	return s.raise(ctx, tx, b, db.AreaVersion, area, callerOf(ctx).note.detail)
}

// change does something to the calendars of an area's schools, and re-dates their lessons. A preview tells the effect and leaves nothing.
func (s *Server) change(ctx context.Context, area string, in WithPreview, do func(context.Context, bun.Tx) error) (*answer[Effect], error) {
	return s.changeDays(ctx, area, in, db.Days{}, do)
}

// changeDays does what change does, for something that concerns these days alone.
func (s *Server) changeDays(ctx context.Context, area string, in WithPreview, days db.Days, do func(context.Context, bun.Tx) error) (*answer[Effect], error) {
	who, preview := callerOf(ctx), in.Preview
	r := newRedating(area, who.areas.Schools(area), days)
	r.preview, r.do = preview, do
	r.first = func(ctx context.Context, tx bun.Tx) error { return s.areaChange(ctx, tx, area, in.Based) }
	done, err := s.redate(ctx, r)
	if err != nil {
		return nil, s.refuseStale(ctx, err, func() (any, error) {
			now, err := s.getCalendar(ctx, &calendarInput{ByID: ByID{area}})
			if err != nil {
				return nil, err
			}
			return now.Body, nil
		})
	}
	who.note.none = preview
	return &answer[Effect]{effectOf(done, preview)}, nil
}
