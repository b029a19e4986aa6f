package scheduler_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// own puts lessons into the schools' own timetables, in place of all that they have.
func (d *district) own(slots ...db.OwnSlot) {
	d.t.Helper()
	for i := range slots {
		s := &slots[i]
		s.ID, s.Every, s.ClassName, s.TeacherName = ident.New(), max(s.Every, 1), "x", "x"
		if s.Subject == "" {
			s.Subject = "体育"
		}
	}
	require.NoError(d.t, d.db.Tx(d.t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*db.OwnSlot)(nil)).Where("TRUE").Exec(ctx)
		if err != nil || len(slots) == 0 {
			return err
		}
		_, err = tx.NewInsert().Model(&slots).Exec(ctx)
		return err
	}))
}

// inTheWay checks that the own timetable is why something was refused.
func (r response) inTheWay(dimension string) {
	r.t.Helper()
	clashes := param[[]scheduler.Clash](r.t, r.refused(409, "clash"), "clashes")
	require.Equal(r.t, dimension, clashes[0].Dimension)
	require.Empty(r.t, clashes[0].Lesson, "no lesson of ours")
	require.Contains(r.t, clashes[0].Title, "x")
}

// Every way in which a lesson is placed or moved respects what the schools do without us.
func TestNoWayLeadsPastTheOwnTimetable(t *testing.T) { onBoth(t, testNoWayLeadsPastTheOwnTimetable) }

func testNoWayLeadsPastTheOwnTimetable(t *testing.T, d *district) {
	d.neighbours() // he teaches at Minghu as well
	d.run()
	wang, tuesday := d.as("wang"), d.tuesday()
	lesson := "/api/lessons/" + tuesday.ID
	at := func(school string, weekday, period int) db.OwnSlot {
		return db.OwnSlot{School: school, Weekday: weekday, Period: period}
	}
	class := func(s db.OwnSlot) db.OwnSlot { s.Class = s.School + "-3-1"; return s }
	teacher := func(s db.OwnSlot, id string) db.OwnSlot { s.Teacher = id; return s }
	room := func(s db.OwnSlot, id string) db.OwnSlot { s.Room = id; return s }
	maths := func(s db.OwnSlot) db.OwnSlot { s.Subject = "数学"; return s }

	try := func(name string, do func(*testing.T)) {
		t.Run(name, func(t *testing.T) {
			d.t = t
			do(t)
		})
		d.t = t
	}
	for dimension, slot := range map[string]db.OwnSlot{"lecturer": teacher(at(demo.Minghu, 1, 6), "chen"), "assistant": teacher(at(demo.Qingshan, 1, 6), "lin"),
		"class": class(at(demo.Qingshan, 1, 6)), "room": room(at(demo.Minghu, 1, 6), demo.LecturerRoom)} {
		try("a course: "+dimension, func(*testing.T) {
			d.own(slot)
			wang.post("/api/courses", english()).inTheWay(dimension)
		})
	}
	try("a move", func(*testing.T) {
		d.own(class(at(demo.Shiqiao, 3, 7)))
		wang.post(lesson+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "县里开会"}).inTheWay("class")
		d.own(room(at(demo.Minghu, 3, 6), demo.LecturerRoom))
		wang.post(lesson+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "县里开会"}).inTheWay("room")
	})
	try("a substitution", func(t *testing.T) {
		// It is the subject, and a class of the grade: the course's own lecturer would take the class along, who substitutes does not.
		d.own(maths(teacher(class(at(demo.Minghu, 2, 5)), "he")))
		wang.post(lesson+"/substitute", scheduler.Substitution{Lecturer: "he", Reason: "陈老师病假"}).inTheWay("lecturer")
		for _, p := range ok[scheduler.LessonOptions](wang.get(lesson + "/options")).Lecturers {
			require.Equal(t, p.ID != "he", p.Free, p.ID)
		}
	})
	try("another room", func(*testing.T) {
		d.own(room(at(demo.Minghu, 2, 5), "minghu-studio-2"))
		swap := []scheduler.Swap{{Dimension: "room", ID: demo.LecturerRoom, To: "minghu-studio-2"}}
		wang.post(lesson+"/adjust", scheduler.Adjustment{Swaps: swap, Reason: "设备检修"}).inTheWay("room")
	})
	try("a make-up lesson", func(*testing.T) {
		d.own(teacher(at(demo.Shiqiao, 3, 7), "zhao"))
		thursday := ok[scheduler.Lessons](wang.get("/api/lessons?from=2026-12-10&to=2026-12-10")).Lessons[0].ID
		ok[link.DatedLesson](wang.post("/api/lessons/"+thursday+"/cancel", scheduler.Cancellation{Reason: "停电"}))
		wang.post("/api/lessons/"+thursday+"/make-up", scheduler.MakeUp{When: wednesdayAfternoon, Reason: "补课"}).inTheWay("assistant")
	})
	try("a day that follows another", func(t *testing.T) {
		d.own(class(at(demo.Qingshan, 4, 5)))
		e := ok[scheduler.Effect](wang.put("/api/areas/"+demo.County+"/days/2026-12-06", scheduler.NewDay{Kind: "like", Weekday: 4}))
		require.Equal(t, scheduler.EffectCounts{Refused: 1}, e.Counts)
		require.Equal(t, "三年级1班", e.Lessons[0].Clash.Who)
		require.Equal(t, "体育 · x", e.Lessons[0].Clash.Title)
	})
	try("candidates and a proposal", func(t *testing.T) {
		d.own()
		before := wang.candidates(musicNeed)[0]
		free := func(c scheduler.Candidate, weekday, period int) bool {
			for _, s := range c.Slots {
				if s.Weekday == weekday && s.Periods[0].No == period {
					return true
				}
			}
			return false
		}
		require.True(t, free(before, 1, 5) && free(before, 3, 6) && free(before, 5, 5))
		asked := wang.proposal(musicNeed)
		p := ok[scheduler.Proposal](wang.post("/api/proposals", asked))
		d.own(teacher(at(demo.Minghu, 1, 5), "yang"), class(at(demo.Qingshan, 3, 6)), room(at(demo.Minghu, 5, 5), demo.LecturerRoom), room(at(demo.Minghu, 5, 5), "minghu-studio-2"))
		after := wang.candidates(musicNeed)[0]
		require.False(t, free(after, 1, 5) || free(after, 3, 6) || free(after, 5, 5), "they are not offered")

		first := asked.Slots[0] // somebody imports the school's timetable while the proposal waits
		d.own(teacher(at(demo.Qingshan, first.Weekday, first.Partner), "lin"))
		ok[scheduler.Proposal](d.as("sun").accept(p.ID, "partner"))
		ok[scheduler.Proposal](d.as("zhang").accept(p.ID, "lead"))
		d.as("yang").accept(p.ID, "lecturer").inTheWay("assistant")
		again := wang.proposal(musicNeed)
		require.NotContains(t, again.Slots, first)
	})
	try("a term", func(t *testing.T) { testTheTermRespectsTheOwnTimetable(t, d, wang, at, teacher, room) })
	try("the next round places nothing", func(t *testing.T) {
		count := len(courses(wang))
		ok[scheduler.Pairing](wang.post("/api/pairings/minghu-pairing/renew", map[string]any{}))
		require.Len(t, courses(wang), count)
	})
}

