package timetable

import (
	"cmp"
	"slices"
	"time"
)

// Required is how many periods of a subject a class should get in the span of the ledger.
type Required struct {
	Receiver
	Subject string
	Periods int
}

// Tally counts periods. Each planned lesson is one period for each class that receives it.
type Tally struct {
	Required    int // by the curriculum; 0 where nothing says
	Planned     int // in the plan and to come
	Delivered   int // held, make-up lessons too
	Substituted int // of the delivered: not by the lecturer of the plan
	MadeUp      int // of the delivered: make-up lessons
	Cancelled   int
	Missed      int
	Lost        int // of the cancelled and missed: nothing makes up for them; each period once
}

// Rate (开课率) is what was delivered of what is required, in permille; more than 1000 where more was taught. ok is false where nothing is
// required.
func (t Tally) Rate() (permille int, ok bool) {
	if t.Required == 0 {
		return 0, false
	}
	return t.Delivered * 1000 / t.Required, true
}

func (t *Tally) add(o Tally) {
	t.Required += o.Required
	t.Planned += o.Planned
	t.Delivered += o.Delivered
	t.Substituted += o.Substituted
	t.MadeUp += o.MadeUp
	t.Cancelled += o.Cancelled
	t.Missed += o.Missed
	t.Lost += o.Lost
}

// Line is one class and subject of the ledger.
type Line struct {
	Receiver
	Subject string
	Tally
	Lecturers map[string]Tally // by who taught it, or should have; Required is 0
}

// Account is a ledger: the delivered against the required periods, with sums. Lines are in order of school, class and subject.
type Account struct {
	Lines     []Line
	Schools   map[string]Tally // that receive
	Subjects  map[string]Tally
	Lecturers map[string]Tally // a lesson to several classes is one period; Required is 0
	Leads     map[string]Tally // schools that give, counted likewise
}

// Ledger counts the lessons that start before the instant until, and, as planned, those after it. A lesson that is live counts as planned.
func Ledger(required []Required, lessons []Dated, until time.Time) Account {
	lines := map[Required]*Line{}
	line := func(r Receiver, subject string) *Line {
		key := Required{Receiver: r, Subject: subject}
		if lines[key] == nil {
			lines[key] = &Line{Receiver: r, Subject: subject, Lecturers: map[string]Tally{}}
		}
		return lines[key]
	}
	for _, r := range required {
		line(r.Receiver, r.Subject).Required += r.Periods
	}
	a := Account{Schools: map[string]Tally{}, Subjects: map[string]Tally{}, Lecturers: map[string]Tally{}, Leads: map[string]Tally{}}
	byID := map[string]Dated{}
	for _, l := range lessons {
		byID[l.Lesson.Lesson] = l
	}
	for _, l := range lessons {
		t := tallyOf(l, byID, until)
		into(a.Lecturers, l.Lecturer(), t)
		into(a.Leads, l.Lead, t)
		for _, r := range l.Receivers {
			ln := line(r, l.Subject)
			ln.add(t)
			into(ln.Lecturers, l.Lecturer(), t)
		}
	}
	for _, ln := range lines {
		a.Lines = append(a.Lines, *ln)
		into(a.Schools, ln.School, ln.Tally)
		into(a.Subjects, ln.Subject, ln.Tally)
	}
	slices.SortFunc(a.Lines, func(x, y Line) int {
		return cmp.Or(cmp.Compare(x.School, y.School), cmp.Compare(x.Class, y.Class), cmp.Compare(x.Subject, y.Subject))
	})
	return a
}

func into(sums map[string]Tally, key string, t Tally) {
	sum := sums[key]
	sum.add(t)
	sums[key] = sum
}

// tallyOf is what one lesson counts.
func tallyOf(l Dated, byID map[string]Dated, until time.Time) Tally {
	var t Tally
	switch {
	case l.State == Cancelled || l.State == Missed:
		if t.Cancelled = 1; l.State == Missed {
			t.Cancelled, t.Missed = 0, 1
		}
		if l.Replaces == "" && !madeUp(l, byID) { // a lost make-up lesson loses no second period
			t.Lost = 1
		}
	case l.State == Ended && l.Start.Before(until):
		t.Delivered = 1
		if l.InsteadOf != "" {
			t.Substituted = 1
		}
		if l.Replaces != "" {
			t.MadeUp = 1
		}
	default:
		t.Planned = 1
	}
	return t
}

// madeUp tells whether a lesson that takes place, or is to, makes up for a lost one, be it at second hand.
func madeUp(l Dated, byID map[string]Dated) bool {
	for range len(byID) {
		by, ok := byID[l.ReplacedBy]
		if !ok {
			return false
		}
		if by.State != Cancelled && by.State != Missed {
			return true
		}
		l = by
	}
	return false
}

// RequiredPeriods is what so many periods a week come to between two dates, by the days that the school really teaches: a whole week is five
// of them, a make-up day counts, a holiday does not. Rounded to the nearest period.
func RequiredPeriods(c *Calendar, perWeek int, from, to Date) int {
	days := 0
	for d := max(from, c.Term.From); d <= min(to, c.Term.To); d++ {
		if day := c.Day(d); !day.Off && SchoolWeek.Has(day.Weekday) {
			days++
		}
	}
	return (perWeek*days*2 + 5) / 10
}
