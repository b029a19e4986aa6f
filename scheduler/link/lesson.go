// Package link is what the scheduler tells the rest of the house: the lessons that other services must know (through the bus) and the
// HTTP client of the classroom agent.
package link

import "time"

// State of a lesson. It moves planned → live → ended, or planned → cancelled, or planned → missed.
type State string

const (
	Planned   State = "planned"
	Live      State = "live"
	Ended     State = "ended"
	Cancelled State = "cancelled"
	Missed    State = "missed" // its time went by and nobody started it
)

// RoomClass is what a room can do in a lesson.
type RoomClass string

const (
	LecturerRoom    RoomClass = "lecturer"    // 主讲教室
	InteractiveRoom RoomClass = "interactive" // 听课互动教室: sends and receives, can be called on
	TerminalRoom    RoomClass = "terminal"    // 终端教室: watches, raises a hand
)

// Room is one room of a lesson.
type Room struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Class      RoomClass `json:"class"`
	School     string    `json:"school"`
	SchoolName string    `json:"schoolName"`
}

// Lesson is a dated lesson as the SFU, the recorder and the agent see it. It stands in the bucket bus.LessonsBucket under its id, from the
// moment it is live (or ended); a lesson that is not there is not on air.
type Lesson struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Subject  string    `json:"subject"` // 学科, such as 数学
	Kind     string    `json:"kind"`    // delivered | master | open: 专递课堂, 名师课堂, 名校网络课堂
	State    State     `json:"state"`
	Start    time.Time `json:"start"`    // on the timetable, UTC
	End      time.Time `json:"end"`      // on the timetable, UTC
	Lecturer string    `json:"lecturer"` // name
	Rooms    []Room    `json:"rooms"`    // the lecturer's first
	Record   bool      `json:"record"`

	StartedAt *time.Time `json:"startedAt,omitempty"`
	EndedAt   *time.Time `json:"endedAt,omitempty"`
}
