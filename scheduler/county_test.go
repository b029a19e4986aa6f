package scheduler_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/db/dbtest"
	"github.com/tongtang/tongtang/scheduler/plan"
	"github.com/tongtang/tongtang/scheduler/plan/county"
)

// inCounty lets wang coordinate a county beside the demo's, on the eve of its term.
func (d *district) inCounty(size county.Size, seed uint64) (*user, plan.Problem) {
	d.t.Helper()
	p := county.Make(size, seed)
	d.clock.Set(p.From.At(0, time.UTC).Add(-24 * time.Hour))
	require.NoError(d.t, storeCounty(d.t.Context(), d.db, p, size.Teachers, d.clock.Now()))
	require.NoError(d.t, d.db.Tx(d.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&db.PersonRole{Person: "wang", Role: db.Coordinator, Area: storedArea}).Exec(ctx)
		return err
	}))
	return d.as("wang"), p
}

// What is planned for a county with thin lines in both directions is accepted, all of it: the planner and the clash engine agree in every dimension.
func TestAllThatIsPlannedIsAccepted(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			d := newDistrict(t, dbtest.SQLite(t))
			d.run()
			wang, p := d.inCounty(county.Size{Lead: 2, Rural: 8, Teachers: 120, Needs: 40, Weeks: 5}, seed)
			require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
				for id := range p.Calendars { // one picture in, two at most out
					if err := db.SetContract(ctx, tx, id, 3000, 4500); err != nil {
						return err
					}
				}
				return db.SetRecordingsAtOnce(ctx, tx, 3)
			}))
			made := ok[scheduler.TermPlan](wang.post("/api/terms", scheduler.NewTermPlan{Area: storedArea}))
			var got scheduler.TermDetail
			require.Eventually(t, func() bool {
				got = ok[scheduler.TermDetail](wang.get("/api/terms/" + made.ID))
				return got.Finished != nil
			}, 30*time.Second, 20*time.Millisecond)
			var all []int
			for _, part := range got.Parts {
				all = append(all, part.No)
			}
			require.Greater(t, len(all), 5)
			out := ok[scheduler.TermOutcome](wang.post("/api/terms/"+made.ID+"/accept", scheduler.TermParts{Parts: all}))
			require.ElementsMatch(t, all, out.Done, "%+v", out.Refused)
		})
	}
}

// BenchmarkCounty measures what a coordinator of 200 schools waits for, and how long others wait meanwhile:
//
//	go test ./scheduler -run '^$' -bench County -benchtime 1x
func BenchmarkCounty(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := newDistrict(b, address(b))
			wang, p := d.inCounty(county.Usual, 1)
			lessons, err := fillWeeks(b.Context(), d.db, p, d.clock.Now())
			require.NoError(b, err)
			b.Logf("%d lessons", lessons)
			needs := ok[scheduler.Needs](wang.get("/api/needs")).Needs
			measured(b, d, "needs", 5, func(int) { wang.get("/api/needs") })
			measured(b, d, "candidates", 60, func(i int) {
				ok[scheduler.Candidates](wang.get("/api/needs/" + needs[5+i*7%500].ID + "/candidates"))
			})
			days := "/api/areas/" + storedArea + "/days/"
			measured(b, d, "day-preview", 1, func(int) {
				ok[scheduler.Effect](wang.put(days+"2026-11-05?preview=true", scheduler.NewDay{Kind: "off"}))
			})
			measured(b, d, "day", 1, func(int) {
				require.Greater(b, ok[scheduler.Effect](wang.put(days+"2026-11-05", scheduler.NewDay{Kind: "off"})).Counts.Cancelled, 900)
			})
			bells := wang.calendar(storedArea).Bells
			measured(b, d, "bells", 1, func(int) {
				moved := 0
				for _, own := range bells[:1] {
					for i := range own.Periods {
						own.Periods[i].Start, own.Periods[i].End = later(own.Periods[i].Start), later(own.Periods[i].End)
					}
					own.From, own.To = "", ""
					moved += ok[scheduler.Effect](wang.put("/api/bells/"+own.ID, own.NewBells)).Counts.Moved
				}
				b.Logf("%d moved", moved)
			})
		})
	}
}

// later is five minutes later.
func later(at string) string {
	var h, m int
	if _, err := fmt.Sscanf(at, "%d:%d", &h, &m); err != nil {
		panic(err)
	}
	return fmt.Sprintf("%02d:%02d", (h*60+m+5)/60, (h*60+m+5)%60)
}

// measured reports the mean and the longest time of what is done, and how long somebody who starts a lesson meanwhile waits at most.
func measured(b *testing.B, d *district, name string, n int, do func(i int)) {
	done := make(chan struct{})
	var longest time.Duration
	var writer sync.WaitGroup
	writer.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
			begun := time.Now()
			err := d.db.Tx(context.Background(), func(ctx context.Context, tx bun.Tx) error {
				_, err := db.Move(ctx, tx, d.now.Lesson, []string{"planned"}, "planned", d.clock.Now(), nil)
				return err
			})
			if err != nil {
				b.Error(err)
			}
			longest = max(longest, time.Since(begun))
		}
	})
	var worst, total time.Duration
	for i := range n {
		begun := time.Now()
		do(i)
		worst, total = max(worst, time.Since(begun)), total+time.Since(begun)
	}
	close(done)
	writer.Wait()
	b.Logf("%-12s mean %v, longest %v; a writer waited %v at most", name, (total / time.Duration(n)).Round(time.Millisecond), worst.Round(time.Millisecond), longest.Round(time.Millisecond))
}
