package db

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Redating is what is left of a change of bells or days.
type Redating struct {
	bun.BaseModel `bun:"table:redatings"`
	ID            string `bun:",pk"`
	Area          string
	FromDay       string
	ToDay         string // "": all there are
	At            Instant
}

// Days are those that are left.
func (r *Redating) Days() (d Days, err error) {
	if d.From, err = timetable.ParseDate(r.FromDay); err != nil {
		return d, err
	}
	d.To, err = optionalDate(r.ToDay)
	return d, err
}

// SaveRedating notes what is left: nothing, where from is after all of it.
func SaveRedating(ctx context.Context, tx bun.Tx, r *Redating, left Days, now time.Time) error {
	r.FromDay, r.ToDay, r.At = left.From.String(), "", At(now)
	if left.To != 0 {
		r.ToDay = left.To.String()
	}
	_, err := tx.NewInsert().Model(r).On("CONFLICT (id) DO UPDATE").Set("from_day = EXCLUDED.from_day").Set("at = EXCLUDED.at").Exec(ctx)
	return err
}

// EndRedating forgets a redating: nothing is left.
func EndRedating(ctx context.Context, tx bun.Tx, r *Redating) error {
	_, err := tx.NewDelete().Model(r).WherePK().Exec(ctx)
	return err
}

// RedatingsBefore are those that nobody has worked on since.
func RedatingsBefore(ctx context.Context, q bun.IDB, at time.Time) ([]Redating, error) {
	var rows []Redating
	err := q.NewSelect().Model(&rows).Where("at < ?", At(at)).Order("at", "id").Scan(ctx)
	return rows, err
}

// Pieces cuts the days into so many of them that each has about so many lessons of the schools' courses still to come: at least one piece.
func (d Days) Pieces(ctx context.Context, q bun.IDB, schools []string, lessons int, now time.Time) ([]Days, error) {
	var found struct {
		N            int
		Begins, Ends Instant
	}
	from, to := d.around(now)
	err := q.NewSelect().TableExpr("lessons AS l").ColumnExpr("count(*) AS n, COALESCE(MIN(l.start_at), 0) AS begins, COALESCE(MAX(l.start_at), 0) AS ends").
		Where("l.start_at > ?", from).Where("l.start_at < ?", to).Where("EXISTS (SELECT 1 FROM lesson_rooms r WHERE r.lesson = l.id AND r.school IN (?))", bun.List(schools)).
		Scan(ctx, &found)
	first, last := timetable.DateOf(found.Begins.Time(), time.UTC), timetable.DateOf(found.Ends.Time(), time.UTC)
	if first = max(first, d.From); d.To != 0 {
		last = min(last, d.To)
	}
	if err != nil || found.N <= lessons || last <= first {
		return []Days{d}, err
	}
	step := max(timetable.Date(int(last-first+1)*lessons/found.N), 1)
	var pieces []Days
	for from := d.From; ; {
		to := max(from, first) + step - 1
		if to >= last {
			return append(pieces, Days{from, d.To}), nil
		}
		pieces = append(pieces, Days{from, to})
		from = to + 1
	}
}
