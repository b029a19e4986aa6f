package scheduler_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// planned plans the county's term and waits for it.
func planned(u *user, moves bool) scheduler.TermDetail {
	u.d.t.Helper()
	made := ok[scheduler.TermPlan](u.post("/api/terms", scheduler.NewTermPlan{Area: demo.County, Moves: moves}))
	var got scheduler.TermDetail
	require.Eventually(u.d.t, func() bool {
		got = ok[scheduler.TermDetail](u.get("/api/terms/" + made.ID))
		return got.Finished != nil
	}, 20*time.Second, 20*time.Millisecond)
	require.Equal(u.d.t, "done", got.State, got.Reason)
	return got
}

func met(u *user, need string) float64 {
	list := ok[scheduler.Needs](u.get("/api/needs")).Needs
	i := slices.IndexFunc(list, func(n scheduler.Need) bool { return n.ID == need })
	return list[i].Met
}

// partOf is the part in which a need is.
func partOf(p scheduler.TermDetail, need string) *scheduler.TermPart {
	for i := range p.Parts {
		if slices.ContainsFunc(p.Parts[i].Seats, func(s scheduler.TermSeat) bool { return s.Need == need }) {
			return &p.Parts[i]
		}
	}
	return nil
}

func TestATermIsPlannedByTheCoordinatorAlone(t *testing.T) {
	onBoth(t, testATermIsPlannedByTheCoordinatorAlone)
}

func testATermIsPlannedByTheCoordinatorAlone(t *testing.T, d *district) {
	d.neighbours()
	wang, other := d.as("wang"), d.as("dongwang")
	require.Equal(t, demo.County, ok[scheduler.TermPlans](wang.get("/api/terms")).Areas[0].ID)
	for _, area := range []string{demo.Minghu, "east-county", "nowhere"} {
		wang.post("/api/terms", scheduler.NewTermPlan{Area: area}).refused(404, "area-unknown")
	}
	waiting := ok[scheduler.TermPlan](wang.post("/api/terms", scheduler.NewTermPlan{Area: demo.County}))
	require.Equal(t, "waiting", waiting.State, "nobody runs the planner yet")
	wang.post("/api/terms", scheduler.NewTermPlan{Area: demo.County}).refused(409, "plan-at-work")
	path := "/api/terms/" + waiting.ID
	other.get(path).refused(404, "plan-unknown")
	other.post(path+"/cancel", nil).refused(404, "plan-unknown")
	other.post(path+"/lock", scheduler.TermLock{Parts: []int{1}}).refused(404, "plan-unknown")
	other.post(path+"/undo", scheduler.TermParts{Parts: []int{1}}).refused(404, "plan-unknown")
	other.post(path+"/accept", scheduler.TermParts{Parts: []int{1}}).refused(404, "plan-unknown")
	require.Empty(t, ok[scheduler.TermPlans](other.get("/api/terms")).Plans)
	require.Equal(t, http.StatusNoContent, wang.post(path+"/cancel", nil).status)
	require.Equal(t, "cancelled", ok[scheduler.TermDetail](wang.get(path)).State)
	wang.post(path+"/cancel", nil).refused(409, "plan-over")
	d.run()
	planned(wang, false)
	require.Equal(t, "cancelled", ok[scheduler.TermDetail](wang.get(path)).State, "it stays so")
}

func TestAPlannedTermIsAcceptedInPartAndUndone(t *testing.T) {
	onBoth(t, testAPlannedTermIsAcceptedInPartAndUndone)
}

