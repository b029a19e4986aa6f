package scheduler_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func (u *user) put(path string, body any) response {
	u.d.t.Helper()
	return u.call(http.MethodPut, path, body)
}

func (u *user) delete(path string) response {
	u.d.t.Helper()
	return u.call(http.MethodDelete, path, nil)
}

// demoCourse is the demo's course: Tuesdays and Thursdays, 14:00.
func (u *user) demoCourse() scheduler.CourseDetail {
	u.d.t.Helper()
	for _, c := range ok[scheduler.Courses](u.get("/api/courses")).Courses {
		if c.Title == "三年级数学 专递课堂" {
			return ok[scheduler.CourseDetail](u.get("/api/courses/" + c.ID))
		}
	}
	u.d.t.Fatal("the demo has no course")
	return scheduler.CourseDetail{}
}

func (u *user) calendar(area string) scheduler.Calendar {
	u.d.t.Helper()
	return ok[scheduler.Calendar](u.get("/api/areas/" + area + "/calendar"))
}

// on tells how a day of the calendar is.
func on(c scheduler.Calendar, date string) scheduler.CalendarDay {
	i := slices.IndexFunc(c.Days, func(d scheduler.CalendarDay) bool { return d.Date == date })
	return c.Days[i]
}

// lessonOn is the course's lesson on a date, in UTC.
func lessonOn(c scheduler.CourseDetail, date string) *link.DatedLesson {
	for i, l := range c.Dated {
		if l.Start.Format("2006-01-02") == date && !l.Extra {
			return &c.Dated[i]
		}
	}
	return nil
}

// The district lets a Sunday follow Thursday and a Thursday off; one school goes its own way; the course follows, with the ids of its lessons.
func TestDistrictsDefaultAndASchoolsOwnDay(t *testing.T) {
	onBoth(t, testDistrictsDefaultAndASchoolsOwnDay)
}

