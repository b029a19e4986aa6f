package scheduler_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// A coordinator's path: pair, look for a slot, create a course, see its lessons in each school's own periods, be refused a clash.
func TestCoordinatorPlansACourse(t *testing.T) { onBoth(t, testCoordinatorPlansACourse) }

func testCoordinatorPlansACourse(t *testing.T, d *district) {
	wang := d.as("wang")
	slots := ok[scheduler.Slots](wang.get("/api/slots?lead=minghu&partners=qingshan,shiqiao&lecturer=chen&rooms=minghu-studio-1,qingshan-3,shiqiao-3")).Slots
	require.Len(t, slots, 10, "two common periods on five weekdays")
	monday := slots[0]
	require.Equal(t, 1, monday.Weekday)
	require.Equal(t, "14:00", monday.Start)
	require.Equal(t, 40, monday.Minutes)
	require.Equal(t, []int{5, 5, 6}, []int{monday.Periods[0].No, monday.Periods[1].No, monday.Periods[2].No})
	require.True(t, monday.Free)
	tuesday := slots[slices.IndexFunc(slots, func(s scheduler.Slot) bool { return s.Weekday == 2 && s.Start == "14:00" })]
	require.False(t, tuesday.Free)
	require.Equal(t, "陈老师", tuesday.Clashes[0].Who)
	require.Equal(t, "三年级数学 专递课堂", tuesday.Clashes[0].Title)

	pairing := ok[scheduler.Pairings](wang.get("/api/pairings")).Pairings[0]
	require.Equal(t, 1, pairing.Courses)
	course := scheduler.NewCourse{Title: "三年级英语", Subject: "英语", Grade: 3, Kind: "delivered", Pairing: pairing.ID, Lecturer: "chen",
		LecturerRoom: demo.LecturerRoom, From: "2026-11-23", To: "2026-12-20", Receiving: []scheduler.NewReceiving{
			{School: demo.Qingshan, Room: demo.QingshanRoom, Class: "qingshan-3-1", Assistant: "lin"}},
		Slots: []scheduler.CourseSlot{{Weekday: 1, Periods: map[string]int{demo.Minghu: 6, demo.Qingshan: 6}, Weeks: "odd"}}}
	made := ok[scheduler.Course](wang.post("/api/courses", course))
	require.Equal(t, 2, made.Lessons, "every other Monday")
	require.Equal(t, "odd", made.Slots[0].Weeks)
	require.Equal(t, "林老师", made.Receiving[0].Assistant.Name)

	detail := ok[scheduler.CourseDetail](d.as("lin").get("/api/courses/" + made.ID))
	require.Len(t, detail.Dated, 2)
	first := detail.Dated[0]
	require.Equal(t, "assistant", first.Mine)
	require.Equal(t, "2026-11-23T06:50:00Z", first.Start.Format("2006-01-02T15:04:05Z07:00"))
	require.Equal(t, &link.PeriodTime{No: 6, Name: "第六节", Start: "14:50", End: "15:30"}, first.Rooms[1].Period)

	course.Title = "三年级科学"
	p := wang.post("/api/courses", course).refused(409, "clash")
	var clashes []scheduler.Clash
	raw, err := json.Marshal(p.Params["clashes"])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &clashes))
	require.Len(t, clashes, 10, "lecturer, two rooms, class and assistant, in two weeks")
	require.Equal(t, scheduler.Clash{Dimension: "lecturer", ID: "chen", Who: "陈老师", Lesson: first.ID, Title: "三年级英语", Start: first.Start, End: first.End,
		Lessons: []link.Named{{ID: first.ID, Name: "三年级英语"}}, Solve: "other-lecturer"}, clashes[0])
	require.Len(t, ok[scheduler.Courses](wang.get("/api/courses")).Courses, 2, "a refused course leaves nothing behind")

	course.Slots[0].Weeks = "even"
	ok[scheduler.Course](wang.post("/api/courses", course))
	require.Equal(t, http.StatusNoContent, wang.call(http.MethodDelete, "/api/courses/"+made.ID, nil).status)
	gone := ok[scheduler.CourseDetail](wang.get("/api/courses/" + made.ID))
	require.Zero(t, gone.Lessons)
	require.Equal(t, link.Cancelled, gone.Dated[0].State)
	require.Len(t, ok[scheduler.Courses](wang.get("/api/courses")).Courses, 2, "a cancelled course is not listed")
	course.Slots[0].Weeks = "odd"
	ok[scheduler.Course](wang.post("/api/courses", course))
	wang.call(http.MethodDelete, "/api/pairings/"+pairing.ID, nil).refused(409, "in-use")
}

func TestCourseFaultsAreNamed(t *testing.T) { onBoth(t, testCourseFaultsAreNamed) }

