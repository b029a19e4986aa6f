package scheduler_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	recording "github.com/tongtang/tongtang/recorder/link"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

const patience = 20 * time.Second

func (d *district) bucket(name string) jetstream.KeyValue {
	d.t.Helper()
	kv, err := d.bus.JS.KeyValue(d.t.Context(), name)
	require.NoError(d.t, err)
	return kv
}

// told is the lesson as the bus has it.
func (d *district) told(id string) link.Lesson {
	d.t.Helper()
	entry, err := d.bucket(bus.LessonsBucket).Get(d.t.Context(), id)
	require.NoError(d.t, err)
	var l link.Lesson
	require.NoError(d.t, json.Unmarshal(entry.Value(), &l))
	return l
}

func TestTheBusHearsOfLiveLessons(t *testing.T) { onBoth(t, testTheBusHearsOfLiveLessons) }

func testTheBusHearsOfLiveLessons(t *testing.T, d *district) {
	d.run()
	chen, path := d.as("chen"), "/api/lessons/"+d.now.Lesson
	_, err := d.bucket(bus.LessonsBucket).Get(t.Context(), d.now.Lesson)
	require.ErrorIs(t, err, jetstream.ErrKeyNotFound, "a lesson that is not on air is not there")
	ok[link.DatedLesson](chen.post(path+"/start", nil))
	l := d.told(d.now.Lesson)
	require.Equal(t, link.Live, l.State)
	require.Equal(t, "陈老师", l.Lecturer)
	require.True(t, l.Record)
	require.Equal(t, demo.LecturerRoom, l.Rooms[0].ID)
	require.Len(t, l.Rooms, 3)
	ok[link.DatedLesson](chen.post(path+"/end", nil))
	l = d.told(d.now.Lesson)
	require.Equal(t, link.Ended, l.State)
	require.NotNil(t, l.EndedAt)
}

func TestLessonsEndAndAreMissedByTheClock(t *testing.T) {
	onBoth(t, testLessonsEndAndAreMissedByTheClock)
}

func testLessonsEndAndAreMissedByTheClock(t *testing.T, d *district) {
	sooner := &db.Lesson{ID: "sooner", Title: "x", Kind: "open", State: "planned", StartAt: db.At(d.now.Start), EndAt: db.At(d.now.End.Add(-10 * time.Minute)), Lecturer: "chen"}
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(sooner).Exec(ctx)
		if err == nil {
			_, err = tx.NewInsert().Model(&db.LessonRoom{Lesson: sooner.ID, Room: "minghu-studio-2", School: demo.Minghu}).Exec(ctx)
		}
		return err
	}))
	d.run()
	chen, path := d.as("chen"), "/api/lessons/"+d.now.Lesson
	ok[link.DatedLesson](chen.post(path+"/start", nil))
	d.clock.Set(d.now.End.Add(9 * time.Minute))
	require.Eventually(t, func() bool {
		return ok[link.DatedLesson](chen.get("/api/lessons/sooner")).State == link.Missed
	}, patience, 50*time.Millisecond)
	require.Equal(t, link.Live, ok[link.DatedLesson](chen.get(path)).State, "the clock has ticked, and it is not yet time")
	d.clock.Set(d.now.End.Add(10*time.Minute + time.Second))
	require.Eventually(t, func() bool { return d.told(d.now.Lesson).State == link.Ended }, patience, 50*time.Millisecond)

	var next link.DatedLesson
	for _, l := range ok[scheduler.Lessons](chen.get("/api/lessons")).Lessons {
		if l.State == link.Planned {
			next = l
			break
		}
	}
	chen.post("/api/lessons/"+next.ID+"/start", nil).refused(409, "too-early")
	d.clock.Set(next.Start.Add(-15 * time.Minute))
	require.True(t, ok[link.DatedLesson](chen.get("/api/lessons/"+next.ID)).CanStart)
	d.clock.Set(next.End.Add(15*time.Minute + time.Second))
	require.Eventually(t, func() bool {
		return ok[link.DatedLesson](chen.get("/api/lessons/"+next.ID)).State == link.Missed
	}, patience, 50*time.Millisecond)
	chen.post("/api/lessons/"+next.ID+"/start", nil).refused(409, "missed")
}

// A crash between database and bus, a bus that lost its memory, a lesson that the database does not know: after the start both say the same.
func TestBusAndDatabaseAgreeAfterTheStart(t *testing.T) {
	onBoth(t, testBusAndDatabaseAgreeAfterTheStart)
}

func testBusAndDatabaseAgreeAfterTheStart(t *testing.T, d *district) {
	ctx := t.Context()
	ok[link.DatedLesson](d.as("chen").post("/api/lessons/"+d.now.Lesson+"/start", nil))
	kv := d.bucket(bus.LessonsBucket)
	require.NoError(t, kv.Delete(ctx, d.now.Lesson))
	put := func(l link.Lesson) {
		raw, err := json.Marshal(l)
		require.NoError(t, err)
		_, err = kv.Put(ctx, l.ID, raw)
		require.NoError(t, err)
	}
	put(link.Lesson{ID: "stranger", State: link.Live, End: monday})
	put(link.Lesson{ID: "lastmonth", State: link.Ended, End: monday.AddDate(0, 0, -31)})
	put(link.Lesson{ID: "yesterday", State: link.Ended, End: monday.AddDate(0, 0, -1)})
	d.run()
	require.Eventually(t, func() bool {
		_, err := kv.Get(ctx, d.now.Lesson)
		_, old := kv.Get(ctx, "lastmonth")
		return err == nil && old != nil
	}, patience, 20*time.Millisecond)
	require.Equal(t, link.Live, d.told(d.now.Lesson).State)
	require.Equal(t, link.Ended, d.told("stranger").State)
	require.Equal(t, link.Ended, d.told("yesterday").State)
}

