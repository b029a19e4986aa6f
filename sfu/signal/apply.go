package signal

import (
	"encoding/json"
	"fmt"
	"slices"
)

// saidKept is how many of the last words a State holds.
const saidKept = 50

// NewState is the state before the first event.
func NewState() *State {
	s := &State{}
	s.fill()
	return s
}

// fill gives every collection a value, so that the JSON of two equal states is equal too.
func (s *State) fill() {
	if s.Participants == nil {
		s.Participants = map[string]Participant{}
	}
	if s.Sources == nil {
		s.Sources = map[string]Source{}
	}
	if s.Turns == nil {
		s.Turns = map[string]int{}
	}
	if s.Hands == nil {
		s.Hands = []string{}
	}
	if s.Said == nil {
		s.Said = []SaidWords{}
	}
}

// Apply adds the next event. It refuses an event out of order or with broken data, and is then unchanged. An event of a type that it does
// not know only advances Seq, so that an older reader survives a newer writer.
func (s *State) Apply(e Event) error {
	s.fill()
	if e.Seq != s.Seq+1 {
		return fmt.Errorf("event %d cannot follow event %d", e.Seq, s.Seq)
	}
	change, known := changes[e.Type]
	if known {
		if err := change(s, e); err != nil {
			return fmt.Errorf("event %d %s: %w", e.Seq, e.Type, err)
		}
	}
	s.Seq = e.Seq
	return nil
}

// changes holds what each type of event does to the state.
var changes = map[EventType]func(*State, Event) error{
	LessonStarted:     func(s *State, _ Event) error { s.Live = true; return nil },
	LessonEnded:       func(s *State, _ Event) error { s.end(); return nil },
	ParticipantJoined: with(func(s *State, _ Event, p Participant) { s.Participants[p.ID] = p }),
	ParticipantLeft:   with(func(s *State, _ Event, r Ref) { s.leave(r.ID) }),
	SourceUp:          with(func(s *State, _ Event, src Source) { s.Sources[src.ID] = src }),
	SourceDown:        with(func(s *State, _ Event, r Ref) { delete(s.Sources, r.ID) }),
	HandRaised:        with(func(s *State, _ Event, r Ref) { s.raise(r.ID) }),
	HandLowered:       with(func(s *State, _ Event, r Ref) { s.lower(r.ID) }),
	FloorGiven:        with(func(s *State, _ Event, r Ref) { s.Floor = r.ID; s.Turns[r.ID]++; s.lower(r.ID) }),
	FloorReturned:     func(s *State, _ Event) error { s.Floor = ""; return nil },
	SlideShown:        with(func(s *State, _ Event, slide Slide) { s.Slide = &slide }),
	Said:              with(func(s *State, e Event, w Words) { s.say(e, w) }),
	Forbidden:         func(s *State, _ Event) error { s.Forbidden = true; s.Hands = []string{}; s.Floor = ""; return nil },
	Allowed:           func(s *State, _ Event) error { s.Forbidden = false; return nil },
}

// with decodes the event's data before the change.
func with[T any](change func(*State, Event, T)) func(*State, Event) error {
	return func(s *State, e Event) error {
		var data T
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return err
		}
		change(s, e, data)
		return nil
	}
}

func (s *State) end() {
	s.Live, s.Ended, s.Floor = false, true, ""
	s.Hands = []string{}
	s.Participants = map[string]Participant{}
	s.Sources = map[string]Source{}
}

// leave also lowers the participant's hand and returns its floor. Its sources have their own events; its turns stay counted.
func (s *State) leave(id string) {
	delete(s.Participants, id)
	s.lower(id)
	if s.Floor == id {
		s.Floor = ""
	}
}

func (s *State) raise(id string) {
	if !slices.Contains(s.Hands, id) {
		s.Hands = append(s.Hands, id)
	}
}

func (s *State) lower(id string) {
	s.Hands = slices.DeleteFunc(s.Hands, func(h string) bool { return h == id })
}

func (s *State) say(e Event, w Words) {
	name := e.Author
	if p, ok := s.Participants[e.Author]; ok && p.Name != "" {
		name = p.Name
	}
	s.Said = append(s.Said, SaidWords{Seq: e.Seq, Time: e.Time, Author: e.Author, Name: name, Text: w.Text})
	if over := len(s.Said) - saidKept; over > 0 {
		s.Said = slices.Delete(s.Said, 0, over)
	}
}

// Clone is a copy that shares nothing that Apply changes.
func (s *State) Clone() *State {
	c := *s
	c.Participants = make(map[string]Participant, len(s.Participants))
	for k, v := range s.Participants {
		c.Participants[k] = v
	}
	c.Sources = make(map[string]Source, len(s.Sources))
	for k, v := range s.Sources {
		c.Sources[k] = v
	}
	c.Turns = make(map[string]int, len(s.Turns))
	for k, v := range s.Turns {
		c.Turns[k] = v
	}
	c.Hands = append([]string{}, s.Hands...)
	c.Said = append([]SaidWords{}, s.Said...)
	return &c
}
