package scheduler

import "github.com/tongtang/tongtang/scheduler/link"

// Pairing joins a lead school (支援校) with partner schools (受援校).
type Pairing struct {
	ID       string   `json:"id"`
	Lead     School   `json:"lead"`
	Partners []School `json:"partners"`
	Scope    string   `json:"scope" enum:"county,city,province"`
	Forms    []string `json:"forms" enum:"sync,delivered,research,master"`
	From     string   `json:"from" format:"date"`
	To       string   `json:"to" format:"date"`
	Courses  int      `json:"courses" doc:"how many courses it has"`
	Round    int      `json:"round" doc:"1, or 2 for a renewal"`
	Version  int      `json:"version" doc:"a change is based on"`
}

// Pairings is a list of pairings.
type Pairings struct {
	Pairings []Pairing `json:"pairings"`
}

// NewPairing asks for a pairing.
type NewPairing struct {
	Lead     string   `json:"lead" minLength:"1" maxLength:"64" doc:"school id"`
	Partners []string `json:"partners" minItems:"1" maxItems:"50" uniqueItems:"true" maxLength:"64" doc:"school ids"`
	Scope    string   `json:"scope" enum:"county,city,province"`
	Forms    []string `json:"forms" minItems:"2" maxItems:"4" uniqueItems:"true" enum:"sync,delivered,research,master"`
	From     string   `json:"from" format:"date"`
	To       string   `json:"to" format:"date"`
}

// Slots are the weekly slots that schools have in common.
type Slots struct {
	Slots []Slot `json:"slots"`
}

// Slot is a time in the week that lies inside a period of every school.
type Slot struct {
	Weekday int          `json:"weekday" minimum:"1" maximum:"7" doc:"1 is Monday"`
	Start   string       `json:"start" doc:"common start on the first date, local HH:MM"`
	End     string       `json:"end" doc:"common end on the first date, local HH:MM"`
	Minutes int          `json:"minutes" doc:"overlap"`
	Periods []SlotPeriod `json:"periods" doc:"each school's own period, the lead school's first"`
	Weeks   int          `json:"weeks" doc:"in how many weeks of the span the slot holds"`
	Dates   []string     `json:"dates" doc:"on which it is held"`
	Spells  []Spell      `json:"spells" doc:"its times, season of bells by season"`
	Free    bool         `json:"free"`
	Clashes []Clash      `json:"clashes"`
}

// Spell is a run of a slot's dates with the same times.
type Spell struct {
	From  string `json:"from" format:"date" doc:"first date of it"`
	To    string `json:"to" format:"date" doc:"last date of it"`
	Start string `json:"start" doc:"common start, local HH:MM"`
	End   string `json:"end" doc:"common end, local HH:MM"`
}

// SlotPeriod is a school's own period in a slot.
type SlotPeriod struct {
	School string `json:"school"`
	No     int    `json:"no"`
	Name   string `json:"name"`
	Start  string `json:"start"`
	End    string `json:"end"`
}

// Course is a lesson that comes back every week for a term.
type Course struct {
	ID           string           `json:"id"`
	Title        string           `json:"title"`
	Subject      string           `json:"subject"`
	Grade        int              `json:"grade"`
	Kind         string           `json:"kind" enum:"delivered,master,open"`
	Pairing      string           `json:"pairing"`
	Lecturer     link.Named       `json:"lecturer"`
	LecturerRoom link.Named       `json:"lecturerRoom"`
	School       link.Named       `json:"school" doc:"the lead school"`
	Receiving    []ReceivingPlace `json:"receiving"`
	Slots        []CourseSlot     `json:"slots"`
	Devices      []link.Named     `json:"devices" doc:"portable ones that it borrows"`
	Minutes      int              `json:"minutes" doc:"agreed minimum of common minutes"`
	From         string           `json:"from" format:"date"`
	To           string           `json:"to" format:"date"`
	Version      int              `json:"version" doc:"a change is based on: its ETag"`
	Picture      string           `json:"picture" enum:"full,small" doc:"that the schools' lines are planned for"`
	Record       bool             `json:"record"`
	Lessons      int              `json:"lessons" doc:"number of dated lessons that are not cancelled"`
	Misfits      []Misfit         `json:"misfits" doc:"dates of the slots on which no lesson can be held, and why"`
}

