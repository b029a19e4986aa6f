package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// A hundred coordinators plan, move, hand over and cancel lessons of the same few people, rooms, classes, groups and lines. Each succeeds, or is
// told a clash or that somebody was faster. Afterwards nothing clashes: on a board that is made anew of all lessons, not of the bookings.
func TestAHundredCoordinatorsNeverMakeAClash(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		require.NoError(t, d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			return errors.Join(db.InsertGroup(ctx, tx, &db.TeachingGroup{ID: "physics", School: "b", Name: "physics"}, []string{"c0", "c1"}),
				db.SetContract(ctx, tx, "b", 10_000, 10_000), db.SetRecordingsAtOnce(ctx, tx, 3))
		}))
		const writers, rounds = 100, 3
		var wg sync.WaitGroup
		results := make(chan error, writers*rounds)
		for w := range writers {
			wg.Go(func() {
				for round := range rounds {
					results <- write(ctx, d, w*rounds+round)
				}
			})
		}
		wg.Wait()
		close(results)
		done, clashes, stale := 0, 0, 0
		for err := range results {
			var clash *db.ClashError
			var old *db.StaleError
			var not *timetable.ChangeError
			switch {
			case err == nil:
				done++
			case errors.As(err, &clash):
				clashes++
			case errors.As(err, &old), errors.As(err, &not):
				stale++
			default:
				require.NoError(t, err)
			}
		}
		t.Logf("%d done, %d clashes, %d too late", done, clashes, stale)
		require.Positive(t, done)
		require.Positive(t, clashes)
		requireNoClash(t, d)
	})
}

// write does one thing: plans a lesson, or changes one that another may be changing.
func write(ctx context.Context, d *db.DB, n int) error {
	l := lesson(fmt.Sprint("l", n), n*17%400, fmt.Sprint("p", n%6), fmt.Sprint("ra", n%4), fmt.Sprint("c", n%5))
	l.Record = n%2 == 0
	if n%5 == 0 {
		l.Rooms[1].Class, l.Rooms[1].TeachingGroup = "", "physics"
	}
	if n%5 < 3 {
		return plan(ctx, d, l)
	}
	return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var ids []string
		if err := tx.NewSelect().Model((*db.Lesson)(nil)).Column("id").Where("state = 'planned'").Order("id").Limit(10).Scan(ctx, &ids); err != nil {
			return err
		}
		if len(ids) == 0 {
			return db.PlanLessons(ctx, tx, []db.NewLesson{l})
		}
		was, err := db.LessonByID(ctx, tx, ids[n%len(ids)])
		if err != nil {
			return err
		}
		return changeLesson(ctx, tx, was, n)
	})
}

func changeLesson(ctx context.Context, tx bun.Tx, was *db.LessonView, n int) error {
	now := start.Add(-time.Hour)
	next, dated := was.New(), was.Dated()
	var err error
	switch kind := n % 12; {
	case kind < 6:
		at := start.Add(time.Duration(n*29%400) * time.Minute)
		dated, err = timetable.Move(dated, at, at.Add(40*time.Minute), "换时间", now)
	case kind < 11:
		dated, err = timetable.Substitute(dated, fmt.Sprint("p", n%6), "代课", now)
	default:
		dated, err = timetable.Cancel(dated, "停电")
	}
	if err != nil {
		return err
	}
	if err := db.Fresh(ctx, tx, db.LessonVersion, was.ID, was.Version-n%11/10); err != nil { // some know an old version
		return err
	}
	if err := db.Raise(ctx, tx, db.ScheduleChange{Kind: string(db.LessonVersion), Object: was.ID, Actor: "p0", Action: "test"}); err != nil {
		return err
	}
	next.Decide(dated, was.Rooms[0].PeriodNo, now)
	return db.Replan(ctx, tx, next)
}

// requireNoClash puts every planned lesson on a new board, and compares the bookings with the lessons.
func requireNoClash(t *testing.T, d *db.DB) {
	t.Helper()
	lessons, err := db.Lessons(t.Context(), d.Read(), db.LessonFilter{States: []string{"planned"}})
	require.NoError(t, err)
	require.Greater(t, len(lessons), 5)
	board := timetable.NewBoard([]timetable.Group{{ID: "physics", Classes: []string{"c0", "c1"}}}, map[timetable.Use]int{
		{Dimension: timetable.BandwidthDim, ID: "b"}: 10_000, {Dimension: timetable.UplinkDim, ID: "b"}: 10_000, {Dimension: timetable.RecorderDim}: 3})
	uses := 0
	for i := range lessons {
		takes := lessons[i].Takes()
		require.Empty(t, board.Check(takes), "lesson %s", takes.Lesson)
		board.Add(takes)
		uses += len(takes.Uses)
	}
	booked, err := d.Read().NewSelect().Model((*db.Booking)(nil)).Count(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, uses, booked)
}

