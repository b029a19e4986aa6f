package scheduler

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// Need (需求) is what a class lacks: so many periods a week of a subject.
type Need struct {
	ID        string      `json:"id"`
	School    link.Named  `json:"school"`
	Class     link.Named  `json:"class"`
	Grade     int         `json:"grade"`
	Subject   string      `json:"subject"`
	Periods   int         `json:"periods" doc:"a week"`
	Met       float64     `json:"met" doc:"periods a week that courses give"`
	Edition   string      `json:"edition,omitempty"`
	Unit      int         `json:"unit,omitempty"`
	Room      *link.Named `json:"room,omitempty"`
	Assistant *link.Named `json:"assistant,omitempty"`
	Language  string      `json:"language,omitempty"`
	DownKbps  int         `json:"downKbps,omitempty"`
	UpKbps    int         `json:"upKbps,omitempty"`
	Tested    *time.Time  `json:"tested,omitempty" doc:"when the network was tested"`
	Blocked   []db.Cell   `json:"blocked" doc:"in which the class cannot"`
	Note      string      `json:"note,omitempty"`
	Version   int         `json:"version" doc:"a change is based on: its ETag"`
	May       bool        `json:"may" doc:"the caller may change it"`
}

// Needs is a list of needs.
type Needs struct {
	Needs []Need `json:"needs"`
}

// NewNeed is a need as it is written.
type NewNeed struct {
	School    string    `json:"school" minLength:"1" maxLength:"64"`
	Class     string    `json:"class" minLength:"1" maxLength:"64"`
	Subject   string    `json:"subject" minLength:"1" maxLength:"40"`
	Periods   int       `json:"periods" minimum:"1" maximum:"20" doc:"a week"`
	Edition   string    `json:"edition,omitempty" maxLength:"40" doc:"of the textbook (教材版本); left out: whichever"`
	Unit      int       `json:"unit,omitempty" minimum:"0" maximum:"99" doc:"of the book, to which the class has come"`
	Room      string    `json:"room,omitempty" maxLength:"64" doc:"in which the class takes part"`
	Assistant string    `json:"assistant,omitempty" maxLength:"64" doc:"who sits with the class"`
	Language  string    `json:"language,omitempty" maxLength:"20" doc:"of teaching, BCP 47; left out: whichever"`
	DownKbps  int       `json:"downKbps,omitempty" minimum:"0" maximum:"10000000" doc:"kbit/s, as the network test found it"`
	UpKbps    int       `json:"upKbps,omitempty" minimum:"0" maximum:"10000000"`
	Blocked   []db.Cell `json:"blocked,omitempty" maxItems:"100"`
	Note      string    `json:"note,omitempty" maxLength:"300"`
}

// Offer (供给) is what a lecturer can give to other schools.
type Offer struct {
	ID         string       `json:"id"`
	School     link.Named   `json:"school"`
	Lecturer   link.Named   `json:"lecturer"`
	Subject    string       `json:"subject"`
	Grades     []int        `json:"grades"`
	Edition    string       `json:"edition,omitempty"`
	AnyEdition bool         `json:"anyEdition"`
	Unit       int          `json:"unit,omitempty"`
	Rooms      []link.Named `json:"rooms"`
	Languages  []string     `json:"languages"`
	Cap        int          `json:"cap" doc:"periods a week at most"`
	OwnLoad    int          `json:"ownLoad" doc:"periods a week at the own school"`
	Load       float64      `json:"load" doc:"periods a week of courses"`
	Free       []db.Cell    `json:"free" doc:"in which alone the lecturer can; none: whenever not blocked"`
	Blocked    []db.Cell    `json:"blocked"`
	Note       string       `json:"note,omitempty"`
	Version    int          `json:"version" doc:"a change is based on: its ETag"`
	May        bool         `json:"may" doc:"the caller may change it"`
}

// Offers is a list of offers.
type Offers struct {
	Offers []Offer `json:"offers"`
}

// NewOffer is an offer as it is written.
type NewOffer struct {
	School     string    `json:"school" minLength:"1" maxLength:"64"`
	Lecturer   string    `json:"lecturer" minLength:"1" maxLength:"64"`
	Subject    string    `json:"subject" minLength:"1" maxLength:"40"`
	Grades     []int     `json:"grades" minItems:"1" maxItems:"12" uniqueItems:"true" minimum:"1" maximum:"12"`
	Edition    string    `json:"edition,omitempty" maxLength:"40"`
	AnyEdition bool      `json:"anyEdition,omitempty" doc:"willing to teach by another edition too"`
	Unit       int       `json:"unit,omitempty" minimum:"0" maximum:"99"`
	Rooms      []string  `json:"rooms" minItems:"1" maxItems:"10" uniqueItems:"true" maxLength:"64" doc:"lecturer rooms of the school"`
	Languages  []string  `json:"languages,omitempty" maxItems:"5" uniqueItems:"true" maxLength:"20" doc:"BCP 47"`
	Cap        int       `json:"cap" minimum:"1" maximum:"40" doc:"periods a week at most, the own school's included"`
	OwnLoad    int       `json:"ownLoad,omitempty" minimum:"0" maximum:"40" doc:"periods a week at the own school"`
	Free       []db.Cell `json:"free,omitempty" maxItems:"100"`
	Blocked    []db.Cell `json:"blocked,omitempty" maxItems:"100"`
	Note       string    `json:"note,omitempty" maxLength:"300"`
}
