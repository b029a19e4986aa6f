package timetable

import "time"

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
