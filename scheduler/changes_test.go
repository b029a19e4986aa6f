package scheduler_test

import (
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// tuesday is the demo course's next lesson: 2026-11-24, 14:00, in the fifth period of Minghu and Qingshan and the sixth of Shiqiao.
func (d *district) tuesday() link.DatedLesson {
	d.t.Helper()
	list := ok[scheduler.Lessons](d.as("wang").get("/api/lessons?from=2026-11-24&to=2026-11-24")).Lessons
	require.Len(d.t, list, 1)
	return list[0]
}

var wednesdayAfternoon = scheduler.When{Date: "2026-11-25", Periods: map[string]int{demo.Minghu: 6, demo.Qingshan: 6, demo.Shiqiao: 7}}

func TestALessonIsMovedAndMovedBack(t *testing.T) { onBoth(t, testALessonIsMovedAndMovedBack) }

func testALessonIsMovedAndMovedBack(t *testing.T, d *district) {
	wang, l := d.as("wang"), d.tuesday()
	path := "/api/lessons/" + l.ID
	require.Equal(t, 1, l.Version)
	moved := ok[link.DatedLesson](wang.post(path+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "县里开会"}))
	require.Equal(t, "2026-11-25T06:50:00Z", moved.Start.Format(time.RFC3339))
	require.Equal(t, l.Start, *moved.MovedFrom)
	require.Equal(t, []int{6, 6, 7}, []int{moved.Rooms[0].Period.No, moved.Rooms[1].Period.No, moved.Rooms[2].Period.No})
	require.Equal(t, "县里开会", ok[link.DatedLesson](d.as("xiaoyu").get(path)).Reason, "families read why")
	require.Equal(t, 2, moved.Version)
	d.feedHas(moved, 1, "20261125T145000", "县里开会")

	outside := scheduler.When{Start: pointer(time.Date(2026, 11, 28, 1, 0, 0, 0, time.UTC)), End: pointer(time.Date(2026, 11, 28, 1, 40, 0, 0, time.UTC))}
	saturday := ok[link.DatedLesson](wang.post(path+"/move", scheduler.Move{When: outside, Reason: "周六补上"}))
	require.Nil(t, saturday.Rooms[0].Period)
	require.Equal(t, l.Start, *saturday.MovedFrom, "the time by plan stays, through several moves")
	back := ok[link.DatedLesson](wang.post(path+"/move", scheduler.Move{When: scheduler.When{Date: "2026-11-24",
		Periods: map[string]int{demo.Minghu: 5, demo.Qingshan: 5, demo.Shiqiao: 6}}, Reason: "会议取消"}))
	require.Nil(t, back.MovedFrom)
	require.Equal(t, l.Start, back.Start)

	for _, wrong := range []scheduler.When{{}, {Date: "2026-11-25", Periods: map[string]int{demo.Minghu: 1, demo.Qingshan: 2, demo.Shiqiao: 7}},
		{Date: "2026-11-28", Periods: wednesdayAfternoon.Periods}, {Start: outside.End, End: outside.Start}, {Start: &monday, End: outside.End},
		{Start: pointer(monday.Add(-2 * time.Hour)), End: pointer(monday.Add(-time.Hour))}} {
		wang.post(path+"/move", scheduler.Move{When: wrong, Reason: "x"}).refused(422, "time-wrong")
	}
	wang.post(path+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "  "}).refused(422, "reason-missing")
	d.as("chen").post(path+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "x"}).refused(403, "not-allowed")
}

func pointer[T any](v T) *T { return &v }

// feedHas checks the event of a lesson in its rural school's calendar.
func (d *district) feedHas(l link.DatedLesson, sequence int, start string, words ...string) {
	d.t.Helper()
	address := ok[scheduler.CalendarAddress](d.as("sun").post("/api/schools/"+demo.Qingshan+"/calendar", nil)).URL
	res := d.stranger().get(address[len("http://tongtang.test"):])
	require.Equal(d.t, 200, res.status)
	for _, e := range readCalendar(d.t, string(res.body)).all("VEVENT") {
		if e.props["UID"] == l.ID+"@tongtang" {
			require.Equal(d.t, start, e.raw["DTSTART;TZID=Asia/Shanghai"])
			require.Equal(d.t, strconv.Itoa(sequence), e.props["SEQUENCE"])
			for _, w := range words {
				require.Contains(d.t, e.props["DESCRIPTION"], w)
			}
			return
		}
	}
	d.t.Fatalf("lesson %s is not in the calendar", l.ID)
}

