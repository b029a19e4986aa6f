package db

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Calendars reads how the schools teach, by school id: their own bells and days, and the defaults of the areas above them.
// ErrNotFound where one of them is unknown.
func Calendars(ctx context.Context, q bun.IDB, schools []string) (map[string]*timetable.Calendar, error) {
	rows, err := Schools(ctx, q, schools)
	if err != nil {
		return nil, err
	}
	offices, err := LoadOffices(ctx, q, schools)
	if err != nil {
		return nil, err
	}
	calendars := map[string]*timetable.Calendar{}
	for _, r := range rows {
		if calendars[r.ID], err = calendar(r); err != nil {
			return nil, fmt.Errorf("calendar of school %s: %w", r.ID, err)
		}
		calendars[r.ID].Bells = offices.BellsOf(r.ID)
		calendars[r.ID].Overrides = timetable.Overrides(offices.RulesOf(r.ID))
	}
	for _, id := range schools {
		if calendars[id] == nil {
			return nil, fmt.Errorf("school %q: %w", id, ErrNotFound)
		}
	}
	return calendars, nil
}

func calendar(r School) (*timetable.Calendar, error) {
	c := &timetable.Calendar{School: r.ID, Name: r.Name, Term: timetable.Term{Name: r.TermName}}
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

// Offices are the areas that decide about schools, with what they decided about bells and days.
type Offices struct {
	Areas Areas
	bells map[string][]timetable.Bells
	days  map[string][]timetable.Override
}

// LoadOffices reads what the areas, and those above them, decided.
func LoadOffices(ctx context.Context, q bun.IDB, areas []string) (*Offices, error) {
	tree, err := LoadAreas(ctx, q)
	if err != nil {
		return nil, err
	}
	o := &Offices{tree, map[string][]timetable.Bells{}, map[string][]timetable.Override{}}
	var deciding []string
	seen := map[string]bool{}
	for _, id := range areas {
		for _, a := range tree.Above(id) {
			if !seen[a] {
				seen[a] = true
				deciding = append(deciding, a)
			}
		}
	}
	if err := o.loadBells(ctx, q, deciding); err != nil {
		return nil, err
	}
	return o, o.loadDays(ctx, q, deciding)
}

func (o *Offices) loadBells(ctx context.Context, q bun.IDB, areas []string) error {
	var rows []Bells
	if err := q.NewSelect().Model(&rows).Where("area IN (?)", bun.List(areas)).Order("id").Scan(ctx); err != nil {
		return err
	}
	for _, r := range rows {
		b, err := r.parse()
		if err != nil {
			return fmt.Errorf("bells %s of %s: %w", r.ID, r.Area, err)
		}
		o.bells[r.Area] = append(o.bells[r.Area], b)
	}
	return nil
}

func (r Bells) parse() (b timetable.Bells, err error) {
	b = timetable.Bells{ID: r.ID, Name: r.Name, Set: timetable.Set{Campus: r.Campus, Stage: r.Stage}, Weekdays: timetable.Weekdays(r.Weekdays)}
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

func (o *Offices) loadDays(ctx context.Context, q bun.IDB, areas []string) error {
	var rows []DayOverride
	if err := q.NewSelect().Model(&rows).Where("area IN (?)", bun.List(areas)).Order("area", "day").Scan(ctx); err != nil {
		return err
	}
	for _, r := range rows {
		d, err := timetable.ParseDate(r.Day)
		if err != nil {
			return err
		}
		o.days[r.Area] = append(o.days[r.Area], timetable.Override{Date: d, Kind: timetable.OverrideKind(r.Kind), Weekday: r.Weekday, Week: r.Week, Bells: r.Bells, Name: r.Name})
	}
	return nil
}

// BellsOf are the area's own bells, and the defaults of those above it.
func (o *Offices) BellsOf(area string) []timetable.Bells {
	var all []timetable.Bells
	for above, id := range o.Areas.Above(area) {
		for _, b := range o.bells[id] {
			b.Above = above
			all = append(all, b)
		}
	}
	return all
}

// RulesOf are the decisions that hold for the area, each with the ids of those who decided it.
func (o *Offices) RulesOf(area string) []timetable.Rule {
	var rules []timetable.Rule
	for _, id := range o.Areas.Above(area) {
		rules = timetable.Merge(timetable.Rules(id, o.days[id]), rules)
	}
	return rules
}

// SetDays writes decisions of an area, replacing those about the same days. Whoever calls it re-dates the lessons of the area's schools.
func SetDays(ctx context.Context, tx bun.Tx, area string, days []timetable.Override) error {
	if err := ForgetDays(ctx, tx, area, days); err != nil || len(days) == 0 {
		return err
	}
	rows := make([]DayOverride, len(days))
	for i, o := range days {
		rows[i] = DayOverride{Area: area, Day: o.Date.String(), Kind: string(o.Kind), Weekday: o.Weekday, Week: o.Week, Bells: o.Bells, Name: o.Name}
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// ForgetDays takes decisions about days back: what the areas above decided holds again.
func ForgetDays(ctx context.Context, tx bun.Tx, area string, days []timetable.Override) error {
	dates := make([]string, len(days))
	for i, o := range days {
		dates[i] = o.Date.String()
	}
	_, err := tx.NewDelete().Model((*DayOverride)(nil)).Where("area = ?", area).Where("day IN (?)", bun.List(dates)).Exec(ctx)
	return err
}

// Terms are the terms of the schools, by school id.
func Terms(ctx context.Context, q bun.IDB, schools []string) (map[string]timetable.Term, error) {
	rows, err := Schools(ctx, q, schools)
	if err != nil {
		return nil, err
	}
	terms := make(map[string]timetable.Term, len(rows))
	for _, r := range rows {
		c, err := calendar(r)
		if err != nil {
			return nil, fmt.Errorf("term of school %s: %w", r.ID, err)
		}
		terms[r.ID] = c.Term
	}
	return terms, nil
}

// TermOf is the term of one school.
func TermOf(ctx context.Context, q bun.IDB, school string) (timetable.Term, error) {
	terms, err := Terms(ctx, q, []string{school})
	return terms[school], err
}

// NewBells is a row for bells; from and to are dates, or "".
func NewBells(id, area, name string, b timetable.Bells, from, to string) (*Bells, error) {
	periods, err := toJSON(b.Periods)
	return &Bells{ID: id, Area: area, Name: name, Campus: b.Set.Campus, Stage: b.Set.Stage, ValidFrom: from, ValidTo: to, Weekdays: int(b.Weekdays), Periods: periods}, err
}