func testAPlannedTermIsAcceptedInPartAndUndone(t *testing.T, d *district) {
	d.run()
	wang := d.as("wang")
	first := planned(wang, false)
	require.Positive(t, first.Result.Placed)
	require.LessOrEqual(t, first.Result.Placed, first.Result.Bound)
	missing := 0
	for _, u := range first.Unplaced {
		missing += u.Missing
		require.NotEmpty(t, u.Reasons)
	}
	require.Equal(t, first.Result.Wanted, first.Result.Placed+missing)

	const english = "need-shiqiao-english"
	part := partOf(first, english)
	require.NotNil(t, part, "%+v", first.Unplaced)
	require.Equal(t, []any{"new", false, "英语"}, []any{part.Kind, part.Accepted, part.Subject})
	require.NotEmpty(t, part.Slots[0].Start)
	path := "/api/terms/" + first.ID
	require.Equal(t, http.StatusNoContent, wang.post(path+"/lock", scheduler.TermLock{Parts: []int{part.No}, Locked: true}).status)
	again := planned(wang, false)
	same := partOf(again, english)
	require.Equal(t, part.Slots, same.Slots, "what is locked stays")
	require.Equal(t, part.Lecturer, same.Lecturer)
	require.Zero(t, again.Result.Changes, "nothing changed since")

	path = "/api/terms/" + again.ID
	require.Zero(t, met(wang, english))
	out := ok[scheduler.TermOutcome](wang.post(path+"/accept", scheduler.TermParts{Parts: []int{same.No}}))
	require.Equal(t, []int{same.No}, out.Done, "%+v", out.Refused)
	require.EqualValues(t, len(same.Slots), met(wang, english))
	same = partOf(ok[scheduler.TermDetail](wang.get(path)), english)
	require.True(t, same.Accepted)
	course := ok[scheduler.CourseDetail](wang.get("/api/courses/" + same.Course))
	require.NotEmpty(t, course.Dated)
	require.Empty(t, ok[scheduler.TermOutcome](wang.post(path+"/accept", scheduler.TermParts{Parts: []int{same.No}})).Done, "it is in place")

	out = ok[scheduler.TermOutcome](wang.post(path+"/undo", scheduler.TermParts{Parts: []int{same.No}}))
	require.Equal(t, []int{same.No}, out.Done)
	require.Zero(t, met(wang, english))
	require.False(t, partOf(ok[scheduler.TermDetail](wang.get(path)), english).Accepted)

	out = ok[scheduler.TermOutcome](wang.post(path+"/accept", scheduler.TermParts{Parts: []int{same.No}}))
	require.Equal(t, []int{same.No}, out.Done)
	d.clock.Set(ok[scheduler.CourseDetail](wang.get("/api/courses/" + partOf(ok[scheduler.TermDetail](wang.get(path)), english).Course)).Dated[0].Start.Add(time.Minute))
	wang = d.as("wang")
	out = ok[scheduler.TermOutcome](wang.post(path+"/undo", scheduler.TermParts{Parts: []int{same.No}}))
	require.Empty(t, out.Done)
	require.Equal(t, "already-begun", out.Refused[0].Code)
}

func TestWhatIsInPlaceMovesWhenItIsPlannedAgain(t *testing.T) {
	onBoth(t, testWhatIsInPlaceMovesWhenItIsPlannedAgain)
}

