package link

import "time"

// Named is a thing that has an id, and the name that people read.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// DatedLesson is a lesson as the HTTP API tells it to one caller: canStart, canJoin and mine are about that caller.
type DatedLesson struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Subject    string            `json:"subject"`
	Grade      int               `json:"grade" doc:"school year, 1-12"`
	Kind       string            `json:"kind" enum:"delivered,master,open"`
	State      State             `json:"state" enum:"planned,live,ended,cancelled,missed"`
	Start      time.Time         `json:"start"`
	End        time.Time         `json:"end"`
	StartedAt  *time.Time        `json:"startedAt,omitempty"`
	EndedAt    *time.Time        `json:"endedAt,omitempty"`
	Course     string            `json:"course,omitempty" doc:"id of its course; none: a single lesson"`
	Extra      bool              `json:"extra" doc:"an extra lesson outside the weekly slots (补课)"`
	Lecturer   Named             `json:"lecturer"`
	School     Named             `json:"school" doc:"the lead school"`
	Rooms      []LessonRoom      `json:"rooms" doc:"the lecturer's room first"`
	Reason     string            `json:"reason,omitempty" doc:"why it was changed last, or cancelled"`
	InsteadOf  *Named            `json:"insteadOf,omitempty" doc:"the lecturer by plan, when another teaches (代课)"`
	MovedFrom  *time.Time        `json:"movedFrom,omitempty" doc:"its start by plan (调课)"`
	Replaces   *OtherLesson      `json:"replaces,omitempty" doc:"the lesson that it makes up for (补课)"`
	ReplacedBy *OtherLesson      `json:"replacedBy,omitempty" doc:"the lesson that makes up for it"`
	Devices    []Named           `json:"devices" doc:"portable ones that it borrows"`
	Picture    string            `json:"picture" enum:"full,small" doc:"that the schools' lines are planned for"`
	Record     bool              `json:"record"`
	Version    int               `json:"version" doc:"a change is based on: its ETag"`
	CanStart   bool              `json:"canStart"`
	CanJoin    bool              `json:"canJoin"`
	Mine       string            `json:"mine,omitempty" doc:"the caller's role in it; none: may see it, does not belong to it" enum:"lecturer,assistant,room,student,observer"`
	Recording  *RecordingSummary `json:"recording,omitempty"`
}

// OtherLesson is a lesson that another one speaks of.
type OtherLesson struct {
	ID    string    `json:"id"`
	Start time.Time `json:"start"`
}

// LessonRoom is one room of a dated lesson.
type LessonRoom struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Class      RoomClass   `json:"class" enum:"lecturer,interactive,terminal"`
	School     string      `json:"school"`
	SchoolName string      `json:"schoolName"`
	Pupils     *Named      `json:"pupils,omitempty" doc:"class or teaching group"`
	Assistant  *Named      `json:"assistant,omitempty"`
	Period     *PeriodTime `json:"period,omitempty" doc:"that school's own period; none: outside its periods"`
}

// PeriodTime is one period (节次) of a school's day, in the school's local time.
type PeriodTime struct {
	No    int    `json:"no"`
	Name  string `json:"name"`
	Start string `json:"start" doc:"HH:MM"`
	End   string `json:"end" doc:"HH:MM"`
}

// RecordingSummary says how far a lesson's recording is.
type RecordingSummary struct {
	State    string  `json:"state" enum:"capturing,queued,composing,uploading,waiting,stored,failed"`
	Percent  float64 `json:"percent"`
	SecsLeft float64 `json:"secsLeft,omitempty"`
	Reason   string  `json:"reason,omitempty"`
}

// Join is what someone needs to enter a live lesson. The addresses are paths on the server. Repeat the request before Expires to stay.
type Join struct {
	Grant      string       `json:"grant"`
	Expires    time.Time    `json:"expires"`
	Role       string       `json:"role" enum:"lecturer,assistant,room,student,observer"`
	Lesson     DatedLesson  `json:"lesson"`
	Me         Named        `json:"me" doc:"the participant in the lesson: the grant's subject"`
	WHEP       string       `json:"whep"`
	Events     string       `json:"events"`
	WHIP       []WHIPSource `json:"whip" doc:"sources that the grant may publish"`
	ICEServers []ICEServer  `json:"iceServers"`
}

// WHIPSource is a source that may be published, and where.
type WHIPSource struct {
	Source string `json:"source"`
	URL    string `json:"url"`
}

// ICEServer is a STUN or TURN server (RTCIceServer of WebRTC).
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// Enrolment is what a device sends, once, with the code that a person read to it.
type Enrolment struct {
	Code string `json:"code" pattern:"^[0-9]{8}$" doc:"8 digits"`
	Name string `json:"name" minLength:"1" maxLength:"80" doc:"how the device calls itself, such as its host name"`
}

// Enrolled is the answer to an Enrolment. The key is told this once.
type Enrolled struct {
	Device string `json:"device"`
	Key    string `json:"key"`
	Room   Room   `json:"room"`
	Server string `json:"server" doc:"name of the server, for the local page"`
}

// AgentLessons are the lessons of a device's room in the next 7 days, and today's that are over.
type AgentLessons struct {
	Now     time.Time     `json:"now" doc:"the server's clock"`
	Room    Room          `json:"room"`
	Lessons []DatedLesson `json:"lessons"`
}

// AgentStatus is how a device is; it is shown on the Devices page.
type AgentStatus struct {
	Version       string         `json:"version" maxLength:"40"`
	Cameras       []CameraStatus `json:"cameras" maxItems:"8"`
	MicrophoneDB  *float64       `json:"microphoneDb,omitempty" minimum:"-200" maximum:"20" doc:"dBFS; none: no microphone"`
	ClockOffsetMs float64        `json:"clockOffsetMs,omitempty" minimum:"-1e12" maximum:"1e12" doc:"device minus server, ms"`
	DiskFree      int64          `json:"diskFree,omitempty" minimum:"0" doc:"bytes"`
}

// CameraStatus is how one camera of a device is.
type CameraStatus struct {
	Name   string `json:"name" maxLength:"40"`
	State  string `json:"state" maxLength:"40"`
	Detail string `json:"detail,omitempty" maxLength:"300"`
}
