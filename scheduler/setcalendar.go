package scheduler

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func (s *Server) setDay(ctx context.Context, in *setDayInput) (*answer[Effect], error) {
	if err := s.rulingFor(ctx, in.ID); err != nil {
		return nil, err
	}
	day, err := parseDay(in.Date, in.Body)
	if err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = in.Date + " " + in.Body.Kind
	return s.changeDays(ctx, in.ID, in.WithPreview, db.Days{From: day.Date, To: day.Date}, func(ctx context.Context, tx bun.Tx) error {
		if err := checkCalled(ctx, tx, in.ID, day); err != nil {
			return err
		}
		return db.SetDays(ctx, tx, in.ID, []timetable.Override{day})
	})
}

func parseDay(date string, in NewDay) (timetable.Override, error) {
	d, err := timetable.ParseDate(date)
	o := timetable.Override{Date: d, Kind: timetable.OverrideKind(in.Kind), Name: in.Name}
	switch o.Kind {
	case timetable.Like:
		o.Weekday, o.Week, o.Bells = in.Weekday, in.Week, in.Bells
	case timetable.Ring:
		o.Bells = in.Bells
	}
	if err != nil || (o.Kind == timetable.Like && o.Weekday == 0) || (o.Kind == timetable.Ring && o.Bells == "") {
		return o, httpd.Fail(http.StatusUnprocessableEntity, "day-wrong", "a day like another needs a weekday, one with other bells needs bells")
	}
	return o, nil
}

// checkCalled refuses bells that neither the area nor one above it has. A default may also call bells that a school of the area has.
func checkCalled(ctx context.Context, tx bun.Tx, area string, o timetable.Override) error {
	if o.Bells == "" {
		return nil
	}
	offices, err := db.LoadOffices(ctx, tx, []string{area})
	if err != nil {
		return err
	}
	below := append(offices.Areas.Schools(area), area)
	if offices, err = db.LoadOffices(ctx, tx, below); err != nil {
		return err
	}
	for _, id := range below {
		if slices.ContainsFunc(offices.BellsOf(id), func(b timetable.Bells) bool { return b.ID == o.Bells || b.Name == o.Bells }) {
			return nil
		}
	}
	return httpd.Fail(http.StatusUnprocessableEntity, "bells-unknown", "there are no bells of this name").With("bells", o.Bells)
}

func (s *Server) forgetDay(ctx context.Context, in *DayInput) (*answer[Effect], error) {
	if err := s.rulingFor(ctx, in.ID); err != nil {
		return nil, err
	}
	d, err := timetable.ParseDate(in.Date)
	if err != nil {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "day-wrong", "%s", err)
	}
	callerOf(ctx).note.detail = in.Date
	return s.changeDays(ctx, in.ID, in.WithPreview, db.Days{From: d, To: d}, func(ctx context.Context, tx bun.Tx) error {
		return db.ForgetDays(ctx, tx, in.ID, []timetable.Override{{Date: d}})
	})
}

func (s *Server) addBells(ctx context.Context, in *addBellsInput) (*answer[Effect], error) {
	if err := s.rulingFor(ctx, in.ID); err != nil {
		return nil, err
	}
	row, err := bellsRow(ident.New(), in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = row.Name
	return s.change(ctx, in.ID, in.WithPreview, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
}

func (s *Server) setBells(ctx context.Context, in *setBellsInput) (*answer[Effect], error) {
	was, err := s.bellsFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	row, err := bellsRow(was.ID, was.Area, in.Body)
	if err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = row.Name
	return s.change(ctx, was.Area, in.WithPreview, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(row).WherePK().Exec(ctx)
		return err
	})
}

func (s *Server) deleteBells(ctx context.Context, in *PreviewByID) (*answer[Effect], error) {
	was, err := s.bellsFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = was.Name
	return s.change(ctx, was.Area, in.WithPreview, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model(was).WherePK().Exec(ctx)
		return err
	})
}

// bellsFor finds bells about which the caller may decide.
func (s *Server) bellsFor(ctx context.Context, id string) (*db.Bells, error) {
	var b db.Bells
	err := s.db.Read().NewSelect().Model(&b).Where("id = ?", id).Scan(ctx)
	if errors.Is(err, db.ErrNotFound) || (err == nil && errors.Is(s.rulingFor(ctx, b.Area), errAreaUnknown)) {
		return nil, httpd.Fail(http.StatusNotFound, "bells-unknown", "there are no such bells, or you may not see them")
	}
	if err != nil {
		return nil, err
	}
	return &b, s.rulingFor(ctx, b.Area)
}

func bellsRow(id, area string, in NewBells) (*db.Bells, error) {
	periods, err := parseBells(in.Periods)
	if err != nil {
		return nil, err
	}
	if in.From != "" && in.To != "" && in.To < in.From {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "the bells end before they begin")
	}
	weekdays := 0
	for _, d := range in.Weekdays {
		weekdays |= 1 << (d - 1)
	}
	return db.NewBells(id, area, in.Name, timetable.Bells{Set: timetable.Set{Campus: in.Campus, Stage: in.Stage}, Weekdays: timetable.Weekdays(weekdays), Periods: periods}, in.From, in.To)
}

func (s *Server) setTerm(ctx context.Context, in *setTermInput) (*answer[Effect], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	from, to, week1 := in.Body.From, in.Body.To, in.Body.Week1
	if first, err := timetable.ParseDate(from); err != nil {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "%s", err)
	} else if last, err := timetable.ParseDate(to); err != nil || last < first || last-first > maxDays {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "dates-wrong", "a term is at most %d days long", maxDays)
	}
	callerOf(ctx).note.detail = from + " " + to + " " + week1
	return s.change(ctx, in.ID, in.WithPreview, func(ctx context.Context, tx bun.Tx) error {
		row := &db.School{ID: in.ID, TermName: in.Body.Name, TermFrom: from, TermTo: to, TermWeek1: week1}
		_, err := tx.NewUpdate().Model(row).Column("term_name", "term_from", "term_to", "term_week1").WherePK().Exec(ctx)
		return err
	})
}

// setClass says on which campus a class is, and whose bells it has.
func (s *Server) setClass(ctx context.Context, in *setClassInput) (*answer[Effect], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = in.Class
	return s.change(ctx, in.ID, in.WithPreview, func(ctx context.Context, tx bun.Tx) error {
		row := &db.Class{ID: in.Class, Campus: in.Body.Campus, Stage: in.Body.Stage}
		res, err := tx.NewUpdate().Model(row).Column("campus", "stage").WherePK().Where("school = ?", in.ID).Exec(ctx)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = httpd.Fail(http.StatusNotFound, "class-unknown", "the school has no such class")
		}
		return err
	})
}
