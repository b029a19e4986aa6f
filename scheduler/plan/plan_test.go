package plan_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/plan"
	"github.com/tongtang/tongtang/scheduler/plan/county"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func made(t require.TestingT, p plan.Problem) plan.Plan {
	got, err := plan.Make(context.Background(), p, nil)
	require.NoError(t, err)
	return got
}

// anyCounty is a small county in which supply, rooms, lines and recorders are scarce, some schools have bells for two stages, and something is there
// already.
func anyCounty(t *rapid.T) plan.Problem {
	size := county.Size{Lead: rapid.IntRange(1, 3).Draw(t, "lead"), Rural: rapid.IntRange(1, 8).Draw(t, "rural"), Weeks: rapid.IntRange(2, 7).Draw(t, "weeks")}
	size.Teachers, size.Needs = 60*size.Lead, rapid.IntRange(1, 40).Draw(t, "needs")
	p := county.Make(size, rapid.Uint64().Draw(t, "seed"))
	p.Effort = 20
	p.Policy.Rooms = rapid.IntRange(1, 4).Draw(t, "rooms")
	p.Policy.Held = rapid.SampledFrom([]int{500, 900, 1000}).Draw(t, "held")
	limits := map[timetable.Use]int{{Dimension: timetable.RecorderDim}: rapid.IntRange(1, 6).Draw(t, "recorders")}
	for id := range p.Calendars {
		limits[timetable.Use{Dimension: timetable.BandwidthDim, ID: id}] = 5000
		limits[timetable.Use{Dimension: timetable.UplinkDim, ID: id}] = rapid.SampledFrom([]int{1000, 2500, 4000, 100_000}).Draw(t, "uplink")
	}
	if rapid.Bool().Draw(t, "stages") {
		stages(p)
	}
	p.Board = timetable.NewBoard(nil, limits)
	if len(p.Offers) > 0 {
		occupy(t, p)
		p.Own = ownSlots(t, p)
	}
	return p
}

// ownSlots are what the schools do without us: some of it gives way to lessons that take its place, some is of classes with other bells.
func ownSlots(t *rapid.T, p plan.Problem) []timetable.OwnSlot {
	var list []timetable.OwnSlot
	for i := range rapid.IntRange(0, 40).Draw(t, "own") {
		n, o := rapid.SampledFrom(p.Needs).Draw(t, "need"), rapid.SampledFrom(p.Offers).Draw(t, "offer")
		s := timetable.OwnSlot{ID: fmt.Sprint("own", i), Weekday: rapid.IntRange(1, 5).Draw(t, "weekday"), Period: rapid.IntRange(1, 7).Draw(t, "period"),
			Cycle: rapid.SampledFrom([]timetable.Cycle{timetable.Weekly, timetable.Odd}).Draw(t, "cycle"), Subject: rapid.SampledFrom([]string{n.Subject, o.Subject, "语文"}).Draw(t, "subject")}
		switch rapid.IntRange(0, 3).Draw(t, "whose") {
		case 0:
			s.School, s.Set, s.Grade, s.Uses = n.School.ID, n.Set, n.Grade, []timetable.Use{{Dimension: timetable.ClassDim, ID: n.Class}, {Dimension: timetable.RoomDim, ID: n.Room}}
		case 1:
			s.School, s.Set, s.Uses = n.School.ID, timetable.Set{Stage: "junior"}, []timetable.Use{{Dimension: timetable.LecturerDim, ID: n.Assistant}}
		case 2:
			s.School, s.Set, s.Grade = o.School.ID, timetable.Set{Stage: "junior"}, rapid.SampledFrom(o.Grades).Draw(t, "grade")
			s.Uses = []timetable.Use{{Dimension: timetable.LecturerDim, ID: o.Teacher}, {Dimension: timetable.RoomDim, ID: o.Rooms[0]}}
		default:
			s.School, s.Set, s.Uses = o.School.ID, o.Set, []timetable.Use{{Dimension: timetable.RoomDim, ID: o.Rooms[len(o.Rooms)-1]}}
		}
		list = append(list, s)
	}
	return list
}

// stages gives every school a second set of bells, five minutes later, for half of its classes and teachers.
func stages(p plan.Problem) {
	for _, cal := range p.Calendars {
		for _, b := range cal.Bells {
			b.ID, b.Set, b.Periods = b.ID+"-junior", timetable.Set{Stage: "junior"}, slices.Clone(b.Periods)
			for i := range b.Periods {
				b.Periods[i].Start += 5
				b.Periods[i].End += 5
			}
			cal.Bells = append(cal.Bells, b)
		}
	}
	for i := 0; i < len(p.Needs); i += 2 {
		p.Needs[i].Set.Stage = "junior"
	}
	for i := 0; i < len(p.Offers); i += 3 {
		p.Offers[i].Set.Stage = "junior"
	}
}

