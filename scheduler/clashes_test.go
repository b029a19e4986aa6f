package scheduler_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// param reads a value of a problem document.
func param[T any](t testing.TB, p httpd.Problem, name string) (v T) {
	t.Helper()
	raw, err := json.Marshal(p.Params[name])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &v))
	return v
}

// english is a course of Mondays' sixth period; the demo's own is on Tuesdays and Thursdays.
func english() scheduler.NewCourse {
	return scheduler.NewCourse{Title: "三年级英语", Subject: "英语", Grade: 3, Kind: "delivered", Pairing: "minghu-pairing", Lecturer: "chen",
		LecturerRoom: demo.LecturerRoom, From: "2026-11-23", To: "2026-12-20", Receiving: []scheduler.NewReceiving{
			{School: demo.Qingshan, Room: demo.QingshanRoom, Class: "qingshan-3-1", Assistant: "lin"}},
		Slots: []scheduler.CourseSlot{{Weekday: 1, Periods: map[string]int{demo.Minghu: 6, demo.Qingshan: 6}}}}
}

func TestACourseThatClashesIsToldOtherMeans(t *testing.T) {
	onBoth(t, testACourseThatClashesIsToldOtherMeans)
}

func testACourseThatClashesIsToldOtherMeans(t *testing.T, d *district) {
	d.neighbours() // he teaches at Minghu as well
	wang := d.as("wang")
	ok[scheduler.Course](wang.post("/api/courses", english()))
	second := english()
	second.Title, second.Receiving[0] = "三年级科学", scheduler.NewReceiving{School: demo.Shiqiao, Room: demo.ShiqiaoRoom, Class: "shiqiao-3-1"}
	second.Slots[0].Periods = map[string]int{demo.Minghu: 6, demo.Shiqiao: 7}
	p := wang.post("/api/courses", second).refused(409, "clash")
	solutions := param[[]scheduler.Solution](t, p, "solutions")
	require.Contains(t, solutions, scheduler.Solution{Swaps: []scheduler.Swap{
		{Dimension: "lecturer", ID: "chen", Who: "陈老师", To: "he", ToName: "he"},
		{Dimension: "room", ID: demo.LecturerRoom, Who: "录播教室一", To: "minghu-studio-2", ToName: "录播教室二"}}})
	second.Lecturer, second.LecturerRoom = "he", "minghu-studio-2"
	ok[scheduler.Course](wang.post("/api/courses", second))
}

func TestTeachingGroupsAndDevicesOfACourse(t *testing.T) {
	onBoth(t, testTeachingGroupsAndDevicesOfACourse)
}