func TestAMoveThatClashesSaysWhatWouldSolveIt(t *testing.T) {
	onBoth(t, testAMoveThatClashesSaysWhatWouldSolveIt)
}

func testAMoveThatClashesSaysWhatWouldSolveIt(t *testing.T, d *district) {
	d.neighbours()
	wang, l := d.as("wang"), d.tuesday()
	d.book("other", "chen", demo.LecturerRoom, demo.Minghu, time.Date(2026, 11, 25, 6, 50, 0, 0, time.UTC))
	path := "/api/lessons/" + l.ID
	p := wang.post(path+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "县里开会"}).refused(409, "clash")
	clashes := param[[]scheduler.Clash](t, p, "clashes")
	require.Equal(t, []string{"lecturer 陈老师", "room 录播教室一"}, []string{clashes[0].Dimension + " " + clashes[0].Who, clashes[1].Dimension + " " + clashes[1].Who})
	solutions := param[[]scheduler.Solution](t, p, "solutions")
	require.Equal(t, []string{"he", "minghu-studio-2"}, []string{solutions[0].Swaps[0].To, solutions[0].Swaps[1].To})
	nearest := solutions[slices.IndexFunc(solutions, func(s scheduler.Solution) bool { return s.Date != "" })]
	require.Equal(t, "2026-11-25 14:00", nearest.Date+" "+nearest.Periods[0].Start, "the nearest free time")
	require.Equal(t, l.Version, ok[link.DatedLesson](wang.get(path)).Version, "nothing was changed")

	moved := ok[link.DatedLesson](wang.post(path+"/move", scheduler.Move{When: wednesdayAfternoon, Swaps: solutions[0].Swaps, Reason: "县里开会"}))
	require.Equal(t, "he", moved.Lecturer.ID)
	require.Equal(t, "陈老师", moved.InsteadOf.Name)
	require.Equal(t, "minghu-studio-2", moved.Rooms[0].ID)

	options := ok[scheduler.LessonOptions](wang.get(path + "/options?week=2026-11-25"))
	require.Len(t, options.Times, 10, "two common periods on five days")
	require.True(t, options.Times[0].Past == false || !options.Times[0].Start.After(monday))
	for _, time := range options.Times {
		require.Equal(t, len(time.Clashes) == 0, time.Free)
	}
	free := map[string]bool{}
	for _, p := range options.Lecturers {
		free[p.ID] = p.Free
	}
	require.False(t, free["chen"], "chen teaches the other lesson")
	require.NotContains(t, free, "he", "who teaches it is no other")
}

func TestSubstitutionAndOtherMeans(t *testing.T) { onBoth(t, testSubstitutionAndOtherMeans) }

