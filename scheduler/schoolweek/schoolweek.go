// Package schoolweek reads a school's own weekly timetable out of what schools really have: Excel and CSV sheets of any columns, as a list, as
// the grid of one class, or as an overview of all; CSES; the result of FET. It says of every row what is wrong with it. It also writes such
// files, so that what was read can be read again. Pure.
package schoolweek

import (
	"cmp"
	"slices"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Lesson is one weekly lesson of a school's own timetable, in the school's own periods and weeks. Names are the school's where it has them, and
// otherwise those of the file, without an id.
type Lesson struct {
	Weekday   int // 1 is Monday
	Period    int
	Cycle     timetable.Cycle
	Subject   string
	Class     string
	Teacher   string
	Room      string
	ClassID   string
	TeacherID string
	RoomID    string
}

// Compare orders lessons by class, weekday, period and weeks, and then by everything else: equal ones are the same.
func Compare(a, b Lesson) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.Period, b.Period),
		cmp.Compare(max(a.Cycle.Every, 1), max(b.Cycle.Every, 1)), cmp.Compare(b.Cycle.Phase, a.Cycle.Phase), cmp.Compare(a.Subject, b.Subject),
		cmp.Compare(a.Teacher, b.Teacher), cmp.Compare(a.Room, b.Room), cmp.Compare(a.ClassID, b.ClassID),
		cmp.Compare(a.TeacherID, b.TeacherID), cmp.Compare(a.RoomID, b.RoomID))
}

// Field is what a column, or a line in a cell, tells of a lesson.
type Field string

// The fields.
const (
	Weekday Field = "weekday"
	Period  Field = "period"
	Weeks   Field = "weeks"
	Subject Field = "subject"
	Class   Field = "class"
	Teacher Field = "teacher"
	Room    Field = "room"
)

// Fields lists them in the order in which they are written.
var Fields = []Field{Class, Weekday, Period, Weeks, Subject, Teacher, Room}

// Row is a lesson where it stands in the file, with what is wrong with it.
type Row struct {
	Row    int // from 1; 0 where the file has no rows
	Column int // from 1
	Lesson Lesson
	Faults []Fault // it cannot be taken over
	Notes  []Fault // it can, but somebody should look
}

// Bad tells whether the row cannot be taken over.
func (r *Row) Bad() bool { return len(r.Faults) > 0 }

// Fault is something wrong with a row. Codes of faults: weekday-unclear, period-unclear, weeks-unclear, subject-missing, owner-missing, text-too-long,
// period-not-taught, class-taken. Codes of notes: class-unknown, teacher-unknown, room-unknown, teacher-ambiguous, teacher-taken, room-taken,
// class-twice.
type Fault struct {
	Code  string
	Value string // of the file
	Row   int    // the other row that is meant, 0 none
}

func (r *Row) fault(code, value string) { r.Faults = append(r.Faults, Fault{Code: code, Value: value}) }

// Lessons are those of the rows that can be taken over, in order, each once.
func Lessons(rows []Row) []Lesson {
	var list []Lesson
	for _, r := range rows {
		if !r.Bad() {
			list = append(list, r.Lesson)
		}
	}
	slices.SortFunc(list, Compare)
	return slices.Compact(list)
}
