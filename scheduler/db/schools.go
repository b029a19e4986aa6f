package db

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Schools finds schools with their names, by name.
func Schools(ctx context.Context, q bun.IDB, ids []string) ([]School, error) {
	var rows []School
	err := q.NewSelect().Model(&rows).ModelTableExpr("schools AS school").ColumnExpr("school.*, a.name AS name").
		Join("JOIN areas a ON a.id = school.id").Where("school.id IN (?)", bun.List(ids)).Order("a.name", "school.id").Scan(ctx)
	return rows, err
}

// ClassesOf lists a school's classes by grade and name.
func ClassesOf(ctx context.Context, q bun.IDB, school string) ([]Class, error) {
	var rows []Class
	err := q.NewSelect().Model(&rows).Where("school = ?", school).Order("grade", "name").Scan(ctx)
	return rows, err
}

// Calendars reads how the schools teach, by school id. ErrNotFound where one of them is unknown.
func Calendars(ctx context.Context, q bun.IDB, schools []string) (map[string]*timetable.Calendar, error) {
	rows, err := Schools(ctx, q, schools)
	if err != nil {
		return nil, err
	}
	calendars := map[string]*timetable.Calendar{}
	for _, r := range rows {
		if calendars[r.ID], err = calendar(r); err != nil {
			return nil, fmt.Errorf("calendar of school %s: %w", r.ID, err)
		}
	}
	for _, id := range schools {
		if calendars[id] == nil {
			return nil, fmt.Errorf("school %q: %w", id, ErrNotFound)
		}
	}
	if err := addBells(ctx, q, schools, calendars); err != nil {
		return nil, err
	}
	return calendars, addOverrides(ctx, q, schools, calendars)
}

func calendar(r School) (*timetable.Calendar, error) {
	c := &timetable.Calendar{School: r.ID, Term: timetable.Term{Name: r.TermName}, Overrides: map[timetable.Date]timetable.Override{}}
	var err error
	if c.Zone, err = time.LoadLocation(r.Zone); err != nil {
		return nil, err
	}
	if c.Term.From, err = timetable.ParseDate(r.TermFrom); err != nil {
		return nil, err
	}
	if c.Term.To, err = timetable.ParseDate(r.TermTo); err != nil {
		return nil, err
	}
	c.Term.Week1, err = timetable.ParseDate(r.TermWeek1)
	return c, err
}

func addBells(ctx context.Context, q bun.IDB, schools []string, calendars map[string]*timetable.Calendar) error {
	var rows []Bells
	if err := q.NewSelect().Model(&rows).Where("school IN (?)", bun.List(schools)).Order("id").Scan(ctx); err != nil {
		return err
	}
	for _, r := range rows {
		b, err := r.parse()
		if err != nil {
			return fmt.Errorf("bells %s of school %s: %w", r.ID, r.School, err)
		}
		calendars[r.School].Bells = append(calendars[r.School].Bells, b)
	}
	return nil
}

func (r Bells) parse() (b timetable.Bells, err error) {
	b = timetable.Bells{ID: r.ID, Weekdays: timetable.Weekdays(r.Weekdays)}
	if b.From, err = optionalDate(r.ValidFrom); err != nil {
		return b, err
	}
	if b.To, err = optionalDate(r.ValidTo); err != nil {
		return b, err
	}
	return b, json.Unmarshal([]byte(r.Periods), &b.Periods)
}

func optionalDate(text string) (timetable.Date, error) {
	if text == "" {
		return 0, nil
	}
	return timetable.ParseDate(text)
}

func addOverrides(ctx context.Context, q bun.IDB, schools []string, calendars map[string]*timetable.Calendar) error {
	var rows []DayOverride
	if err := q.NewSelect().Model(&rows).Where("school IN (?)", bun.List(schools)).Scan(ctx); err != nil {
		return err
	}
	for _, r := range rows {
		d, err := timetable.ParseDate(r.Day)
		if err != nil {
			return err
		}
		calendars[r.School].Overrides[d] = timetable.Override{Date: d, Kind: timetable.OverrideKind(r.Kind), Weekday: r.Weekday, Week: r.Week, Bells: r.Bells}
	}
	return nil
}

// SetBells replaces the schedule of an ordinary school day: the one from Monday to Friday that has no dates.
func SetBells(ctx context.Context, tx bun.Tx, school, id string, periods []timetable.Period) error {
	raw, err := json.Marshal(periods)
	if err != nil {
		return err
	}
	res, err := tx.NewUpdate().Model((*Bells)(nil)).Set("periods = ?", string(raw)).
		Where("school = ? AND weekdays = ? AND valid_from IS NULL AND valid_to IS NULL", school, int(timetable.SchoolWeek)).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = tx.NewInsert().Model(&Bells{ID: id, School: school, Name: "作息时间", Weekdays: int(timetable.SchoolWeek), Periods: string(raw)}).Exec(ctx)
	return err
}

// SetContract sets what the school's line carries, kbit/s; 0: no contract of its own.
func SetContract(ctx context.Context, tx bun.Tx, school string, down, up int) error {
	_, err := tx.NewUpdate().Model(&School{ID: school, DownKbps: down, UpKbps: up}).Column("down_kbps", "up_kbps").WherePK().Exec(ctx)
	return err
}

// SchoolByCalendar finds the school whose iCalendar feed has this secret; ErrNotFound.
func SchoolByCalendar(ctx context.Context, q bun.IDB, secret string) (*School, error) {
	var id string
	if err := q.NewSelect().Model((*School)(nil)).Column("id").Where("calendar = ?", secret).Scan(ctx, &id); err != nil {
		return nil, err
	}
	rows, err := Schools(ctx, q, []string{id})
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &rows[0], nil
}
