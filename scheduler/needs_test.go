package scheduler_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
)

func TestNeedsAndOffers(t *testing.T) { onBoth(t, testNeedsAndOffers) }

func testNeedsAndOffers(t *testing.T, d *district) {
	d.neighbours()
	wang, sun, chen := d.as("wang"), d.as("sun"), d.as("chen")
	before := len(ok[scheduler.Needs](wang.get("/api/needs")).Needs)
	need := scheduler.NewNeed{School: demo.Qingshan, Class: "qingshan-1-1", Subject: "音乐", Periods: 2, Edition: "人教版", Room: demo.QingshanRoom, Assistant: "lin",
		DownKbps: 8000, UpKbps: 2000, Blocked: []db.Cell{{Weekday: 1, Period: 1}}}
	made := ok[scheduler.Need](sun.post("/api/needs", need))
	require.Equal(t, []any{1, 2, 0.0, "林老师", 1}, []any{made.Grade, made.Periods, made.Met, made.Assistant.Name, made.Version})
	require.NotNil(t, made.Tested)
	sun.post("/api/needs", need).refused(409, "need-there")
	require.Len(t, ok[scheduler.Needs](wang.get("/api/needs")).Needs, before+1)
	require.Empty(t, ok[scheduler.Needs](d.as("dongwang").get("/api/needs")).Needs, "another county's coordinator")
	path := "/api/needs/" + made.ID
	need.Periods, need.Room, need.Blocked = 3, "", nil
	require.Equal(t, 2, ok[scheduler.Need](wang.put(path, need)).Version)
	need.Room = demo.QingshanRoom
	stale := sun.based(http.MethodPut, path, need, `"1"`).refused(412, "stale")
	require.EqualValues(t, 2, stale.Params["version"])
	require.EqualValues(t, 3, stale.Params["present"].(map[string]any)["periods"])
	told := param[[]scheduler.Change](t, stale, "changes")
	require.Equal(t, "wang setNeed", told[0].Who.ID+" "+told[0].Action)
	require.Equal(t, []db.FieldChange{{Field: "blocked"}, {Field: "periods", From: "2", To: "3"}, {Field: "room", From: "三年级互动教室"}}, told[0].Fields)
	d.as("dongwang").put(path, need).refused(404, "need-unknown")
	for code, spoil := range map[string]func(*scheduler.NewNeed){
		"class-unknown":     func(n *scheduler.NewNeed) { n.Class = "shiqiao-3-1" },
		"room-unknown":      func(n *scheduler.NewNeed) { n.Room = demo.ShiqiaoRoom },
		"assistant-unknown": func(n *scheduler.NewNeed) { n.Assistant = "zhao" },
		"school-unknown":    func(n *scheduler.NewNeed) { n.School = demo.Shiqiao },
		"invalid":           func(n *scheduler.NewNeed) { n.Periods = 21 },
	} {
		wrong := need
		spoil(&wrong)
		sun.put(path, wrong).refused(422, code)
	}
	require.Equal(t, http.StatusNoContent, sun.delete(path).status)
	gone := wang.based(http.MethodPut, path, need, `"2"`).refused(412, "stale")
	require.Equal(t, "sun withdrawNeed", param[[]scheduler.Change](t, gone, "changes")[0].Who.ID+" "+param[[]scheduler.Change](t, gone, "changes")[0].Action)
	sun.delete(path).refused(404, "need-unknown")
	ok[scheduler.Need](sun.post("/api/needs", need)) // a withdrawn one is not in the way

	offer := scheduler.NewOffer{School: demo.Minghu, Lecturer: "chen", Subject: "音乐", Grades: []int{3, 1}, Rooms: []string{demo.LecturerRoom}, Cap: 12, OwnLoad: 8, Languages: []string{"zh"}}
	given := ok[scheduler.Offer](chen.post("/api/offers", offer))
	require.Equal(t, []int{1, 3}, given.Grades)
	require.Equal(t, 2.0, given.Load, "the demo's course has two lessons a week")
	require.Equal(t, "录播教室一", given.Rooms[0].Name)
	require.True(t, given.May)
	chen.post("/api/offers", offer).refused(409, "offer-there")
	offers := "/api/offers/" + given.ID
	sun.put(offers, offer).refused(404, "offer-unknown")
	offer.Lecturer = "he"
	chen.post("/api/offers", offer).refused(403, "not-allowed")
	wang.put(offers, offer).refused(422, "lecturer-unknown")
	offer.Lecturer, offer.Rooms = "chen", []string{demo.QingshanRoom}
	chen.put(offers, offer).refused(422, "room-unknown")
	offer.Rooms, offer.Cap = []string{"minghu-studio-2", demo.LecturerRoom}, 10
	wang.based(http.MethodPut, offers, offer, "").refused(428, "version-missing")
	require.Len(t, ok[scheduler.Offer](wang.put(offers, offer)).Rooms, 2)
	require.Equal(t, http.StatusNoContent, chen.delete(offers).status)
	chen.delete(offers).refused(404, "offer-unknown")
}