func testCourseFaultsAreNamed(t *testing.T, d *district) {
	wang := d.as("wang")
	good := func() scheduler.NewCourse {
		return scheduler.NewCourse{Title: "x", Subject: "英语", Grade: 3, Kind: "delivered", Pairing: "minghu-pairing", Lecturer: "chen",
			LecturerRoom: demo.LecturerRoom, From: "2026-11-23", To: "2026-12-20", Receiving: []scheduler.NewReceiving{
				{School: demo.Qingshan, Room: demo.QingshanRoom, Class: "qingshan-3-1", Assistant: "lin"}},
			Slots: []scheduler.CourseSlot{{Weekday: 1, Periods: map[string]int{demo.Minghu: 6, demo.Qingshan: 6}}}}
	}
	for code, spoil := range map[string]func(*scheduler.NewCourse){
		"dates-wrong":       func(c *scheduler.NewCourse) { c.To = "2026-11-22" },
		"outside-pairing":   func(c *scheduler.NewCourse) { c.From = "2026-01-01"; c.To = "2026-12-01" },
		"lecturer-unknown":  func(c *scheduler.NewCourse) { c.Lecturer = "lin" },
		"assistant-unknown": func(c *scheduler.NewCourse) { c.Receiving[0].Assistant = "zhao" },
		"room-unknown":      func(c *scheduler.NewCourse) { c.LecturerRoom = demo.QingshanRoom },
		"class-unknown":     func(c *scheduler.NewCourse) { c.Receiving[0].Class = "shiqiao-3-1" },
		"not-partner":       func(c *scheduler.NewCourse) { c.Receiving[0].School = demo.Minghu },
		"named-twice":       func(c *scheduler.NewCourse) { c.Receiving = append(c.Receiving, c.Receiving[0]) },
		"period-missing":    func(c *scheduler.NewCourse) { delete(c.Slots[0].Periods, demo.Qingshan) },
		"does-not-fit":      func(c *scheduler.NewCourse) { c.Slots[0].Periods[demo.Qingshan] = 1 },
		"no-date":           func(c *scheduler.NewCourse) { c.To = c.From; c.Slots[0].Weekday = 2 },
	} {
		c := good()
		spoil(&c)
		wang.post("/api/courses", c).refused(422, code)
	}
	c := good()
	c.Pairing = "nothing"
	wang.post("/api/courses", c).refused(404, "pairing-unknown")
	c = good()
	c.Minutes = 30
	c.Slots[0].Periods = map[string]int{demo.Minghu: 1, demo.Qingshan: 1}
	made := ok[scheduler.Course](wang.post("/api/courses", c))
	l := ok[scheduler.CourseDetail](wang.get("/api/courses/" + made.ID)).Dated[0]
	require.Equal(t, "00:30–01:00", l.Start.Format("15:04")+"–"+l.End.Format("15:04"), "what 08:20–09:00 and 08:30–09:10 have in common")
	require.Equal(t, "08:20", l.Rooms[0].Period.Start)
	require.Equal(t, "08:30", l.Rooms[1].Period.Start)
}

func TestPairing(t *testing.T) { onBoth(t, testPairing) }

func testPairing(t *testing.T, d *district) {
	d.neighbours()
	wang := d.as("wang")
	p := scheduler.NewPairing{Lead: demo.Qingshan, Partners: []string{demo.Shiqiao}, Scope: "county", Forms: []string{"sync", "research"}, From: "2026-09-01", To: "2029-08-31"}
	made := ok[scheduler.Pairing](wang.post("/api/pairings", p))
	require.Equal(t, "青山小学", made.Lead.Name)
	require.Equal(t, "明湖县", made.Partners[0].AreaName)
	wang.post("/api/pairings", p).refused(409, "already-paired")
	p.Lead, p.Partners = demo.Shiqiao, []string{demo.Qingshan}
	wang.post("/api/pairings", p).refused(409, "already-paired")
	p.Partners = []string{demo.Shiqiao}
	wang.post("/api/pairings", p).refused(422, "pairs-itself")
	p.Partners = []string{"donghu"}
	wang.post("/api/pairings", p).refused(422, "school-unknown")
	p.Partners, p.Forms = []string{demo.Qingshan}, []string{"research", "master"}
	wang.post("/api/pairings", p).refused(422, "sync-form-missing")
	require.Len(t, ok[scheduler.Pairings](d.as("xiaoyu").get("/api/pairings")).Pairings, 2)
	require.Equal(t, http.StatusNoContent, wang.call(http.MethodDelete, "/api/pairings/"+made.ID, nil).status)
	require.Len(t, ok[scheduler.Pairings](wang.get("/api/pairings")).Pairings, 1)
}
