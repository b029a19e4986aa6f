package scheduler_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
)

const musicNeed = "need-qingshan-music"

func (u *user) candidates(need string) []scheduler.Candidate {
	u.d.t.Helper()
	return ok[scheduler.Candidates](u.get("/api/needs/" + need + "/candidates")).Candidates
}

// proposal is a proposal of the slots that the matching chose for the best candidate.
func (u *user) proposal(need string) scheduler.NewProposal {
	u.d.t.Helper()
	best := u.candidates(need)[0]
	p := scheduler.NewProposal{Need: need, Offer: best.Offer.ID}
	for _, i := range best.Chosen {
		s := best.Slots[i]
		p.Room = s.Room.ID
		p.Slots = append(p.Slots, scheduler.ProposeSlot{Weekday: s.Weekday, Lead: s.Periods[0].No, Partner: s.Periods[1].No})
	}
	return p
}

func (u *user) accept(proposal, side string) response {
	return u.post("/api/proposals/"+proposal+"/accept", scheduler.ProposalSide{Side: side})
}

func TestCandidatesExplainThemselves(t *testing.T) { onBoth(t, testCandidatesExplainThemselves) }

func testCandidatesExplainThemselves(t *testing.T, d *district) {
	wang := d.as("wang")
	list := wang.candidates(musicNeed)
	require.Len(t, list, 2, "two lecturers offer music")
	best, other := list[0], list[1]
	require.Equal(t, "杨老师", best.Offer.Lecturer.Name)
	require.True(t, best.Fits)
	require.Positive(t, best.Score)
	require.Len(t, best.Figures, 11)
	require.Len(t, best.Chosen, 2)
	for _, i := range best.Chosen {
		require.Contains(t, []string{"14:00", "14:50"}, best.Slots[i].Start)
	}
	for _, f := range best.Figures {
		if f.Criterion == "load" {
			require.Equal(t, []int{11, 14}, []int{f.Value, f.Of}, "nine at the own school and two of the need")
		}
	}
	for _, s := range best.Slots {
		require.False(t, s.Start == "14:00" && (s.Weekday == 2 || s.Weekday == 4), "the class has its maths then")
	}
	require.False(t, other.Fits)
	require.Equal(t, scheduler.MatchReason{Code: "other-edition", Name: "青山小学", Wanted: "人教版", Has: "湘艺版", Detail: other.Reasons[0].Detail}, other.Reasons[0])

	over := ok[scheduler.Candidates](wang.get("/api/needs/" + musicNeed + "/candidates?anyEdition=true")).Candidates
	require.True(t, over[0].Fits && over[1].Fits, "the coordinator overrides the editions")
	list = wang.candidates("need-liuxi-music")
	liuxi := list[slices.IndexFunc(list, func(c scheduler.Candidate) bool { return c.Offer.Lecturer.ID == "yang" })]
	require.False(t, liuxi.Fits)
	require.Equal(t, "no-common-slot", liuxi.Reasons[0].Code)
	require.Equal(t, "柳溪小学", liuxi.Shift.School.Name)
	require.Equal(t, -10, liuxi.Shift.Minutes)
	require.Positive(t, liuxi.Shift.Gain)
	wang.get("/api/needs/nothing/candidates").refused(404, "need-unknown")
}

// propose → both schools → the lecturer → published, with pairing, course and lessons.
func TestAProposalBecomesACourse(t *testing.T) { onBoth(t, testAProposalBecomesACourse) }

