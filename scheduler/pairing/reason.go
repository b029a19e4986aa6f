package pairing

import (
	"fmt"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Codes of the hard reasons against an offer.
const (
	TooManyRooms = "too-many-rooms"     // Amount rooms, Limit
	RoomMissing  = "room-missing"       // Who: school that named no room
	LoadExceeded = "load-exceeded"      // Who: teacher; Amount periods a week with the need, Limit
	ClassTwice   = "class-twice"        // Who: school whose class is named twice
	OtherSubject = "other-subject"      // Who: school; Wanted, Has
	OtherGrade   = "other-grade"        // Who: teacher; Amount: the grade wanted
	OtherEdition = "other-edition"      // Who: school; Wanted, Has
	SameSchool   = "same-school"        // Who: school
	NoCalendar   = "calendar-missing"   // Who: school without bells or term
	NoCommonSlot = "no-common-slot"     // Who: lead school; Shift: what would give some
	AllTaken     = "common-slots-taken" // Who: teacher; Amount common slots, in which somebody or something is taken; Shift
)

// Reason is a hard reason against an offer: a code with what words in any language need, and the English words.
type Reason struct {
	Code   string           `json:"code"`
	Who    string           `json:"who,omitempty"`  // id of the school or person that is the reason
	Name   string           `json:"name,omitempty"` // its name, or its id
	Wanted string           `json:"wanted,omitempty"`
	Has    string           `json:"has,omitempty"`
	Amount int              `json:"amount,omitempty"`
	Limit  int              `json:"limit,omitempty"`
	Shift  *timetable.Shift `json:"shift,omitempty"` // what would help
	Detail string           `json:"detail"`
}

func (q *Question) reason(code, who string) Reason { return q.tell(Reason{Code: code, Who: who}) }

func (q *Question) words(code, who, wanted, has string) Reason {
	return q.tell(Reason{Code: code, Who: who, Wanted: wanted, Has: has})
}

func (q *Question) amount(code, who string, amount, limit int) Reason {
	return q.tell(Reason{Code: code, Who: who, Amount: amount, Limit: limit})
}

func (q *Question) slotReason(code string, o Offer, common int, shift *timetable.Shift) Reason {
	r := Reason{Code: code, Who: o.School.ID, Amount: common, Shift: shift}
	if code == AllTaken {
		r.Who = o.Teacher
	}
	return q.tell(r)
}

func (q *Question) tell(r Reason) Reason {
	if r.Name = q.Names[r.Who]; r.Name == "" {
		r.Name = r.Who
	}
	r.Detail = r.sentence()
	return r
}

// sentence says the reason in English.
func (r Reason) sentence() string {
	switch r.Code {
	case TooManyRooms:
		return fmt.Sprintf("%d rooms would receive the lesson, %d are allowed", r.Amount, r.Limit)
	case RoomMissing:
		return r.Name + " has named no room for it"
	case LoadExceeded:
		return fmt.Sprintf("%s would teach %d periods a week, %d are allowed", r.Name, r.Amount, r.Limit)
	case ClassTwice:
		return "a class of " + r.Name + " is named twice"
	case OtherSubject:
		return fmt.Sprintf("%s needs %s, not %s", r.Name, r.Wanted, r.Has)
	case OtherGrade:
		return fmt.Sprintf("%s does not teach grade %d", r.Name, r.Amount)
	case OtherEdition:
		return fmt.Sprintf("%s has the edition %s, the teacher %s", r.Name, r.Wanted, r.Has)
	case SameSchool:
		return r.Name + " needs and offers"
	case NoCalendar:
		return r.Name + " has no bells in its term"
	}
	text := "no period of all schools has enough minutes in common with " + r.Name
	if r.Code == AllTaken {
		text = fmt.Sprintf("of %d common slots none is free for %s, the classes and their rooms", r.Amount, r.Name)
	}
	if r.Shift != nil {
		text += "; " + r.Shift.String()
	}
	return text
}
