package db_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
)

func addQuality(t *testing.T, d *db.DB, rows db.QualityRows) {
	t.Helper()
	require.NoError(t, d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return db.AddQuality(ctx, tx, rows) }))
}

func countRows(t *testing.T, d *db.DB) [3]int {
	t.Helper()
	var n [3]int
	for i, model := range []any{(*db.QualitySession)(nil), (*db.ViewerQuality)(nil), (*db.SourceQuality)(nil)} {
		count, err := d.Read().NewSelect().Model(model).Count(t.Context())
		require.NoError(t, err)
		n[i] = int(count)
	}
	return n
}

// The bus delivers at least once: the same rows again change nothing.
func TestQualityRowsAreWrittenOnce(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		require.NoError(t, plan(t.Context(), d, lesson("l1", 0, "p0", "ra0", "c0")))
		rows := db.QualityRows{Sessions: []db.QualitySession{
			{Session: "v1", Lesson: "l1", Participant: "p1", Role: "student", School: "a", LastAt: 10_000},
			{Session: "s1", Lesson: "l1", Participant: "p0", Role: "lecturer", School: "b", Room: "ra0", Source: "camera", LastAt: 10_000},
			{Session: "x", Lesson: "nothing", Participant: "p1", School: "a", LastAt: 10_000},
		}}
		for at := range db.Instant(500) {
			rows.Viewers = append(rows.Viewers, db.ViewerQuality{Session: "v1", At: at * 10_000, Ms: 10_000, Packets: 1000, Bytes: 5_000_000_000, Lost: int(at), Layer: "h", Direct: true})
		}
		rows.Viewers = append(rows.Viewers, db.ViewerQuality{Session: "x", At: 10_000, Ms: 10_000})
		rows.Sources = []db.SourceQuality{{Session: "s1", Layer: "h", At: 0}, {Session: "s1", Layer: ".voice", At: 0}}
		addQuality(t, d, rows)
		require.Equal(t, [3]int{2, 500, 2}, countRows(t, d), "a lesson that is not there has no rows")
		rows.Viewers[3].Lost = 77
		rows.Viewers = append(rows.Viewers[:500], db.ViewerQuality{Session: "v1", At: 5_000_000, Lost: 1})
		rows.Sessions[0].LastAt = 5_000_000
		rows.Sessions[1].LastAt = 5_000
		addQuality(t, d, rows)
		require.Equal(t, [3]int{2, 501, 2}, countRows(t, d))

		found, err := db.Quality(t.Context(), d.Read(), "l1", []string{"a", "b"})
		require.NoError(t, err)
		require.Len(t, found.Sources, 2)
		require.Len(t, found.Viewers, 501)
		require.Equal(t, db.ViewerQuality{Session: "v1", At: 30_000, Ms: 10_000, Packets: 1000, Bytes: 5_000_000_000, Lost: 3, Layer: "h", Direct: true}, found.Viewers[3], "what is written stays")
		for _, s := range found.Sessions {
			require.Equal(t, map[string]db.Instant{"v1": 5_000_000, "s1": 10_000}[s.Session], s.LastAt)
		}
		found, err = db.Quality(t.Context(), d.Read(), "l1", []string{"b"})
		require.NoError(t, err)
		require.Empty(t, found.Viewers, "another school's")
		require.Len(t, found.Sources, 2)
	})
}

func TestOldQualityRowsGo(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		require.NoError(t, plan(t.Context(), d, lesson("l1", 0, "p0", "ra0", "c0")))
		var rows db.QualityRows
		for i, session := range []string{"s0", "s1", "s2", "s3", "s4"} {
			at := db.At(start.AddDate(0, 0, i))
			rows.Sessions = append(rows.Sessions, db.QualitySession{Session: session, Lesson: "l1", LastAt: at})
			rows.Viewers = append(rows.Viewers, db.ViewerQuality{Session: session, At: at - 10_000}, db.ViewerQuality{Session: session, At: at})
			rows.Sources = append(rows.Sources, db.SourceQuality{Session: session, At: at})
		}
		addQuality(t, d, rows)
		trim := func(before time.Time, limit int64) (n int64) {
			require.NoError(t, d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) (err error) {
				n, err = db.TrimQuality(ctx, tx, before, limit)
				return err
			}))
			return n
		}
		require.EqualValues(t, 2, trim(start.AddDate(0, 0, 3), 2), "not too many at once")
		require.Equal(t, [3]int{3, 6, 3}, countRows(t, d), "their rows go with them")
		require.EqualValues(t, 1, trim(start.AddDate(0, 0, 3), 2))
		require.EqualValues(t, 0, trim(start.AddDate(0, 0, 3), 2))
		require.Equal(t, [3]int{2, 4, 2}, countRows(t, d))
	})
}