func testWhatIsInPlaceMovesWhenItIsPlannedAgain(t *testing.T, d *district) {
	d.run()
	wang := d.as("wang")
	first := planned(wang, false)
	var all []int
	for _, p := range first.Parts {
		all = append(all, p.No)
	}
	out := ok[scheduler.TermOutcome](wang.post("/api/terms/"+first.ID+"/accept", scheduler.TermParts{Parts: all}))
	require.Equal(t, all, out.Done, "%+v", out.Refused)
	again := planned(wang, true)
	for _, p := range again.Parts {
		require.Equal(t, "kept", p.Kind, "nothing changed since")
		require.True(t, p.Accepted)
	}
	require.Len(t, again.Parts, len(all))

	// The English teacher can no longer in the first period that the plan took.
	const english = "need-shiqiao-english"
	was := partOf(again, english)
	offers := ok[scheduler.Offers](wang.get("/api/offers")).Offers
	o := offers[slices.IndexFunc(offers, func(o scheduler.Offer) bool { return o.Lecturer.ID == was.Lecturer.ID && o.Subject == "英语" })]
	gone := db.Cell{Weekday: was.Slots[0].Weekday, Period: was.Slots[0].Periods[demo.Minghu]}
	change := scheduler.NewOffer{School: demo.Minghu, Lecturer: o.Lecturer.ID, Subject: o.Subject, Grades: o.Grades, Edition: o.Edition, Rooms: []string{"minghu-studio-2"}, Cap: o.Cap, OwnLoad: o.OwnLoad,
		Languages: o.Languages, Blocked: []db.Cell{gone}}
	ok[scheduler.Offer](wang.put("/api/offers/"+o.ID, change))
	moved := planned(wang, true)
	part := partOf(moved, english)
	require.Equal(t, "moved", part.Kind)
	require.NotEmpty(t, part.Was)
	before := met(wang, english)
	out = ok[scheduler.TermOutcome](wang.post("/api/terms/"+moved.ID+"/accept", scheduler.TermParts{Parts: []int{part.No}}))
	require.Contains(t, out.Done, part.No, "%+v", out.Refused)
	require.Equal(t, before, met(wang, english), "the old course has given way")
	require.NotContains(t, courses(wang), was.Course)
	out = ok[scheduler.TermOutcome](wang.post("/api/terms/"+moved.ID+"/undo", scheduler.TermParts{Parts: []int{part.No}}))
	require.Contains(t, out.Done, part.No, "%+v", out.Refused)
	require.Equal(t, before, met(wang, english), "and is back")

	require.Equal(t, http.StatusNoContent, wang.delete("/api/needs/"+english).status)
	dropped := planned(wang, true)
	i := slices.IndexFunc(dropped.Parts, func(p scheduler.TermPart) bool { return p.Kind == "dropped" })
	require.GreaterOrEqual(t, i, 0)
	count := len(courses(wang))
	path, no := "/api/terms/"+dropped.ID, scheduler.TermParts{Parts: []int{dropped.Parts[i].No}}
	require.Equal(t, no.Parts, ok[scheduler.TermOutcome](wang.post(path+"/accept", no)).Done)
	require.Len(t, courses(wang), count-1)
	require.Equal(t, no.Parts, ok[scheduler.TermOutcome](wang.post(path+"/undo", no)).Done)
	require.Len(t, courses(wang), count)
}

func courses(u *user) (ids []string) {
	for _, c := range ok[scheduler.Courses](u.get("/api/courses")).Courses {
		ids = append(ids, c.ID)
	}
	return ids
}

// What people changed by hand of a course that a plan made is not lost with it, unless who undoes has read just that and gives it up.
func TestUndoingKeepsWhatWasChangedByHand(t *testing.T) {
	onBoth(t, testUndoingKeepsWhatWasChangedByHand)
}

func testUndoingKeepsWhatWasChangedByHand(t *testing.T, d *district) {
	d.run()
	wang := d.as("wang")
	plan := planned(wang, false)
	path := "/api/terms/" + plan.ID
	twoCoordinators(t, wang, path)
	var all []int
	for _, p := range plan.Parts {
		all = append(all, p.No)
	}
	require.Greater(t, len(all), 1)
	require.Equal(t, all, ok[scheduler.TermOutcome](wang.post(path+"/accept", scheduler.TermParts{Parts: all})).Done)
	part := partOf(ok[scheduler.TermDetail](wang.get(path)), "need-shiqiao-english")
	dated := ok[scheduler.CourseDetail](wang.get("/api/courses/" + part.Course)).Dated
	cancelled, madeUp := dated[len(dated)-1], dated[len(dated)-2]
	ok[link.DatedLesson](wang.post("/api/lessons/"+cancelled.ID+"/cancel", scheduler.Cancellation{Reason: "期末考试"}))

	undo := func(lose ...string) scheduler.TermOutcome {
		return ok[scheduler.TermOutcome](wang.post(path+"/undo", scheduler.TermParts{Parts: all, Lose: lose}))
	}
	out := undo()
	require.Len(t, out.Done, len(all)-1, "the rest is undone")
	require.Len(t, out.Refused, 1)
	refused := out.Refused[0]
	require.Equal(t, []any{part.No, "changed-by-hand"}, []any{refused.Part, refused.Code})
	require.Len(t, refused.Changes, 1)
	c := refused.Changes[0]
	require.Equal(t, []string{cancelled.ID, "王主任", "cancelLesson", "期末考试"}, []string{c.Lesson, c.Who.Name, c.Action, c.Reason})
	require.Equal(t, cancelled.Start, *c.Start)
	require.True(t, partOf(ok[scheduler.TermDetail](wang.get(path)), "need-shiqiao-english").Accepted, "it stays")

	ok[link.DatedLesson](wang.post("/api/lessons/"+madeUp.ID+"/cancel", scheduler.Cancellation{Reason: "运动会"}))
	more := undo(c.ID).Refused[0].Changes
	require.Len(t, more, 2, "another change came after what was read")
	require.Equal(t, []int{part.No}, undo(more[0].ID, more[1].ID).Done)
	require.Zero(t, met(wang, "need-shiqiao-english"))
}

