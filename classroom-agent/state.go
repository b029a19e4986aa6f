package agent

import "time"

// State is everything the local page shows. GET /local/state answers it, GET /local/events (server-sent events, no event name, `data:` is
// one State) pushes it whenever it changed, at most 5 times a second.
type State struct {
	Version    string      `json:"version"`
	Enrolled   bool        `json:"enrolled"` // false: this computer must be enrolled first; Problem says why
	Room       *Room       `json:"room,omitempty"`
	Server     ServerState `json:"server"`
	Cameras    []Camera    `json:"cameras"` // in the order of the configuration; the first is the lecturer's picture
	Microphone Microphone  `json:"microphone"`
	Lessons    []Lesson    `json:"lessons"` // of today (local time of this computer) and what is live, by start
	AutoStart  bool        `json:"autoStart"`
	OnAir      *OnAir      `json:"onAir,omitempty"`
	Checks     []Check     `json:"checks"`
}

// Room is the classroom that this computer stands in.
type Room struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Class      string `json:"class"` // lecturer | interactive | terminal
	School     string `json:"school"`
	SchoolName string `json:"schoolName"`
}

// ServerState tells about the line to the Tongtang server.
type ServerState struct {
	URL           string `json:"url"`
	Reachable     bool   `json:"reachable"`
	ClockOffsetMs int64  `json:"clockOffsetMs"`     // server's clock minus this computer's; ± 0.5 s exact
	Problem       string `json:"problem,omitempty"` // code: server-away | key-refused | not-enrolled
}

// CameraState is one word about a camera.
type CameraState string

const (
	CameraConnecting CameraState = "connecting" // first try, or back after a loss
	CameraOK         CameraState = "ok"         // pictures arrive
	CameraLost       CameraState = "lost"       // was there, or its address answers no more; tried again by itself
	CameraWrong      CameraState = "wrong"      // somebody must change the configuration or the camera
)

// Camera is one camera of the configuration.
type Camera struct {
	Name   string      `json:"name"`
	State  CameraState `json:"state"`
	Detail string      `json:"detail,omitempty"` // code: camera-away, camera-refused, camera-silent, address-invalid, path-unknown, password-wrong, no-video, codec-unknown, conversion-failed
	Main   *Stream     `json:"main,omitempty"`   // there once it has sent a picture
	Sub    *Stream     `json:"sub,omitempty"`

	// The same of the main stream, for a page that shows one line.
	Codec   string  `json:"codec,omitempty"` // H264 | H265
	Width   int     `json:"width,omitempty"`
	Height  int     `json:"height,omitempty"`
	FPS     float64 `json:"fps,omitempty"`     // frames in the last 2 s, divided by 2
	Bitrate int     `json:"bitrate,omitempty"` // bit/s over the last 2 s
	Audio   string  `json:"audio,omitempty"`   // AAC | G711 | Opus; "" when it has no microphone
}

// Stream is one of the two RTSP streams of a camera.
type Stream struct {
	Codec     string  `json:"codec"` // H264 | H265
	Converted bool    `json:"converted"`
	Width     int     `json:"width"`
	Height    int     `json:"height"`
	FPS       float64 `json:"fps"`
	Bitrate   int     `json:"bitrate"` // bit/s as received
}

// Microphone is the level of the camera that is marked as the microphone.
type Microphone struct {
	Present    bool    `json:"present"`
	DB         float64 `json:"db"`         // RMS over the last 100 ms, dBFS; -96 is silence
	SilentSecs float64 `json:"silentSecs"` // how long it has been below -60 dBFS
}

// Lesson is one lesson of the timetable.
type Lesson struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Subject  string    `json:"subject"`
	Grade    int       `json:"grade,omitempty"` // school year, 1–12
	Kind     string    `json:"kind"`
	State    string    `json:"state"` // planned | live | ended | cancelled | missed
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	Lecturer string    `json:"lecturer"`
	Rooms    []Room    `json:"rooms"`
	CanStart bool      `json:"canStart"` // this room may start it, now
	CanStop  bool      `json:"canStop"`  // this room may stop it, now
	Stopped  bool      `json:"stopped"`  // was stopped at this computer: will not start by itself
}

// OnAirState is one word about the publication.
type OnAirState string

const (
	OnAirConnecting OnAirState = "connecting" // asks for the grant, or is on its way to the SFU
	OnAirLive       OnAirState = "live"       // every camera that works is at the SFU
	OnAirLost       OnAirState = "lost"       // was live; tries again by itself
)

// OnAir is the lesson that this computer publishes.
type OnAir struct {
	Lesson  string     `json:"lesson"`
	Title   string     `json:"title"`
	Since   time.Time  `json:"since"`
	State   OnAirState `json:"state"`
	Problem string     `json:"problem,omitempty"` // code of the last refusal or fault: server-away, source-taken, …
	Sources []OnSource `json:"sources"`
	Viewers *int       `json:"viewers,omitempty"` // participants in the lesson without this room, when known
}

// OnSource is one source at the SFU.
type OnSource struct {
	Name    string     `json:"name"`
	State   OnAirState `json:"state"`
	Problem string     `json:"problem,omitempty"`
	Layers  []string   `json:"layers"`  // h, l; one empty name without simulcast
	Bitrate int        `json:"bitrate"` // bit/s handed to the line over the last 2 s
}

// CheckName names one line of the self-check.
type CheckName string

const (
	CheckMicrophone CheckName = "microphone" // value: dBFS
	CheckPicture    CheckName = "picture"    // value: mean brightness 0–255 of the first camera
	CheckDisk       CheckName = "disk"       // value: free bytes where the data folder is
	CheckClock      CheckName = "clock"      // value: offset in ms
	CheckUplink     CheckName = "uplink"     // value: round trip to the server in ms
)

// Check is one line of the self-check. Code chooses the sentence; it is "ok" when OK.
type Check struct {
	Name  CheckName `json:"name"`
	OK    bool      `json:"ok"`
	Code  string    `json:"code"` // ok | waiting | microphone-silent | microphone-missing | picture-black | picture-missing | disk-low | disk-full | clock-off | server-away | uplink-poor
	Value *float64  `json:"value,omitempty"`
}

// The preview is no JSON: POST /local/preview[?camera=NAME] takes and gives application/sdp, as WHEP does, but has no Location: a preview ends with its
// peer connection. The offer has one recvonly video and, if wanted, one recvonly audio m-line; all candidates are in the answer (no trickle).
//
// POST /local/lessons/{id}/start and /stop (no body, header "X-Tongtang: 1") answer 200 with the State, or a problem document:
// 404 lesson-unknown, 409 not-enrolled | too-early | already-ended | not-live | other-lesson-live, 502 server-away, or the server's own problem.
//
// POST /local/enrol {"server": "https://…", "code": "12345678"} answers 200 with the State; 401 code-wrong, 410 code-expired, 429, 502 server-away, 422 server-invalid.
// Every POST is application/json or application/sdp, or has the header "X-Tongtang: 1".
