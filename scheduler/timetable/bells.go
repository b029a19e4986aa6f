package timetable

import "fmt"

// Period (节次) is one row of a bell schedule. Rows that are no lessons (早读, 大课间, 午休 …) have times as well; their No is 0.
type Period struct {
	No     int    `json:"no"`
	Name   string `json:"name"`
	Start  Clock  `json:"start"`
	End    Clock  `json:"end"`
	Lesson bool   `json:"lesson"`
}

// Set says for whom bells ring: the classes of a stage (小学/初中/高中), of a campus (校区), or of both. An empty field is every stage or
// campus; the zero Set is the whole school. A class belongs to one set.
type Set struct {
	Campus string
	Stage  string
}

// Has tells whether bells of the set ring for a class of that campus and stage.
func (s Set) Has(class Set) bool {
	return (s.Campus == "" || s.Campus == class.Campus) && (s.Stage == "" || s.Stage == class.Stage)
}

// weight tells how particular the set is. The stage, which gives a period its length, counts more than the campus.
func (s Set) weight() int {
	w := 0
	if s.Stage != "" {
		w += 2
	}
	if s.Campus != "" {
		w++
	}
	return w
}

// Bells (作息时间表) are the periods of a day, and the days for which they ring. A single day is From = To.
type Bells struct {
	ID       string
	Name     string // as people call them: "summer"
	Above    int    // how far above the school the office stands whose default they are; 0: the school's own
	Set      Set
	From, To Date     // inclusive; zero: open
	Weekdays Weekdays // empty: every day
	Periods  []Period // in order of time
}

// Weekdays is a set of weekdays; bit 0 is Monday.
type Weekdays uint8

// SchoolWeek is Monday to Friday.
const SchoolWeek Weekdays = 1<<5 - 1

// Has tells whether the weekday (1–7) is in the set. The empty set has every day.
func (w Weekdays) Has(day int) bool { return w == 0 || w&(1<<(day-1)) != 0 }

// BellError says what is wrong with a bell schedule; Row counts from 1.
type BellError struct {
	Code string // ends-before-start, overlaps-row-before, number-not-rising, number-of-break
	Row  int
	Name string
}

func (e *BellError) Error() string {
	return fmt.Sprintf("row %d (%s) of the bell schedule: %s", e.Row, e.Name, e.Code)
}

// Check tells the first thing that is wrong with a day's periods: they stand in order of time, do not overlap, and the numbers of the
// lessons rise from 1 or more.
func Check(periods []Period) error {
	var end Clock
	no := 0
	for i, p := range periods {
		code := ""
		switch {
		case p.End <= p.Start:
			code = "ends-before-start"
		case i > 0 && p.Start < end:
			code = "overlaps-row-before"
		case p.Lesson && p.No <= no:
			code = "number-not-rising"
		case !p.Lesson && p.No != 0:
			code = "number-of-break"
		}
		if code != "" {
			return &BellError{code, i + 1, p.Name}
		}
		end = p.End
		if p.Lesson {
			no = p.No
		}
	}
	return nil
}

// rings tells whether the schedule holds on the date, which is taught like the given weekday.
func (b *Bells) rings(d Date, weekday int) bool {
	return (b.From == 0 || d >= b.From) && (b.To == 0 || d <= b.To) && b.Weekdays.Has(weekday)
}

// called tells whether a rule's words mean this schedule. A default for many schools calls it by its name.
func (b *Bells) called(idOrName string) bool {
	return idOrName != "" && (b.ID == idOrName || b.Name == idOrName)
}

// single tells whether the bells are made for one day.
func (b *Bells) single() bool { return b.From != 0 && b.From == b.To }

// beats tells whether b is more particular than o: the school's own rather than a default, then the one for a single day, then the one of the
// more particular set, then the one that began later, then the one that ends, then the one for certain weekdays only.
func (b *Bells) beats(o *Bells) bool {
	if b.Above != o.Above {
		return b.Above < o.Above
	}
	if b.single() != o.single() {
		return b.single()
	}
	if b.Set.weight() != o.Set.weight() {
		return b.Set.weight() > o.Set.weight()
	}
	if b.From != o.From {
		return b.From > o.From
	}
	if (b.To == 0) != (o.To == 0) {
		return b.To != 0
	}
	return b.Weekdays != 0 && o.Weekdays == 0
}
