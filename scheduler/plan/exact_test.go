package plan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/plan"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

var zone = time.FixedZone("CST", 8*3600)

var monday = timetable.NewDate(2026, time.August, 31)

// tiny is a problem of two teachers, four classes and a week of two days.
func tiny(seed uint64) plan.Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	p := plan.Problem{Calendars: map[string]*timetable.Calendar{}, From: monday, To: monday + 13, Policy: pairing.DefaultPolicy}
	down, recorders := 2500+2500*r.IntN(2), 1+r.IntN(2)
	p.Policy.Rooms = 1 + r.IntN(2)
	for _, id := range []string{"a", "b", "c"} {
		first := timetable.Clock(480 + 5*r.IntN(2))
		cal := &timetable.Calendar{School: id, Zone: zone, Term: timetable.Term{From: monday, To: monday + 13, Week1: monday}, Bells: []timetable.Bells{{ID: id, Weekdays: 3, Periods: []timetable.Period{
			{No: 1, Start: first, End: first + 45, Lesson: true}, {No: 2, Start: first + 55, End: first + 100, Lesson: true}}}}}
		p.Calendars[id] = cal
	}
	for i := range 2 {
		o := pairing.Offer{ID: fmt.Sprint("o", i), Teacher: fmt.Sprint("t", i), School: pairing.School{ID: "a"}, Subject: "art", Grades: []int{3, 4}[r.IntN(2):], Cap: 1 + r.IntN(3), Rooms: []string{"studio"}}
		if r.IntN(3) == 0 {
			o.Blocked = []pairing.Cell{{Weekday: 1 + r.IntN(2), Period: 1 + r.IntN(2)}}
		}
		p.Offers = append(p.Offers, o)
	}
	for i := range 4 {
		school := []string{"b", "c"}[i%2]
		n := pairing.Need{ID: fmt.Sprint("n", i), School: pairing.School{ID: school}, Class: fmt.Sprint("class", r.IntN(3), school), Subject: "art", Grade: 3 + r.IntN(2), Periods: 1 + r.IntN(2), Room: fmt.Sprint("room", r.IntN(2), school)}
		p.Needs = append(p.Needs, n)
	}
	limits := map[timetable.Use]int{{Dimension: timetable.BandwidthDim, ID: "b"}: down, {Dimension: timetable.RecorderDim}: recorders}
	for _, id := range []string{"a", "c"}[r.IntN(3)%2:] { // the lead school sends one picture or two, the other's line carries one back or two
		limits[timetable.Use{Dimension: timetable.UplinkDim, ID: id}] = 2500 + 1000*r.IntN(3)
	}
	p.Board = timetable.NewBoard(nil, limits)
	for i, u := range []timetable.Use{{Dimension: timetable.LecturerDim, ID: "t0"}, {Dimension: timetable.RoomDim, ID: "studio"}, {Dimension: timetable.ClassDim, ID: "class0b"}} {
		if r.IntN(3) == 0 {
			p.Own = append(p.Own, timetable.OwnSlot{ID: fmt.Sprint("own", i), School: []string{"a", "a", "b"}[i], Weekday: 1 + r.IntN(2), Period: 1 + r.IntN(2), Subject: []string{"art", "maths"}[r.IntN(2)],
				Grade: 3, Uses: []timetable.Use{u}})
		}
	}
	return p
}

// exact tries every choice of lecturer and periods for every need.
func exact(p plan.Problem) int {
	rest := make([]int, len(p.Needs)+1)
	for i := len(p.Needs) - 1; i >= 0; i-- {
		rest[i] = rest[i+1] + p.Needs[i].Periods
	}
	best := -1
	var try func(i, placed int, lessons []plan.Lesson)
	try = func(i, placed int, lessons []plan.Lesson) {
		if placed+rest[i] <= best {
			return
		}
		if i == len(p.Needs) {
			best = placed
			return
		}
		for _, o := range p.Offers {
			for cells := 1<<8 - 1; cells > 0; cells-- {
				if bits := count(cells); bits <= p.Needs[i].Periods {
					if more := with(lessons, p.Needs[i], o, cells); len(faults(p, more)) == 0 {
						try(i+1, placed+bits, more)
					}
				}
			}
		}
		try(i+1, placed, lessons)
	}
	try(0, 0, nil)
	return best
}

func count(cells int) (n int) {
	for ; cells > 0; cells &= cells - 1 {
		n++
	}
	return n
}

// with gives the need lessons: bits of weekday, period of the lead school and of its own.
func with(lessons []plan.Lesson, n pairing.Need, o pairing.Offer, cells int) []plan.Lesson {
	lessons = slices.Clone(lessons)
	for bit := range 8 {
		if cells>>bit&1 == 0 {
			continue
		}
		weekday, period, own := 1+bit/4, 1+bit/2%2, 1+bit%2
		i := slices.IndexFunc(lessons, func(l plan.Lesson) bool { return l.Offer == o.ID && l.Weekday == weekday && l.Period == period })
		if i < 0 {
			i = len(lessons)
			lessons = append(lessons, plan.Lesson{Offer: o.ID, Room: "studio", Weekday: weekday, Period: period})
		}
		lessons[i].Seats = append(slices.Clone(lessons[i].Seats), plan.Seat{Need: n.ID, Period: own})
	}
	return lessons
}

// Small instances against all plans there are: none places more than the bound says, and ours places as many as the best.
func TestSmallCountiesAreSolvedAsWellAsCanBe(t *testing.T) {
	wanted := 0
	for seed := range uint64(50) {
		p := tiny(seed)
		best := exact(p)
		got, err := plan.Make(context.Background(), p, nil)
		require.NoError(t, err)
		require.Empty(t, faults(p, got.Lessons))
		require.LessOrEqual(t, best, got.Bound, "seed %d", seed)
		require.Equal(t, best, got.Placed, "seed %d", seed)
		wanted += got.Wanted - best
	}
	require.Greater(t, wanted, 30, "most are too tight for all to be placed")
}
