package scheduler

import "github.com/tongtang/tongtang/scheduler/link"

// HolidayFile asks for the import of a national holiday file (节假日安排) as an area's defaults, or for a preview of it.
type HolidayFile struct {
	File    TableFile       `json:"file" doc:"JSON: [{date, name, isOffDay}], or a document with such a list under days; at most 128 KiB"`
	Choices []HolidayChoice `json:"choices,omitempty" maxItems:"500" doc:"what people decided about days of the file; a make-up day needs one unless the area decided already what it follows"`
	Outside bool            `json:"outside,omitempty" doc:"take over days that lie in no school's term, too"`
}

// HolidayChoice is what people decided about a day of the file.
type HolidayChoice struct {
	Date    string `json:"date" format:"date"`
	Kind    string `json:"kind" enum:"like,open,keep" doc:"a make-up day follows another weekday; each school decides for itself; the day stays as it is now"`
	Weekday int    `json:"weekday,omitempty" minimum:"1" maximum:"7" doc:"of like"`
	Week    int    `json:"week,omitempty" minimum:"1" maximum:"60" doc:"of like: the week whose cycle counts; left out: the day's own"`
}

// HolidayPreview is a holiday file as a difference to what holds for the area.
type HolidayPreview struct {
	Version int          `json:"version" doc:"of the area: the import is based on it"`
	From    string       `json:"from,omitempty" format:"date" doc:"first day of the schools' terms"`
	To      string       `json:"to,omitempty" format:"date"`
	Rows    []HolidayRow `json:"rows" doc:"those with faults first, then by date"`
	HolidayCount
}

// HolidayCount is how many rows are of each state. Those outside the term count nowhere else.
type HolidayCount struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Bad     int `json:"bad"`
	Outside int `json:"outside"`
}

// HolidayRow is a day of the file.
type HolidayRow struct {
	Row        int           `json:"row" doc:"from 1"`
	Date       string        `json:"date,omitempty" format:"date"`
	Name       string        `json:"name"`
	Off        bool          `json:"off" doc:"false: a make-up day (调休)"`
	State      string        `json:"state" enum:"new,changed,same,bad" doc:"beside what holds now; same for a make-up day: it is decided what it follows"`
	Outside    bool          `json:"outside" doc:"in no school's term"`
	Now        *Decision     `json:"now,omitempty" doc:"what holds for the area"`
	NowBy      *link.Named   `json:"nowBy,omitempty" doc:"the area that decided it"`
	Own        int           `json:"own" doc:"schools of the area for which something else was decided nearer; they keep it"`
	Suggestion *HolidayTwin  `json:"suggestion,omitempty" doc:"of a make-up day: what is usual"`
	Faults     []ImportFault `json:"faults"`
}

// HolidayTwin is the day whose timetable a make-up day would follow.
type HolidayTwin struct {
	Date    string `json:"date" format:"date" doc:"the school day that the holiday took"`
	Weekday int    `json:"weekday"`
	Week    int    `json:"week,omitempty" doc:"the week of that day, where all schools count it alike"`
}

type holidayPreviewInput struct {
	ByID
	Body HolidayFile
}

type holidayInput struct {
	PreviewByID
	Body HolidayFile
}