// Two coordinators have the same plan before them: the second is told what the first has done with it.
func twoCoordinators(t *testing.T, u *user, path string) {
	t.Helper()
	first := scheduler.TermParts{Parts: []int{1}}
	out := ok[scheduler.TermOutcome](u.based(http.MethodPost, path+"/accept", first, `"1"`))
	require.Equal(t, 2, out.Version)
	stale := u.based(http.MethodPost, path+"/undo", first, `"1"`).refused(412, "stale")
	told := param[[]scheduler.Change](t, stale, "changes")
	require.Equal(t, []any{"acceptTerm", "parts", "1"}, []any{told[0].Action, told[0].Fields[0].Field, told[0].Fields[0].To})
	require.True(t, ok[scheduler.TermDetail](u.get(path)).Parts[0].Accepted, "nothing was undone")
	require.Equal(t, first.Parts, ok[scheduler.TermOutcome](u.based(http.MethodPost, path+"/undo", first, `"2"`)).Done)
}

// manyNeeds adds classes that want more of two teachers than there is: planning takes its time.
func (d *district) manyNeeds(n int) {
	d.t.Helper()
	require.NoError(d.t, d.db.Tx(d.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		for i := range n {
			id := fmt.Sprint("many-", i)
			rows := []any{&db.Class{ID: id, School: demo.Liuxi, Name: id, Grade: 3 + i%4}, &db.Room{ID: id, School: demo.Liuxi, Name: id, Class: "interactive"}}
			for _, subject := range []string{"音乐", "英语"} {
				rows = append(rows, &db.Need{ID: "need-" + id + "-" + subject, School: demo.Liuxi, Class: id, Subject: subject, Periods: 2, Room: id, Blocked: "[]"})
			}
			for _, r := range rows {
				if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// The server goes down while it plans, and comes up again: the planning has broken off, nothing was changed, and it can be begun anew.
func TestARestartBreaksAPlanningOff(t *testing.T) { onBoth(t, testARestartBreaksAPlanningOff) }

func testARestartBreaksAPlanningOff(t *testing.T, d *district) {
	d.manyNeeds(150)
	wang := d.as("wang")
	made := ok[scheduler.TermPlan](wang.post("/api/terms", scheduler.NewTermPlan{Area: demo.County, Moves: true}))
	path := "/api/terms/" + made.ID
	ctx, down := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.server.Run(ctx) }()
	require.Eventually(t, func() bool { return ok[scheduler.TermDetail](wang.get(path)).Progress != nil }, 20*time.Second, time.Millisecond)
	down()
	require.NoError(t, <-ended)
	before := len(courses(wang))

	d.restart()
	d.run()
	var broken scheduler.TermDetail
	require.Eventually(t, func() bool {
		broken = ok[scheduler.TermDetail](wang.get(path))
		return broken.State != "running"
	}, 20*time.Second, 10*time.Millisecond)
	require.Equal(t, []any{"failed", "plan-broken-off", true}, []any{broken.State, broken.Reason, broken.Moves})
	require.NotNil(t, broken.Finished)
	require.Len(t, courses(wang), before)
	again := planned(wang, broken.Moves)
	require.Positive(t, again.Result.Placed)
}
