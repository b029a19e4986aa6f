package timetable

import (
	"slices"
	"time"
)

// Dimension is a way in which two lessons can be in each other's way.
type Dimension string

const (
	LecturerDim  Dimension = "lecturer"
	AssistantDim Dimension = "assistant"
	RoomDim      Dimension = "room"
	ClassDim     Dimension = "class"
)

// person is what lecturer and assistant have in common: who lectures cannot assist elsewhere at the same time.
const person Dimension = "person"

// Use is something that a lesson takes for itself.
type Use struct {
	Dimension Dimension
	ID        string
}

// Key is what must be free: the same for a person as lecturer and as assistant.
func (u Use) Key() Use {
	if u.Dimension == AssistantDim || u.Dimension == LecturerDim {
		u.Dimension = person
	}
	return u
}

// Booked is a lesson with what it takes, from Start until before End.
type Booked struct {
	Lesson     string
	Start, End time.Time
	Uses       []Use
}

// Clash says that Use is taken by Lesson at that time.
type Clash struct {
	Use        Use // as the new lesson uses it
	Lesson     string
	Start, End time.Time
}

// Index finds the clashes of a lesson among many. The zero Index is empty and ready. Not safe for concurrent use.
type Index struct {
	taken   map[Use][]span        // by start
	longest map[Use]time.Duration // of the spans
}

type span struct {
	start, end time.Time
	lesson     string
}

// Add books a lesson.
func (x *Index) Add(b Booked) {
	if x.taken == nil {
		x.taken, x.longest = map[Use][]span{}, map[Use]time.Duration{}
	}
	for _, u := range b.Uses {
		k := u.Key()
		s := span{b.Start, b.End, b.Lesson}
		at, _ := slices.BinarySearchFunc(x.taken[k], s.start, func(s span, t time.Time) int { return s.start.Compare(t) })
		x.taken[k] = slices.Insert(x.taken[k], at, s)
		x.longest[k] = max(x.longest[k], b.End.Sub(b.Start))
	}
}

// Clashes tells what of the lesson's uses is taken at its time, by which lesson, in order of time. The lesson itself is no clash.
func (x *Index) Clashes(b Booked) []Clash {
	var found []Clash
	for _, u := range b.Uses {
		spans := x.taken[u.Key()]
		from := b.Start.Add(-x.longest[u.Key()])
		at, _ := slices.BinarySearchFunc(spans, from, func(s span, t time.Time) int { return s.start.Compare(t) })
		for _, s := range spans[at:] {
			if !s.start.Before(b.End) {
				break
			}
			if s.end.After(b.Start) && s.lesson != b.Lesson {
				found = append(found, Clash{u, s.lesson, s.start, s.end})
			}
		}
	}
	return found
}