func testSubstitutionAndOtherMeans(t *testing.T, d *district) {
	d.neighbours()
	wang, l := d.as("wang"), d.tuesday()
	path := "/api/lessons/" + l.ID
	sub := ok[link.DatedLesson](wang.post(path+"/substitute", scheduler.Substitution{Lecturer: "he", Reason: "陈老师病假"}))
	require.Equal(t, []string{"he", "chen"}, []string{sub.Lecturer.ID, sub.InsteadOf.ID})
	require.Equal(t, "lecturer", ok[link.DatedLesson](d.as("he").get(path)).Mine)
	wang.post(path+"/substitute", scheduler.Substitution{Lecturer: "he", Reason: "x"}).refused(409, "nobody-new")
	wang.post(path+"/substitute", scheduler.Substitution{Lecturer: "lin", Reason: "x"}).refused(422, "lecturer-unknown")
	again := ok[link.DatedLesson](wang.post(path+"/substitute", scheduler.Substitution{Lecturer: "chen", Reason: "病好了"}))
	require.Nil(t, again.InsteadOf)

	swaps := []scheduler.Swap{{Dimension: "room", ID: demo.LecturerRoom, To: "minghu-studio-2"}, {Dimension: "bandwidth", ID: demo.Qingshan}, {Dimension: "recorder"}}
	other := ok[link.DatedLesson](wang.post(path+"/adjust", scheduler.Adjustment{Swaps: swaps, Reason: "设备检修"}))
	require.Equal(t, []any{"minghu-studio-2", "small", false}, []any{other.Rooms[0].ID, other.Picture, other.Record})
	wang.post(path+"/adjust", scheduler.Adjustment{Swaps: swaps[:1], Reason: "x"}).refused(422, "swap-wrong")
	wang.post(path+"/adjust", scheduler.Adjustment{Swaps: []scheduler.Swap{{Dimension: "room", ID: "minghu-studio-2", To: demo.QingshanRoom}}, Reason: "x"}).
		refused(422, "room-unknown")
	wang.post(path+"/adjust", scheduler.Adjustment{Swaps: []scheduler.Swap{{Dimension: "assistant", ID: "lin", To: "zhao"}}, Reason: "x"}).refused(422, "assistant-unknown")
	gu := ok[link.DatedLesson](wang.post(path+"/adjust", scheduler.Adjustment{Swaps: []scheduler.Swap{{Dimension: "assistant", ID: "lin", To: "gu"}}, Reason: "x"}))
	require.Equal(t, "gu", gu.Rooms[1].Assistant.ID)
}

func TestACancelledLessonIsMadeUpFor(t *testing.T) { onBoth(t, testACancelledLessonIsMadeUpFor) }

func testACancelledLessonIsMadeUpFor(t *testing.T, d *district) {
	wang, l := d.as("wang"), d.tuesday()
	path := "/api/lessons/" + l.ID
	makeUp := scheduler.MakeUp{When: wednesdayAfternoon, Reason: "补上周二的课"}
	wang.post(path+"/make-up", makeUp).refused(409, "not-lost")
	ok[link.DatedLesson](wang.post(path+"/cancel", scheduler.Cancellation{Reason: "停电"}))
	wang.post(path+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "x"}).refused(409, "not-planned")
	extra := ok[link.DatedLesson](wang.post(path+"/make-up", makeUp))
	require.Equal(t, &link.OtherLesson{ID: l.ID, Start: l.Start}, extra.Replaces)
	require.True(t, extra.Extra)
	require.Equal(t, 6, extra.Rooms[0].Period.No)
	require.Equal(t, "chen", extra.Lecturer.ID)
	lost := ok[link.DatedLesson](d.as("xiaoyu").get(path))
	require.Equal(t, &link.OtherLesson{ID: extra.ID, Start: extra.Start}, lost.ReplacedBy)
	require.Equal(t, "停电", lost.Reason)
	wang.post(path+"/make-up", makeUp).refused(409, "already-made-up")
	d.feedHas(lost, 2, "20261124T140000", "停电")

	ok[link.DatedLesson](wang.post("/api/lessons/"+extra.ID+"/cancel", scheduler.Cancellation{Reason: "又停电"}))
	makeUp.Date = "2026-11-26"
	again := ok[link.DatedLesson](wang.post("/api/lessons/"+extra.ID+"/make-up", makeUp))
	require.Equal(t, extra.ID, again.Replaces.ID, "a lost make-up lesson is made up for like any other")
}

// Two coordinators have the same lesson on their screens. The second is told who changed what, and how it is now.
func TestTheSecondCoordinatorIsTold(t *testing.T) { onBoth(t, testTheSecondCoordinatorIsTold) }

