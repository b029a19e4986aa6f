package db

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// RequiredPeriods is how many periods a week a class should have of a subject.
type RequiredPeriods struct {
	bun.BaseModel `bun:"table:required_periods,alias:rp"`
	Class         string `bun:",pk"`
	Subject       string `bun:",pk"`
	PerWeek       int
	School        string `bun:",scanonly"`
}

// SetRequired says how many periods a week a class should have of a subject; 0: nothing is said.
func SetRequired(ctx context.Context, tx bun.Tx, r RequiredPeriods) error {
	if _, err := tx.NewDelete().Model(&r).WherePK().Exec(ctx); err != nil || r.PerWeek == 0 {
		return err
	}
	_, err := tx.NewInsert().Model(&r).Exec(ctx)
	return err
}

// Required lists what is required of the classes of schools, by class and subject.
func Required(ctx context.Context, q bun.IDB, schools []string) ([]RequiredPeriods, error) {
	var rows []RequiredPeriods
	err := q.NewSelect().Model(&rows).ColumnExpr("rp.*, c.school").Join("JOIN classes c ON c.id = rp.class").
		Where("c.school IN (?)", bun.List(schools)).Order("rp.class", "rp.subject").Scan(ctx)
	return rows, err
}

// Ledger counts the periods of these schools from one date to another, both included, as they stand now: what the schools receive and give,
// against what is required of their classes on the days that they really teach.
func Ledger(ctx context.Context, q bun.IDB, schools []string, from, to timetable.Date, zone *time.Location, now time.Time) (timetable.Account, error) {
	rows, err := Required(ctx, q, schools)
	if err != nil {
		return timetable.Account{}, err
	}
	calendars, err := Calendars(ctx, q, schools)
	if err != nil {
		return timetable.Account{}, err
	}
	var required []timetable.Required
	for _, r := range rows {
		required = append(required, timetable.Required{Receiver: timetable.Receiver{School: r.School, Class: r.Class}, Subject: r.Subject,
			Periods: timetable.RequiredPeriods(calendars[r.School], r.PerWeek, from, to)})
	}
	lessons, err := Lessons(ctx, q, LessonFilter{From: from.At(0, zone), To: (to + 1).At(0, zone), Schools: &schools})
	if err != nil {
		return timetable.Account{}, err
	}
	dated := make([]timetable.Dated, len(lessons))
	for i := range lessons {
		dated[i] = lessons[i].Dated()
		dated[i].Receivers = slices.DeleteFunc(dated[i].Receivers, func(r timetable.Receiver) bool { return !slices.Contains(schools, r.School) })
	}
	return timetable.Ledger(required, dated, now), nil
}