func testDistrictsDefaultAndASchoolsOwnDay(t *testing.T, d *district) {
	d.neighbours()
	wang, sun := d.as("wang"), d.as("sun")
	before := wang.demoCourse()
	thursday, sunday := "2026-12-03", "2026-12-06"
	days := "/api/areas/" + demo.County + "/days/"
	off := scheduler.NewDay{Kind: "off", Name: "运动会"}

	preview := ok[scheduler.Effect](wang.put(days+thursday+"?preview=true", off))
	require.True(t, preview.Preview)
	require.Equal(t, scheduler.EffectCounts{Cancelled: 1}, preview.Counts)
	require.Equal(t, before, wang.demoCourse(), "a preview leaves nothing")

	done := ok[scheduler.Effect](wang.put(days+thursday, off))
	require.Equal(t, preview.Counts, done.Counts)
	gone := done.Lessons[0]
	require.Equal(t, "day-off", gone.Misfit.Code)
	require.Equal(t, scheduler.Reason{Name: "明湖实验小学", Occasion: "运动会"}, gone.Misfit.Reason)
	was := lessonOn(before, thursday)
	require.Equal(t, was.ID, gone.Lesson)
	now := wang.demoCourse()
	require.Equal(t, link.Cancelled, lessonOn(now, thursday).State)
	require.Equal(t, db.RedateReason, lessonOn(now, thursday).Reason)
	misfit := now.Misfits[slices.IndexFunc(now.Misfits, func(m scheduler.Misfit) bool { return m.Date == thursday })]
	require.Equal(t, "运动会", misfit.Reason.Occasion, "the course says why")

	like := ok[scheduler.Effect](wang.put(days+sunday, scheduler.NewDay{Kind: "like", Weekday: 4, Name: "补周四"}))
	require.Equal(t, scheduler.EffectCounts{Added: 1}, like.Counts)
	extra := lessonOn(wang.demoCourse(), sunday)
	require.Equal(t, "06:00", extra.Start.Format("15:04"))
	require.Equal(t, 6, extra.Rooms[2].Period.No)

	// Qingshan does not teach on the Sunday: the lesson goes, and says whose decision it was.
	mine := ok[scheduler.Effect](sun.put("/api/areas/"+demo.Qingshan+"/days/"+sunday, scheduler.NewDay{Kind: "off"}))
	require.Equal(t, scheduler.EffectCounts{Cancelled: 1}, mine.Counts)
	require.Equal(t, demo.Qingshan, mine.Lessons[0].Misfit.School)
	c := sun.calendar(demo.Qingshan)
	require.True(t, c.May)
	rules := on(c, sunday).Rules
	require.Equal(t, []string{demo.Qingshan, demo.County}, []string{rules[0].By, rules[1].By})
	require.Equal(t, "like", rules[1].Kind)
	require.True(t, on(c, thursday).Off)
	require.Equal(t, demo.County, on(c, thursday).Rules[0].By)
	require.Equal(t, 4, on(sun.calendar(demo.Qingshan), "2026-12-10").Weekday)
	require.Equal(t, 4, on(wang.calendar(demo.Shiqiao), sunday).Weekday, "another school keeps the default")
	require.False(t, d.as("xiaoyu").calendar(demo.Qingshan).May)

	// Taken back, the default holds: the same lesson is held again.
	back := ok[scheduler.Effect](sun.delete("/api/areas/" + demo.Qingshan + "/days/" + sunday))
	require.Equal(t, scheduler.EffectCounts{Restored: 1}, back.Counts)
	require.Equal(t, extra.ID, back.Lessons[0].Lesson)
	again := ok[scheduler.Effect](wang.delete(days + thursday))
	require.Equal(t, was.ID, again.Lessons[0].Lesson)
	held := lessonOn(wang.demoCourse(), thursday)
	require.Equal(t, link.Planned, held.State)
	require.Empty(t, held.Reason)
	require.Contains(t, d.feed(demo.Qingshan), "SEQUENCE:2", "cancelled and restored")

	sun.put(days+thursday, off).refused(404, "area-unknown")
	d.as("dongwang").put(days+thursday, off).refused(404, "area-unknown")
	d.as("dongwang").get("/api/areas/"+demo.Minghu+"/calendar").refused(404, "area-unknown")
	for _, wrong := range []scheduler.NewDay{{Kind: "like"}, {Kind: "bells"}} {
		wang.put(days+thursday, wrong).refused(422, "day-wrong")
	}
	wang.put(days+thursday, scheduler.NewDay{Kind: "bells", Bells: "没有"}).refused(422, "bells-unknown")
	wang.put(days+"2026-02-30", off).refused(422, "invalid")
}

// feed is the school's iCalendar feed.
func (d *district) feed(school string) string {
	d.t.Helper()
	address := ok[scheduler.CalendarAddress](d.as("wang").post("/api/schools/"+school+"/calendar", nil)).URL
	return string(d.stranger().get(strings.TrimPrefix(address, "http://tongtang.test")).body)
}

// Bells for a season, for a stage and for a single day: lessons move with them, keep their ids, and say why where they cannot.
func TestBellsMoveLessons(t *testing.T) { onBoth(t, testBellsMoveLessons) }

