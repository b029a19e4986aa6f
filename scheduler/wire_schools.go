package scheduler

import "github.com/tongtang/tongtang/scheduler/link"

// School is a school as everyone in its area sees it.
type School struct {
	ID        string `json:"id"`
	Code      string `json:"code" doc:"school code (一校一码)"`
	Name      string `json:"name"`
	AreaName  string `json:"areaName" doc:"the area it stands in"`
	Kind      string `json:"kind" enum:"urban,rural"`
	Stage     string `json:"stage" enum:"primary,junior,senior"`
	Zone      string `json:"zone" doc:"IANA time zone"`
	TermStart string `json:"termStart" format:"date"`
	Version   int    `json:"version" doc:"a change is based on: its ETag"`
	Place
	Contract
}

// Place is where a school stands. Without both of them it is unknown.
type Place struct {
	Lat *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90" doc:"degrees north"`
	Lon *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180" doc:"degrees east"`
}

// Contract is what live media may take of a school's line. Coordinators, operators and the school's administrators see it.
type Contract struct {
	DownKbps int `json:"downKbps,omitempty" minimum:"256" maximum:"1000000" doc:"kbit/s that all its viewers take together; left out: what the server allows every school"`
	UpKbps   int `json:"upKbps,omitempty" minimum:"256" maximum:"1000000" doc:"kbit/s that all its sources send together; left out: what the server allows every school"`
}

// Schools is a list of schools.
type Schools struct {
	Schools []School `json:"schools"`
}

// SchoolDetail is a school with what belongs to it.
type SchoolDetail struct {
	School
	Term            Term              `json:"term"`
	Rooms           []link.Room       `json:"rooms"`
	Classes         []Class           `json:"classes"`
	Groups          []Group           `json:"groups" doc:"teaching groups"`
	PortableDevices []PortableDevice  `json:"portableDevices" doc:"that the school lends to lessons"`
	Bells           []Period          `json:"bells" doc:"the bell schedule of an ordinary day"`
	RoomCalendars   map[string]string `json:"roomCalendars,omitempty" doc:"secret addresses of the rooms' iCalendar feeds, by room id"`
	Calendar        string            `json:"calendar,omitempty" doc:"secret address of the school's iCalendar feed"`
}

// Term is a school's running term. Weeks are counted from the week of week1.
type Term struct {
	Name  string `json:"name" minLength:"1" maxLength:"60"`
	From  string `json:"from" format:"date"`
	To    string `json:"to" format:"date"`
	Week1 string `json:"week1" format:"date" doc:"a day of the school's own week 1"`
}

// Class is a class of pupils.
type Class struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Grade int    `json:"grade"`
	BellSet
}

// Period is one row of a bell schedule, in local time.
type Period struct {
	No     int    `json:"no" minimum:"0" maximum:"30" doc:"number of the period; 0 for rows that are no lessons"`
	Name   string `json:"name" minLength:"1" maxLength:"40"`
	Start  string `json:"start" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	End    string `json:"end" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	Lesson bool   `json:"lesson" doc:"false: a break, reading, noon rest ..."`
}

// CalendarAddress is the secret address of an iCalendar feed.
type CalendarAddress struct {
	URL string `json:"url"`
}
