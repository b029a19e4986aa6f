package pairing

import "github.com/tongtang/tongtang/scheduler/timetable"

// MaxRounds is how many rounds two schools are paired in succession: a round, and its one renewal.
const MaxRounds = 2

// pause is the number of days after which a new pairing of the same schools is no renewal.
const pause = 365

// Round tells which round of the two schools a pairing is: 1, or 2 for a renewal, counted over what existed before it. Breaks of less than a
// year do not begin anew.
func Round(p Pairing, partner string, existing []Pairing) int {
	round, from := 1, p.From
	for range existing {
		before := lastBefore(from, p.ID, p.Lead.ID, partner, existing)
		if before == nil {
			break
		}
		round, from = round+1, before.From
	}
	return round
}

// lastBefore is the pairing of the two that ended last before the day, less than a pause ago.
func lastBefore(from timetable.Date, id, lead, partner string, existing []Pairing) *Pairing {
	var last *Pairing
	for i, e := range existing {
		ended := e.To < from && from-e.To <= pause
		if e.ID != id && ended && (pairs(e, lead, partner) || pairs(e, partner, lead)) && (last == nil || e.To > last.To) {
			last = &existing[i]
		}
	}
	return last
}

// Renew is the next round of a pairing: as long as it was, from the day after its end, with the same schools, scope and forms. It has no id yet
// and is to be checked like any other.
func Renew(p Pairing) Pairing {
	next := p
	next.ID = ""
	next.From = p.To + 1
	next.To = next.From + (p.To - p.From)
	return next
}