// A hundred coordinators change the same few needs and offers. Nobody's change is lost: each that was made is
// a version of its own, and the versions follow each other.
func TestAHundredCoordinatorsLoseNothing(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		insert(t, d, needsAndOffers()...)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		var wg sync.WaitGroup
		var done, stale atomic.Int32
		for n := range 100 {
			wg.Go(func() {
				var old *db.StaleError
				switch err := changeEntry(ctx, d, n); {
				case err == nil:
					done.Add(1)
				case errors.As(err, &old):
					stale.Add(1)
				default:
					assert.NoError(t, err)
				}
			})
		}
		wg.Wait()
		t.Logf("%d done, %d too late", done.Load(), stale.Load())
		require.Positive(t, done.Load())
		require.Positive(t, stale.Load())

		needs, err := db.Needs(ctx, d.Read(), db.NeedFilter{})
		require.NoError(t, err)
		offers, err := db.Offers(ctx, d.Read(), db.NeedFilter{})
		require.NoError(t, err)
		made := 0
		for _, n := range needs {
			require.Equal(t, n.Version, n.Unit, "each change counted one on")
			made += n.Version - 1
		}
		for _, o := range offers {
			require.Equal(t, o.Version, o.Unit)
			made += o.Version - 1
		}
		require.EqualValues(t, done.Load(), made)
		noted, err := d.Read().NewSelect().Model((*db.ScheduleChange)(nil)).Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, made, noted)
	})
}

// changeEntry counts a need or an offer one on, as it was read a moment ago.
func changeEntry(ctx context.Context, d *db.DB, n int) error {
	kind, id := db.NeedVersion, fmt.Sprint("need-", n%2)
	if n%4 > 1 {
		kind, id = db.OfferVersion, fmt.Sprint("offer-", n%2)
	}
	known, err := db.Version(ctx, d.Read(), kind, id)
	if err != nil {
		return err
	}
	return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := db.Fresh(ctx, tx, kind, id, known); err != nil {
			return err
		}
		if err := countOn(ctx, tx, kind, id); err != nil {
			return err
		}
		return db.Raise(ctx, tx, db.ScheduleChange{Kind: string(kind), Object: id, Actor: "p0", Action: "test"})
	})
}

func countOn(ctx context.Context, tx bun.Tx, kind db.Versioned, id string) error {
	if kind == db.NeedVersion {
		rows, err := db.Needs(ctx, tx, db.NeedFilter{IDs: []string{id}})
		if err != nil {
			return err
		}
		rows[0].Unit++
		return db.SetNeed(ctx, tx, &rows[0].Need)
	}
	rows, err := db.Offers(ctx, tx, db.NeedFilter{IDs: []string{id}})
	if err != nil {
		return err
	}
	rows[0].Unit++
	return db.SetOffer(ctx, tx, &rows[0].Offer)
}

func needsAndOffers() (rows []any) {
	for i := range 2 {
		rows = append(rows, &db.Need{ID: fmt.Sprint("need-", i), School: "b", Class: fmt.Sprint("c", i), Subject: "music", Periods: 1, Unit: 1, Blocked: "[]"},
			&db.Offer{ID: fmt.Sprint("offer-", i), School: "a", Lecturer: fmt.Sprint("p", i), Subject: "music", Grades: "[3]", Rooms: "[]", Languages: "[]", Free: "[]", Blocked: "[]", Cap: 9, Unit: 1})
	}
	return rows
}

// A long transaction among short ones that write what it reads: it loses a few times, and then nobody runs beside it.
func TestALongTransactionComesThrough(t *testing.T) {
	on(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(t.Context())
		var short sync.WaitGroup
		for range 4 {
			short.Go(func() {
				for ctx.Err() == nil {
					_ = d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
						_, err := tx.NewUpdate().Table("schools").Set("term_name = term_name || 'x'").Where("id = 'b'").Exec(ctx)
						return err
					}) // until it is stopped, some fail
				}
			})
		}
		tries := 0
		require.NoError(t, d.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
			tries++
			var schools []db.School
			if err := tx.NewSelect().Model(&schools).Scan(ctx); err != nil {
				return err
			}
			time.Sleep(30 * time.Millisecond) // much is to be done
			_, err := tx.NewUpdate().Table("schools").Set("term_name = 'long'").Where("id IN ('a', 'b')").Exec(ctx)
			return err
		}))
		stop()
		short.Wait()
		t.Logf("%d tries", tries)
		require.LessOrEqual(t, tries, 6)
	})
}
