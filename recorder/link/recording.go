// Package link is what the recorder tells the rest of the house about each lesson's recording.
package link

import "time"

// State of a recording. It moves capturing → queued → composing → uploading → stored; waiting is "uploading, but the store is away"; failed keeps its
// captures and says why.
type State string

const (
	Capturing State = "capturing"
	Queued    State = "queued"
	Composing State = "composing"
	Uploading State = "uploading"
	Waiting   State = "waiting"
	Stored    State = "stored"
	Failed    State = "failed"
)

// Recording stands in the bucket bus.RecordingsBucket under its lesson's id.
type Recording struct {
	Lesson   string  `json:"lesson"`
	State    State   `json:"state"`
	Percent  float64 `json:"percent"`            // 0–100 of the present state
	SecsLeft float64 `json:"secsLeft,omitempty"` // estimate, seconds
	Reason   string  `json:"reason,omitempty"`   // why it waits or failed: a problem code such as store-away, disk-full, nothing-captured
	Attempt  int     `json:"attempt,omitempty"`

	// Unrecorded are sources whose picture was in a codec that is not recorded (anything but H.264); their voice is there.
	Unrecorded []string `json:"unrecorded,omitempty"`

	// The rest is there once it is stored.
	Duration   float64     `json:"duration,omitempty"` // seconds
	Bytes      int64       `json:"bytes,omitempty"`    // of all files
	HLS        string      `json:"hls,omitempty"`      // key of the master playlist in the object store: resources/{lesson}/hls/master.m3u8
	MP4        string      `json:"mp4,omitempty"`
	Poster     string      `json:"poster,omitempty"`
	Renditions []Rendition `json:"renditions,omitempty"`
	Chapters   []Chapter   `json:"chapters,omitempty"`
	StoredAt   *time.Time  `json:"storedAt,omitempty"`
}

// Rendition is one picture size of the recording.
type Rendition struct {
	Height  int `json:"height"`  // pixels
	Bitrate int `json:"bitrate"` // bit/s, video and audio
}

// Chapter begins where a slide was shown, or the floor was given.
type Chapter struct {
	Start float64 `json:"start"` // seconds from the beginning
	Title string  `json:"title"`
	Kind  string  `json:"kind"` // slide | floor
}