func occupy(t *rapid.T, p plan.Problem) {
	for i := range rapid.IntRange(0, 30).Draw(t, "lessons") {
		d := p.From + timetable.Date(rapid.IntRange(0, 13).Draw(t, "date"))
		at := timetable.Clock(rapid.IntRange(480, 1000).Draw(t, "at"))
		n, o := rapid.SampledFrom(p.Needs).Draw(t, "need"), rapid.SampledFrom(p.Offers).Draw(t, "offer")
		l := pairing.Takes(o, o.Rooms[0], []pairing.Need{n}, p.Policy)
		l.Lesson, l.Start, l.End = fmt.Sprint("there", i), d.At(at, p.Calendars[n.School.ID].Zone), d.At(at+40, p.Calendars[n.School.ID].Zone)
		p.Board.Add(l)
	}
}

// No plan ever has a clash, in any dimension; every lesson lies inside a period of every school, on enough days; no plan exceeds the bound; and what
// is missing is told with a reason.
func TestNoPlanEverHasAClash(t *testing.T) {
	placed := 0
	rapid.Check(t, func(t *rapid.T) {
		p := anyCounty(t)
		got := made(t, p)
		require.Empty(t, faults(p, got.Lessons))
		require.LessOrEqual(t, got.Placed, got.Bound)
		seats, missing := 0, 0
		for _, l := range got.Lessons {
			seats += len(l.Seats)
		}
		for _, u := range got.Unplaced {
			missing += u.Missing
			require.NotEmpty(t, u.Reasons)
			require.NotEmpty(t, u.Reasons[0].Detail)
		}
		require.Equal(t, got.Placed, seats)
		require.Equal(t, got.Wanted, seats+missing)
		require.Len(t, clashes(p, plan.Dated(p, got.Lessons)), 0, "nor have the dated lessons")
		placed += seats
	})
	require.Greater(t, placed, 100)
}

// What is locked stays, whatever else changes; and the plan of the same problem is the same.
func TestLocksHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyCounty(t)
		got := made(t, p)
		require.Equal(t, got, made(t, p))
		for _, l := range got.Lessons {
			if rapid.Bool().Draw(t, "lock") {
				p.Locked = append(p.Locked, l)
			}
		}
		gone := rapid.IntRange(0, 3).Draw(t, "blocked")
		for i := range min(gone, len(p.Needs)) { // a need without a lock wants other periods now
			if !slices.ContainsFunc(p.Locked, func(l plan.Lesson) bool { return seat(l, p.Needs[i].ID) > 0 }) {
				p.Needs[i].Blocked = append(p.Needs[i].Blocked, pairing.Cell{Weekday: 1, Period: 1})
			}
		}
		p.Previous = got.Lessons
		again := made(t, p)
		require.Empty(t, faults(p, again.Lessons))
		for _, lock := range p.Locked {
			i := slices.IndexFunc(again.Lessons, func(l plan.Lesson) bool {
				return l.Offer == lock.Offer && l.Weekday == lock.Weekday && l.Period == lock.Period
			})
			require.GreaterOrEqual(t, i, 0)
			require.Equal(t, lock.Room, again.Lessons[i].Room)
			for _, s := range lock.Seats {
				require.Equal(t, s.Period, seat(again.Lessons[i], s.Need))
			}
		}
	})
}

// seat is the period of a need in a lesson; 0: it is not in it.
func seat(l plan.Lesson, need string) int {
	for _, s := range l.Seats {
		if s.Need == need {
			return s.Period
		}
	}
	return 0
}

func TestLocksThatCannotHoldAreRefused(t *testing.T) {
	p := tiny(1)
	for name, c := range map[string]struct {
		lock []plan.Lesson
		code string
	}{
		"no such offer": {[]plan.Lesson{{Offer: "x", Room: "studio", Weekday: 1, Period: 1, Seats: []plan.Seat{{Need: "n0", Period: 1}}}}, plan.LockUnknown},
		"no such room":  {[]plan.Lesson{{Offer: "o0", Room: "x", Weekday: 1, Period: 1, Seats: []plan.Seat{{Need: "n0", Period: 1}}}}, plan.LockUnknown},
		"other periods": {[]plan.Lesson{{Offer: "o0", Room: "studio", Weekday: 1, Period: 1, Seats: []plan.Seat{{Need: "n0", Period: 2}}}}, plan.LockUnknown},
		"no such day":   {[]plan.Lesson{{Offer: "o0", Room: "studio", Weekday: 9, Period: 1, Seats: []plan.Seat{{Need: "n0", Period: 1}}}}, plan.LockUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			p := p
			p.Locked = c.lock
			_, err := plan.Make(context.Background(), p, nil)
			var lock *plan.LockError
			require.ErrorAs(t, err, &lock)
			require.Equal(t, c.code, lock.Code)
		})
	}
	got := made(t, p)
	require.NotEmpty(t, got.Lessons)
	p.Locked = []plan.Lesson{got.Lessons[0], got.Lessons[0]}
	_, err := plan.Make(context.Background(), p, nil)
	var lock *plan.LockError
	require.ErrorAs(t, err, &lock)
	require.Equal(t, plan.LockClash, lock.Code)
}