func testAProposalBecomesACourse(t *testing.T, d *district) {
	d.neighbours()
	wang, sun, zhang, yang := d.as("wang"), d.as("sun"), d.as("zhang"), d.as("yang")
	before := len(ok[scheduler.Courses](wang.get("/api/courses")).Courses)
	asked := wang.proposal(musicNeed)
	p := ok[scheduler.Proposal](wang.post("/api/proposals", asked))
	require.Equal(t, "schools", p.State)
	require.Equal(t, "三年级1班音乐 专递课堂", p.Title)
	require.Len(t, p.Figures, 11)
	require.Empty(t, p.Asks, "the coordinator is not asked")
	require.True(t, p.MayWithdraw)
	require.Len(t, ok[scheduler.Courses](wang.get("/api/courses")).Courses, before, "nothing is planned yet")
	wang.post("/api/proposals", asked).refused(409, "proposal-there")

	yang.accept(p.ID, "lecturer").refused(403, "not-asked") // first the schools
	sun.accept(p.ID, "lead").refused(403, "not-asked")
	d.as("qian").accept(p.ID, "partner").refused(404, "proposal-unknown")
	require.Equal(t, []string{"partner"}, ok[scheduler.Proposals](sun.get("/api/proposals")).Proposals[0].Asks)
	require.Equal(t, "schools", ok[scheduler.Proposal](sun.accept(p.ID, "partner")).State)
	sun.accept(p.ID, "partner").refused(403, "not-asked")
	require.Equal(t, []string{"lead"}, ok[scheduler.Proposals](zhang.get("/api/proposals")).Proposals[0].Asks)
	require.Equal(t, "lecturer", ok[scheduler.Proposal](zhang.accept(p.ID, "lead")).State)
	require.Empty(t, ok[scheduler.Proposals](d.as("qian").get("/api/proposals")).Proposals)

	done := ok[scheduler.Proposal](yang.accept(p.ID, "lecturer"))
	require.Equal(t, "published", done.State)
	require.Len(t, done.Answers, 3)
	course := ok[scheduler.CourseDetail](wang.get("/api/courses/" + done.Course))
	require.Equal(t, []string{"音乐", "yang", "minghu-pairing"}, []string{course.Subject, course.Lecturer.ID, course.Pairing}, "the schools are paired already")
	require.Greater(t, len(course.Dated), 15)
	require.Len(t, course.Slots, 2)
	list := ok[scheduler.Needs](wang.get("/api/needs")).Needs
	need := list[slices.IndexFunc(list, func(n scheduler.Need) bool { return n.ID == musicNeed })]
	require.Equal(t, 2.0, need.Met)
	wang.post("/api/proposals", asked).refused(409, "need-met")
	yang.accept(p.ID, "lecturer").refused(409, "proposal-over")
	wang.post("/api/proposals/"+p.ID+"/withdraw", scheduler.Cancellation{Reason: "x"}).refused(409, "proposal-over")
}

// A school that has no partner yet is paired with the proposal's publication; what clashes by then is told, and nothing is written.
func TestPublishingPairsSchoolsAndNeverClashes(t *testing.T) {
	onBoth(t, testPublishingPairsSchoolsAndNeverClashes)
}

