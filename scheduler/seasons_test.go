package scheduler_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// winter gives schools bells of their own from a date on: the periods of the afternoon start later.
func (d *district) winter(from string, minutes int, schools ...string) {
	d.t.Helper()
	require.NoError(d.t, d.db.Tx(d.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for _, id := range schools {
			var b db.Bells
			if err := tx.NewSelect().Model(&b).Where("area = ?", id).Scan(ctx); err != nil {
				return err
			}
			var periods []timetable.Period
			if err := json.Unmarshal([]byte(b.Periods), &periods); err != nil {
				return err
			}
			for i := range periods {
				if periods[i].Start >= 14*60 {
					periods[i].Start += timetable.Clock(minutes)
					periods[i].End += timetable.Clock(minutes)
				}
			}
			raw, err := json.Marshal(periods)
			if err != nil {
				return err
			}
			b.ID, b.Name, b.ValidFrom, b.Periods = id+"-winter", "冬季作息", from, string(raw)
			if _, err := tx.NewInsert().Model(&b).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
}

// book plans a lesson that takes a person and a room.
func (d *district) book(id, person, room, school string, at time.Time) {
	d.t.Helper()
	l := db.NewLesson{Lesson: db.Lesson{ID: id, Title: "另一节课", Subject: "数学", Grade: 3, Kind: "open", State: "planned", StartAt: db.At(at),
		EndAt: db.At(at.Add(40 * time.Minute)), Lecturer: person}, Rooms: []db.LessonRoom{{Room: room, School: school}}}
	require.NoError(d.t, d.db.Tx(d.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		return db.PlanLessons(ctx, tx, []db.NewLesson{l})
	}))
}

func TestSlotsAreCheckedAtTheTimesOfEachSeason(t *testing.T) {
	onBoth(t, testSlotsAreCheckedAtTheTimesOfEachSeason)
}

// From 1 December the afternoon starts half an hour later: what is taken at the new times is in the way, what is taken at the old ones is not.
func testSlotsAreCheckedAtTheTimesOfEachSeason(t *testing.T, d *district) {
	d.winter("2026-12-01", 30, demo.Minghu, demo.Qingshan)
	inShanghai := func(day, hour, minute int) time.Time { return time.Date(2026, 12, day, hour-8, minute, 0, 0, time.UTC) }
	d.book("old-times", "chen", "minghu-studio-2", demo.Minghu, inShanghai(9, 13, 45)) // a Wednesday, until 14:25
	d.book("new-times", "chen", "minghu-studio-2", demo.Minghu, inShanghai(7, 15, 0))  // a Monday, until 15:40
	slots := ok[scheduler.Slots](d.as("wang").get("/api/slots?lead=minghu&partners=qingshan&lecturer=chen")).Slots
	fifth := func(weekday int) scheduler.Slot {
		for _, s := range slots {
			if s.Weekday == weekday && s.Periods[0].No == 5 && s.Periods[1].No == 5 {
				return s
			}
		}
		t.Fatal("the fifth period is common to both")
		return scheduler.Slot{}
	}
	monday, wednesday := fifth(1), fifth(3)
	require.Equal(t, "14:00", monday.Start)
	require.Equal(t, []scheduler.Spell{{From: "2026-11-23", To: "2026-11-30", Start: "14:00", End: "14:40"},
		{From: "2026-12-07", To: monday.Spells[1].To, Start: "14:30", End: "15:10"}}, monday.Spells)
	require.False(t, monday.Free)
	require.Equal(t, "new-times", monday.Clashes[0].Lesson)
	require.True(t, wednesday.Free, "%v", wednesday.Clashes)
}