func testTeachingGroupsAndDevicesOfACourse(t *testing.T, d *district) {
	d.neighbours()
	wang, sun := d.as("wang"), d.as("sun")
	path := "/api/schools/" + demo.Qingshan
	group := ok[scheduler.Group](sun.post(path+"/groups", scheduler.NewGroup{Name: "英语A班", Classes: []string{"qingshan-3-1"}}))
	sun.post(path+"/groups", scheduler.NewGroup{Name: "英语A班", Classes: []string{"qingshan-3-1"}}).refused(409, "name-taken")
	sun.post(path+"/groups", scheduler.NewGroup{Name: "x", Classes: []string{"shiqiao-3-1"}}).refused(422, "class-unknown")
	sun.post("/api/schools/"+demo.Minghu+"/groups", scheduler.NewGroup{Name: "x", Classes: []string{"minghu-3-1"}}).refused(404, "school-unknown")
	cart := ok[scheduler.PortableDevice](sun.post(path+"/portable-devices", scheduler.NewPortableDevice{Name: "录播车"}))
	detail := ok[scheduler.SchoolDetail](wang.get(path))
	require.Equal(t, []scheduler.Group{group}, detail.Groups)
	require.Equal(t, []scheduler.PortableDevice{cart}, detail.PortableDevices)

	c := english()
	c.Receiving[0].Class, c.Receiving[0].Group, c.Devices = "", group.ID, []string{cart.ID}
	made := ok[scheduler.Course](wang.post("/api/courses", c))
	require.Equal(t, "英语A班", made.Receiving[0].Group.Name)
	require.Nil(t, made.Receiving[0].Class)
	require.Equal(t, []link.Named{{ID: cart.ID, Name: cart.Name}}, made.Devices)
	lesson := ok[scheduler.CourseDetail](wang.get("/api/courses/" + made.ID)).Dated[0]
	require.Equal(t, "student", ok[link.DatedLesson](d.as("xiaoyu").get("/api/lessons/"+lesson.ID)).Mine, "a pupil of a class of the group")
	d.as("xiao1").get("/api/lessons/"+lesson.ID).refused(404, "lesson-unknown")

	whole := english()
	whole.Lecturer, whole.LecturerRoom, whole.Devices = "he", "minghu-studio-2", []string{cart.ID}
	clashes := param[[]scheduler.Clash](t, wang.post("/api/courses", whole).refused(409, "clash"), "clashes")
	found := map[string]string{}
	for _, clash := range clashes {
		found[clash.Dimension] = clash.Other
	}
	require.Equal(t, map[string]string{"room": "", "assistant": "", "class": "英语A班", "device": ""}, found)
	slots := ok[scheduler.Slots](wang.get("/api/slots?lead=minghu&partners=qingshan&groups=" + group.ID)).Slots
	free := map[string]bool{}
	for _, slot := range slots {
		free[fmt.Sprint(slot.Weekday, " ", slot.Start)] = slot.Free
	}
	require.Equal(t, []bool{false, false, true}, []bool{free["1 14:50"], free["2 14:00"], free["3 14:00"]}, "its own lesson, its class's, and nothing")

	c.Receiving[0].Class = "qingshan-3-1"
	wang.post("/api/courses", c).refused(422, "pupils-missing")
	c.Receiving[0].Class, c.Receiving[0].Group = "", "nothing"
	wang.post("/api/courses", c).refused(422, "group-unknown")
	c.Receiving[0].Group, c.Devices = group.ID, []string{"nothing"}
	wang.post("/api/courses", c).refused(422, "device-unknown")
	c.Devices = []string{cart.ID}

	// Changing a group: nothing that is planned may clash by it.
	set := func(g scheduler.GroupChange) response { return sun.call("PUT", path+"/groups/"+group.ID, g) }
	change := scheduler.GroupChange{NewGroup: scheduler.NewGroup{Name: "英语提高班", Classes: []string{"qingshan-3-1", "qingshan-1-1"}, Band: "英语"}}
	first := english()
	first.Title, first.Lecturer, first.LecturerRoom, first.Receiving[0] = "一年级语文", "he", "minghu-studio-2", scheduler.NewReceiving{School: demo.Qingshan, Room: "qingshan-1", Class: "qingshan-1-1"}
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&db.Room{ID: "qingshan-1", School: demo.Qingshan, Name: "一年级教室", Class: "interactive"}).Exec(ctx)
		return err
	}))
	other := ok[scheduler.Course](wang.post("/api/courses", first))
	clash := param[[]scheduler.Clash](t, set(change).refused(409, "clash"), "clashes")[0]
	require.Equal(t, []string{"group", "英语提高班", "一年级1班", "一年级语文"}, []string{clash.Dimension, clash.Who, clash.Other, clash.Title})
	require.Equal(t, []scheduler.Group{group}, ok[scheduler.SchoolDetail](wang.get(path)).Groups)
	require.Equal(t, 204, wang.call("DELETE", "/api/courses/"+other.ID, nil).status)
	require.Equal(t, change.Classes, []string{"qingshan-3-1", "qingshan-1-1"})
	require.ElementsMatch(t, change.Classes, ok[scheduler.SchoolDetail](set(change)).Groups[0].Classes)
	p := sun.based("PUT", path+"/groups/"+group.ID, change, `"1"`).refused(412, "stale")
	require.Equal(t, "英语提高班", param[scheduler.SchoolDetail](t, p, "present").Groups[0].Name)
	require.Equal(t, "setGroup", last(param[[]scheduler.Change](t, p, "changes")).Action)
	sun.call("PUT", path+"/groups/nothing", change).refused(404, "group-unknown")
	sun.call("PUT", "/api/schools/"+demo.Minghu+"/groups/"+group.ID, change).refused(404, "school-unknown")

	// What is still needed is not archived; what is archived is not chosen.
	gone, lent := change, scheduler.PortableDeviceChange{NewPortableDevice: scheduler.NewPortableDevice{Name: "录播车一"}, Archived: true}
	gone.Archived = true
	device := func(body scheduler.PortableDeviceChange) response {
		return sun.call("PUT", path+"/portable-devices/"+cart.ID, body)
	}
	require.Equal(t, "三年级英语", set(gone).refused(409, "still-used").Params["title"])
	device(lent).refused(409, "still-used")
	require.Equal(t, 204, wang.call("DELETE", "/api/courses/"+made.ID, nil).status)
	require.True(t, ok[scheduler.SchoolDetail](set(gone)).Groups[0].Archived)
	require.Equal(t, []scheduler.PortableDevice{{ID: cart.ID, Name: "录播车一", Archived: true}}, ok[scheduler.SchoolDetail](device(lent)).PortableDevices)
	wang.post("/api/courses", c).refused(422, "group-unknown")
	ok[scheduler.SchoolDetail](set(change))
	wang.post("/api/courses", c).refused(422, "device-unknown")
	lent.Archived = false
	ok[scheduler.SchoolDetail](device(lent))
	ok[scheduler.Course](wang.post("/api/courses", c))
	sun.call("PUT", path+"/portable-devices/nothing", lent).refused(404, "device-unknown")
}

func last[T any](list []T) T { return list[len(list)-1] }

// A school with a thin line takes part in one lesson at a time with a large picture, and in two with small ones.
func TestLessonsFitTheContract(t *testing.T) { onBoth(t, testLessonsFitTheContract) }

func testLessonsFitTheContract(t *testing.T, d *district) {
	d.neighbours()
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if err := db.SetContract(ctx, tx, demo.Qingshan, 4000, 4000); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&db.Room{ID: "qingshan-1", School: demo.Qingshan, Name: "一年级教室", Class: "interactive"}).Exec(ctx)
		return err
	}))
	wang := d.as("wang")
	ok[scheduler.Course](wang.post("/api/courses", english()))
	second := english()
	second.Title, second.Lecturer, second.LecturerRoom = "一年级音乐", "he", "minghu-studio-2"
	second.Receiving[0] = scheduler.NewReceiving{School: demo.Qingshan, Room: "qingshan-1", Class: "qingshan-1-1"}
	p := wang.post("/api/courses", second).refused(409, "clash")
	first := param[[]scheduler.Clash](t, p, "clashes")[0]
	require.Equal(t, []any{"bandwidth", "青山小学", 5000, 4000, "smaller-picture"}, []any{first.Dimension, first.Who, first.Amount, first.Limit, first.Solve})
	require.Equal(t, []link.Named{{ID: first.Lesson, Name: "三年级英语"}}, first.Lessons)
	require.Equal(t, []scheduler.Solution{{Swaps: []scheduler.Swap{{Dimension: "bandwidth", ID: demo.Qingshan, Who: "青山小学"}}}},
		param[[]scheduler.Solution](t, p, "solutions"))
	second.Picture = "small"
	require.Equal(t, "small", ok[scheduler.Course](wang.post("/api/courses", second)).Picture)
}