func TestRecorderGetsItsGrant(t *testing.T) { onBoth(t, testRecorderGetsItsGrant) }

func testRecorderGetsItsGrant(t *testing.T, d *district) {
	d.run()
	ask := func(request string) (answer struct{ Grant, Error string }) {
		require.Eventually(t, func() bool {
			m, err := d.bus.Conn.Request(bus.RecorderGrant, []byte(request), 5*time.Second)
			return err == nil && json.Unmarshal(m.Data, &answer) == nil
		}, patience, 50*time.Millisecond)
		return answer
	}
	request := `{"lesson":"` + d.now.Lesson + `"}`
	require.Equal(t, "the lesson is planned", ask(request).Error)
	ok[link.DatedLesson](d.as("chen").post("/api/lessons/"+d.now.Lesson+"/start", nil))
	c, err := d.signer.Verifier().Verify(ask(request).Grant)
	require.NoError(t, err)
	require.Equal(t, grant.Recorder, c.Role)
	require.Equal(t, d.now.Lesson, c.Lesson)
	require.NotEmpty(t, ask(`{"lesson":"nothing"}`).Error)
	require.NotEmpty(t, ask(`nonsense`).Error)
}

func TestRecordingsBecomeResources(t *testing.T) { onBoth(t, testRecordingsBecomeResources) }

func testRecordingsBecomeResources(t *testing.T, d *district) {
	d.run()
	id := d.now.Lesson
	tell := func(r recording.Recording) {
		r.Lesson = id
		raw, err := json.Marshal(r)
		require.NoError(t, err)
		_, err = d.bucket(bus.RecordingsBucket).Put(t.Context(), id, raw)
		require.NoError(t, err)
	}
	xiaoyu := d.as("xiaoyu")
	state := func() string {
		l := ok[link.DatedLesson](xiaoyu.get("/api/lessons/" + id))
		if l.Recording == nil {
			return ""
		}
		return l.Recording.State
	}
	tell(recording.Recording{State: recording.Composing, Percent: 40, SecsLeft: 20})
	require.Eventually(t, func() bool { return state() == "composing" }, patience, 20*time.Millisecond)
	tell(recording.Recording{State: recording.Stored, Percent: 100, Duration: 61.5, HLS: "resources/" + id + "/hls/master.m3u8", MP4: "resources/" + id + "/lesson.mp4",
		Poster: "resources/" + id + "/poster.jpg", Chapters: []recording.Chapter{{Start: 3, Title: "第一页", Kind: "slide"}}})
	require.Eventually(t, func() bool { return state() == "stored" }, patience, 20*time.Millisecond)

	list := ok[scheduler.Resources](xiaoyu.get("/api/resources?q=数学&subject=数学")).Resources
	require.Len(t, list, 1)
	require.Equal(t, "陈老师", list[0].Lecturer)
	require.Equal(t, "明湖实验小学", list[0].School)
	require.Equal(t, "2026-11-23", list[0].Date)
	require.InDelta(t, 61.5, list[0].Duration, 0)
	require.Empty(t, ok[scheduler.Resources](xiaoyu.get("/api/resources?q=语文")).Resources)

	res := xiaoyu.get("/api/resources/" + id)
	detail := ok[scheduler.ResourceDetail](res)
	require.Equal(t, "/media/"+id+"/hls/master.m3u8", detail.HLS)
	require.Equal(t, "/media/"+id+"/lesson.mp4", detail.MP4)
	require.Equal(t, "/media/"+id+"/poster.jpg", detail.Poster)
	require.Equal(t, "第一页", detail.Chapters[0].Title)
	require.Len(t, res.cookies, 1)
	require.Equal(t, "/media/"+id, res.cookies[0].Path)
	c, err := d.signer.Verifier().Verify(res.cookies[0].Value)
	require.NoError(t, err)
	require.Equal(t, grant.Media, c.Role)
	require.Equal(t, id, c.Lesson)
}

func TestCommandLineBesideARunningServer(t *testing.T) {
	onBoth(t, func(t *testing.T, d *district) {
		b, err := scheduler.Attach(t.Context(), d.database)
		require.NoError(t, err)
		defer func() { require.NoError(t, b.Close()) }()
		ok[link.DatedLesson](d.as("chen").post("/api/lessons/"+d.now.Lesson+"/start", nil))
		lines, err := b.Lessons(t.Context(), monday.Add(-time.Hour), monday.AddDate(0, 0, 1))
		require.NoError(t, err)
		var out bytes.Buffer
		require.NoError(t, scheduler.WriteLines(&out, lines))
		require.JSONEq(t, `{"id":"`+d.now.Lesson+`","state":"live","title":"三年级数学 专递课堂","start":"2026-11-23T01:30:00Z","end":"2026-11-23T02:10:00Z"}`, out.String())
		l, err := b.Lesson(t.Context(), d.now.Lesson)
		require.NoError(t, err)
		require.False(t, l.Over())
		_, err = b.Lesson(t.Context(), "nothing")
		require.ErrorIs(t, err, scheduler.ErrNoLesson)
	})
}

func TestAttachMakesNoDatabase(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	file := t.TempDir() + "/none.db"
	_, err := scheduler.Attach(ctx, "sqlite://"+file)
	require.Error(t, err)
	require.NoFileExists(t, file)
}