// Planning again changes nothing where nothing changed, and little where little did.
func TestPlanningAgainChangesLittle(t *testing.T) {
	p := county.Make(county.Size{Lead: 4, Rural: 30, Teachers: 1000, Needs: 100, Weeks: 20}, 7)
	first := made(t, p)
	require.Greater(t, first.Placed, 100)
	p.Previous = first.Lessons
	again := made(t, p)
	require.Zero(t, again.Changes)
	require.GreaterOrEqual(t, again.Placed, first.Placed)

	gone := first.Lessons[0].Offer // the teacher falls ill for the term
	lost := 0
	for _, l := range first.Lessons {
		if l.Offer == gone {
			lost += len(l.Seats)
		}
	}
	p.Offers = slices.DeleteFunc(slices.Clone(p.Offers), func(o pairing.Offer) bool { return o.ID == gone })
	again = made(t, p)
	require.GreaterOrEqual(t, again.Changes, lost, "what the teacher gave")
	require.LessOrEqual(t, again.Changes, lost+4, "and hardly more")
	fresh := p
	fresh.Previous = nil
	require.GreaterOrEqual(t, again.Placed, made(t, fresh).Placed-3)
}

func TestPlanningCanBeStopped(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	p := county.Make(county.Size{Lead: 2, Rural: 20, Teachers: 300, Needs: 80, Weeks: 20}, 1)
	var told []plan.Progress
	_, err := plan.Make(ctx, p, func(at plan.Progress) {
		told = append(told, at)
		if len(told) == 3 {
			stop()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, told, 3)
	require.Less(t, told[0].Step, told[2].Step)
	require.LessOrEqual(t, told[2].Placed, told[2].Bound)
}

func TestReasonsSayWhatIsInTheWay(t *testing.T) {
	spoil := map[string]func(*plan.Problem){
		plan.NoOffer:      func(p *plan.Problem) { p.Offers = nil },
		plan.NoBells:      func(p *plan.Problem) { delete(p.Calendars, "b") },
		plan.LecturerFull: func(p *plan.Problem) { p.Offers[0].Load = p.Offers[0].Cap },
		plan.NoCommonSlot: func(p *plan.Problem) {
			p.Calendars["b"].Bells[0].Periods = []timetable.Period{{No: 1, Start: 660, End: 700, Lesson: true}}
		},
		plan.LineFull: func(p *plan.Problem) {
			p.Board = timetable.NewBoard(nil, map[timetable.Use]int{{Dimension: timetable.BandwidthDim, ID: "b"}: 1000})
		},
		plan.RecordersFull: func(p *plan.Problem) {
			p.Board = timetable.NewBoard(nil, map[timetable.Use]int{{Dimension: timetable.RecorderDim}: 0})
		},
		plan.RoomsTaken:      func(p *plan.Problem) { p.Offers[0].Rooms = nil },
		plan.TooFewSlots:     func(p *plan.Problem) { p.Needs[0].Periods = 5 },
		pairing.OtherGrade:   func(p *plan.Problem) { p.Needs[0].Grade = 9 },
		pairing.OtherEdition: func(p *plan.Problem) { p.Needs[0].Edition, p.Offers[0].Edition = "x", "y" },
		plan.OutOfScope:      func(p *plan.Problem) { p.Scope = pairing.County },
	}
	for code, spoil := range spoil {
		t.Run(code, func(t *testing.T) {
			p := tiny(1)
			p.Board = nil
			p.Needs, p.Offers = p.Needs[:1], p.Offers[:1]
			p.Needs[0].Grade, p.Offers[0].Grades, p.Offers[0].Cap = 3, []int{3}, 6
			spoil(&p)
			got := made(t, p)
			require.Len(t, got.Unplaced, 1)
			require.Equal(t, code, got.Unplaced[0].Reasons[0].Code, got.Unplaced[0].Reasons)
			if code == plan.NoCommonSlot {
				require.Nil(t, got.Unplaced[0].Reasons[0].Shift, "an hour and more is too far")
			}
		})
	}
}