// ReceivingPlace is a class in its room at a receiving school.
type ReceivingPlace struct {
	School    link.Named  `json:"school"`
	Room      link.Named  `json:"room"`
	Class     *link.Named `json:"class,omitempty"`
	Group     *link.Named `json:"group,omitempty" doc:"a teaching group instead of a class"`
	Assistant *link.Named `json:"assistant,omitempty"`
}

// CourseSlot is a weekly slot of a course, in every school's own period numbers.
type CourseSlot struct {
	Weekday int            `json:"weekday" minimum:"1" maximum:"7"`
	Periods map[string]int `json:"periods" doc:"school id to the number of its own period" minProperties:"1" maxProperties:"51"`
	Weeks   string         `json:"weeks,omitempty" enum:"every,odd,even,cycle" doc:"by the lead school's own weeks; default every"`
	Every   int            `json:"every,omitempty" minimum:"1" maximum:"20" doc:"of a cycle: every so many weeks"`
	Anchor  string         `json:"anchor,omitempty" format:"date" doc:"of a cycle: a day of a week in which it is held"`
}

// Misfit says why a date of a slot carries no lesson.
type Misfit struct {
	Date   string `json:"date" format:"date"`
	Code   string `json:"code" enum:"day-off,other-weekday,other-week,no-period,overlap-too-short,outside-term"`
	School string `json:"school" doc:"id of the school that is the reason"`
	Reason Reason `json:"reason"`
	Detail string `json:"detail" doc:"the whole reason in English"`
}

// Courses is a list of courses.
type Courses struct {
	Courses []Course `json:"courses"`
}

// CourseDetail is a course with its dated lessons.
type CourseDetail struct {
	Course
	Dated []link.DatedLesson `json:"dated"`
}

// NewCourse asks for a course.
type NewCourse struct {
	Title        string         `json:"title" minLength:"1" maxLength:"120"`
	Subject      string         `json:"subject" minLength:"1" maxLength:"40"`
	Grade        int            `json:"grade" minimum:"1" maximum:"12"`
	Kind         string         `json:"kind" enum:"delivered,master,open"`
	Pairing      string         `json:"pairing" minLength:"1" maxLength:"64"`
	Lecturer     string         `json:"lecturer" minLength:"1" maxLength:"64"`
	LecturerRoom string         `json:"lecturerRoom" minLength:"1" maxLength:"64"`
	Receiving    []NewReceiving `json:"receiving" minItems:"1" maxItems:"50"`
	Slots        []CourseSlot   `json:"slots" minItems:"1" maxItems:"20"`
	Devices      []string       `json:"devices,omitempty" maxItems:"20" uniqueItems:"true" maxLength:"64" doc:"ids of portable devices that it borrows"`
	Minutes      int            `json:"minutes,omitempty" minimum:"10" maximum:"180" doc:"agreed minimum of common minutes; default 40"`
	Picture      string         `json:"picture,omitempty" enum:"full,small" doc:"that the schools' lines are planned for; default full"`
	Record       *bool          `json:"record,omitempty" doc:"default true"`
	From         string         `json:"from" format:"date"`
	To           string         `json:"to" format:"date"`
}

// NewReceiving is a receiving place by ids.
type NewReceiving struct {
	School    string `json:"school" minLength:"1" maxLength:"64"`
	Room      string `json:"room" minLength:"1" maxLength:"64"`
	Class     string `json:"class,omitempty" maxLength:"64"`
	Group     string `json:"group,omitempty" maxLength:"64" doc:"a teaching group instead of a class"`
	Assistant string `json:"assistant,omitempty" maxLength:"64"`
}
