package scheduler_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	live "github.com/tongtang/tongtang/sfu/link"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/quality"
)

// tellQuality publishes as an SFU does.
func (d *district) tellQuality(q live.Quality) {
	d.t.Helper()
	raw, err := json.Marshal(q)
	require.NoError(d.t, err)
	_, err = d.bus.JS.Publish(d.t.Context(), bus.QualitySubject(q.Lesson), raw)
	require.NoError(d.t, err)
}

// aMinute is what two viewers and a camera told in six steps: the school of qingshan has a bad line for the second half.
func aMinute(lesson string, begin time.Time) (all []live.Quality) {
	for i := range 6 {
		at := live.Span{At: begin.Add(time.Duration(i) * 10 * time.Second).UnixMilli(), Ms: 10_000}
		page := live.Page{Ms: 10_000, Decoded: 250}
		room := live.ViewerQuality{Line: live.Line{Session: "v1", Participant: "room-" + demo.QingshanRoom, Role: "room", School: demo.Qingshan, Room: demo.QingshanRoom},
			Span: at, Packets: 1000, Bytes: 1_250_000, Expected: 1000, RTT: 40_000, Page: &page}
		if i >= 3 {
			room.Lost, page.Freezes, page.FrozenMs = 120, 2, 900
		}
		pupil := live.ViewerQuality{Line: live.Line{Session: "v2", Participant: "xiaoshi", Role: "student", School: demo.Shiqiao}, Span: at, Packets: 1000, Bytes: 1_000_000, Expected: 1000, Lost: 1}
		camera := live.SourceQuality{Line: live.Line{Session: "s1", Participant: "device", Role: "lecturer", School: demo.Minghu, Room: demo.LecturerRoom, Source: "camera"},
			Span: at, Layer: "h", Packets: 1000, Bytes: 2_500_000, Expected: 1000, Jitter: 2000}
		all = append(all, live.Quality{Lesson: lesson, Viewers: []live.ViewerQuality{room, pupil}, Sources: []live.SourceQuality{camera}})
	}
	return all
}

func TestQualityOfALesson(t *testing.T) { onBoth(t, testQualityOfALesson) }

func testQualityOfALesson(t *testing.T, d *district) {
	chen, path := d.as("chen"), "/api/lessons/"+d.now.Lesson+"/quality"
	ok[link.DatedLesson](chen.post("/api/lessons/"+d.now.Lesson+"/start", nil))
	q := ok[scheduler.LessonQuality](chen.get(path))
	require.Len(t, q.Groups, 3)
	require.Empty(t, q.Groups[1].Steps, "nothing is known yet")
	minute := aMinute(d.now.Lesson, monday.Truncate(10*time.Second))
	for _, m := range minute { // nobody listens yet: they wait on the bus
		d.tellQuality(m)
	}
	d.run()
	for _, m := range append([]live.Quality{{Lesson: "nothing", Viewers: minute[0].Viewers}}, minute...) { // some come twice, one of no lesson
		d.tellQuality(m)
	}
	_, err := d.bus.JS.Publish(t.Context(), bus.QualitySubject(d.now.Lesson), []byte("nonsense"))
	require.NoError(t, err)
	d.clock.Add(time.Minute)
	require.Eventually(t, func() bool {
		s, err := d.bus.JS.Stream(t.Context(), bus.QualityStream)
		if err != nil {
			return false
		}
		info, err := s.Info(t.Context())
		return err == nil && info.State.Msgs == 0 // written, and acknowledged
	}, patience, 50*time.Millisecond)
	n, err := d.db.Read().NewSelect().Model((*db.ViewerQuality)(nil)).Count(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 12, n)

	q = ok[scheduler.LessonQuality](chen.get(path))
	require.Equal(t, 10, q.Step)
	require.Equal(t, monday.Truncate(10*time.Second), q.From)
	require.Equal(t, quality.FairFrom.Loss, q.Fair.Loss)
	var names []string
	for _, g := range q.Groups {
		name := g.School.ID
		if g.Room != nil {
			name += " " + g.Room.ID
		}
		names = append(names, name)
	}
	require.Equal(t, []string{"minghu " + demo.LecturerRoom, "qingshan " + demo.QingshanRoom, "shiqiao " + demo.ShiqiaoRoom, "shiqiao"}, names)
	camera, room, pupils := q.Groups[0], q.Groups[1], q.Groups[3]
	require.Len(t, camera.Steps, 6)
	require.Equal(t, &scheduler.LineFigures{Jitter: 2, Bitrate: 2_000_000}, camera.Steps[0].Up)
	require.Zero(t, camera.Steps[0].Viewers)
	words := ""
	for _, s := range room.Steps {
		words += string(s.Word) + " "
	}
	require.Equal(t, "good good good poor poor poor ", words)
	require.Equal(t, scheduler.LineStep{N: 5, Word: quality.Poor, Viewers: 1, Freezes: 2, Frozen: 0.09, FPS: 25, LineFigures: scheduler.LineFigures{Loss: 0.12, RTT: 40, Bitrate: 1_000_000}}, room.Steps[5])
	require.Equal(t, scheduler.LineSummary{Loss: 0, LossP95: 0.12, RTT: 40, RTTP95: 40, FreezesPerMinute: 6}, room.Summary)
	require.Equal(t, 0.001, pupils.Summary.Loss)

	// Who sees which schools.
	for login, groups := range map[string]int{"wang": 4, "admin": 4, "lin": 1} {
		require.Len(t, ok[scheduler.LessonQuality](d.as(login).get(path)).Groups, groups, login)
	}
	require.Equal(t, demo.Qingshan, ok[scheduler.LessonQuality](d.as("lin").get(path)).Groups[0].School.ID)
	d.as("xiaoyu").get(path).refused(403, "not-allowed")
	d.as("li").get(path).refused(403, "not-allowed")
	chen.get("/api/lessons/nothing/quality").refused(404, "lesson-unknown")
}

// The record is kept for 400 days.
func TestOldQualityIsTrimmed(t *testing.T) {
	onBoth(t, func(t *testing.T, d *district) {
		add := func(session string, at time.Time) {
			require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
				return db.AddQuality(ctx, tx, db.QualityRows{Sessions: []db.QualitySession{{Session: session, Lesson: d.now.Lesson, School: demo.Minghu, LastAt: db.At(at)}},
					Viewers: []db.ViewerQuality{{Session: session, At: db.At(at)}}})
			}))
		}
		add("old", monday.AddDate(0, 0, -401))
		add("new", monday.AddDate(0, 0, -399))
		d.run()
		require.Eventually(t, func() bool {
			rows, err := db.Quality(t.Context(), d.db.Read(), d.now.Lesson, []string{demo.Minghu})
			return err == nil && len(rows.Viewers) == 1 && rows.Viewers[0].Session == "new"
		}, patience, 20*time.Millisecond)
	})
}
