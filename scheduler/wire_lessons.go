package scheduler

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/link"

	recording "github.com/tongtang/tongtang/recorder/link"
)

// Today is what is on for the caller on one day.
type Today struct {
	Date    string             `json:"date" format:"date" doc:"local to the district's zone"`
	Now     time.Time          `json:"now" doc:"the server's clock"`
	Lessons []link.DatedLesson `json:"lessons"`
}

// Lessons is a list of dated lessons, by start.
type Lessons struct {
	Lessons []link.DatedLesson `json:"lessons"`
}

// Cancellation says why a lesson is cancelled.
type Cancellation struct {
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// JoinRequest says as what the caller wants to enter.
type JoinRequest struct {
	As   string `json:"as,omitempty" enum:"person,room" doc:"room: the classroom's big screen, with its camera; default person"`
	Room string `json:"room,omitempty" maxLength:"64" doc:"as a room: which, for an assistant of several; default the first"`
}

// Resource is the course resource that a lesson left behind. Its id is the lesson's id.
type Resource struct {
	ID        string              `json:"id"`
	Title     string              `json:"title"`
	Subject   string              `json:"subject"`
	Grade     int                 `json:"grade"`
	Lecturer  string              `json:"lecturer"`
	School    string              `json:"school" doc:"name of the lead school"`
	Date      string              `json:"date" format:"date"`
	State     string              `json:"state" enum:"capturing,queued,composing,uploading,waiting,stored,failed"`
	Duration  float64             `json:"duration" doc:"seconds"`
	Poster    string              `json:"poster,omitempty" doc:"address"`
	Recording recording.Recording `json:"recording"`
}

// Resources is a list of course resources, the latest first.
type Resources struct {
	Resources []Resource `json:"resources"`
}

// ResourceDetail is a resource with the addresses to play it from.
type ResourceDetail struct {
	Resource
	HLS      string              `json:"hls,omitempty"`
	MP4      string              `json:"mp4,omitempty"`
	Chapters []recording.Chapter `json:"chapters"`
}

// Devices is a list of classroom devices.
type Devices struct {
	Devices []Device `json:"devices"`
}

// Device is an enrolled classroom PC.
type Device struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Room     link.Named        `json:"room"`
	School   link.Named        `json:"school"`
	LastSeen *time.Time        `json:"lastSeen,omitempty"`
	Online   bool              `json:"online" doc:"heard of within the last minute"`
	Version  string            `json:"version,omitempty"`
	Status   *link.AgentStatus `json:"status,omitempty"`
}

// EnrolmentRequest names the room in which the device will stand.
type EnrolmentRequest struct {
	Room string `json:"room" minLength:"1" maxLength:"64"`
}

// EnrolmentCode is read to whoever sits at the device. It works once.
type EnrolmentCode struct {
	Code    string    `json:"code"`
	Expires time.Time `json:"expires"`
}
