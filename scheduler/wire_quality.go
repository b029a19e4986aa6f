package scheduler

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/quality"
)

// LessonQuality is how the lines of a lesson's rooms were, in steps of time.
type LessonQuality struct {
	From   time.Time     `json:"from" doc:"where the steps begin"`
	To     time.Time     `json:"to" doc:"end of the lesson, or now"`
	Step   int           `json:"step" doc:"length of a step, s"`
	Fair   QualityLimits `json:"fair" doc:"above one of these a line is fair"`
	Poor   QualityLimits `json:"poor" doc:"above one of these it is poor"`
	Groups []LineGroup   `json:"groups" doc:"the lesson's rooms, the lecturer's first, each followed by those of its school who watch by themselves"`
}

// QualityLimits are where a word for a line ends.
type QualityLimits struct {
	Loss      float64 `json:"loss" doc:"share of the packets, before repair"`
	RTT       float64 `json:"rtt" doc:"round trip, ms"`
	Frozen    float64 `json:"frozen" doc:"share of the time in which the picture stood still"`
	Concealed float64 `json:"concealed" doc:"share of the time in which voice was made up"`
	UpLoss    float64 `json:"upLoss" doc:"share of the packets that a room sends, after repair"`
}

// LineGroup is a room, or those of a school who watch by themselves.
type LineGroup struct {
	School  link.Named  `json:"school"`
	Room    *link.Named `json:"room,omitempty" doc:"none: people of the school by themselves"`
	Summary LineSummary `json:"summary"`
	Steps   []LineStep  `json:"steps" doc:"those of which something is known"`
}

// LineSummary is over every viewer's steps of the lesson.
type LineSummary struct {
	Loss             float64 `json:"loss" doc:"median, 0–1"`
	LossP95          float64 `json:"lossP95"`
	RTT              float64 `json:"rtt" doc:"median, ms; 0 unknown"`
	RTTP95           float64 `json:"rttP95"`
	FreezesPerMinute float64 `json:"freezesPerMinute"`
}

// LineStep is one step of time, of the viewer in the middle; of two it is the worse.
type LineStep struct {
	N       int          `json:"n" doc:"number of the step"`
	Word    quality.Word `json:"word" enum:"good,fair,poor"`
	Viewers int          `json:"viewers"`
	LineFigures
	Freezes int          `json:"freezes,omitempty" doc:"how often the picture stood still"`
	Frozen  float64      `json:"frozen,omitempty" doc:"share of the time, 0–1"`
	FPS     float64      `json:"fps,omitempty" doc:"pictures that were seen in a second"`
	Up      *LineFigures `json:"up,omitempty" doc:"of what the room sends"`
}

// LineFigures are of one direction. What is unknown is 0.
type LineFigures struct {
	Loss    float64 `json:"loss" doc:"0–1"`
	RTT     float64 `json:"rtt" doc:"ms"`
	Jitter  float64 `json:"jitter" doc:"ms"`
	Bitrate int     `json:"bitrate" doc:"bit/s"`
}
