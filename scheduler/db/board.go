package db

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Taken loads a board of what is booked at the times of these lessons of what they would use, of the uses in also, and of all that pupils share
// with them.
func Taken(ctx context.Context, q bun.IDB, lessons []timetable.Lesson, also ...timetable.Use) (*timetable.Board, error) {
	return wanted{uses: slices.Clone(also)}.board(ctx, q, lessons)
}

// LongestLesson bounds what a lesson takes at a stretch: a day of research at most.
const LongestLesson = 12 * time.Hour

// board is what is taken at the times of the lessons.
func (want wanted) board(ctx context.Context, q bun.IDB, lessons []timetable.Lesson) (*timetable.Board, error) {
	if len(lessons) == 0 {
		return timetable.NewBoard(nil, nil), nil
	}
	for _, l := range lessons {
		want.uses = append(want.uses, l.Uses...)
		for _, o := range l.Loads {
			want.shared = append(want.shared, o.Use)
		}
		want.spans = append(want.spans, span{l.Start, l.End})
	}
	groups, err := groupsOf(ctx, q, want.uses)
	if err != nil {
		return nil, err
	}
	limits, err := limitsOf(ctx, q, want.shared)
	if err != nil {
		return nil, err
	}
	found := map[string]*timetable.Lesson{}
	if err := want.bookings(ctx, q, groups, found); err != nil {
		return nil, err
	}
	if err := want.loads(ctx, q, limits, found); err != nil {
		return nil, err
	}
	board := timetable.NewBoard(groups, limits)
	for _, l := range found {
		board.Add(*l)
	}
	return board, nil
}

// wanted is what a board has to know about.
type wanted struct {
	uses, shared []timetable.Use
	spans        []span
	sums         bool // loads of the same time are put together: nobody asks whose they are
}

type span struct{ start, end time.Time }

// maxSpans is up to how many times a query names each; beyond, all between the first and the last is read.
const maxSpans = 200

// during reads rows that run at one of the times, each once. The times come first, so that each of them is a short piece of an index by start.
func (w *wanted) during(q bun.IDB, table string, rows any) *bun.SelectQuery {
	spans := joined(w.spans)
	times := make([]struct{ Earliest, Begun, Until Instant }, len(spans))
	for i, s := range spans {
		times[i].Earliest, times[i].Begun, times[i].Until = At(s.start.Add(-LongestLesson)), At(s.start), At(s.end)
	}
	return q.NewSelect().With("spans", q.NewValues(&times)).Model(rows).ModelTableExpr("spans CROSS JOIN ? AS held", bun.Ident(table)).
		Where("held.start_at >= spans.earliest").Where("held.start_at < spans.until").Where("held.end_at > spans.begun").Distinct()
}

// joined are the times in order, without overlaps; one alone where they are too many.
func joined(spans []span) []span {
	sorted := slices.SortedFunc(slices.Values(spans), func(a, b span) int { return a.start.Compare(b.start) })
	list := sorted[:1]
	for _, s := range sorted[1:] {
		if last := &list[len(list)-1]; !s.start.After(last.end) {
			if s.end.After(last.end) {
				last.end = s.end
			}
		} else {
			list = append(list, s)
		}
	}
	if len(list) > maxSpans {
		return []span{{list[0].start, list[len(list)-1].end}}
	}
	return list
}

func (w *wanted) bookings(ctx context.Context, q bun.IDB, groups []timetable.Group, found map[string]*timetable.Lesson) error {
	var who, dimensions []string // both: the key begins with the dimension
	want := func(u timetable.Use) {
		who, dimensions = append(who, u.ID), append(dimensions, string(u.Key().Dimension))
	}
	for _, u := range w.uses {
		want(u)
	}
	for _, g := range groups {
		want(timetable.Use{Dimension: timetable.GroupDim, ID: g.ID})
		for _, c := range g.Classes {
			want(timetable.Use{Dimension: timetable.ClassDim, ID: c})
		}
	}
	var rows []Booking
	err := w.during(q, "bookings", &rows).ColumnExpr("held.*").Where("held.dimension IN (?)", bun.List(unique(dimensions))).Where("held.who IN (?)", bun.List(unique(who))).Scan(ctx)
	for _, r := range rows {
		l := entry(found, r.Lesson, r.StartAt, r.EndAt)
		l.Uses = append(l.Uses, timetable.Use{Dimension: timetable.Dimension(r.Dimension), ID: r.Who})
	}
	return err
}

