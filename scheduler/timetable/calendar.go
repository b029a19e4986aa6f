// Package timetable is the arithmetic of school timetables: bells, terms with the school's own weeks, make-up days, the expansion of
// weekly slots to dated lessons, common slots of several schools, and clashes. It is pure: no I/O and no clock.
package timetable

import "time"

// Term (学期) is a school's term. Week 1 is the school's own: the week, Monday to Sunday, of the day Week1.
type Term struct {
	Name     string
	From, To Date // inclusive
	Week1    Date
}

// Week is the number of the school's own week (教学周) on the date: 1 in the week of Week1, 0 and less before it.
func (t Term) Week(d Date) int { return int(d.Monday()-t.Week1.Monday())/7 + 1 }

// Has tells whether the date is within the term.
func (t Term) Has(d Date) bool { return d >= t.From && d <= t.To }

// Cycle says in which of the school's own weeks a slot is held: those whose number leaves the rest Phase by Every.
type Cycle struct {
	Every int // 0 and 1: each week
	Phase int
}

// The usual cycles.
var (
	Weekly = Cycle{Every: 1}
	Odd    = Cycle{Every: 2, Phase: 1} // 单周
	Even   = Cycle{Every: 2, Phase: 0} // 双周
)

// Cycle is every N weeks, the first of them that of the anchor: odd weeks are t.Cycle(2, t.Week1).
func (t Term) Cycle(every int, anchor Date) Cycle {
	if every <= 1 {
		return Weekly
	}
	return Cycle{Every: every, Phase: (t.Week(anchor)%every + every) % every}
}

// Holds tells whether the slot is held in that week.
func (c Cycle) Holds(week int) bool {
	return c.Every <= 1 || ((week-c.Phase)%c.Every+c.Every)%c.Every == 0
}

// OverrideKind is what a school decided about a single day.
type OverrideKind string

const (
	Off      OverrideKind = "off"      // no lessons
	Like     OverrideKind = "like"     // taught like another weekday, and, where Week is not 0, like that week (调休)
	Ring     OverrideKind = "bells"    // an ordinary day with other bells
	Ordinary OverrideKind = "ordinary" // a day like any other: a school's answer to a default that it does not follow
)

// Override is a school's decision about one day.
type Override struct {
	Date    Date
	Kind    OverrideKind
	Weekday int    // of Like: 1–7
	Week    int    // of Like: the school's own week whose parity counts; 0: the day's own
	Bells   string // of Ring, and where given of Like: id or name of a schedule of the calendar
	Name    string // occasion: "国庆节"
}

// Calendar is everything that decides how one school's days are taught.
type Calendar struct {
	School    string
	Name      string // of the school, for words; empty: its id is said
	Zone      *time.Location
	Term      Term
	Bells     []Bells
	Overrides map[Date]Override
}

// Day is how a school teaches on one date.
type Day struct {
	Off     bool
	Weekday int // whose timetable is followed, 1–7
	Week    int // the school's own week whose parity counts
	Periods []Period
	Bells   *Bells    // whose periods they are; nil: none ring
	Rule    *Override // the decision about the day that holds; nil: none
}

// called tells whether the day's bells are those of its rule.
func (d Day) called() bool { return d.Rule != nil && d.Bells != nil && d.Bells.called(d.Rule.Bells) }

// For is the calendar of the school's classes of one campus and stage: their own bells and those of the whole school. A school without
// sets need not be asked.
func (c *Calendar) For(class Set) *Calendar {
	own := *c
	own.Bells = nil
	for _, b := range c.Bells {
		if b.Set.Has(class) {
			own.Bells = append(own.Bells, b)
		}
	}
	return &own
}

// name is what words call the school.
func (c *Calendar) name() string {
	if c.Name != "" {
		return c.Name
	}
	return c.School
}

// Day tells how the school teaches on the date.
func (c *Calendar) Day(d Date) Day {
	day := Day{Weekday: d.Weekday(), Week: c.Term.Week(d)}
	var o Override
	if rule, ok := c.Overrides[d]; ok && rule.Kind != Ordinary {
		kept := rule // alone on the heap: most days have no rule
		o, day.Rule = rule, &kept
	}
	switch o.Kind {
	case Off:
		day.Off = true
		return day
	case Like:
		day.Weekday = o.Weekday
		if o.Week != 0 {
			day.Week = o.Week
		}
	}
	if day.Bells = c.bells(d, day.Weekday, o.Bells); day.Bells != nil {
		day.Periods = day.Bells.Periods
	}
	return day
}

// bells are the most particular of the schedules that a rule calls, or else of those that ring.
func (c *Calendar) bells(d Date, weekday int, called string) *Bells {
	var best, own *Bells
	for i := range c.Bells {
		b := &c.Bells[i]
		if b.called(called) && (own == nil || b.beats(own)) {
			own = b
		}
		if b.rings(d, weekday) && (best == nil || b.beats(best)) {
			best = b
		}
	}
	if own != nil {
		return own
	}
	return best
}

// Period finds a lesson period of the day by its number.
func (d Day) Period(no int) (Period, bool) {
	for _, p := range d.Periods {
		if p.Lesson && p.No == no {
			return p, true
		}
	}
	return Period{}, false
}

// Meet tells whether there are weeks in which both cycles hold.
func Meet(a, b Cycle) bool {
	for week := range max(a.Every, 1) * max(b.Every, 1) {
		if a.Holds(week) && b.Holds(week) {
			return true
		}
	}
	return false
}