func testBellsMoveLessons(t *testing.T, d *district) {
	wang, sun := d.as("wang"), d.as("sun")
	before := wang.demoCourse()
	periods := slices.Clone(sun.calendar(demo.Qingshan).Bells[0].Periods)
	periods[4].Start, periods[4].End = "14:10", "14:45" // 35 minutes from 14:10: 30 in common
	late := scheduler.NewBells{Name: "冬季作息", From: "2026-12-01", Weekdays: []int{1, 2, 3, 4, 5}, Periods: periods}
	path := "/api/areas/" + demo.Qingshan + "/bells"
	short := ok[scheduler.Effect](sun.post(path+"?preview=true", late))
	require.Zero(t, short.Counts.Moved)
	require.Positive(t, short.Counts.Cancelled)
	require.Equal(t, scheduler.Reason{Name: "青山小学", Bells: "冬季作息", From: "2026-12-01", Period: 5, Start: "14:10", End: "14:45", Edge: "starts", Overlap: 30,
		Needed: 40, Other: &scheduler.ReasonSide{School: demo.Minghu, Name: "明湖实验小学", Period: 5, Start: "14:00", End: "14:40"}}, short.Lessons[0].Misfit.Reason)

	// All three schools move to 14:05.
	moved := 0
	for i, school := range []string{demo.Qingshan, demo.Minghu, demo.Shiqiao} {
		no := []int{4, 4, 5}[i]
		p := slices.Clone(wang.calendar(school).Bells[0].Periods)
		p[no].Start, p[no].End = "14:05", "14:45"
		e := ok[scheduler.Effect](wang.post("/api/areas/"+school+"/bells", scheduler.NewBells{Name: "冬季作息", Stage: "primary", From: "2026-12-01", Weekdays: []int{1, 2, 3, 4, 5}, Periods: p}))
		moved += e.Counts.Moved + e.Counts.Restored
		if i == 0 {
			require.Equal(t, scheduler.EffectCounts{Cancelled: short.Counts.Cancelled}, e.Counts, "35 of 40 minutes are too few")
		}
	}
	require.Equal(t, short.Counts.Cancelled, moved)
	after := wang.demoCourse()
	require.Equal(t, len(before.Dated), len(after.Dated))
	for i, l := range after.Dated {
		require.Equal(t, before.Dated[i].ID, l.ID)
		want := before.Dated[i].Start.Format("15:04")
		if l.Start.Format("2006-01-02") >= "2026-12-01" {
			want = "06:05"
			require.Equal(t, "14:05", l.Rooms[1].Period.Start)
		}
		require.Equal(t, want, l.Start.Format("15:04"))
		require.NotEqual(t, link.Cancelled, l.State)
	}

	// A class of another stage has other bells.
	senior := wang.calendar(demo.Shiqiao).Bells[0]
	ok[scheduler.Effect](wang.put("/api/schools/"+demo.Shiqiao+"/classes/shiqiao-3-1", scheduler.BellSet{Stage: "junior", Campus: "北校区"}))
	require.Contains(t, ok[scheduler.Calendar](wang.get("/api/areas/"+demo.Shiqiao+"/calendar")).Sets, scheduler.BellSet{Campus: "北校区", Stage: "junior"})
	require.NotEmpty(t, senior.ID)
	l := lessonOn(wang.demoCourse(), "2026-12-10")
	require.Equal(t, link.Cancelled, l.State, "14:05 of the others and 14:00 of this class have 35 minutes in common")
	ok[scheduler.Effect](wang.put("/api/schools/"+demo.Shiqiao+"/classes/shiqiao-3-1", scheduler.BellSet{}))
	require.Equal(t, link.Planned, lessonOn(wang.demoCourse(), "2026-12-10").State)
	wang.put("/api/schools/"+demo.Shiqiao+"/classes/qingshan-3-1", scheduler.BellSet{}).refused(404, "class-unknown")

	// A term that ends earlier takes the lessons after it.
	term := sun.calendar(demo.Qingshan).Term
	term.To = "2026-12-20"
	e := ok[scheduler.Effect](sun.put("/api/schools/"+demo.Qingshan+"/term", term))
	require.Equal(t, "outside-term", e.Lessons[0].Misfit.Code)
	require.Equal(t, "2026-12-20", e.Lessons[0].Misfit.Reason.To)
	term.To = "2026-01-01"
	sun.put("/api/schools/"+demo.Qingshan+"/term", term).refused(422, "dates-wrong")

	// Bells that are removed give back what was before.
	bells := wang.calendar(demo.Qingshan).Bells
	winter := bells[slices.IndexFunc(bells, func(b scheduler.BellSchedule) bool { return b.Name == "冬季作息" })]
	require.Positive(t, ok[scheduler.Effect](wang.delete("/api/bells/"+winter.ID)).Counts.Cancelled)
	wang.delete("/api/bells/"+winter.ID).refused(404, "bells-unknown")
}

