package scheduler

import "time"

// TableFile is a file that somebody sends: Excel, CSV, CSES or FET.
type TableFile struct {
	Name string `json:"name" minLength:"1" maxLength:"200"`
	Data []byte `json:"data" doc:"content, base64, at most 4 MiB of it"`
}

// SheetMapping says how a sheet is to be read.
type SheetMapping struct {
	Form    string         `json:"form" enum:"list,grid,overview" doc:"a row for each lesson; the week of one class or teacher; all classes below each other"`
	Head    int            `json:"head" minimum:"0" maximum:"100" doc:"rows above the lessons"`
	Columns map[string]int `json:"columns" maxProperties:"7" doc:"weekday, period, weeks, subject, class, teacher, room to the column, from 0"`
	Whose   string         `json:"whose" enum:"class,teacher" doc:"whose weeks a grid or an overview shows"`
	Owner   string         `json:"owner" maxLength:"80" doc:"of a grid: whose week it is"`
}

// TimetableFile asks for the import of a school's own timetable, or for a preview of it.
type TimetableFile struct {
	File    TableFile     `json:"file"`
	Sheet   int           `json:"sheet,omitempty" minimum:"-1" maximum:"60" doc:"number of the sheet, from 0; -1: all of them, each read alike"`
	Mapping *SheetMapping `json:"mapping,omitempty" doc:"left out: guessed"`
	Owner   string        `json:"owner,omitempty" maxLength:"80" doc:"of a CSES file: the class whose week it is"`
	Replace string        `json:"replace,omitempty" enum:"classes,school" doc:"what the file takes the place of: the weeks of its classes (default), or all that the school has"`
}

// OwnLesson is a weekly lesson of a school's own timetable. Ids are empty where the school is not known to have what the name says.
type OwnLesson struct {
	Weekday   int    `json:"weekday"`
	Period    int    `json:"period"`
	Weeks     string `json:"weeks" doc:"every, odd, even, or 2/3: the second of every three weeks"`
	Subject   string `json:"subject"`
	Class     string `json:"class"`
	Teacher   string `json:"teacher"`
	Room      string `json:"room"`
	ClassID   string `json:"classId,omitempty"`
	TeacherID string `json:"teacherId,omitempty"`
	RoomID    string `json:"roomId,omitempty"`
}

// ImportFault is something about a row that somebody must mend, or should look at.
type ImportFault struct {
	Code  string     `json:"code"`
	Value string     `json:"value,omitempty" doc:"what the file says; of a lesson that is planned already its title"`
	Row   int        `json:"row,omitempty" doc:"the other row that is meant"`
	First *time.Time `json:"first,omitempty" doc:"of a lesson that is planned already: when it is for the first time"`
	Count int        `json:"count,omitempty" doc:"and on how many dates"`
}

// ImportRow is one lesson of the file.
type ImportRow struct {
	Sheet  string        `json:"sheet,omitempty"`
	Row    int           `json:"row,omitempty" doc:"from 1"`
	Column int           `json:"column,omitempty" doc:"from 1"`
	Lesson OwnLesson     `json:"lesson"`
	Faults []ImportFault `json:"faults" doc:"none: it can be taken over"`
	Notes  []ImportFault `json:"notes"`
}

// TimetablePreview is what an import would do.
type TimetablePreview struct {
	Version int           `json:"version" doc:"of the school: the import is based on it"`
	Format  string        `json:"format" enum:"sheet,cses,fet"`
	Sheets  []string      `json:"sheets"`
	Sheet   int           `json:"sheet"`
	Mapping *SheetMapping `json:"mapping,omitempty" doc:"as it was asked for, or guessed"`
	Sample  [][]string    `json:"sample" doc:"the beginning of the sheet"`
	Rows    []ImportRow   `json:"rows" doc:"those with faults first, at most 3000"`
	Good    int           `json:"good"`
	Bad     int           `json:"bad"`
	Noted   int           `json:"noted" doc:"rows that can be taken over and have notes"`
	ImportCount
}

// ImportCount is what changes.
type ImportCount struct {
	New  int `json:"new"`
	Same int `json:"same" doc:"there already"`
	Gone int `json:"gone" doc:"there now, and not in the file"`
}

// OwnTimetable is a school's own timetable.
type OwnTimetable struct {
	Version int         `json:"version" doc:"of the school: a change is based on it"`
	Lessons []OwnLesson `json:"lessons"`
	Origin  string      `json:"origin,omitempty" doc:"name of the file that was imported last"`
	At      string      `json:"at,omitempty" format:"date-time"`
}

// RosterFile asks for the import of a list of teachers, classes or rooms, or for a preview of it.
type RosterFile struct {
	Kind    string         `json:"kind" enum:"teachers,classes,rooms"`
	File    TableFile      `json:"file"`
	Sheet   int            `json:"sheet,omitempty" minimum:"0" maximum:"60"`
	Mapping *RosterMapping `json:"mapping,omitempty" doc:"left out: guessed"`
}

// RosterMapping says how a list is to be read.
type RosterMapping struct {
	Head    int            `json:"head" minimum:"0" maximum:"100" doc:"rows above the list"`
	Columns map[string]int `json:"columns" maxProperties:"5" doc:"name, login, role, grade, class to the column, from 0"`
}

// RosterRow is a row of a list.
type RosterRow struct {
	Row    int           `json:"row" doc:"from 1"`
	Name   string        `json:"name"`
	Login  string        `json:"login,omitempty"`
	Role   string        `json:"role,omitempty"`
	Grade  int           `json:"grade,omitempty"`
	Class  string        `json:"class,omitempty" doc:"of a room: lecturer, interactive or terminal"`
	State  string        `json:"state" enum:"new,same,changed,bad"`
	Faults []ImportFault `json:"faults"`
}

// RosterPreview is what the import of a list would do.
type RosterPreview struct {
	Version int            `json:"version" doc:"of the school: the import is based on it"`
	Sheets  []string       `json:"sheets"`
	Sheet   int            `json:"sheet"`
	Mapping *RosterMapping `json:"mapping"`
	Sample  [][]string     `json:"sample"`
	Rows    []RosterRow    `json:"rows"`
	RosterCount
}

// RosterCount is how many rows are of each state.
type RosterCount struct {
	New     int `json:"new"`
	Same    int `json:"same"`
	Changed int `json:"changed"`
	Bad     int `json:"bad"`
}

// RosterDone is what the import of a list did.
type RosterDone struct {
	RosterCount
	Accounts []NewAccount `json:"accounts" doc:"of new teachers: told this once"`
}

// NewAccount is the first password of somebody who was imported.
type NewAccount struct {
	Name     string `json:"name"`
	Login    string `json:"login"`
	Password string `json:"password"`
}
