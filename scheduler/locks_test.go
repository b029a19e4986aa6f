package scheduler_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
)

// locked are the operations that name the version of what they change: what each is called with here. A new one must be added, or the test fails.
func locked(d *district, wang *user) map[string]struct {
	path string
	body any
} {
	t := d.t
	lesson, course := "/api/lessons/"+d.tuesday().ID, "/api/courses/"+d.tuesday().Course
	school, bells := "/api/schools/"+demo.Qingshan, wang.calendar(demo.Qingshan).Bells[0]
	detail := ok[scheduler.SchoolDetail](wang.get(school))
	need, offer := ok[scheduler.Needs](wang.get("/api/needs")).Needs[0], ok[scheduler.Offers](wang.get("/api/offers")).Offers[0]
	proposal := "/api/proposals/" + ok[scheduler.Proposal](wang.post("/api/proposals", wang.proposal(musicNeed))).ID
	term := "/api/terms/" + ok[scheduler.TermPlan](wang.post("/api/terms", scheduler.NewTermPlan{Area: demo.County})).ID
	require.NotEmpty(t, detail.Classes)
	file := scheduler.TableFile{Name: "x.csv", Data: []byte("班级,年级\n三年级9班,3\n")}
	parts := scheduler.TermParts{Parts: []int{1}}
	sides := scheduler.ProposalSide{Side: "lecturer"} // who is not asked yet
	type call = struct {
		path string
		body any
	}
	return map[string]call{
		"cancelLesson":         {lesson + "/cancel", scheduler.Cancellation{Reason: "x"}},
		"moveLesson":           {lesson + "/move", scheduler.Move{When: wednesdayAfternoon, Reason: "x"}},
		"substituteLesson":     {lesson + "/substitute", scheduler.Substitution{Lecturer: "yang", Reason: "x"}},
		"adjustLesson":         {lesson + "/adjust", scheduler.Adjustment{Swaps: []scheduler.Swap{{Dimension: "recorder"}}, Reason: "x"}},
		"makeUpLesson":         {lesson + "/make-up", scheduler.MakeUp{When: wednesdayAfternoon, Reason: "x"}},
		"deleteCourse":         {course, nil},
		"deletePairing":        {"/api/pairings/minghu-pairing", nil},
		"setTerm":              {school + "/term", detail.Term},
		"setClass":             {school + "/classes/" + detail.Classes[0].ID, scheduler.BellSet{Campus: "东"}},
		"setContract":          {school + "/contract", scheduler.Contract{DownKbps: 9000, UpKbps: 9000}},
		"setPlace":             {school + "/place", scheduler.Place{}},
		"importHolidays":       {"/api/areas/" + demo.County + "/holidays", holidayFile("2026-12-24 校庆日")},
		"setPolicy":            {countyPolicy, ok[scheduler.AreaPolicy](wang.get(countyPolicy)).Policy},
		"forgetPolicy":         {countyPolicy, nil},
		"setRequired":          {school + "/required", scheduler.Required{Class: detail.Classes[0].ID, Subject: "音乐", PerWeek: 2}},
		"setDay":               {"/api/areas/" + demo.Qingshan + "/days/2026-12-24", scheduler.NewDay{Kind: "off"}},
		"forgetDay":            {"/api/areas/" + demo.Qingshan + "/days/2026-12-24", nil},
		"addBells":             {"/api/areas/" + demo.Qingshan + "/bells", bells.NewBells},
		"setBells":             {"/api/bells/" + bells.ID, bells.NewBells},
		"deleteBells":          {"/api/bells/" + bells.ID, nil},
		"newCalendar":          {school + "/calendar", nil},
		"newRoomCalendar":      {"/api/rooms/" + demo.QingshanRoom + "/calendar", nil},
		"createGroup":          {school + "/groups", scheduler.NewGroup{Name: "x", Classes: []string{detail.Classes[0].ID}}},
		"setGroup":             {school + "/groups/nothing", scheduler.GroupChange{NewGroup: scheduler.NewGroup{Name: "x", Classes: []string{detail.Classes[0].ID}}}},
		"createPortableDevice": {school + "/portable-devices", scheduler.NewPortableDevice{Name: "x"}},
		"setPortableDevice":    {school + "/portable-devices/nothing", scheduler.PortableDeviceChange{NewPortableDevice: scheduler.NewPortableDevice{Name: "x"}}},
		"importTimetable":      {school + "/timetable", scheduler.TimetableFile{File: file}},
		"clearTimetable":       {school + "/timetable", nil},
		"importRoster":         {school + "/roster", scheduler.RosterFile{Kind: "classes", File: file}},
		"setNeed":              {"/api/needs/" + need.ID, scheduler.NewNeed{School: need.School.ID, Class: need.Class.ID, Subject: need.Subject, Periods: 4}},
		"withdrawNeed":         {"/api/needs/" + need.ID, nil},
		"setOffer":             {"/api/offers/" + offer.ID, scheduler.NewOffer{School: offer.School.ID, Lecturer: offer.Lecturer.ID, Subject: offer.Subject, Grades: []int{3}, Rooms: []string{offer.Rooms[0].ID}, Cap: 5}},
		"withdrawOffer":        {"/api/offers/" + offer.ID, nil},
		"acceptProposal":       {proposal + "/accept", sides},
		"refuseProposal":       {proposal + "/refuse", scheduler.ProposalRefusal{ProposalSide: sides, Reason: "x"}},
		"withdrawProposal":     {proposal + "/withdraw", scheduler.Cancellation{Reason: "x"}},
		"cancelTermPlan":       {term + "/cancel", nil},
		"lockTermParts":        {term + "/lock", scheduler.TermLock{Parts: []int{1}, Locked: true}},
		"acceptTerm":           {term + "/accept", parts},
		"undoTerm":             {term + "/undo", parts},
	}
}

// Whoever changes what another may be changing says on which version: without one nothing is changed, with an old one the present state and what
// happened since are told.
func TestEveryChangeNamesItsVersion(t *testing.T) { onBoth(t, testEveryChangeNamesItsVersion) }

func testEveryChangeNamesItsVersion(t *testing.T, d *district) {
	wang, yang := d.as("wang"), d.as("yang")
	calls := locked(d, wang)
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Parameters  []struct {
				Name string `json:"name"`
			} `json:"parameters"`
		} `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(wang.get("/api/openapi.json").body, &doc))
	for _, path := range doc.Paths {
		for method, op := range path {
			named := false
			for _, p := range op.Parameters {
				named = named || p.Name == "If-Match"
			}
			if !named {
				continue
			}
			call, known := calls[op.OperationID]
			require.True(t, known, "%s names a version: say in this table how it is called", op.OperationID)
			delete(calls, op.OperationID)
			u := wang
			if strings.HasSuffix(call.path, "/accept") && strings.Contains(call.path, "proposals") || strings.HasSuffix(call.path, "/refuse") {
				u = yang
			}
			missing := u.based(strings.ToUpper(method), call.path, call.body, "").refused(http.StatusPreconditionRequired, "version-missing")
			stale := u.based(strings.ToUpper(method), call.path, call.body, `"77"`).refused(http.StatusPreconditionFailed, "stale")
			require.Equal(t, missing.Params["version"], stale.Params["version"], op.OperationID)
			require.NotEmpty(t, stale.Params["present"], op.OperationID)
			require.Contains(t, stale.Params, "changes", op.OperationID)
		}
	}
	require.Empty(t, calls, "no operations that name a version")
}
