package pairing

import (
	"math"
	"slices"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Need is what a class lacks: so many periods a week of a subject for which its school has no teacher.
type Need struct {
	ID        string
	School    School
	Class     string
	Set       timetable.Set // whose bells the class has
	Subject   string
	Grade     int
	Periods   int    // a week
	Edition   string // of the textbook (教材版本); "": whichever
	Unit      int    // of the book, to which the class has come; 0: unknown
	Room      string // in which it takes part
	Listens   bool   // the room only receives (终端教室)
	Assistant string // who sits with the class; "": not named yet
	Line      Line   // as tested; zero: unknown
	Language  string // of teaching, such as "zh", "bo"; "": whichever
	Blocked   []Cell // in which the class cannot
}

// Offer is a teacher of a lead school who can give lessons to other schools.
type Offer struct {
	ID         string
	Teacher    string
	School     School
	Set        timetable.Set // whose bells the teacher has
	Subject    string
	Grades     []int
	Edition    string // "": whichever
	Unit       int    // to which the teacher's own classes have come; 0: unknown
	AnyEdition bool   // willing to teach by another edition too
	Free       []Cell // in which alone the teacher can; none: whenever not blocked
	Blocked    []Cell
	Cap, Load  int // periods a week: how many at most, and how many there are now
	Rooms      []string
	Languages  []string // none: unknown
}

// Cell is a period of the week, by the own school's number.
type Cell struct {
	Weekday int `json:"weekday"` // 1–7
	Period  int `json:"period"`
}

// Line is what a school's line carries, or a room needs of it, in kbit/s.
type Line struct {
	Down int `json:"down"`
	Up   int `json:"up"`
}

// Place is where a school stands, in degrees. The zero Place is unknown.
type Place struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// km is the distance along the ground (haversine).
func (p Place) km(o Place) float64 {
	const radius = 6371.0
	rad := func(deg float64) float64 { return deg * math.Pi / 180 }
	h := math.Pow(math.Sin(rad(o.Lat-p.Lat)/2), 2) + math.Cos(rad(p.Lat))*math.Cos(rad(o.Lat))*math.Pow(math.Sin(rad(o.Lon-p.Lon)/2), 2)
	return 2 * radius * math.Asin(math.Sqrt(min(h, 1)))
}

// Policy is what an area decided about its lessons.
type Policy struct {
	Rooms      int  `json:"rooms"`      // receiving rooms of one lesson at most
	Minutes    int  `json:"minutes"`    // length of a lesson: the periods of all schools have that much in common
	Minimum    int  `json:"minimum"`    // or this much, where the periods of all begin together; 0: not agreed
	Held       int  `json:"held"`       // permille of the days that all schools teach, on which a weekly slot must hold
	AnyEdition bool `json:"anyEdition"` // the coordinator overrides the editions
	Line       Line `json:"line"`       // that one receiving room needs
}

// DefaultPolicy is for where nothing was decided: a primary school's lesson for up to three rooms, on nine of ten days at least.
var DefaultPolicy = Policy{Rooms: 3, Minutes: 40, Minimum: 35, Held: 900, Line: Line{Down: 2500, Up: 1500}}

// Lead is what a lesson takes of the lead school's line: it sends what each receives, once, and gets back what one sends.
func (p Policy) Lead() Line { return Line{Down: p.Line.Up, Up: p.Line.Down} }

// Receiving is what the need's room takes of its school's line.
func (p Policy) Receiving(n Need) Line {
	if n.Listens {
		return Line{Down: p.Line.Down}
	}
	return p.Line
}

// PerDay is how many lessons of a need a day has at most: as few as its periods allow in a school week.
func (n Need) PerDay() int { return (n.Periods + 4) / 5 }

// Open tells whether the teacher can in that period of the week.
func (o Offer) Open(c Cell) bool {
	return !slices.Contains(o.Blocked, c) && (len(o.Free) == 0 || slices.Contains(o.Free, c))
}

// Open tells whether the class can in that period of the week.
func (n Need) Open(c Cell) bool { return !slices.Contains(n.Blocked, c) }