// On a day with later bells a lesson would move into an extra lesson: it stays where it was, and is listed with what is in its way.
func TestARedatedLessonNeverClashes(t *testing.T) { onBoth(t, testARedatedLessonNeverClashes) }

func testARedatedLessonNeverClashes(t *testing.T, d *district) {
	wang := d.as("wang")
	for i, school := range []string{demo.Minghu, demo.Qingshan, demo.Shiqiao} {
		no := []int{4, 4, 5}[i]
		p := slices.Clone(wang.calendar(school).Bells[0].Periods)
		p = p[:no+1]
		p[no].Start, p[no].End = "14:20", "15:00"
		e := ok[scheduler.Effect](wang.post("/api/areas/"+school+"/bells", scheduler.NewBells{Name: "考试日", From: "2099-01-01", Weekdays: []int{}, Periods: p}))
		require.Empty(t, e.Lessons, "bells that do not ring yet move nothing")
	}
	course := wang.demoCourse()
	was := lessonOn(course, "2026-12-08")
	start := was.Start.Add(50 * time.Minute)
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		c, err := db.CourseByID(ctx, tx, course.ID)
		if err != nil {
			return err
		}
		return db.PlanLessons(ctx, tx, []db.NewLesson{c.ExtraLesson(start, start.Add(40*time.Minute), monday)})
	}))
	exam := scheduler.NewDay{Kind: "bells", Bells: "考试日"}
	days := "/api/areas/" + demo.County + "/days/"
	free := ok[scheduler.Effect](wang.put(days+"2026-12-10", exam))
	require.Equal(t, scheduler.EffectCounts{Moved: 1}, free.Counts)
	require.Equal(t, "06:20", free.Lessons[0].Start.Format("15:04"))

	e := ok[scheduler.Effect](wang.put(days+"2026-12-08", exam))
	require.Equal(t, scheduler.EffectCounts{Kept: 1}, e.Counts)
	require.Equal(t, was.ID, e.Lessons[0].Lesson)
	require.Equal(t, "陈老师", e.Lessons[0].Clash.Who)
	after := ok[link.DatedLesson](wang.get("/api/lessons/" + was.ID))
	require.Equal(t, was.Start, after.Start)
	var bookings []db.Booking
	require.NoError(t, d.db.Read().NewSelect().Model(&bookings).Order("dimension", "who", "start_at").Scan(t.Context()))
	for i := 1; i < len(bookings); i++ {
		a, b := bookings[i-1], bookings[i]
		if a.Dimension == b.Dimension && a.Who == b.Who {
			require.LessOrEqual(t, a.EndAt, b.StartAt, "%v and %v", a, b)
		}
	}
}

// A cycle of three weeks is told and kept with its anchor.
func TestCoursesHaveCycles(t *testing.T) { onBoth(t, testCoursesHaveCycles) }