func (w *wanted) loads(ctx context.Context, q bun.IDB, limits map[timetable.Use]int, found map[string]*timetable.Lesson) error {
	var who, dimensions []string
	for u := range limits {
		who, dimensions = append(who, u.ID), append(dimensions, string(u.Dimension))
	}
	if len(who) == 0 {
		return nil
	}
	var rows []Load
	sel := w.during(q, "loads", &rows).Where("held.dimension IN (?)", bun.List(unique(dimensions))).Where("held.who IN (?)", bun.List(unique(who)))
	if w.sums { // of one span: no row is there twice
		sel = sel.ColumnExpr("held.dimension, held.who, held.start_at, held.end_at, SUM(held.amount) AS amount, MIN(held.lesson) AS lesson").
			Group("held.dimension", "held.who", "held.start_at", "held.end_at")
	} else {
		sel = sel.ColumnExpr("held.*")
	}
	err := sel.Scan(ctx)
	for _, r := range rows {
		use := timetable.Use{Dimension: timetable.Dimension(r.Dimension), ID: r.Who}
		l := entry(found, r.Lesson, r.StartAt, r.EndAt)
		l.Loads = append(l.Loads, timetable.Load{Use: use, Amount: r.Amount})
	}
	return err
}

func entry(found map[string]*timetable.Lesson, id string, start, end Instant) *timetable.Lesson {
	l := found[id]
	if l == nil {
		l = &timetable.Lesson{Booked: timetable.Booked{Lesson: id, Start: start.Time(), End: end.Time()}}
		found[id] = l
	}
	return l
}

func unique(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// groupsOf finds all groups that may share pupils with the classes and groups among the uses.
func groupsOf(ctx context.Context, q bun.IDB, uses []timetable.Use) ([]timetable.Group, error) {
	var classes, ids []string
	for _, u := range uses {
		switch u.Dimension {
		case timetable.ClassDim:
			classes = append(classes, u.ID)
		case timetable.GroupDim:
			ids = append(ids, u.ID)
		}
	}
	if len(classes)+len(ids) == 0 {
		return nil, nil
	}
	var rows []struct{ ID, Band, Class string }
	err := q.NewRaw(`SELECT g.id, g.band, c.class FROM teaching_groups g JOIN teaching_group_classes c ON c.teaching_group = g.id WHERE g.id IN (
		SELECT teaching_group FROM teaching_group_classes WHERE class IN (?0)
		OR class IN (SELECT class FROM teaching_group_classes WHERE teaching_group IN (?1))) ORDER BY g.id, c.class`,
		bun.List(unique(classes)), bun.List(unique(ids))).Scan(ctx, &rows)
	var groups []timetable.Group
	for _, r := range rows {
		if n := len(groups); n == 0 || groups[n-1].ID != r.ID {
			groups = append(groups, timetable.Group{ID: r.ID, Band: r.Band})
		}
		g := &groups[len(groups)-1]
		g.Classes = append(g.Classes, r.Class)
	}
	return groups, err
}

// limitsOf finds the capacities of what is shared: the contracts of schools' lines, and the server's own.
func limitsOf(ctx context.Context, q bun.IDB, shared []timetable.Use) (map[timetable.Use]int, error) {
	var schools []string
	for _, u := range shared {
		if u.ID != "" {
			schools = append(schools, u.ID)
		}
	}
	limits := map[timetable.Use]int{}
	var rows []School
	if err := q.NewSelect().Model(&rows).Column("id", "down_kbps", "up_kbps").Where("id IN (?)", bun.List(unique(schools))).Scan(ctx); err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.DownKbps > 0 {
			limits[timetable.Use{Dimension: timetable.BandwidthDim, ID: r.ID}] = r.DownKbps
		}
		if r.UpKbps > 0 {
			limits[timetable.Use{Dimension: timetable.UplinkDim, ID: r.ID}] = r.UpKbps
		}
	}
	var own []Capacity
	if err := q.NewSelect().Model(&own).Scan(ctx); err != nil {
		return nil, err
	}
	for _, c := range own {
		limits[timetable.Use{Dimension: timetable.Dimension(c.Dimension), ID: c.Who}] = c.Amount
	}
	return limits, nil
}

// SetRecordingsAtOnce says how many recordings the server makes at once; 0: as many as there are.
func SetRecordingsAtOnce(ctx context.Context, tx bun.Tx, n int) error {
	c := Capacity{Dimension: string(timetable.RecorderDim), Amount: n}
	if _, err := tx.NewDelete().Model(&c).WherePK().Exec(ctx); err != nil || n <= 0 {
		return err
	}
	_, err := tx.NewInsert().Model(&c).Exec(ctx)
	return err
}
