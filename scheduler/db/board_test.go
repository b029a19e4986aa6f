package db_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// clashing plans lessons and tells what they are said to clash with, as dimension and name.
func clashing(t *testing.T, d *db.DB, lessons ...db.NewLesson) (words []string) {
	t.Helper()
	var clash *db.ClashError
	require.ErrorAs(t, plan(t.Context(), d, lessons...), &clash)
	for _, c := range clash.Clashes {
		words = append(words, string(c.Use.Dimension)+" "+c.Who)
	}
	return words
}

func TestGroupsOfTheSamePupilsClash(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		for id, classes := range map[string][]string{"physics": {"c0", "c1"}, "history": {"c0", "c1"}, "choir": {"c1", "c2"}} {
			band := map[string]string{"physics": "elective", "history": "elective"}[id]
			require.NoError(t, d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
				return db.InsertGroup(ctx, tx, &db.TeachingGroup{ID: id, School: "b", Name: id, Band: band}, classes)
			}))
		}
		grouped := func(l db.NewLesson, group string) db.NewLesson {
			l.Rooms[1].Class, l.Rooms[1].TeachingGroup = "", group
			return l
		}
		require.NoError(t, plan(t.Context(), d, grouped(lesson("l1", 0, "p0", "ra0", "c0"), "physics")))
		require.NoError(t, plan(t.Context(), d, grouped(lesson("l2", 10, "p1", "ra1", "c1"), "history")), "the other group of the band")
		require.Equal(t, []string{"group choir", "group choir"}, clashing(t, d, grouped(lesson("l3", 20, "p2", "ra2", "c2"), "choir")))
		whole := lesson("l4", 20, "p3", "ra3", "c1")
		whole.Rooms[1].Room = "rb9"
		require.Equal(t, []string{"class c1", "class c1"}, clashing(t, d, whole), "a class is in the way of its groups")
		require.NoError(t, plan(t.Context(), d, lesson("l5", 20, "p3", "ra3", "c3")))
		require.Equal(t, []string{"group physics"}, clashing(t, d, grouped(lesson("l6", 20, "p4", "ra4", "c4"), "physics")))
	})
}

func TestDevicesAreInOnePlace(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		insert(t, d, &db.PortableDevice{ID: "cart", School: "a", Name: "录播车"}, &db.PortableDevice{ID: "cart2", School: "a", Name: "录播车二"})
		with := func(l db.NewLesson) db.NewLesson {
			l.Devices = []string{"cart"}
			return l
		}
		require.NoError(t, plan(t.Context(), d, with(lesson("l1", 0, "p0", "ra0", "c0"))))
		second := with(lesson("l2", 10, "p1", "ra1", "c1"))
		require.Equal(t, []string{"device 录播车"}, clashing(t, d, second))
		found, err := db.Solve(t.Context(), d.Read(), second, 40, start.Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, []timetable.Swap{{Use: timetable.Use{Dimension: timetable.DeviceDim, ID: "cart"}, To: "cart2"}}, found[0].Swaps)
	})
}

// The line of a school, and the recorders, are shared: the lesson that is one too many is refused, and fits with a smaller picture or without
// a recording.
func TestCapacitiesAreKept(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		require.NoError(t, d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			return errors.Join(db.SetContract(ctx, tx, "b", 4000, 10_000), db.SetRecordingsAtOnce(ctx, tx, 2))
		}))
		require.NoError(t, plan(t.Context(), d, lesson("l1", 0, "p0", "ra0", "c0")))
		second := lesson("l2", 10, "p1", "ra1", "c1")
		var clash *db.ClashError
		require.ErrorAs(t, plan(t.Context(), d, second), &clash)
		require.Len(t, clash.Clashes, 1)
		c := clash.Clashes[0]
		require.Equal(t, []any{timetable.BandwidthDim, "乙校", 5000, 4000, []string{"l1"}, []string{"课 l1"}},
			[]any{c.Use.Dimension, c.Who, c.Amount, c.Limit, c.Lessons, c.Titles})
		require.Equal(t, start.Add(10*time.Minute), c.Start)

		second.Picture = db.SmallPicture
		require.NoError(t, plan(t.Context(), d, second))
		third := lesson("l3", 20, "p2", "ra2", "c2")
		third.Record, third.Picture = true, db.SmallPicture
		require.NoError(t, plan(t.Context(), d, third), "4000 of 4000, one recording")
		require.NoError(t, d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			return errors.Join(db.SetRecordingsAtOnce(ctx, tx, 1), db.SetContract(ctx, tx, "b", 0, 0))
		}))
		fourth := lesson("l4", 20, "p3", "ra3", "c3")
		fourth.Record = true
		require.Equal(t, []string{"recorder "}, clashing(t, d, fourth))
		found, err := db.Solve(t.Context(), d.Read(), fourth, 40, start.Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, "0 of recorder", found[0].String())
		require.NoError(t, d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return db.SetRecordingsAtOnce(ctx, tx, 0) }))
		require.NoError(t, plan(t.Context(), d, fourth))
	})
}
