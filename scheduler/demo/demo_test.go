package demo_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/db/dbtest"
	"github.com/tongtang/tongtang/scheduler/demo"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Run(m)) }

// migrated has the tables, and nothing in them.
var migrated = dbtest.Filled(func(ctx context.Context, address string) error {
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	return d.Close()
})

func open(t *testing.T, address string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

func count(t *testing.T, d *db.DB, table string) int {
	t.Helper()
	n, err := d.Read().NewSelect().Table(table).Count(t.Context())
	require.NoError(t, err)
	return int(n)
}

func TestSeedAgainChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d, now := open(t, address), time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
		counts := map[string]int{}
		for i := range 3 {
			require.NoError(t, demo.Seed(t.Context(), d, now.AddDate(0, 0, i)))
			for _, table := range []string{"areas", "schools", "persons", "person_roles", "rooms", "classes", "pairings", "courses", "lessons", "area_bells"} {
				n := count(t, d, table)
				require.Positive(t, n, table)
				if i > 0 {
					require.Equal(t, counts[table], n, table)
				}
				counts[table] = n
			}
		}
		require.Equal(t, 16, counts["persons"])
		require.Len(t, demo.Accounts(), 16)
	})
}

func TestALessonIsOnAtAnyTime(t *testing.T) {
	for _, text := range []string{
		"2026-11-22T08:00:59Z", // a Sunday
		"2026-11-24T05:45:10Z", // a quarter of an hour before a weekly lesson
		"2026-11-24T06:10:00Z", // in the midst of one
		"2026-11-24T06:39:59Z", "2026-11-24T06:40:00Z",
		"2026-12-31T15:59:30Z", "2026-12-31T16:00:00Z", // the new year
		"2027-01-31T10:00:00Z", "2027-02-10T00:00:00Z", "2027-07-31T10:00:00Z", "2027-08-15T10:00:00Z", "2028-02-29T20:00:00Z",
	} {
		t.Run(text, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, text)
			require.NoError(t, err)
			d := open(t, migrated.SQLite(t))
			require.NoError(t, demo.Seed(t.Context(), d, now))
			on, err := demo.EnsureLessonNow(t.Context(), d, now)
			require.NoError(t, err)
			require.False(t, on.Start.After(now))
			require.True(t, on.End.After(now))
			require.Len(t, on.DeviceCode, 8)
			again, err := demo.EnsureLessonNow(t.Context(), d, now.Add(10*time.Second))
			require.NoError(t, err)
			if on.End.Sub(now) > 10*time.Second {
				require.Equal(t, on.Lesson, again.Lesson)
			}
			l, err := db.LessonByID(t.Context(), d.Read(), on.Lesson)
			require.NoError(t, err)
			require.Equal(t, "planned", l.State)
			require.Len(t, l.Rooms, 3)
			require.Equal(t, on.Start.Second(), 0)
		})
	}
}

// The lesson was stopped; the demo is started once more: there is a new one, at once.
func TestANewLessonAfterTheLastWasStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		d, now := open(t, address), time.Date(2026, 11, 22, 8, 0, 30, 0, time.UTC)
		ctx := t.Context()
		require.NoError(t, demo.Seed(ctx, d, now))
		first, err := demo.EnsureLessonNow(ctx, d, now)
		require.NoError(t, err)
		require.NoError(t, d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			if _, err := db.Move(ctx, tx, first.Lesson, []string{"planned"}, "live", now, map[string]any{"started_at": db.At(now)}); err != nil {
				return err
			}
			_, err := db.End(ctx, tx, first.Lesson, now.Add(20*time.Second))
			return err
		}))
		second, err := demo.EnsureLessonNow(ctx, d, now.Add(25*time.Second))
		require.NoError(t, err)
		require.NotEqual(t, first.Lesson, second.Lesson)
	})
}

func TestNoCodeWhereADeviceIsEnrolled(t *testing.T) {
	d, now := open(t, migrated.SQLite(t)), time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	require.NoError(t, demo.Seed(t.Context(), d, now))
	require.NoError(t, d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&db.Device{ID: "d", Room: demo.LecturerRoom, Name: "pc", KeyHash: "x"}).Exec(ctx)
		return err
	}))
	on, err := demo.EnsureLessonNow(t.Context(), d, now)
	require.NoError(t, err)
	require.Empty(t, on.DeviceCode)
	code, err := demo.DeviceCode(t.Context(), d, now)
	require.NoError(t, err)
	require.Len(t, code, 8)
}

func TestDataFolderOfAnyName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "同堂 data?#%20&x=1")
	d := open(t, "sqlite://"+filepath.Join(dir, "t.db"))
	require.NoError(t, demo.Seed(t.Context(), d, time.Now()))
	require.FileExists(t, filepath.Join(dir, "t.db"))
}
