package scheduler

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/link"
)

// When is a time for a lesson: in a period of each of its schools, or, outside the periods, from start to end.
type When struct {
	Date    string         `json:"date,omitempty" format:"date"`
	Periods map[string]int `json:"periods,omitempty" maxProperties:"51" doc:"with date: school id to the number of its own period"`
	Start   *time.Time     `json:"start,omitempty" doc:"without date"`
	End     *time.Time     `json:"end,omitempty" doc:"without date"`
}

// Move (调课) asks for another time.
type Move struct {
	When
	Swaps  []Swap `json:"swaps,omitempty" maxItems:"20" doc:"what else is changed with it"`
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// Substitution (代课) asks for another lecturer.
type Substitution struct {
	Lecturer string `json:"lecturer" minLength:"1" maxLength:"64"`
	Swaps    []Swap `json:"swaps,omitempty" maxItems:"20" doc:"what else is changed with it"`
	Reason   string `json:"reason" minLength:"1" maxLength:"200"`
}

// Adjustment asks for other means at the same time: rooms, assistants, devices, a smaller picture, no recording.
type Adjustment struct {
	Swaps  []Swap `json:"swaps" minItems:"1" maxItems:"20"`
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// MakeUp (补课) asks for a lesson instead of one that was cancelled or missed.
type MakeUp struct {
	When
	Lecturer string `json:"lecturer,omitempty" maxLength:"64" doc:"default: as in the lost lesson"`
	Swaps    []Swap `json:"swaps,omitempty" maxItems:"20"`
	Reason   string `json:"reason" minLength:"1" maxLength:"200"`
}

// LessonOptions are what a lesson could be changed to in one week, and what speaks against it.
type LessonOptions struct {
	Times     []LessonTime     `json:"times"`
	Lecturers []LessonLecturer `json:"lecturers" doc:"who else could teach it at its time"`
}

// LessonTime is a time inside a period of every school of the lesson.
type LessonTime struct {
	Date    string       `json:"date" format:"date"`
	Start   time.Time    `json:"start"`
	End     time.Time    `json:"end"`
	Periods []SlotPeriod `json:"periods" doc:"each school's own, the lead school's first"`
	Free    bool         `json:"free"`
	Past    bool         `json:"past" doc:"it has begun already"`
	Clashes []Clash      `json:"clashes"`
}

// LessonLecturer is a colleague of the lecturer.
type LessonLecturer struct {
	link.Named
	Free    bool    `json:"free"`
	Clashes []Clash `json:"clashes"`
}

type moveInput struct {
	ByID
	Based
	Body Move
}
type substitutionInput struct {
	ByID
	Based
	Body Substitution
}
type adjustmentInput struct {
	ByID
	Based
	Body Adjustment
}
type makeUpInput struct {
	ByID
	Based
	Body MakeUp
}
type optionsInput struct {
	ByID
	Week string `query:"week" format:"date" doc:"a day of the week whose times are wanted; default the lesson's"`
}
