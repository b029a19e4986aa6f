package scheduler

import (
	"cmp"
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/holidays"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// holidayNow is what a holiday file is compared with: what holds for an area, and the terms of its schools.
type holidayNow struct {
	areas db.Areas
	terms map[string]timetable.Term
	rules map[timetable.Date]timetable.Rule // for the area
	own   map[timetable.Date]int            // schools for which something nearer holds
}

func holidaysNow(ctx context.Context, q bun.IDB, area string) (*holidayNow, error) {
	areas, err := db.LoadAreas(ctx, q)
	if err != nil {
		return nil, err
	}
	schools := areas.Schools(area)
	offices, err := db.LoadOffices(ctx, q, append(schools, area))
	if err != nil {
		return nil, err
	}
	n := &holidayNow{areas: areas, rules: map[timetable.Date]timetable.Rule{}, own: map[timetable.Date]int{}}
	for _, r := range offices.RulesOf(area) {
		n.rules[r.Date] = r
	}
	above := areas.Above(area)
	for _, school := range schools {
		for _, r := range offices.RulesOf(school) {
			if !slices.Contains(above, r.By) {
				n.own[r.Date]++
			}
		}
	}
	n.terms, err = db.Terms(ctx, q, schools)
	return n, err
}

// state is what a row is beside what holds.
func (n *holidayNow) state(d holidays.Day) string {
	rule, held := n.rules[d.Date]
	switch {
	case len(d.Faults) > 0:
		return "bad"
	case !held:
		return "new"
	case d.Off && rule.Kind == timetable.Off && rule.Name == d.Name, !d.Off && rule.Kind == timetable.Like:
		return "same"
	}
	return "changed"
}

// outside tells whether the date lies in no school's term.
func (n *holidayNow) outside(d timetable.Date) bool {
	for _, t := range n.terms {
		if t.Has(d) {
			return false
		}
	}
	return true
}

// week is the number of the date's week, where all schools count it alike; or else 0.
func (n *holidayNow) week(d timetable.Date) int {
	week := 0
	for _, t := range n.terms {
		own := t.Week(d)
		if !t.Has(d) || own < 1 || week != 0 && own != week {
			return 0
		}
		week = own
	}
	return week
}

// told is the file as a difference.
func (n *holidayNow) told(days []holidays.Day) HolidayPreview {
	out := HolidayPreview{Rows: make([]HolidayRow, len(days))}
	for _, t := range n.terms {
		if from := t.From.String(); out.From == "" || from < out.From {
			out.From = from
		}
		out.To = max(out.To, t.To.String())
	}
	usual := holidays.Suggest(days)
	for i, d := range days {
		out.Rows[i] = n.row(d, usual[d.Date])
		*out.of(&out.Rows[i])++
	}
	slices.SortStableFunc(out.Rows, func(a, b HolidayRow) int {
		return cmp.Or(cmp.Compare(min(len(b.Faults), 1), min(len(a.Faults), 1)), cmp.Compare(a.Date, b.Date))
	})
	return out
}

func (n *holidayNow) row(d holidays.Day, twin timetable.Date) HolidayRow {
	row := HolidayRow{Row: d.Row, Name: d.Name, Off: d.Off, State: n.state(d), Own: n.own[d.Date], Faults: make([]ImportFault, len(d.Faults))}
	for i, f := range d.Faults {
		row.Faults[i] = ImportFault{Code: f.Code, Value: f.Value, Row: f.Row}
	}
	if d.Date == 0 {
		return row
	}
	row.Date, row.Outside = d.Date.String(), n.outside(d.Date)
	if rule, held := n.rules[d.Date]; held {
		now, by := decisionOf(rule.Decision), named(n.areas, rule.By)
		row.Now, row.NowBy = &now, &by
	}
	if twin != 0 {
		row.Suggestion = &HolidayTwin{Date: twin.String(), Weekday: twin.Weekday(), Week: n.week(twin)}
	}
	return row
}

func (c *HolidayCount) of(r *HolidayRow) *int {
	switch {
	case r.State == "bad":
		return &c.Bad
	case r.Outside:
		return &c.Outside
	case r.State == "new":
		return &c.New
	case r.State == "changed":
		return &c.Changed
	}
	return &c.Same
}
