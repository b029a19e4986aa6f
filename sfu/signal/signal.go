// Package signal is the language of a lesson: the commands that participants send, the events that every accepted command becomes, and
// the state that the events add up to. It is pure: no I/O, no clock. PROTOCOL.md describes it for others.
package signal

import (
	"encoding/json"
	"time"

	"github.com/tongtang/tongtang/internal/grant"
)

// EventType names what happened.
type EventType string

const (
	LessonStarted     EventType = "lesson.started"        // Data: none
	LessonEnded       EventType = "lesson.ended"          // Data: none
	ParticipantJoined EventType = "participant.joined"    // Data: Participant
	ParticipantLeft   EventType = "participant.left"      // Data: Ref
	SourceUp          EventType = "source.up"             // Data: Source
	SourceDown        EventType = "source.down"           // Data: Ref
	HandRaised        EventType = "hand.raised"           // Data: Ref of the participant
	HandLowered       EventType = "hand.lowered"          // Data: Ref of the participant
	FloorGiven        EventType = "floor.given"           // Data: Ref of the participant; lowers its hand
	FloorReturned     EventType = "floor.returned"        // Data: none
	SlideShown        EventType = "slide.shown"           // Data: Slide
	Said              EventType = "said"                  // Data: Words
	Forbidden         EventType = "interaction.forbidden" // 一键禁止互动: hands are lowered, the floor is returned. Data: none
	Allowed           EventType = "interaction.allowed"   // Data: none
)

// CommandType names what a participant asks for.
type CommandType string

const (
	RaiseHand   CommandType = "hand.raise"
	LowerHand   CommandType = "hand.lower"         // own, or with Ref another's (lecturer)
	GiveFloor   CommandType = "floor.give"         // Ref of a participant that has a source; lecturer only
	ReturnFloor CommandType = "floor.return"       // lecturer, or who has it
	ShowSlide   CommandType = "slide.show"         // Slide; lecturer only
	Say         CommandType = "say"                // Words
	Forbid      CommandType = "interaction.forbid" // lecturer only
	Allow       CommandType = "interaction.allow"  // lecturer only
)

// Event is one entry of the lesson log. Seq counts 1, 2, 3 … within the lesson, without a gap.
type Event struct {
	Seq    uint64          `json:"seq"`
	Time   time.Time       `json:"time"`             // server's clock, UTC
	Author string          `json:"author,omitempty"` // participant id; "" is the server itself
	Type   EventType       `json:"type"`
	Data   json.RawMessage `json:"data,omitempty"`
}

// Participant is a person or a room in the lesson. ID is the grant's subject.
type Participant struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Role    grant.Role `json:"role"`
	School  string     `json:"school,omitempty"`
	Room    string     `json:"room,omitempty"`
	Sources []string   `json:"sources,omitempty"` // names it may publish: not empty means it can be given the floor
}

// Slot is the kind of pane that a source belongs on.
type Slot string

const (
	LecturerSlot   Slot = "lecturer"
	CoursewareSlot Slot = "courseware"
	GuestSlot      Slot = "guest"
)

// Source is something published into the lesson. ID is the NAME of ?source=NAME, unique in the lesson.
type Source struct {
	ID          string   `json:"id"`
	Slot        Slot     `json:"slot"`
	Participant string   `json:"participant"`
	Name        string   `json:"name"` // shown
	School      string   `json:"school,omitempty"`
	Room        string   `json:"room,omitempty"`
	Video       bool     `json:"video"`
	Audio       bool     `json:"audio"`
	Layers      []string `json:"layers,omitempty"` // RIDs, best first; one empty name without simulcast
	Codec       string   `json:"codec,omitempty"`  // of the picture: h264, vp8, vp9, av1; missing in old logs, where it is h264
}

// Ref points to a participant or a source.
type Ref struct {
	ID string `json:"id"`
}

// Slide is what the courseware shows now. The recorder makes chapters of it.
type Slide struct {
	Page  int    `json:"page"`            // from 1
	Title string `json:"title,omitempty"` // ≤ 200 characters
}

// Words are said in writing to everyone in the lesson.
type Words struct {
	Text string `json:"text"` // 1–500 characters
}

// State is the sum of the events up to Seq. Everybody who has applied the same events has the same State, to the byte of its JSON.
type State struct {
	Seq          uint64                 `json:"seq"`
	Live         bool                   `json:"live"`
	Ended        bool                   `json:"ended"`
	Participants map[string]Participant `json:"participants"`
	Sources      map[string]Source      `json:"sources"`
	Hands        []string               `json:"hands"` // participant ids, who raised first stands first
	Floor        string                 `json:"floor"` // participant id, "" nobody
	Slide        *Slide                 `json:"slide"`
	Forbidden    bool                   `json:"forbidden"`
	Turns        map[string]int         `json:"turns"` // participant id → how often it had the floor: who had none?
	Said         []SaidWords            `json:"said"`  // the last 50
}

// SaidWords is a Said event as the state keeps it.
type SaidWords struct {
	Seq    uint64    `json:"seq"`
	Time   time.Time `json:"time"`
	Author string    `json:"author"`
	Name   string    `json:"name"`
	Text   string    `json:"text"`
}