func testPublishingPairsSchoolsAndNeverClashes(t *testing.T, d *district) {
	wang, feng, zhang, yang := d.as("wang"), d.as("feng"), d.as("zhang"), d.as("yang")
	coverage := func() map[string]string {
		states := map[string]string{}
		for _, s := range ok[scheduler.Coverage](wang.get("/api/coverage")).Schools {
			states[s.ID] = s.State
		}
		return states
	}
	require.Equal(t, map[string]string{demo.Minghu: "lead", demo.Qingshan: "paired", demo.Shiqiao: "paired", demo.Liuxi: "alone"}, coverage())
	// Liuxi does as the shift says: its afternoon begins ten minutes earlier.
	bells := feng.calendar(demo.Liuxi).Bells[0]
	for i := range bells.Periods[4:] {
		bells.Periods[4+i].Start = []string{"14:00", "14:50"}[i]
		bells.Periods[4+i].End = []string{"14:40", "15:30"}[i]
	}
	ok[scheduler.Effect](feng.put("/api/bells/"+bells.ID, bells.NewBells))
	asked := wang.proposal("need-liuxi-music")
	p := ok[scheduler.Proposal](wang.post("/api/proposals", asked))
	require.Equal(t, "proposed", coverage()[demo.Liuxi])
	ok[scheduler.Proposal](feng.accept(p.ID, "partner"))
	ok[scheduler.Proposal](zhang.accept(p.ID, "lead"))

	// Meanwhile another course takes the lecturer at that time.
	slot := asked.Slots[0]
	other := scheduler.NewCourse{Title: "合唱", Subject: "音乐", Grade: 3, Kind: "delivered", Pairing: "minghu-pairing", Lecturer: "yang", LecturerRoom: "minghu-studio-2",
		From: "2026-12-01", To: "2026-12-20", Receiving: []scheduler.NewReceiving{{School: demo.Shiqiao, Room: demo.ShiqiaoRoom, Class: "shiqiao-3-1"}},
		Slots: []scheduler.CourseSlot{{Weekday: slot.Weekday, Periods: map[string]int{demo.Minghu: slot.Lead, demo.Shiqiao: slot.Lead + 1}}}}
	blocking := ok[scheduler.Course](wang.post("/api/courses", other))
	refusal := yang.accept(p.ID, "lecturer").refused(409, "clash")
	require.NotEmpty(t, refusal.Params["clashes"])
	require.Equal(t, "lecturer", ok[scheduler.Proposals](yang.get("/api/proposals")).Proposals[0].State)
	require.Len(t, ok[scheduler.Pairings](wang.get("/api/pairings")).Pairings, 1, "nor is there a pairing")
	require.Equal(t, http.StatusNoContent, wang.delete("/api/courses/"+blocking.ID).status)

	done := ok[scheduler.Proposal](yang.accept(p.ID, "lecturer"))
	course := ok[scheduler.CourseDetail](wang.get("/api/courses/" + done.Course))
	pairings := ok[scheduler.Pairings](wang.get("/api/pairings")).Pairings
	pair := pairings[slices.IndexFunc(pairings, func(p scheduler.Pairing) bool { return p.ID == course.Pairing })]
	require.Equal(t, []string{"county", "2026-11-24", "2029-11-23"}, []string{pair.Scope, pair.From, pair.To})
	require.Equal(t, []string{"sync", "delivered"}, pair.Forms)
	require.Equal(t, "paired", coverage()[demo.Liuxi])

	// The round is renewed once.
	require.Equal(t, 1, pair.Round)
	next := ok[scheduler.Pairing](wang.post("/api/pairings/"+pair.ID+"/renew", scheduler.Renewal{Forms: []string{"sync", "master"}}))
	require.Equal(t, []any{2, "2029-11-24", []string{"sync", "master"}}, []any{next.Round, next.From, next.Forms})
	wang.post("/api/pairings/"+pair.ID+"/renew", scheduler.Renewal{}).refused(409, "already-paired")
	wang.post("/api/pairings/"+next.ID+"/renew", scheduler.Renewal{}).refused(422, "renewed-before")
}

func TestProposalsEndWithoutACourse(t *testing.T) { onBoth(t, testProposalsEndWithoutACourse) }

