package pairing

import (
	"fmt"
	"math"
	"slices"
)

// Criterion is one of the scored criteria.
type Criterion string

// The criteria, with what Value and Of of a Figure are.
const (
	EditionCriterion  Criterion = "edition"  // 1 of 1: the same textbook
	ProgressCriterion Criterion = "progress" // units of the book that the classes are apart
	OverlapCriterion  Criterion = "overlap"  // minutes that the periods have in common, of the lesson's length
	ShiftCriterion    Criterion = "shift"    // minutes by which a school must move a bell; 0: none must
	SlotsCriterion    Criterion = "slots"    // weekly slots that can be held together, of those needed
	LoadCriterion     Criterion = "load"     // periods a week with the need, of the cap
	CountyCriterion   Criterion = "county"   // 1 of 1: the schools lie in one county
	DistanceCriterion Criterion = "distance" // km
	NetworkCriterion  Criterion = "network"  // kbit/s of the line's scarcer way, of what a room needs of it
	HeldCriterion     Criterion = "held"     // lessons of the pair that were held, of those due
	LanguageCriterion Criterion = "language" // 1 of 1: the teacher teaches in the language of the class
)

// Criteria are all criteria, in the order in which they are shown.
var Criteria = []Criterion{SlotsCriterion, EditionCriterion, ProgressCriterion, OverlapCriterion, ShiftCriterion, LoadCriterion, CountyCriterion, DistanceCriterion,
	NetworkCriterion, HeldCriterion, LanguageCriterion}

// Weights say how much each criterion counts.
type Weights map[Criterion]int

// DefaultWeights add up to 100.
var DefaultWeights = Weights{SlotsCriterion: 22, EditionCriterion: 14, OverlapCriterion: 12, LoadCriterion: 10, ProgressCriterion: 8, ShiftCriterion: 8, CountyCriterion: 8,
	HeldCriterion: 7, NetworkCriterion: 5, LanguageCriterion: 4, DistanceCriterion: 2}

// Figure is what a criterion says of a candidate. With several needs it is that of the one for which it is the worst.
type Figure struct {
	Criterion Criterion `json:"criterion"`
	Known     bool      `json:"known"` // what is not known does not count
	Value     int       `json:"value"`
	Of        int       `json:"of,omitempty"`
	Permille  int       `json:"permille"` // 1000: as good as can be
	Weight    int       `json:"weight"`
}

// String says the figure in English.
func (f Figure) String() string {
	if !f.Known {
		return string(f.Criterion) + " unknown"
	}
	if f.Of == 0 {
		return fmt.Sprintf("%s %d", f.Criterion, f.Value)
	}
	return fmt.Sprintf("%s %d of %d", f.Criterion, f.Value, f.Of)
}

// score is the weighted mean of what is known, in permille.
func score(figures []Figure) int {
	sum, weights := 0, 0
	for _, f := range figures {
		if f.Known {
			sum += f.Permille * f.Weight
			weights += f.Weight
		}
	}
	if weights == 0 {
		return 0
	}
	return sum / weights
}

// Prospect is what the bells promise an offer and a need.
type Prospect struct {
	Slots   int  // weekly slots that can be held together
	Minutes int  // that the periods have in common, on the average
	Move    int  // minutes by which a bell must move so that there are more; 0: none must
	Known   bool // whether Move is
}

// Score is the score of one need and offer, in permille. Question.Weights must be set.
func (q *Question) Score(n Need, o Offer, p Prospect) int {
	sum, weights := 0, 0
	for _, criterion := range Criteria {
		if f := q.figure(criterion, n, o, p); f.Known {
			weight := q.Weights[criterion]
			sum += min(max(f.Permille, 0), 1000) * weight
			weights += weight
		}
	}
	return sum / max(weights, 1)
}

func (q *Question) figures(c *Candidate) []Figure {
	list := make([]Figure, 0, len(Criteria))
	p := Prospect{len(c.Chosen), c.minutes(), c.mustMove(), len(c.Chosen) >= q.periods() || c.Shift != nil}
	for _, criterion := range Criteria {
		f := q.worst(criterion, c.Offer, p)
		f.Criterion, f.Weight = criterion, q.Weights[criterion]
		f.Permille = min(max(f.Permille, 0), 1000)
		list = append(list, f)
	}
	return list
}

// worst is the figure of the need for which the criterion is the worst; what is unknown for one is told by the others.
func (q *Question) worst(criterion Criterion, o Offer, p Prospect) Figure {
	var worst Figure
	for _, n := range q.Needs {
		f := q.figure(criterion, n, o, p)
		if f.Known && (!worst.Known || f.Permille < worst.Permille) {
			worst = f
		}
	}
	return worst
}

func (q *Question) figure(criterion Criterion, n Need, o Offer, p Prospect) Figure {
	switch criterion {
	case SlotsCriterion:
		return share(p.Slots, max(q.periods(), n.Periods))
	case EditionCriterion:
		return either(sameEdition(n, o), n.Edition != "" && o.Edition != "")
	case ProgressCriterion:
		return falling(abs(n.Unit-o.Unit), 4, n.Unit > 0 && o.Unit > 0)
	case OverlapCriterion:
		return share(p.Minutes, q.Policy.Minutes)
	case ShiftCriterion:
		return falling(p.Move, 30, p.Known)
	case LoadCriterion:
		after := o.Load + max(q.periods(), n.Periods)
		return Figure{Known: o.Cap > 0, Value: after, Of: o.Cap, Permille: 1000 - after*1000/max(o.Cap, 1)}
	case CountyCriterion:
		return either(Within(o.School, n.School, County), o.School.Areas[levels[County]] != "" && n.School.Areas[levels[County]] != "")
	case DistanceCriterion:
		return falling(int(math.Round(o.School.Place.km(n.School.Place))), 100, o.School.Place != Place{} && n.School.Place != Place{})
	case NetworkCriterion:
		return q.network(n.Line)
	case HeldCriterion:
		r := q.History[Pair{o.School.ID, n.School.ID}]
		f := share(r.Held, r.Due)
		f.Known = r.Due > 0
		return f
	}
	return either(slices.Contains(o.Languages, n.Language), n.Language != "" && len(o.Languages) > 0)
}

func share(value, of int) Figure {
	return Figure{Known: true, Value: value, Of: of, Permille: value * 1000 / max(of, 1)}
}

func either(yes, known bool) Figure {
	if yes {
		return Figure{Known: known, Value: 1, Of: 1, Permille: 1000}
	}
	return Figure{Known: known, Of: 1}
}

// falling is the best at 0 and the worst from most on.
func falling(value, most int, known bool) Figure {
	return Figure{Known: known, Value: value, Permille: 1000 - value*1000/most}
}

func (q *Question) network(l Line) Figure {
	down, up := share(l.Down, q.Policy.Line.Down), share(l.Up, q.Policy.Line.Up)
	f := down
	if up.Permille < down.Permille {
		f = up
	}
	f.Known = l != Line{}
	return f
}

// minutes is the mean length of the chosen slots.
func (c *Candidate) minutes() int {
	sum := 0
	for _, i := range c.Chosen {
		sum += c.Slots[i].Minutes()
	}
	return sum / max(len(c.Chosen), 1)
}

// mustMove is by how many minutes a bell must move so that there are more slots; 0: there are enough.
func (c *Candidate) mustMove() int {
	if c.Shift == nil {
		return 0
	}
	return abs(c.Shift.Minutes)
}

func abs(n int) int { return max(n, -n) }
