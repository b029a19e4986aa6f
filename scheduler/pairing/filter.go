package pairing

import "slices"

// refusals are the hard reasons against an offer that need no look at the bells.
func (q *Question) refusals(o Offer) []Reason {
	var no []Reason
	refuse := func(r Reason) { no = append(no, r) }
	if most := q.Policy.Rooms; len(q.Needs) > most {
		refuse(q.amount(TooManyRooms, o.School.ID, len(q.Needs), most))
	}
	if len(o.Rooms) == 0 {
		refuse(q.reason(RoomMissing, o.School.ID))
	}
	if after := o.Load + q.periods(); after > o.Cap {
		refuse(q.amount(LoadExceeded, o.Teacher, after, o.Cap))
	}
	seen := map[string]bool{}
	for _, n := range q.Needs {
		if seen[n.Class] {
			refuse(q.reason(ClassTwice, n.School.ID))
		}
		seen[n.Class] = true
		no = append(no, q.against(n, o)...)
	}
	return no
}

// against are the reasons that one need has against the offer.
func (q *Question) against(n Need, o Offer) []Reason {
	var no []Reason
	refuse := func(r Reason) { no = append(no, r) }
	if n.Subject != o.Subject {
		refuse(q.words(OtherSubject, n.School.ID, n.Subject, o.Subject))
	}
	if !slices.Contains(o.Grades, n.Grade) {
		refuse(q.amount(OtherGrade, o.Teacher, n.Grade, 0))
	}
	if !sameEdition(n, o) && !o.AnyEdition && !q.Policy.AnyEdition {
		refuse(q.words(OtherEdition, n.School.ID, n.Edition, o.Edition))
	}
	if n.Room == "" {
		refuse(q.reason(RoomMissing, n.School.ID))
	}
	if n.School.ID == o.School.ID {
		refuse(q.reason(SameSchool, n.School.ID))
	}
	return no
}

// sameEdition tells whether the two teach by the same book, as far as is known.
func sameEdition(n Need, o Offer) bool {
	return n.Edition == "" || o.Edition == "" || n.Edition == o.Edition
}