// testTheTermRespectsTheOwnTimetable leaves the English teacher, and the one room that is offered, free at one time of the week alone.
func testTheTermRespectsTheOwnTimetable(t *testing.T, d *district, wang *user, at func(string, int, int) db.OwnSlot, teacher, room func(db.OwnSlot, string) db.OwnSlot) {
	const english = "need-shiqiao-english"
	var slots []db.OwnSlot
	for weekday := 1; weekday <= 4; weekday++ { // others teach in the room
		slots = append(slots, room(at(demo.Minghu, weekday, 5), "minghu-studio-2"), room(at(demo.Minghu, weekday, 6), "minghu-studio-2"))
	}
	other := teacher(at(demo.Minghu, 5, 5), "liu") // the subject, but another grade than the need's
	other.Class, other.Subject = "minghu-5-1", "英语"
	require.NoError(t, d.db.Tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&db.Class{ID: "minghu-5-1", School: demo.Minghu, Name: "五年级1班", Grade: 5}).Exec(ctx)
		return err
	}))
	d.own(append(slots, other)...)
	p := planned(wang, false)
	part := partOf(p, english)
	require.NotNil(t, part, "%+v", p.Unplaced)
	require.Len(t, part.Slots, 1)
	require.Equal(t, "5 6", fmt.Sprint(part.Slots[0].Weekday, " ", part.Slots[0].Periods[demo.Minghu]), "all that is left")
	var all []int
	for _, part := range p.Parts {
		all = append(all, part.No)
	}

	d.own(append(slots, other, teacher(at(demo.Shiqiao, 5, 7), "zhao"))...) // imported since
	out := ok[scheduler.TermOutcome](wang.post("/api/terms/"+p.ID+"/accept", scheduler.TermParts{Parts: []int{part.No}}))
	require.Empty(t, out.Done)
	require.Equal(t, "assistant", out.Refused[0].Clashes[0].Dimension)
	d.own(append(slots, other)...)
	out = ok[scheduler.TermOutcome](wang.post("/api/terms/"+p.ID+"/accept", scheduler.TermParts{Parts: all}))
	require.ElementsMatch(t, all, out.Done, "nothing that was planned is refused: %+v", out.Refused)
}
