package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/db/dbtest"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Run(m)) }

var start = time.Date(2026, 11, 23, 0, 20, 0, 0, time.UTC)

// on runs a test on both kinds of databases, with a small county in it.
func on(t *testing.T, test func(*testing.T, *db.DB)) {
	filled.Each(t, func(t *testing.T, address string) {
		d, err := db.Open(t.Context(), address)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, d.Close()) })
		test(t, d)
	})
}

var filled = dbtest.Filled(func(ctx context.Context, address string) error {
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	return errors.Join(tryInsert(ctx, d, county()...), d.Close())
})

func county() []any {
	rows := []any{
		&db.Area{ID: "nation", Level: 1, Name: "国"}, &db.Area{ID: "county", Parent: "nation", Level: 4, Name: "县"},
		&db.Area{ID: "a", Parent: "county", Level: 5, Name: "甲校"}, &db.Area{ID: "b", Parent: "county", Level: 5, Name: "乙校"},
	}
	for _, id := range []string{"a", "b"} {
		rows = append(rows, &db.School{ID: id, Code: "code-" + id, Kind: "rural", Stage: "primary", Zone: "Asia/Shanghai", TermName: "学期", TermFrom: "2026-09-01",
			TermTo: "2027-01-31", TermWeek1: "2026-09-01"})
	}
	for i := range 10 {
		rows = append(rows,
			&db.Room{ID: fmt.Sprint("ra", i), School: "a", Name: fmt.Sprint("r", i), Class: "lecturer"},
			&db.Room{ID: fmt.Sprint("rb", i), School: "b", Name: fmt.Sprint("r", i), Class: "interactive"},
			&db.Class{ID: fmt.Sprint("c", i), School: "b", Name: fmt.Sprint("c", i), Grade: 3},
			&db.Person{ID: fmt.Sprint("p", i), Login: fmt.Sprint("p", i), Name: "人", Password: "x"})
	}
	return rows
}

func insert(t *testing.T, d *db.DB, rows ...any) {
	t.Helper()
	require.NoError(t, tryInsert(t.Context(), d, rows...))
}

func tryInsert(ctx context.Context, d *db.DB, rows ...any) error {
	return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, r := range rows {
			if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// lesson is a lesson of 40 minutes that begins some minutes after start.
func lesson(id string, minutes int, lecturer, room, class string) db.NewLesson {
	at := start.Add(time.Duration(minutes) * time.Minute)
	return db.NewLesson{Lesson: db.Lesson{ID: id, Title: "课 " + id, Subject: "数学", Grade: 3, Kind: "delivered", State: "planned", StartAt: db.At(at),
		EndAt: db.At(at.Add(40 * time.Minute)), Lecturer: lecturer}, Rooms: []db.LessonRoom{{Room: room, School: "a"}, {Room: "rb" + class[1:], School: "b", Class: class}}}
}

func plan(ctx context.Context, d *db.DB, lessons ...db.NewLesson) error {
	return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.PlanLessons(ctx, tx, lessons) })
}

func TestOpenAgainKeepsWhatIsThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		for i := range 2 {
			d, err := db.Open(t.Context(), address)
			require.NoError(t, err)
			n, err := d.Read().NewSelect().Model((*db.Area)(nil)).Count(t.Context())
			require.NoError(t, err)
			require.EqualValues(t, i*4, n)
			if i == 0 {
				insert(t, d, county()...)
			}
			require.NoError(t, d.Close())
		}
	})
}

func TestWrongAddress(t *testing.T) {
	for _, address := range []string{"", "tongtang.db", "mysql://x", "sqlite:///proc/none/x.db", "postgres://app@127.0.0.1:1/none?connect_timeout=2"} {
		_, err := db.Open(t.Context(), address)
		require.Error(t, err, address)
	}
}

