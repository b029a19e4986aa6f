package scheduler

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/sheet"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

type weekInput struct {
	ByID
	Date string `query:"date" format:"date" doc:"a day of the week; default today"`
	Of   string `query:"of" enum:"classes,teachers,school" default:"classes" doc:"a sheet for each class, or for each teacher; or one for the whole school (for each bell schedule that rings in it) and then one for each class"`
}

// exportWeek is a school's week as it is printed: rows are periods with their true times, columns the days; the school's own lessons and those
// with other schools.
func (s *Server) exportWeek(ctx context.Context, in *weekInput) (*fileAnswer, error) {
	school, err := s.schoolFor(ctx, in.ID, staff...)
	if err != nil {
		return nil, err
	}
	day, err := s.dayOr(in.Date, s.day())
	if err != nil {
		return nil, err
	}
	calendars, err := db.Calendars(ctx, s.db.Read(), []string{school.ID})
	if err != nil {
		return nil, err
	}
	w := &printedWeek{school: school, monday: day.Monday(), term: calendars[school.ID], bells: map[timetable.Set]*timetable.Calendar{}, classes: map[string]db.Class{}, campus: map[string]string{}}
	if err := w.load(ctx, s); err != nil {
		return nil, err
	}
	data, err := sheet.Excel(w.pages(in.Of))
	return file(fmt.Sprintf("%s %s 周课表.xlsx", school.Name, w.monday), excelType, data, err)
}

// printedWeek is a week of a school.
type printedWeek struct {
	school  *db.School
	monday  timetable.Date
	term    *timetable.Calendar // with the bells of all its classes
	bells   map[timetable.Set]*timetable.Calendar
	classes map[string]db.Class // by id
	campus  map[string]string   // of the rooms, by id
	lessons []printedLesson
}

// printedLesson is a lesson as it stands in the cells of one class and one teacher.
type printedLesson struct {
	at      weekCell
	class   string // its name; "": pupils of other schools
	teacher string
	set     timetable.Set // whose bells it goes by
	onClass string        // what the sheet of the class says
	onTeach string        // what the sheet of the teacher says
	line    string        // what the sheet of the school says
}

// weekCell is a period of a day. Lessons outside the periods have number 0.
type weekCell struct {
	date timetable.Date
	no   int
}

// usual is whose bells count where no class is known.
func (w *printedWeek) usual() timetable.Set { return timetable.Set{Stage: w.school.Stage} }

// by is the calendar by which those of the set are taught.
func (w *printedWeek) by(set timetable.Set) *timetable.Calendar {
	if w.bells[set] == nil {
		w.bells[set] = w.term.For(set)
	}
	return w.bells[set]
}

func (w *printedWeek) load(ctx context.Context, s *Server) error {
	classes, err := db.ClassesOf(ctx, s.db.Read(), w.school.ID)
	if err != nil {
		return err
	}
	for _, c := range classes {
		w.classes[c.ID] = c
	}
	rooms, err := db.RoomsOf(ctx, s.db.Read(), w.school.ID)
	if err != nil {
		return err
	}
	for _, r := range rooms {
		w.campus[r.ID] = r.Campus
	}
	own, err := db.OwnSlots(ctx, s.db.Read(), []string{w.school.ID})
	if err != nil {
		return err
	}
	for d := w.monday; d < w.monday+7; d++ {
		day := w.term.Day(d)
		if day.Off || !w.term.Term.Has(d) {
			continue
		}
		for i := range own {
			if o := &own[i]; o.Weekday == day.Weekday && o.Cycle().Holds(day.Week) {
				w.own(o, d)
			}
		}
	}
	zone := w.term.Zone
	lessons, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{School: w.school.ID, From: w.monday.At(0, zone), To: (w.monday + 7).At(0, zone)})
	for i := range lessons {
		if lessons[i].State != string(link.Cancelled) {
			w.shared(&lessons[i], zone)
		}
	}
	return err
}

// own is a lesson of the school's own timetable. Odd and even weeks are marked: next week the cell is another.
func (w *printedWeek) own(o *db.OwnSlot, d timetable.Date) {
	mark := map[string]string{"odd": "（单周）", "even": "（双周）"}[weeksName(o.Cycle())]
	set := w.usual()
	if c, ok := w.classes[o.Class]; ok {
		set = c.Set()
	}
	subject := o.Subject + mark
	w.lessons = append(w.lessons, printedLesson{at: weekCell{d, o.Period}, class: o.ClassName, teacher: o.TeacherName, set: set,
		onClass: lines(subject, o.TeacherName, o.RoomName), onTeach: lines(subject, o.ClassName, o.RoomName), line: words(o.ClassName, subject, o.TeacherName)})
}

// shared is a lesson with other schools: on the sheets of the classes that listen, and of the lecturer or assistant of this school.
func (w *printedWeek) shared(l *db.LessonView, zone *time.Location) {
	when := l.StartAt.Time().In(zone).Format("15:04") + "–" + l.EndAt.Time().In(zone).Format("15:04")
	date := timetable.DateOf(l.StartAt.Time(), zone)
	for i := range l.Rooms {
		r := &l.Rooms[i]
		if r.School != w.school.ID {
			continue
		}
		subject := "【同堂】" + l.Subject
		if r.GroupName != "" {
			subject += "（" + r.GroupName + "）"
		}
		p := printedLesson{at: weekCell{date, r.PeriodNo}, teacher: r.AssistantName, set: timetable.Set{Campus: w.campus[r.Room], Stage: db.StageOf(l.Grade)}, onClass: lines(subject, l.LecturerName, r.RoomName, when)}
		p.onTeach = p.onClass
		if i == 0 {
			p.teacher = l.LecturerName
		}
		pupils := append(slices.Clone(r.GroupClasses), r.Class)
		for _, id := range pupils {
			if c, ok := w.classes[id]; ok {
				p.class, p.set = c.Name, c.Set()
			} else if id != "" || len(pupils) > 1 {
				continue
			}
			p.line = words(p.class, subject, l.LecturerName, when)
			w.lessons = append(w.lessons, p)
		}
	}
}

func lines(parts ...string) string { return joined(parts, "\n") }
func words(parts ...string) string { return joined(parts, " ") }

func joined(parts []string, by string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), by)
}