func testTheSecondCoordinatorIsTold(t *testing.T, d *district) {
	d.neighbours()
	wang, l := d.as("wang"), d.tuesday()
	path := "/api/lessons/" + l.ID
	read := wang.get(path)
	require.Equal(t, `"1"`, read.header.Get("ETag"))
	ok[link.DatedLesson](wang.based(http.MethodPost, path+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "县里开会"}, `"1"`))
	wang.based(http.MethodPost, path+"/cancel", scheduler.Cancellation{Reason: "停电"}, "").refused(428, "version-missing")
	for _, old := range []string{`"1"`, `"9"`, `"x"`, `*`} {
		p := wang.based(http.MethodPost, path+"/cancel", scheduler.Cancellation{Reason: "停电"}, old).refused(412, "stale")
		require.Equal(t, "2026-11-25T06:50:00Z", param[link.DatedLesson](t, p, "present").Start.Format(time.RFC3339))
		if changes := param[[]scheduler.Change](t, p, "changes"); old == `"1"` {
			require.Equal(t, "王主任 moveLesson 县里开会", changes[0].Who.Name+" "+changes[0].Action+" "+changes[0].Reason)
			require.Equal(t, "start", changes[0].Fields[0].Field)
			require.Equal(t, []string{"2026-11-24T06:00:00Z", "2026-11-25T06:50:00Z"}, []string{changes[0].Fields[0].From, changes[0].Fields[0].To})
		}
	}
	ok[link.DatedLesson](wang.based(http.MethodPost, path+"/cancel", scheduler.Cancellation{Reason: "停电"}, `"2"`))

	course := ok[scheduler.Courses](wang.get("/api/courses")).Courses[0]
	wang.based(http.MethodDelete, "/api/courses/"+course.ID, nil, `"7"`).refused(412, "stale")
	require.Equal(t, 204, wang.based(http.MethodDelete, "/api/courses/"+course.ID, nil, `"1"`).status)
	p := wang.based(http.MethodDelete, "/api/courses/"+course.ID, nil, `"1"`).refused(412, "stale")
	require.Equal(t, "deleteCourse", param[[]scheduler.Change](t, p, "changes")[0].Action)

	school := ok[scheduler.SchoolDetail](wang.get("/api/schools/" + demo.Qingshan))
	thin := scheduler.Contract{DownKbps: 4000}
	require.Equal(t, school.Version+1, ok[scheduler.SchoolDetail](wang.based(http.MethodPut, "/api/schools/"+demo.Qingshan+"/contract", thin, `"1"`)).Version)
	p = wang.based(http.MethodPut, "/api/areas/"+demo.Qingshan+"/days/2026-12-01", scheduler.NewDay{Kind: "off"}, `"1"`).refused(412, "stale")
	require.Equal(t, "setContract", param[[]scheduler.Change](t, p, "changes")[0].Action)
	ok[scheduler.Effect](wang.based(http.MethodPut, "/api/areas/"+demo.Qingshan+"/days/2026-12-01", scheduler.NewDay{Kind: "off"}, `"2"`))
	p = wang.based(http.MethodDelete, "/api/pairings/minghu-pairing", nil, `"3"`).refused(412, "stale")
	require.Equal(t, "minghu-pairing", param[scheduler.Pairing](t, p, "present").ID)
}

// Lessons that somebody moved or cancelled stay as they are when the bells change.
func TestNewBellsLeaveWhatPeopleDecided(t *testing.T) { onBoth(t, testNewBellsLeaveWhatPeopleDecided) }

func testNewBellsLeaveWhatPeopleDecided(t *testing.T, d *district) {
	wang, l := d.as("wang"), d.tuesday()
	ok[link.DatedLesson](wang.post("/api/lessons/"+l.ID+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "县里开会"}))
	thursday := ok[scheduler.Lessons](wang.get("/api/lessons?from=2026-11-26&to=2026-11-26")).Lessons[0]
	ok[link.DatedLesson](wang.post("/api/lessons/"+thursday.ID+"/cancel", scheduler.Cancellation{Reason: "停电"}))
	before := ok[scheduler.Lessons](wang.get("/api/lessons?from=2026-11-24&to=2026-11-29")).Lessons
	ok[scheduler.Effect](wang.call(http.MethodPut, "/api/areas/"+demo.Minghu+"/days/2026-12-08", scheduler.NewDay{Kind: "off"}))
	require.Equal(t, before, ok[scheduler.Lessons](wang.get("/api/lessons?from=2026-11-24&to=2026-11-29")).Lessons)
}
