// Package plan plans the weekly lessons of a whole term for all open needs of an area at once: who teaches them, who shares a lesson, in which
// periods of each school. It is pure: no I/O and no clock, and the same problem has always the same plan.
package plan

import (
	"context"
	"fmt"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Problem is what there is to plan. All schools are in one zone. Of what is planned anew nothing may stand on the board.
type Problem struct {
	Needs     []pairing.Need
	Offers    []pairing.Offer // whose Load does not count what is planned anew
	Calendars map[string]*timetable.Calendar
	Board     *timetable.Board    // what stays as it is; nil: nothing
	Own       []timetable.OwnSlot // of the schools' own timetables; their schools have calendars
	From, To  timetable.Date
	Policy    pairing.Policy
	Scope     pairing.Scope // within which schools may be paired; "": everywhere
	Weights   pairing.Weights
	History   map[pairing.Pair]pairing.Record
	Names     map[string]string // of schools and persons, for words

	Locked   []Lesson // stay as they are
	Previous []Lesson // of an earlier plan, from which as little as possible is changed
	Effort   int      // steps of the search for each need; 0: the usual
}

// Lesson is a weekly lesson: a lecturer in a room, and the needs that it meets.
type Lesson struct {
	Offer   string `json:"offer"`
	Room    string `json:"room"` // of the lead school
	Weekday int    `json:"weekday"`
	Period  int    `json:"period"` // of the lead school
	Seats   []Seat `json:"seats"`
}

// Seat is a need in a lesson, with the period of its own school.
type Seat struct {
	Need   string `json:"need"`
	Period int    `json:"period"`
}

// Plan is what was found. Its periods are periods a week.
type Plan struct {
	Lessons  []Lesson   `json:"lessons"` // by offer, weekday and period
	Unplaced []Unplaced `json:"unplaced"`
	Wanted   int        `json:"wanted"`  // by all needs
	Placed   int        `json:"placed"`  // of them
	Bound    int        `json:"bound"`   // no plan places more; see Bound
	Changes  int        `json:"changes"` // lessons of needs of the previous plan that are moved or dropped
	Score    int        `json:"score"`   // permille, the mean of the placed periods
	Steps    int        `json:"steps"`   // of the search
}

// Unplaced is a need that is not met, or not wholly.
type Unplaced struct {
	Need    string   `json:"need"`
	Missing int      `json:"missing"` // periods a week
	Reasons []Reason `json:"reasons"`
}

// Progress tells how far the planning has come.
type Progress struct {
	Step   int `json:"step"`
	Steps  int `json:"steps"` // at most
	Placed int `json:"placed"`
	Bound  int `json:"bound"`
}

// LockError says that what is locked cannot stay.
type LockError struct {
	Lesson Lesson
	Code   string // unknown, or clash
}

// Codes of a LockError.
const (
	LockUnknown = "lock-unknown" // offer, need, room or period is not there, or they do not suit each other
	LockClash   = "lock-clash"   // with what is there, with another lock, or it does not hold on enough days
)

func (e *LockError) Error() string {
	return fmt.Sprintf("the locked lesson of %s on weekday %d in period %d: %s", e.Lesson.Offer, e.Lesson.Weekday, e.Lesson.Period, e.Code)
}

// usualEffort is the number of steps of the search for each need.
const usualEffort = 120

// Make plans. Progress is called now and then, from the calling goroutine; it may be nil. The error is a LockError, or the context's.
func Make(ctx context.Context, p Problem, progress func(Progress)) (Plan, error) {
	m := newModel(&p)
	s := newState(m)
	if err := s.lock(p.Locked); err != nil {
		return Plan{}, err
	}
	s.follow(p.Previous)
	bound := m.bound()
	search := search{state: s, bound: bound, progress: progress}
	if err := search.run(ctx); err != nil {
		return Plan{}, err
	}
	found := s.plan()
	found.Bound, found.Steps = bound, search.step
	found.Unplaced = s.unplaced()
	return found, nil
}
