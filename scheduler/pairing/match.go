package pairing

import (
	"cmp"
	"slices"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Question asks who could teach one need, or several of the same subject and grade in one lesson.
type Question struct {
	Needs     []Need
	Offers    []Offer
	Calendars map[string]*timetable.Calendar // of every school
	Board     *timetable.Board               // what is there already; nil: nothing
	From, To  timetable.Date
	Policy    Policy
	Weights   Weights           // nil: DefaultWeights
	History   map[Pair]Record   // how the lessons of pairs went
	Names     map[string]string // of schools and persons, for words; a missing one is said by its id

	calendars map[string]byClass // made once
	halls     map[hall]*bells    // made once: teachers of one school have the same bells
}

// Pair is a lead school and a school that receives.
type Pair struct{ Lead, Partner string }

// Record is how many lessons of a pair were held of those that were due.
type Record struct{ Held, Due int }

// Candidate is an offer with all that speaks for and against it.
type Candidate struct {
	Offer   Offer
	Reasons []Reason         // hard: with any of them the offer is out of question
	Figures []Figure         // in the order of Criteria; of an offer that has common slots
	Score   int              // permille
	Slots   []Slot           // weekly slots in which all can, the best first
	Chosen  []int            // indices of Slots: a week of lessons that would do, as far as there are slots
	Shift   *timetable.Shift // change of bells that would give more, where there are too few
}

// Fits tells whether nothing speaks against the candidate.
func (c Candidate) Fits() bool { return len(c.Reasons) == 0 }

// Match ranks the offers of the needs' subject: those that fit by score, then the others by the number of reasons against them. Offers of other
// subjects are left out.
func Match(q Question) []Candidate {
	if q.Weights == nil {
		q.Weights = DefaultWeights
	}
	q.calendars, q.halls = map[string]byClass{}, map[hall]*bells{}
	var list []Candidate
	for _, o := range q.Offers {
		if len(q.Needs) > 0 && o.Subject == q.Needs[0].Subject {
			list = append(list, q.candidate(o))
		}
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(a.Reasons), len(b.Reasons)), cmp.Compare(b.Score, a.Score), cmp.Compare(a.Offer.ID, b.Offer.ID))
	})
	return list
}

func (q *Question) candidate(o Offer) Candidate {
	c := Candidate{Offer: o, Reasons: q.refusals(o)}
	if len(c.Reasons) > 0 {
		return c
	}
	b := q.bells(o)
	if b.none != "" {
		c.Reasons = append(c.Reasons, q.reason(NoCalendar, b.none))
		return c
	}
	c.Slots = q.slots(o, b)
	c.Chosen = week(c.Slots, q.periods(), q.perDay())
	if len(c.Chosen) < q.periods() {
		c.Shift = q.shift(b)
	}
	switch {
	case len(b.common) == 0:
		c.Reasons = append(c.Reasons, q.slotReason(NoCommonSlot, o, 0, c.Shift))
	case len(c.Slots) == 0:
		c.Reasons = append(c.Reasons, q.slotReason(AllTaken, o, len(b.common), c.Shift))
	default:
		c.Figures = q.figures(&c)
		c.Score = score(c.Figures)
	}
	return c
}

// periods is how many lessons a week the needs ask for: those of the one that asks for the most.
func (q *Question) periods() int {
	most := 0
	for _, n := range q.Needs {
		most = max(most, n.Periods)
	}
	return most
}

func (q *Question) perDay() int {
	most := 1
	for _, n := range q.Needs {
		most = max(most, n.PerDay())
	}
	return most
}