func testProposalsEndWithoutACourse(t *testing.T, d *district) {
	d.neighbours()
	wang, sun := d.as("wang"), d.as("sun")
	asked := wang.proposal(musicNeed)
	first := ok[scheduler.Proposal](wang.post("/api/proposals", asked))
	refused := ok[scheduler.Proposal](sun.post("/api/proposals/"+first.ID+"/refuse", scheduler.ProposalRefusal{ProposalSide: scheduler.ProposalSide{Side: "partner"}, Reason: "已有代课老师"}))
	require.Equal(t, []string{"refused", "已有代课老师"}, []string{refused.State, refused.Reason})
	second := ok[scheduler.Proposal](wang.post("/api/proposals", asked))
	withdrawn := ok[scheduler.Proposal](wang.post("/api/proposals/"+second.ID+"/withdraw", scheduler.Cancellation{Reason: "另有安排"}))
	require.Equal(t, "withdrawn", withdrawn.State)
	third := ok[scheduler.Proposal](wang.post("/api/proposals", asked))
	d.as("dongwang").post("/api/proposals/"+third.ID+"/withdraw", scheduler.Cancellation{Reason: "x"}).refused(404, "proposal-unknown")
	d.clock.Add(15 * 24 * time.Hour)
	wang, sun = d.as("wang"), d.as("sun")
	sun.accept(third.ID, "partner").refused(409, "proposal-over")
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error { return db.ExpireProposals(ctx, tx, d.clock.Now()) }))
	states := []string{}
	for _, p := range ok[scheduler.Proposals](wang.get("/api/proposals")).Proposals {
		states = append(states, p.State)
	}
	require.ElementsMatch(t, []string{"refused", "withdrawn", "expired"}, states)

	for code, spoil := range map[string]func(*scheduler.NewProposal){
		"slot-gone":      func(p *scheduler.NewProposal) { p.Slots = []scheduler.ProposeSlot{{Weekday: 1, Lead: 1, Partner: 1}} },
		"room-unknown":   func(p *scheduler.NewProposal) { p.Room = demo.QingshanRoom },
		"offer-unknown":  func(p *scheduler.NewProposal) { p.Offer = "nothing" },
		"need-unknown":   func(p *scheduler.NewProposal) { p.Need = "nothing" },
		"no-candidate":   func(p *scheduler.NewProposal) { p.Offer = "offer-gao" },
		"too-many-slots": func(p *scheduler.NewProposal) { p.Slots = append(p.Slots, p.Slots...) },
	} {
		wrong := wang.proposal(musicNeed)
		spoil(&wrong)
		res := wang.post("/api/proposals", wrong)
		require.Contains(t, string(res.body), `"`+code+`"`)
		require.True(t, res.status >= 400 && res.status < 500 && !strings.Contains(string(res.body), `"internal"`), string(res.body))
	}
}

// Both schools answer in the same instant: neither answer is lost, and the lecturer is asked.
func TestSchoolsAnswerAtOnce(t *testing.T) { onBoth(t, testSchoolsAnswerAtOnce) }

func testSchoolsAnswerAtOnce(t *testing.T, d *district) {
	wang, sun, zhang := d.as("wang"), d.as("sun"), d.as("zhang")
	p := ok[scheduler.Proposal](wang.post("/api/proposals", wang.proposal(musicNeed)))
	var wg sync.WaitGroup
	for range 5 { // each of them more than once, as impatient people do
		wg.Go(func() { sun.accept(p.ID, "partner") })
		wg.Go(func() { zhang.accept(p.ID, "lead") })
	}
	wg.Wait()
	now := ok[scheduler.Proposals](wang.get("/api/proposals")).Proposals[0]
	require.Equal(t, "lecturer", now.State)
	require.Len(t, now.Answers, 2)

	// The lecturer accepts and the coordinator withdraws, many times at once: it ends once, one way or the other.
	yang, before := d.as("yang"), len(courses(wang))
	statuses := make(chan int, 40)
	for range 20 {
		wg.Go(func() { statuses <- yang.accept(p.ID, "lecturer").status })
		wg.Go(func() {
			statuses <- wang.based(http.MethodPost, "/api/proposals/"+p.ID+"/withdraw", scheduler.Cancellation{Reason: "另有安排"}, fmt.Sprintf(`"%d"`, now.Version)).status
		})
	}
	wg.Wait()
	close(statuses)
	count := map[int]int{}
	for s := range statuses {
		count[s]++
	}
	t.Log(count)
	require.Equal(t, 1, count[http.StatusOK])
	require.Zero(t, count[http.StatusInternalServerError])
	now = ok[scheduler.Proposals](wang.get("/api/proposals")).Proposals[0]
	require.Contains(t, []string{"published", "withdrawn"}, now.State)
	require.Equal(t, now.State == "published", now.Course != "")
	made := 0
	if now.State == "published" {
		made = 1
	}
	require.Len(t, courses(wang), before+made)
}
