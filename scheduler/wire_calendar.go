package scheduler

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/link"
)

// Calendar is how an area teaches: a school, or a wider area by whose defaults its schools go.
type Calendar struct {
	Version int            `json:"version" doc:"a change is based on: its ETag"`
	Area    link.Named     `json:"area"`
	School  bool           `json:"school" doc:"false: a wider area, which decides defaults"`
	May     bool           `json:"may" doc:"the caller may change it"`
	Term    Term           `json:"term" doc:"of a wider area: that of its first school"`
	Sets    []BellSet      `json:"sets" doc:"stages and campuses of the school's classes that have bells of their own"`
	Bells   []BellSchedule `json:"bells" doc:"own bells and defaults; a default holds where no own bells ring"`
	Days    []CalendarDay  `json:"days" doc:"every day of the term"`
	Offices []link.Named   `json:"offices" doc:"who decides: the area, and those above it"`
}

// BellSet says for whom bells ring: a stage, a campus, both, or (empty) everybody.
type BellSet struct {
	Campus string `json:"campus,omitempty" maxLength:"40"`
	Stage  string `json:"stage,omitempty" enum:"primary,junior,senior"`
}

// BellSchedule is a bell schedule with the days on which it rings.
type BellSchedule struct {
	ID string `json:"id"`
	By string `json:"by" doc:"id of the area whose bells they are"`
	NewBells
}

// NewBells is a bell schedule as it is written.
type NewBells struct {
	Name     string   `json:"name" minLength:"1" maxLength:"40" doc:"as people call them: 夏季作息"`
	Campus   string   `json:"campus,omitempty" maxLength:"40" doc:"left out: every campus"`
	Stage    string   `json:"stage,omitempty" enum:"primary,junior,senior" doc:"left out: every stage"`
	From     string   `json:"from,omitempty" format:"date" doc:"left out: since ever"`
	To       string   `json:"to,omitempty" format:"date" doc:"left out: for ever"`
	Weekdays []int    `json:"weekdays" maxItems:"7" uniqueItems:"true" minimum:"1" maximum:"7" doc:"none: every day"`
	Periods  []Period `json:"periods" minItems:"1" maxItems:"40"`
}

// CalendarDay is how one day of the term is taught.
type CalendarDay struct {
	Date    string     `json:"date" format:"date"`
	Week    int        `json:"week" doc:"the school's own"`
	Off     bool       `json:"off"`
	Weekday int        `json:"weekday" minimum:"1" maximum:"7" doc:"whose timetable is followed"`
	Parity  int        `json:"parity" doc:"the week whose cycle counts"`
	Bells   string     `json:"bells,omitempty" doc:"id of the schedule that rings; none: no bells"`
	Rules   []Decision `json:"rules" doc:"decisions about the day; the first holds, the others are what it replaces"`
}

// Decision is what an area decided about a day.
type Decision struct {
	By string `json:"by" doc:"id of the area"`
	NewDay
}

// NewDay is a decision about a day as it is written.
type NewDay struct {
	Kind    string `json:"kind" enum:"off,like,bells,ordinary" doc:"no lessons; like another weekday (调休); with other bells; a day like any other, whatever the default says"`
	Weekday int    `json:"weekday,omitempty" minimum:"1" maximum:"7" doc:"of like"`
	Week    int    `json:"week,omitempty" minimum:"1" maximum:"60" doc:"of like: the week whose cycle counts; left out: the day's own"`
	Bells   string `json:"bells,omitempty" maxLength:"64" doc:"of bells, and if wanted of like: id or name of a bell schedule"`
	Name    string `json:"name,omitempty" maxLength:"40" doc:"the occasion"`
}

// Effect is what a change of bells or days does to dated lessons.
type Effect struct {
	Preview bool         `json:"preview" doc:"nothing was changed"`
	Counts  EffectCounts `json:"counts"`
	Lessons []LessonMove `json:"lessons" doc:"at most 500, by date"`
}

// EffectCounts count lessons by what becomes of them.
type EffectCounts struct {
	Moved     int `json:"moved"`
	Cancelled int `json:"cancelled"`
	Restored  int `json:"restored"`
	Added     int `json:"added"`
	Kept      int `json:"kept"`
	Refused   int `json:"refused"`
}

// LessonMove is what becomes of one dated lesson.
type LessonMove struct {
	What   string    `json:"what" enum:"moved,cancelled,restored,added,kept,refused" doc:"kept: at its old time, because the new one is taken; refused: the date could carry a lesson, but the time is taken"`
	Lesson string    `json:"lesson,omitempty" doc:"id"`
	Title  string    `json:"title"`
	Course string    `json:"course"`
	Was    time.Time `json:"was" doc:"start before"`
	WasEnd time.Time `json:"wasEnd"`
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	Misfit *Misfit   `json:"misfit,omitempty" doc:"why it is cancelled"`
	Clash  *Clash    `json:"clash,omitempty" doc:"what has the time"`
}

// Reason is what words in any language need in order to say why a date does not fit. Which fields are set depends on the code.
type Reason struct {
	Name     string      `json:"name" doc:"of the school"`
	Bells    string      `json:"bells,omitempty" doc:"name of the schedule that rings"`
	From     string      `json:"from,omitempty" doc:"first day on which it rings, or of the term"`
	To       string      `json:"to,omitempty"`
	Occasion string      `json:"occasion,omitempty"`
	Taught   int         `json:"taught,omitempty" doc:"weekday whose timetable is followed"`
	Wanted   int         `json:"wanted,omitempty" doc:"weekday of the slot"`
	Week     int         `json:"week,omitempty"`
	Period   int         `json:"period,omitempty"`
	Start    string      `json:"start,omitempty" doc:"of the period"`
	End      string      `json:"end,omitempty"`
	Edge     string      `json:"edge,omitempty" enum:"starts,ends,is" doc:"the end at which the period leaves the common time short"`
	Overlap  int         `json:"overlap,omitempty" doc:"minutes"`
	Needed   int         `json:"needed,omitempty" doc:"minutes"`
	Other    *ReasonSide `json:"other,omitempty" doc:"the school at the other edge"`
}

// ReasonSide is a school and its period.
type ReasonSide struct {
	School string `json:"school"`
	Name   string `json:"name"`
	Period int    `json:"period"`
	Start  string `json:"start"`
	End    string `json:"end"`
}
