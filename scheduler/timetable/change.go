package timetable

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is how far a dated lesson has come.
type State string

// The states of a lesson. Only a planned lesson can be changed.
const (
	Planned   State = "planned"
	Live      State = "live"
	Ended     State = "ended"
	Cancelled State = "cancelled"
	Missed    State = "missed" // its time went by and nobody came
)

// Dated is a lesson of the plan with what was decided about it.
type Dated struct {
	Lesson
	Course     string
	Subject    string
	Lead       string     // school that gives it
	Receivers  []Receiver // who gets the lesson
	State      State
	Reason     string // of the latest change
	Sequence   int    // RFC 5545 SEQUENCE: rises with each change
	InsteadOf  string // 代课: the lecturer by plan, when another teaches
	MovedFrom  time.Time
	Replaces   string // 补课: id of the lesson that it makes up for
	ReplacedBy string // id of the lesson that makes up for it
}

// Receiver is a class, or a teaching group, of a school.
type Receiver struct {
	School string
	Class  string
}

// Lecturer is who teaches the lesson.
func (l Dated) Lecturer() string {
	for _, u := range l.Uses {
		if u.Dimension == LecturerDim {
			return u.ID
		}
	}
	return ""
}

// ChangeError says why a change is not made.
type ChangeError struct {
	Code   string
	Lesson string
	Detail string
}

func (e *ChangeError) Error() string { return fmt.Sprintf("lesson %s: %s", e.Lesson, e.Detail) }

// Codes of a ChangeError.
const (
	NotPlanned    = "not-planned"     // live, over, or cancelled
	AlreadyBegun  = "already-begun"   // its time has come
	ReasonMissing = "reason-missing"  // the families are told it
	NobodyNew     = "nobody-new"      // the person teaches or assists in it already, or none was named
	TimeWrong     = "time-wrong"      // ends before it starts, or lies in the past
	NotLost       = "not-lost"        // only a cancelled or missed lesson is made up for
	AlreadyMadeUp = "already-made-up" // by another lesson
	WrongLesson   = "wrong-lesson"    // of another course, or the lesson itself
)

// Substitute (代课) lets another lecturer teach the lesson. When it is the one by plan again, it is no substitution any more.
func Substitute(l Dated, lecturer, reason string, now time.Time) (Dated, error) {
	if err := changeable(l, reason, now); err != nil {
		return l, err
	}
	was := l.Lecturer()
	if lecturer == "" || slices.ContainsFunc(l.Uses, func(u Use) bool { return u.Key() == Use{LecturerDim, lecturer}.Key() }) {
		return l, l.refuse(NobodyNew, "it needs a lecturer who is not in it yet")
	}
	l.Uses = slices.Clone(l.Uses)
	for i, u := range l.Uses {
		if u.Dimension == LecturerDim {
			l.Uses[i].ID = lecturer
		}
	}
	switch l.InsteadOf {
	case "":
		l.InsteadOf = was
	case lecturer:
		l.InsteadOf = ""
	}
	return l.changed(reason), nil
}

// Move (调课) holds the lesson at another time. MovedFrom stays the time by plan, through several moves.
func Move(l Dated, start, end time.Time, reason string, now time.Time) (Dated, error) {
	if err := changeable(l, reason, now); err != nil {
		return l, err
	}
	if !end.After(start) || !start.After(now) {
		return l, l.refuse(TimeWrong, "the new time must lie in the future, and end after it starts")
	}
	if l.MovedFrom.IsZero() {
		l.MovedFrom = l.Start
	}
	if l.Start, l.End = start, end; start.Equal(l.MovedFrom) {
		l.MovedFrom = time.Time{}
	}
	return l.changed(reason), nil
}

// Adjust holds the lesson at its time with other means, which the caller changes.
func Adjust(l Dated, reason string, now time.Time) (Dated, error) {
	if err := changeable(l, reason, now); err != nil {
		return l, err
	}
	return l.changed(reason), nil
}

// Cancel (停课) drops the lesson, also one whose time has come while nobody started it.
func Cancel(l Dated, reason string) (Dated, error) {
	if err := open(l, reason); err != nil {
		return l, err
	}
	l.State = Cancelled
	return l.changed(reason), nil
}

// MakeUp (补课) links a new lesson with the cancelled or missed one that it replaces, and answers both. A make-up lesson that was itself
// cancelled or missed is made up for like any other.
func MakeUp(lost, extra Dated, now time.Time) (was, by Dated, err error) {
	switch {
	case lost.State != Cancelled && lost.State != Missed:
		return lost, extra, lost.refuse(NotLost, "only a cancelled or missed lesson is made up for")
	case lost.ReplacedBy != "":
		return lost, extra, lost.refuse(AlreadyMadeUp, "lesson %s makes up for it already", lost.ReplacedBy)
	case extra.Lesson.Lesson == lost.Lesson.Lesson || extra.Course != lost.Course || extra.Replaces != "":
		return lost, extra, extra.refuse(WrongLesson, "it must be a new lesson of the same course")
	case extra.State != Planned:
		return lost, extra, extra.refuse(NotPlanned, "it is %s", extra.State)
	case !extra.End.After(extra.Start) || !extra.Start.After(now):
		return lost, extra, extra.refuse(TimeWrong, "it must lie in the future, and end after it starts")
	}
	lost.ReplacedBy, extra.Replaces = extra.Lesson.Lesson, lost.Lesson.Lesson
	lost.Sequence++
	return lost, extra, nil
}

// changeable refuses what may not be changed any more, or not without a reason.
func changeable(l Dated, reason string, now time.Time) error {
	if l.State == Planned && !l.Start.After(now) {
		return l.refuse(AlreadyBegun, "its time has come")
	}
	return open(l, reason)
}

func open(l Dated, reason string) error {
	switch {
	case l.State != Planned:
		return l.refuse(NotPlanned, "it is %s", l.State)
	case strings.TrimSpace(reason) == "":
		return l.refuse(ReasonMissing, "a change needs a reason")
	}
	return nil
}

func (l Dated) changed(reason string) Dated {
	l.Reason = strings.TrimSpace(reason)
	l.Sequence++
	return l
}

func (l Dated) refuse(code, detail string, args ...any) error {
	return &ChangeError{code, l.Lesson.Lesson, fmt.Sprintf(detail, args...)}
}
