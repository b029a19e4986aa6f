package scheduler

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/pairing"
)

// Candidates are the offers that could meet a need, the best first, and those that cannot, with the reasons.
type Candidates struct {
	Need       Need        `json:"need"`
	From       string      `json:"from" format:"date" doc:"first day of the lessons"`
	To         string      `json:"to" format:"date"`
	Candidates []Candidate `json:"candidates"`
}

// Candidate is an offer with all that speaks for and against it.
type Candidate struct {
	Offer   Offer         `json:"offer"`
	Fits    bool          `json:"fits"`
	Score   int           `json:"score" doc:"permille"`
	Reasons []MatchReason `json:"reasons" doc:"hard: with any of them the offer is out of question"`
	Figures []MatchFigure `json:"figures" doc:"scored criteria"`
	Slots   []MatchSlot   `json:"slots" doc:"weekly slots in which all can, the best first; at most 60"`
	Chosen  []int         `json:"chosen" doc:"indices of slots that would do together"`
	Shift   *BellShift    `json:"shift,omitempty" doc:"change of bells that would give more"`
}

// MatchReason is a hard reason against an offer.
type MatchReason struct {
	Code   string `json:"code" enum:"too-many-rooms,room-missing,load-exceeded,class-twice,other-subject,other-grade,other-edition,same-school,calendar-missing,no-common-slot,common-slots-taken"`
	Name   string `json:"name,omitempty" doc:"of the school or person that is the reason"`
	Wanted string `json:"wanted,omitempty"`
	Has    string `json:"has,omitempty"`
	Amount int    `json:"amount,omitempty"`
	Limit  int    `json:"limit,omitempty"`
	Detail string `json:"detail" doc:"in English"`
}

// MatchFigure is what a criterion says of a candidate.
type MatchFigure struct {
	Criterion pairing.Criterion `json:"criterion" enum:"slots,edition,progress,overlap,shift,load,county,distance,network,held,language"`
	Known     bool              `json:"known" doc:"what is not known does not count"`
	Value     int               `json:"value"`
	Of        int               `json:"of,omitempty"`
	Permille  int               `json:"permille" doc:"1000: as good as can be"`
	Weight    int               `json:"weight"`
}

// MatchSlot is a weekly slot in which all can.
type MatchSlot struct {
	Weekday int          `json:"weekday" minimum:"1" maximum:"7"`
	Start   string       `json:"start"`
	End     string       `json:"end"`
	Minutes int          `json:"minutes"`
	Periods []SlotPeriod `json:"periods" doc:"the lead school's first"`
	Room    link.Named   `json:"room" doc:"of the lead school"`
	Held    int          `json:"held" doc:"dates on which it can be held"`
	Days    int          `json:"days" doc:"dates on which both schools teach that weekday"`
}

// BellShift is a change of one school's bells that would give more slots in common.
type BellShift struct {
	School  link.Named `json:"school"`
	Period  int        `json:"period"`
	Rest    bool       `json:"rest" doc:"with all periods after it"`
	Minutes int        `json:"minutes" doc:"later, or earlier if negative"`
	Slots   int        `json:"slots" doc:"weekly slots in common after it"`
	Gain    int        `json:"gain" doc:"how many more"`
}

// Proposal brings an offer to a need.
type Proposal struct {
	ID          string            `json:"id"`
	State       string            `json:"state" enum:"schools,lecturer,published,refused,withdrawn,expired" doc:"schools, lecturer: whose answer it waits for"`
	Title       string            `json:"title"`
	Need        Need              `json:"need"`
	Offer       Offer             `json:"offer"`
	Room        link.Named        `json:"room"`
	Slots       []db.ProposalSlot `json:"slots"`
	Minutes     int               `json:"minutes"`
	From        string            `json:"from" format:"date"`
	To          string            `json:"to" format:"date"`
	Forms       []string          `json:"forms"`
	Score       int               `json:"score" doc:"permille, when it was proposed"`
	Figures     []MatchFigure     `json:"figures" doc:"when it was proposed"`
	Coordinator link.Named        `json:"coordinator"`
	Created     time.Time         `json:"created"`
	Expires     time.Time         `json:"expires"`
	Decided     *time.Time        `json:"decided,omitempty"`
	Reason      string            `json:"reason,omitempty"`
	Course      string            `json:"course,omitempty"`
	Answers     []ProposalAnswer  `json:"answers"`
	Asks        []string          `json:"asks" enum:"lead,partner,lecturer" doc:"sides for which the caller is asked now"`
	MayWithdraw bool              `json:"mayWithdraw"`
	Version     int               `json:"version" doc:"a change is based on: its ETag"`
}

// ProposalAnswer is what one of the sides said.
type ProposalAnswer struct {
	Side     string     `json:"side" enum:"lead,partner,lecturer"`
	Person   link.Named `json:"person"`
	At       time.Time  `json:"at"`
	Accepted bool       `json:"accepted"`
	Reason   string     `json:"reason,omitempty"`
}

// Proposals is a list of proposals, the latest first.
type Proposals struct {
	Proposals []Proposal `json:"proposals"`
}

// NewProposal is a proposal as a coordinator makes it.
type NewProposal struct {
	Need       string        `json:"need" minLength:"1" maxLength:"64"`
	Offer      string        `json:"offer" minLength:"1" maxLength:"64"`
	Room       string        `json:"room" minLength:"1" maxLength:"64" doc:"of the lecturer"`
	Slots      []ProposeSlot `json:"slots" minItems:"1" maxItems:"20"`
	Title      string        `json:"title,omitempty" maxLength:"120"`
	AnyEdition bool          `json:"anyEdition,omitempty" doc:"the coordinator overrides the editions"`
	Forms      []string      `json:"forms,omitempty" minItems:"2" maxItems:"4" uniqueItems:"true" enum:"sync,delivered,research,master" doc:"of the pairing, where one has to be made"`
}

// ProposeSlot is a weekly slot in each school's own period.
type ProposeSlot struct {
	Weekday int `json:"weekday" minimum:"1" maximum:"7"`
	Lead    int `json:"lead" minimum:"1" maximum:"30" doc:"period of the lead school"`
	Partner int `json:"partner" minimum:"1" maximum:"30" doc:"period of the receiving school"`
}

// ProposalSide says for whom the caller answers.
type ProposalSide struct {
	Side string `json:"side" enum:"lead,partner,lecturer"`
}

// ProposalRefusal says for whom the caller refuses, and why.
type ProposalRefusal struct {
	ProposalSide
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// Coverage tells which schools are supported by whom.
type Coverage struct {
	Areas   []CoverageArea   `json:"areas" doc:"the areas above the schools, from the top"`
	Schools []CoverageSchool `json:"schools"`
}

// CoverageArea is an area of the tree.
type CoverageArea struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"`
	Level  int    `json:"level"`
}

// CoverageSchool is a school with what it needs and gets.
type CoverageSchool struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	Area     string       `json:"area"`
	Kind     string       `json:"kind" enum:"urban,rural"`
	State    string       `json:"state" enum:"lead,paired,proposed,alone,none" doc:"it supports others; it has a partner; one was proposed; it is rural and has none; it is urban and has none"`
	Partners []link.Named `json:"partners" doc:"schools that it is paired with now"`
	Periods  int          `json:"periods" doc:"a week, that it needs"`
	Met      float64      `json:"met" doc:"of them, that courses give"`
}

// Renewal asks for the next round of a pairing.
type Renewal struct {
	Forms []string `json:"forms,omitempty" minItems:"2" maxItems:"4" uniqueItems:"true" enum:"sync,delivered,research,master" doc:"left out: as before"`
}