func testCoursesHaveCycles(t *testing.T, d *district) {
	wang := d.as("wang")
	course := scheduler.NewCourse{Title: "书法", Subject: "美术", Grade: 3, Kind: "delivered", Pairing: "minghu-pairing", Lecturer: "chen", LecturerRoom: demo.LecturerRoom,
		From: "2026-11-23", To: "2027-01-03", Receiving: []scheduler.NewReceiving{{School: demo.Qingshan, Room: demo.QingshanRoom, Class: "qingshan-3-1"}},
		Slots: []scheduler.CourseSlot{{Weekday: 3, Periods: map[string]int{demo.Minghu: 6, demo.Qingshan: 6}, Weeks: "cycle", Every: 3, Anchor: "2026-12-04"}}}
	made := ok[scheduler.Course](wang.post("/api/courses", course))
	require.Equal(t, 2, made.Lessons)
	slot := made.Slots[0]
	require.Equal(t, []any{"cycle", 3, "2026-09-07"}, []any{slot.Weeks, slot.Every, slot.Anchor}, "week 2, as week 14")
	var dates []string
	for _, l := range ok[scheduler.CourseDetail](wang.get("/api/courses/" + made.ID)).Dated {
		dates = append(dates, l.Start.Format("2006-01-02"))
	}
	require.Equal(t, []string{"2026-12-02", "2026-12-23"}, dates)
	slots := ok[scheduler.Slots](wang.get("/api/slots?lead=minghu&partners=qingshan&classes=qingshan-3-1&lecturer=chen&weeks=cycle&every=3&anchor=2026-12-07&to=2027-01-03")).Slots
	i := slices.IndexFunc(slots, func(s scheduler.Slot) bool { return s.Weekday == 3 && s.Start == "14:50" })
	require.True(t, slots[i].Free, "another of the three weeks")
	course.Slots[0].Anchor = ""
	wang.post("/api/courses", course).refused(422, "cycle-wrong")
}

// A change that concerns many lessons goes through them piece by piece, each in a transaction of its own; it does the same, and so does its preview.
// What a crash broke off in between goes on when the server is up again.
func TestAChangeGoesThroughInPieces(t *testing.T) { onBoth(t, testAChangeGoesThroughInPieces) }

func testAChangeGoesThroughInPieces(t *testing.T, d *district) {
	d.start(func(c *scheduler.Config) { c.Piece = 3 })
	wang := d.as("wang")
	var left []db.Redating
	bells := wang.calendar(demo.Minghu).Bells[0]
	bells.Periods[4].Start, bells.Periods[4].End = "14:05", "14:45" // the lessons lose five minutes of their forty
	path := "/api/bells/" + bells.ID
	before := wang.demoCourse()
	preview := ok[scheduler.Effect](wang.put(path+"?preview=true", bells.NewBells))
	require.Greater(t, preview.Counts.Cancelled, 20)
	require.Equal(t, before, wang.demoCourse(), "a preview leaves nothing")
	done := ok[scheduler.Effect](wang.put(path, bells.NewBells))
	require.Equal(t, preview.Counts, done.Counts)
	require.True(t, slices.IsSortedFunc(done.Lessons, func(a, b scheduler.LessonMove) int { return a.Was.Compare(b.Was) }))
	for _, l := range wang.demoCourse().Dated {
		require.True(t, l.Extra || l.State == link.Cancelled, l.Start)
	}
	require.NoError(t, d.db.Read().NewSelect().Model(&left).Scan(t.Context()))
	require.Empty(t, left)

	// The bells are as before, but the server went down when it had brought back the lessons of the first days only.
	bells.Periods[4].Start, bells.Periods[4].End = "14:00", "14:40"
	periods, err := json.Marshal(bells.Periods)
	require.NoError(t, err)
	december := timetable.NewDate(2026, time.December, 7)
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewUpdate().Model((*db.Bells)(nil)).Set("periods = ?", string(periods)).Where("id = ?", bells.ID).Exec(ctx); err != nil {
			return err
		}
		return db.SaveRedating(ctx, tx, &db.Redating{ID: "broken-off", Area: demo.Minghu}, db.Days{From: december}, monday)
	}))
	d.run()
	require.Eventually(t, func() bool {
		n, err := d.db.Read().NewSelect().Model((*db.Redating)(nil)).Count(t.Context())
		return err == nil && n == 0
	}, 10*time.Second, 20*time.Millisecond)
	for _, l := range wang.demoCourse().Dated {
		if !l.Extra {
			require.Equal(t, !l.Start.Before(december.At(0, time.UTC)), l.State == link.Planned, l.Start)
		}
	}
}
