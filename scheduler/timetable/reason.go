package timetable

import (
	"fmt"
	"time"
)

// Codes of a Misfit.
const (
	OutsideTerm     = "outside-term"      // Reason: From, To of the term
	DayOff          = "day-off"           // Reason: Occasion
	OtherWeekday    = "other-weekday"     // Reason: Taught, Wanted, Occasion
	OtherWeek       = "other-week"        // Reason: Week
	NoPeriod        = "no-period"         // Reason: Bells, From, To, Period
	OverlapTooShort = "overlap-too-short" // Reason: Bells, From, To, Period, Start, End, Edge, Overlap, Needed, Other
)

// Edge is the end of a period at which it leaves the common time short.
type Edge string

// An edge is one end, or both: the period alone is too short.
const (
	Starts Edge = "starts"
	Ends   Edge = "ends"
	Whole  Edge = "is"
)

// Reason is what words in any language need in order to say why a date does not fit. Which fields are set is told at the codes.
type Reason struct {
	Name     string `json:"name"`               // of the school, or its id
	Bells    string `json:"bells,omitempty"`    // name of the schedule that rings
	From     Date   `json:"from,omitempty"`     // first day on which it rings, or of the term; 0: since ever
	To       Date   `json:"to,omitempty"`       // last day; 0: for ever
	Occasion string `json:"occasion,omitempty"` // name of the day's override
	Taught   int    `json:"taught,omitempty"`   // weekday whose timetable is followed
	Wanted   int    `json:"wanted,omitempty"`   // weekday of the slot
	Week     int    `json:"week,omitempty"`     // of the lead school, in which the slot is not held
	Period   int    `json:"period,omitempty"`
	Start    Clock  `json:"start,omitzero"` // of the period
	End      Clock  `json:"end,omitzero"`
	Edge     Edge   `json:"edge,omitempty"`
	Overlap  int    `json:"overlap,omitempty"` // minutes
	Needed   int    `json:"needed,omitempty"`  // minutes
	Other    Side   `json:"other,omitzero"`
}

// Side is the school, and its period, at the other edge of an overlap. Its School is empty where one school alone is the reason.
type Side struct {
	School string `json:"school"` // id
	Name   string `json:"name"`
	Period int    `json:"period"`
	Start  Clock  `json:"start"`
	End    Clock  `json:"end"`
}

// sentence says the reason in English.
func (r Reason) sentence(code string, on Date) string {
	switch code {
	case OutsideTerm:
		return fmt.Sprintf("%s has its term from %s to %s", r.Name, longDate(r.From), longDate(r.To))
	case DayOff:
		return fmt.Sprintf("%s has no lessons on %s%s", r.Name, shortDate(on), r.occasion())
	case OtherWeekday:
		return fmt.Sprintf("%s teaches %s like a %s, not like a %s%s", r.Name, shortDate(on), weekdayName(r.Taught), weekdayName(r.Wanted), r.occasion())
	case OtherWeek:
		return fmt.Sprintf("%s has week %d on %s, in which the slot is not held", r.Name, r.Week, shortDate(on))
	case NoPeriod:
		return fmt.Sprintf("%s no period %d", r.bells(), r.Period)
	}
	text := fmt.Sprintf("%s period %d %s %s", r.bells(), r.Period, r.Edge, r.edgeTime())
	return fmt.Sprintf("%s, overlap %d of %d minutes", text, r.Overlap, r.Needed)
}

func (r Reason) edgeTime() string {
	switch r.Edge {
	case Starts:
		return r.Start.String()
	case Ends:
		return r.End.String()
	}
	return r.Start.String() + "–" + r.End.String()
}

// bells is "B has its summer bells from 1 May:".
func (r Reason) bells() string {
	text := r.Name + " has its "
	if r.Bells != "" {
		text += r.Bells + " "
	}
	text += "bells"
	switch {
	case r.From != 0 && r.From == r.To:
		text += " on " + shortDate(r.From)
	case r.From != 0:
		text += " from " + shortDate(r.From)
	case r.To != 0:
		text += " until " + shortDate(r.To)
	}
	return text + ":"
}

func (r Reason) occasion() string {
	if r.Occasion == "" {
		return ""
	}
	return " (" + r.Occasion + ")"
}

func shortDate(d Date) string { return d.utc().Format("2 January") }

func longDate(d Date) string { return d.utc().Format("2 January 2006") }

func weekdayName(day int) string { return time.Weekday(day % 7).String() }