func TestTheDatabaseHoldsTheRules(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		require.NoError(t, plan(t.Context(), d, lesson("l1", 0, "p0", "ra0", "c0")))
		for name, row := range map[string]any{
			"unknown school":          &db.Room{ID: "x", School: "nothing", Name: "x", Class: "lecturer"},
			"unknown room class":      &db.Room{ID: "x", School: "a", Name: "x", Class: "kitchen"},
			"room name twice":         &db.Room{ID: "x", School: "a", Name: "r0", Class: "lecturer"},
			"login twice":             &db.Person{ID: "x", Login: "p0", Name: "x", Password: "x"},
			"school code twice":       &db.School{ID: "county", Code: "code-a", Kind: "rural", Stage: "primary", Zone: "Z", TermName: "x", TermFrom: "a", TermTo: "b"},
			"unknown role":            &db.PersonRole{Person: "p0", Role: "king", Area: "a"},
			"area of level 6":         &db.Area{ID: "x", Parent: "county", Level: 6, Name: "x"},
			"top without level":       &db.Area{ID: "x", Level: 4, Name: "x"},
			"lecturer twice at once":  &db.Booking{Dimension: "person", Who: "p0", StartAt: db.At(start), EndAt: db.At(start) + 1, Lesson: "l1"},
			"booking without lesson":  &db.Booking{Dimension: "person", Who: "p1", StartAt: db.At(start), EndAt: db.At(start) + 1, Lesson: "nothing"},
			"lesson ends at start":    &db.Lesson{ID: "x", Title: "x", Kind: "open", State: "planned", StartAt: 5, EndAt: 5, Lecturer: "p0"},
			"lesson of unknown state": &db.Lesson{ID: "x", Title: "x", Kind: "open", State: "maybe", StartAt: 5, EndAt: 6, Lecturer: "p0"},
			"live and never started":  &db.Lesson{ID: "x", Title: "x", Kind: "open", State: "live", StartAt: 5, EndAt: 6, Lecturer: "p0"},
			"device in no room":       &db.Device{ID: "x", Room: "nothing", KeyHash: "x"},
		} {
			require.Error(t, tryInsert(t.Context(), d, row), name)
		}
		require.True(t, db.IsDuplicate(tryInsert(t.Context(), d, &db.Person{ID: "x", Login: "p0"})))
		require.False(t, db.IsDuplicate(tryInsert(t.Context(), d, &db.Device{ID: "x", Room: "nothing"})))
	})
}

func TestClashesAreToldByNameAndNothingIsWritten(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		require.NoError(t, plan(ctx, d, lesson("l1", 0, "p0", "ra0", "c0")))
		require.NoError(t, plan(ctx, d, lesson("l2", 40, "p0", "ra0", "c0")), "one after the other is no clash")
		var clash *db.ClashError
		require.ErrorAs(t, plan(ctx, d, lesson("l3", 200, "p1", "ra1", "c1"), lesson("l4", 39, "p0", "ra2", "c2")), &clash)
		require.Len(t, clash.Clashes, 2)
		require.Equal(t, "人", clash.Clashes[0].Who)
		require.Equal(t, "课 l1", clash.Clashes[0].Titles[0])
		require.Equal(t, start, clash.Clashes[0].Start)
		require.ErrorAs(t, plan(ctx, d, lesson("l5", 300, "p1", "ra1", "c1"), lesson("l6", 310, "p1", "ra2", "c2")), &clash)
		require.Equal(t, "课 l5", clash.Clashes[0].Titles[0], "lessons that are planned together clash too")
		n, err := d.Read().NewSelect().Model((*db.Lesson)(nil)).Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 2, n)

		require.NoError(t, d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.Cancel(ctx, tx, "l1", "停电", start) }))
		require.NoError(t, plan(ctx, d, lesson("l7", 0, "p0", "ra0", "c0")), "a cancelled lesson takes nothing")
		err = d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.Cancel(ctx, tx, "l1", "again", start) })
		require.ErrorIs(t, err, db.ErrNotFound)
	})
}

