package pairing

import "slices"

// Suits tells whether nothing speaks against an offer before bells and bookings are looked at.
func (q *Question) Suits(o Offer) bool { return len(q.refusals(o)) == 0 }

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
		for _, code := range Hindrances(n, o, q.Policy) {
			refuse(q.hindrance(code, n, o))
		}
	}
	return no
}

// Hindrances are the codes of what speaks against giving this need to this offer, whatever else is planned: none if they suit each other.
func Hindrances(n Need, o Offer, p Policy) []string {
	var codes []string
	if n.Subject != o.Subject {
		codes = append(codes, OtherSubject)
	}
	if !slices.Contains(o.Grades, n.Grade) {
		codes = append(codes, OtherGrade)
	}
	if !sameEdition(n, o) && !o.AnyEdition && !p.AnyEdition {
		codes = append(codes, OtherEdition)
	}
	if n.Room == "" {
		codes = append(codes, RoomMissing)
	}
	if n.School.ID == o.School.ID {
		codes = append(codes, SameSchool)
	}
	return codes
}

func (q *Question) hindrance(code string, n Need, o Offer) Reason {
	switch code {
	case OtherSubject:
		return q.words(code, n.School.ID, n.Subject, o.Subject)
	case OtherGrade:
		return q.amount(code, o.Teacher, n.Grade, 0)
	case OtherEdition:
		return q.words(code, n.School.ID, n.Edition, o.Edition)
	}
	return q.reason(code, n.School.ID)
}

// sameEdition tells whether the two teach by the same book, as far as is known.
func sameEdition(n Need, o Offer) bool {
	return n.Edition == "" || o.Edition == "" || n.Edition == o.Edition
}
