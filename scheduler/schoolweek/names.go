package schoolweek

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Named is a class, person or room of the school.
type Named struct {
	ID, Name string
	Login    string // of a person
}

// Known is what the school is known to have.
type Known struct {
	classes, teachers, rooms map[string][]Named
	periods                  []timetable.Period // its lessons, of an ordinary day
	names                    map[string]int     // of its periods
	groups                   bool
}

// NewKnown prepares the names of a school for the search. Periods are those of an ordinary day. Where pupils of a class are taught in groups
// (走班), a class can have several lessons at once.
func NewKnown(classes, teachers, rooms []Named, periods []timetable.Period, groups bool) *Known {
	k := &Known{classes: index(classes, ClassKey), teachers: index(teachers, personKey), rooms: index(rooms, fold), names: map[string]int{}, groups: groups}
	for _, t := range teachers {
		if t.Login != "" {
			k.teachers[fold(t.Login)] = append(k.teachers[fold(t.Login)], t)
		}
	}
	for _, p := range periods {
		if p.Lesson {
			k.periods = append(k.periods, p)
			k.names[fold(p.Name)] = p.No
		}
	}
	return k
}

func index(list []Named, key func(string) string) map[string][]Named {
	m := map[string][]Named{}
	for _, n := range list {
		m[key(n.Name)] = append(m[key(n.Name)], n)
	}
	return m
}

var classWord = regexp.MustCompile(`^(小学|小|初中|初|高中|高)?([一二三四五六七八九]|[1-9]|1[0-2])(年级|年|级)?([-.·_(\[]?)([0-9]{1,2}|[一二三四五六七八九十]{1,3})[)\]]?班?$`)

// ClassKey is the same for the many ways in which one class is written: 三年级1班, 三（1）班, 3.1, 301班; 初一(2)班, 七年级2班.
func ClassKey(name string) string {
	text := fold(name)
	m := classWord.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	grade, class := number(m[2]), number(m[5])
	bare := m[1] == "" && m[3] == "" && m[4] == ""
	digits := m[2] >= "1" && m[2] <= "9" && m[5][0] >= '0' && m[5][0] <= '9'
	if class == 0 || bare && digits && len(m[5]) < 2 { // "12班" is the twelfth class of some grade
		return text
	}
	switch {
	case strings.HasPrefix(m[1], "初"):
		grade += 6
	case strings.HasPrefix(m[1], "高"):
		grade += 9
	}
	return fmt.Sprintf("%d-%d", grade, class)
}

// personKey is a person's name without the title, where there is more than the title.
func personKey(name string) string {
	text := fold(name)
	if short := strings.TrimSuffix(text, "老师"); short != "" {
		return short
	}
	return text
}

var loginInBrackets = regexp.MustCompile(`^(.+)\(([a-z0-9][a-z0-9._-]{1,63})\)$`)

// teachersCalled finds the people that a name can mean: by name, by login, or by a name with the login in brackets.
func (k *Known) teachersCalled(name string) []Named {
	if m := loginInBrackets.FindStringSubmatch(fold(name)); m != nil {
		return k.teachers[m[2]]
	}
	return k.teachers[personKey(name)]
}

// resolve puts the school's own names and ids in the place of the file's, and notes what the school is not known to have.
func (k *Known) resolve(r *Row) {
	l := &r.Lesson
	settle := func(name, id *string, found []Named, what string) {
		switch {
		case *name == "":
		case len(found) == 0:
			r.Notes = append(r.Notes, Fault{Code: what + "-unknown", Value: *name})
		case len(found) > 1:
			r.Notes = append(r.Notes, Fault{Code: what + "-ambiguous", Value: *name})
		default:
			*name, *id = found[0].Name, found[0].ID
		}
	}
	settle(&l.Class, &l.ClassID, k.classes[ClassKey(l.Class)], "class")
	settle(&l.Teacher, &l.TeacherID, k.teachersCalled(l.Teacher), "teacher")
	settle(&l.Room, &l.RoomID, k.rooms[fold(l.Room)], "room")
}

// Resolve gives a lesson whose names were not known before the ids of those that are known now; it tells whether it found any.
func (k *Known) Resolve(l *Lesson) bool {
	before := *l
	r := Row{Lesson: *l}
	k.resolve(&r)
	*l = r.Lesson
	return before != *l
}

// is tells which of class, teacher or room the text is the name of, beside the one whose week it stands in; "" none.
func (k *Known) is(text string, whose Field) Field {
	switch {
	case len(k.rooms[fold(text)]) > 0:
		return Room
	case whose != Class && len(k.classes[ClassKey(text)]) > 0:
		return Class
	case whose != Teacher && len(k.teachersCalled(text)) > 0:
		return Teacher
	}
	return ""
}