func TestWhatEndsEarlyIsFreeAgain(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		require.NoError(t, plan(ctx, d, lesson("l1", 0, "p0", "ra0", "c0")))
		require.NoError(t, d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			moved, err := db.Move(ctx, tx, "l1", []string{"planned"}, "live", start, map[string]any{"started_at": db.At(start)})
			require.True(t, moved)
			return err
		}))
		end := func() (moved bool) {
			require.NoError(t, d.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
				moved, err = db.End(ctx, tx, "l1", start.Add(10*time.Minute))
				return err
			}))
			return moved
		}
		require.True(t, end())
		require.False(t, end(), "it ends once")
		require.NoError(t, plan(ctx, d, lesson("l2", 10, "p0", "ra0", "c0")))
	})
}

// A hundred writers plan lessons for the same few people, rooms and classes at overlapping times. Each succeeds or is told a clash, and
// afterwards nobody and nothing is in two lessons at once.
func TestManyWritersNeverMakeAClash(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		const writers, tries = 100, 4
		var wg sync.WaitGroup
		results := make(chan error, writers*tries)
		for w := range writers {
			wg.Go(func() {
				for i := range tries {
					n := w*tries + i
					results <- plan(ctx, d, lesson(fmt.Sprint("l", n), n*7%240, fmt.Sprint("p", n%5), fmt.Sprint("ra", n%3), fmt.Sprint("c", n%4)))
				}
			})
		}
		wg.Wait()
		close(results)
		planned := 0
		for err := range results {
			var clash *db.ClashError
			switch {
			case err == nil:
				planned++
			case errors.As(err, &clash):
			default:
				require.NoError(t, err)
			}
		}
		require.Positive(t, planned)
		var rows []db.Booking
		require.NoError(t, d.Read().NewSelect().Model(&rows).Order("dimension", "who", "start_at").Scan(ctx))
		require.Len(t, rows, planned*4)
		for i := 1; i < len(rows); i++ {
			a, b := rows[i-1], rows[i]
			if a.Dimension == b.Dimension && a.Who == b.Who {
				require.LessOrEqual(t, a.EndAt, b.StartAt, "%s %s is in %s and %s", a.Dimension, a.Who, a.Lesson, b.Lesson)
			}
		}
	})
}

// One starts, one cancels, one lets it be missed: exactly one of them wins.
func TestALessonMovesOnce(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		require.NoError(t, plan(ctx, d, lesson("l1", 0, "p0", "ra0", "c0")))
		var wg sync.WaitGroup
		won := make(chan string, 30)
		for i := range 30 {
			to := []string{"live", "cancelled", "missed"}[i%3]
			wg.Go(func() {
				moved := false
				err := d.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
					moved, err = db.Move(ctx, tx, "l1", []string{"planned"}, to, start, map[string]any{"started_at": db.At(start)})
					return err
				})
				if err == nil && moved {
					won <- to
				}
			})
		}
		wg.Wait()
		close(won)
		require.Len(t, won, 1)
		l, err := db.LessonByID(ctx, d.Read(), "l1")
		require.NoError(t, err)
		require.Equal(t, <-won, l.State)
		require.Equal(t, 1, l.Sequence)
	})
}

func TestATransactionThatFailsLeavesNothing(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		boom := errors.New("boom")
		err := d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			if _, err := tx.NewInsert().Model(&db.Area{ID: "x", Parent: "county", Level: 5, Name: "x"}).Exec(ctx); err != nil {
				return err
			}
			return boom
		})
		require.ErrorIs(t, err, boom)
		areas, err := db.LoadAreas(t.Context(), d.Read())
		require.NoError(t, err)
		require.NotContains(t, areas, "x")
		require.ElementsMatch(t, []string{"a", "b"}, areas.Schools("nation"))
		require.True(t, areas.Within("a", "county"))
		require.False(t, areas.Within("county", "a"))
	})
}
