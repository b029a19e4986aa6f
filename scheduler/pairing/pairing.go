// Package pairing holds the rules by which schools are paired (结对): who may support whom, in which scope, with which forms, and for how
// long; and it matches needs with offers, with reasons. It is pure: no I/O and no clock.
package pairing

import (
	"fmt"
	"slices"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Form is one of the four ways in which a pair works together.
type Form string

const (
	Sync      Form = "sync"      // 城乡同步课堂
	Delivered Form = "delivered" // 远程专递课堂
	Research  Form = "research"  // 教师网络研修
	Master    Form = "master"    // 名师网络课堂
)

// MinForms is how many of the four forms a pairing chooses at least.
const MinForms = 2

// MaxYears is the length of a round.
const MaxYears = 3

// Scope is the area within which a pairing stays.
type Scope string

const (
	County   Scope = "county"   // 县域内
	City     Scope = "city"     // 市域内
	Province Scope = "province" // 省域内
)

// levels of the area tree at which the scopes stand: 部 1, 省 2, 市 3, 区/县 4, 校 5.
var levels = map[Scope]int{County: 4, City: 3, Province: 2}

// School is what the rules need to know of a school: the areas above it, by level, and where it stands.
type School struct {
	ID    string
	Areas map[int]string // level → area id
	Place Place
}

// Pairing joins a lead school with partner schools for a span of days, both included.
type Pairing struct {
	ID       string
	Lead     School
	Partners []School
	Scope    Scope
	Forms    []Form
	From, To timetable.Date
}

// Refusal says why a pairing cannot be made. School is the partner that is the reason, "" for the pairing as a whole.
type Refusal struct {
	Code   string `json:"code"`
	School string `json:"school,omitempty"`
	Detail string `json:"detail"`
}

// Codes of refusals. AlreadyPaired is a conflict with what is there; the others are faults of the pairing itself.
const (
	AlreadyPaired = "already-paired"
	PairsItself   = "pairs-itself"
	NoPartner     = "no-partner"
	PartnerTwice  = "partner-twice"
	TooFewForms   = "too-few-forms"
	NoSync        = "sync-form-missing" // all pairings hold synchronized classes
	OutOfScope    = "out-of-scope"
	DatesWrong    = "dates-wrong"
	RenewedBefore = "renewed-before" // a round is renewed once
)

// Check tells everything that speaks against the pairing, beside those that exist.
func Check(p Pairing, existing []Pairing) []Refusal {
	var no []Refusal
	refuse := func(code, school, format string, args ...any) {
		no = append(no, Refusal{code, school, fmt.Sprintf(format, args...)})
	}
	if len(p.Partners) == 0 {
		refuse(NoPartner, "", "a pairing needs at least one partner school")
	}
	if forms := slices.Compact(slices.Sorted(slices.Values(p.Forms))); len(forms) < MinForms {
		refuse(TooFewForms, "", "a pairing chooses at least %d of the four forms", MinForms)
	} else if !slices.Contains(forms, Sync) {
		refuse(NoSync, "", "every pairing holds synchronized classes")
	}
	switch days := p.To - p.From; {
	case days < 0:
		refuse(DatesWrong, "", "it ends before it begins")
	case days > MaxYears*366:
		refuse(DatesWrong, "", "a round is at most %d years long", MaxYears)
	}
	seen := map[string]bool{}
	for _, partner := range p.Partners {
		switch {
		case partner.ID == p.Lead.ID:
			refuse(PairsItself, partner.ID, "the lead school cannot be its own partner")
		case seen[partner.ID]:
			refuse(PartnerTwice, partner.ID, "the school is named twice")
		case !Within(p.Lead, partner, p.Scope):
			refuse(OutOfScope, partner.ID, "the schools do not lie in one %s", p.Scope)
		}
		seen[partner.ID] = true
		if other := overlapping(p, partner, existing); other != nil {
			refuse(AlreadyPaired, partner.ID, "the schools are paired already from %s to %s", other.From, other.To)
		} else if Round(p, partner.ID, existing) > MaxRounds {
			refuse(RenewedBefore, partner.ID, "the schools were paired for %d rounds in succession; a round is renewed once", MaxRounds)
		}
	}
	return no
}

// Within tells whether the two schools lie in one area of the scope.
func Within(a, b School, s Scope) bool {
	level := levels[s]
	return a.Areas[level] != "" && a.Areas[level] == b.Areas[level]
}

// overlapping finds a pairing of the same two schools at the same time, whichever of them leads.
func overlapping(p Pairing, partner School, existing []Pairing) *Pairing {
	for i, e := range existing {
		if e.ID == p.ID || e.To < p.From || e.From > p.To {
			continue
		}
		if pairs(e, p.Lead.ID, partner.ID) || pairs(e, partner.ID, p.Lead.ID) {
			return &existing[i]
		}
	}
	return nil
}

func pairs(p Pairing, lead, partner string) bool {
	return p.Lead.ID == lead && slices.ContainsFunc(p.Partners, func(s School) bool { return s.ID == partner })
}
