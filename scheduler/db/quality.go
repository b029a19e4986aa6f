package db

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// QualityRows are rows of the quality record, with the sessions that they belong to (each once).
type QualityRows struct {
	Sessions []QualitySession
	Viewers  []ViewerQuality
	Sources  []SourceQuality
}

// rowsAtOnce bounds one INSERT.
const rowsAtOnce = 200

// AddQuality writes rows. What is there already stays as it is, so that the same rows may come again. Rows of lessons that are not there are
// left out.
func AddQuality(ctx context.Context, tx bun.Tx, rows QualityRows) error {
	known, err := knownSessions(ctx, tx, rows.Sessions)
	if err != nil || len(known) == 0 {
		return err
	}
	_, err = tx.NewInsert().Model(&known).On("CONFLICT (session) DO UPDATE").
		Set("last_at = CASE WHEN EXCLUDED.last_at > qs.last_at THEN EXCLUDED.last_at ELSE qs.last_at END").Exec(ctx)
	if err != nil {
		return err
	}
	there := make(map[string]bool, len(known))
	for _, s := range known {
		there[s.Session] = true
	}
	if err := addNew(ctx, tx, rows.Viewers, func(v *ViewerQuality) bool { return there[v.Session] }); err != nil {
		return err
	}
	return addNew(ctx, tx, rows.Sources, func(v *SourceQuality) bool { return there[v.Session] })
}

func knownSessions(ctx context.Context, tx bun.Tx, sessions []QualitySession) ([]QualitySession, error) {
	if len(sessions) == 0 {
		return nil, nil
	}
	var asked, found []string
	for _, s := range sessions {
		asked = append(asked, s.Lesson)
	}
	if err := tx.NewSelect().Model((*Lesson)(nil)).Column("id").Where("id IN (?)", bun.List(asked)).Scan(ctx, &found); err != nil {
		return nil, err
	}
	there := make(map[string]bool, len(found))
	for _, id := range found {
		there[id] = true
	}
	var known []QualitySession
	for _, s := range sessions {
		if there[s.Lesson] {
			known = append(known, s)
		}
	}
	return known, nil
}

func addNew[T any](ctx context.Context, tx bun.Tx, rows []T, keep func(*T) bool) error {
	batch := make([]T, 0, min(len(rows), rowsAtOnce))
	for i := range rows {
		if keep(&rows[i]) {
			batch = append(batch, rows[i])
		}
		if len(batch) == rowsAtOnce || i == len(rows)-1 && len(batch) > 0 {
			if _, err := tx.NewInsert().Model(&batch).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}

// maxQualityRows bounds one answer: the first 45 minutes of 700 viewers.
const maxQualityRows = 200_000

// Quality finds a lesson's rows of these schools, by time.
func Quality(ctx context.Context, q bun.IDB, lesson string, schools []string) (rows QualityRows, err error) {
	err = q.NewSelect().Model(&rows.Sessions).Where("lesson = ?", lesson).Where("school IN (?)", bun.List(schools)).Scan(ctx)
	if err != nil || len(rows.Sessions) == 0 {
		return rows, err
	}
	const of = "session IN (SELECT session FROM quality_sessions WHERE lesson = ? AND school IN (?))"
	if err := q.NewSelect().Model(&rows.Viewers).Where(of, lesson, bun.List(schools)).Order("at").Limit(maxQualityRows).Scan(ctx); err != nil {
		return rows, err
	}
	err = q.NewSelect().Model(&rows.Sources).Where(of, lesson, bun.List(schools)).Order("at").Limit(maxQualityRows).Scan(ctx)
	return rows, err
}

// TrimQuality deletes sessions, at most limit, whose last row is older than the instant, with all their rows. It tells how many.
func TrimQuality(ctx context.Context, tx bun.Tx, before time.Time, limit int64) (int64, error) {
	old := tx.NewSelect().Model((*QualitySession)(nil)).Column("session").Where("last_at < ?", At(before)).Order("last_at").Limit(limit)
	res, err := tx.NewDelete().Model((*QualitySession)(nil)).Where("session IN (?)", old).Exec(ctx)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
