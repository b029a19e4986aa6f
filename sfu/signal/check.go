package signal

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
)

// Limits of what a command may carry.
const (
	maxWords = 500 // characters
	maxTitle = 200 // characters
	maxPage  = 10_000
)

// IsParticipant tells whether a bearer of the role takes part in the lesson: is listed, and may send commands.
func IsParticipant(r grant.Role) bool {
	switch r {
	case grant.Lecturer, grant.Assistant, grant.Room, grant.Student, grant.Observer:
		return true
	}
	return false
}

// Check judges a command of author in the present state. It returns the events that the command becomes, with type, author and data; none
// when the command asks for what is so already. The error is a *httpd.Problem.
func Check(s *State, author Participant, up Up) ([]Event, error) {
	if !IsParticipant(author.Role) {
		return nil, refuse("a %s sends no commands", author.Role)
	}
	if !s.Live {
		return nil, httpd.Fail(http.StatusConflict, "not-live", "the lesson is not live")
	}
	check, known := checks[CommandType(up.Type)]
	if !known {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "command-unknown", "there is no command %.40q", up.Type)
	}
	events, err := check(s, author, up.Data)
	for i := range events {
		events[i].Author = author.ID
	}
	return events, err
}

type checker func(s *State, author Participant, data json.RawMessage) ([]Event, error)

var checks = map[CommandType]checker{
	RaiseHand:   checkRaise,
	LowerHand:   checkLower,
	GiveFloor:   lecturerOnly(checkGive),
	ReturnFloor: checkReturn,
	ShowSlide:   lecturerOnly(checkSlide),
	Say:         checkSay,
	Forbid:      lecturerOnly(checkForbid),
	Allow:       lecturerOnly(checkAllow),
}

func lecturerOnly(c checker) checker {
	return func(s *State, author Participant, data json.RawMessage) ([]Event, error) {
		if author.Role != grant.Lecturer {
			return nil, refuse("only the lecturer may do this")
		}
		return c(s, author, data)
	}
}

func checkRaise(s *State, author Participant, _ json.RawMessage) ([]Event, error) {
	if author.Role == grant.Lecturer || author.Role == grant.Observer {
		return nil, refuse("a %s raises no hand", author.Role)
	}
	if s.Forbidden {
		return nil, errForbidden()
	}
	if slices.Contains(s.Hands, author.ID) || s.Floor == author.ID {
		return nil, nil
	}
	return one(HandRaised, Ref{author.ID}), nil
}

func checkLower(s *State, author Participant, data json.RawMessage) ([]Event, error) {
	ref := Ref{author.ID}
	if len(data) > 0 && string(data) != "null" {
		if err := decode(data, &ref); err != nil {
			return nil, err
		}
		if ref.ID == "" {
			ref.ID = author.ID
		}
	}
	if ref.ID != author.ID && author.Role != grant.Lecturer {
		return nil, refuse("only the lecturer lowers the hand of another")
	}
	if !slices.Contains(s.Hands, ref.ID) {
		return nil, nil
	}
	return one(HandLowered, ref), nil
}

func checkGive(s *State, _ Participant, data json.RawMessage) ([]Event, error) {
	var ref Ref
	if err := decode(data, &ref); err != nil {
		return nil, err
	}
	if s.Forbidden {
		return nil, errForbidden()
	}
	p, ok := s.Participants[ref.ID]
	switch {
	case !ok:
		return nil, httpd.Fail(http.StatusNotFound, "participant-unknown", "no such participant is in the lesson now")
	case p.Role == grant.Lecturer || len(p.Sources) == 0:
		return nil, httpd.Fail(http.StatusConflict, "no-source", "%s has no camera or microphone for the stage", p.Name)
	case s.Floor == ref.ID:
		return nil, nil
	}
	return one(FloorGiven, ref), nil
}

func checkReturn(s *State, author Participant, _ json.RawMessage) ([]Event, error) {
	switch {
	case s.Floor == "":
		return nil, nil
	case author.Role != grant.Lecturer && s.Floor != author.ID:
		return nil, refuse("only the lecturer or who has the floor returns it")
	}
	return one(FloorReturned, nil), nil
}

func checkSlide(s *State, _ Participant, data json.RawMessage) ([]Event, error) {
	var slide Slide
	if err := decode(data, &slide); err != nil {
		return nil, err
	}
	slide.Title = strings.TrimSpace(slide.Title)
	if slide.Page < 1 || slide.Page > maxPage || !printable(slide.Title, maxTitle) {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "command-invalid", "a slide has a page from 1 to %d and a title of at most %d characters", maxPage, maxTitle)
	}
	if s.Slide != nil && *s.Slide == slide {
		return nil, nil
	}
	return one(SlideShown, slide), nil
}

func checkSay(s *State, author Participant, data json.RawMessage) ([]Event, error) {
	var w Words
	if err := decode(data, &w); err != nil {
		return nil, err
	}
	w.Text = strings.TrimSpace(w.Text)
	if w.Text == "" || !printable(w.Text, maxWords) {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "command-invalid", "words have 1 to %d characters", maxWords)
	}
	if s.Forbidden && author.Role != grant.Lecturer && author.Role != grant.Assistant {
		return nil, errForbidden()
	}
	return one(Said, w), nil
}

func checkForbid(s *State, _ Participant, _ json.RawMessage) ([]Event, error) {
	if s.Forbidden {
		return nil, nil
	}
	return one(Forbidden, nil), nil
}

func checkAllow(s *State, _ Participant, _ json.RawMessage) ([]Event, error) {
	if !s.Forbidden {
		return nil, nil
	}
	return one(Allowed, nil), nil
}

// New makes an event with its data; the log gives it sequence and time.
func New(t EventType, author string, data any) Event {
	e := Event{Type: t, Author: author}
	if data != nil {
		e.Data, _ = json.Marshal(data) // the types of this package always marshal
	}
	return e
}

func one(t EventType, data any) []Event { return []Event{New(t, "", data)} }

func refuse(detail string, args ...any) error {
	return httpd.Fail(http.StatusForbidden, "not-allowed", detail, args...)
}

func errForbidden() error {
	return httpd.Fail(http.StatusConflict, "interaction-forbidden", "the lecturer has switched interaction off")
}

// decode is strict: a misspelt field is an error and not a silent default.
func decode(data json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return httpd.Fail(http.StatusUnprocessableEntity, "command-invalid", "the data of the command cannot be read: %v", err)
	}
	return nil
}

func printable(s string, limit int) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}
