package schoolweek

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// WriteCSES writes the week of one class as CSES version 2, in the bells of an ordinary day. Lessons in periods that the day has not are left
// out. A cycle has at least two weeks, the first of them odd.
func WriteCSES(title, term string, lessons []Lesson, periods []timetable.Period) ([]byte, error) {
	weeks, last := 2, 5
	for _, l := range lessons {
		last = max(last, l.Weekday)
		weeks = lcm(weeks, max(l.Cycle.Every, 1))
	}
	if weeks > mostCycle {
		return nil, fmt.Errorf("the timetable comes back after %d weeks only", weeks)
	}
	f := cses{Version: 2, Configuration: &csesConfig{Name: title, Description: term, Cycle: csesCycle{Work: weeks * last, Rest: weeks * (7 - last)}},
		Subjects: []csesSubject{}, Schedules: []csesDayOfWeek{}}
	for range weeks {
		f.Configuration.Cycle.Spans = append(f.Configuration.Cycle.Spans, csesSpan{"work", last})
		if last < 7 {
			f.Configuration.Cycle.Spans = append(f.Configuration.Cycle.Spans, csesSpan{"rest", 7 - last})
		}
	}
	lessons = slices.Clone(lessons)
	slices.SortFunc(lessons, Compare)
	names := f.name(lessons)
	for day := 1; day <= last; day++ {
		for w := range weeks {
			f.day(lessons, names, periods, day, w, last)
		}
	}
	return yaml.Marshal(&f)
}

// name lists the subjects, one for each subject, teacher and room, under a name of its own.
func (f *cses) name(lessons []Lesson) map[csesSubject]string {
	names, taken := map[csesSubject]string{}, map[string]bool{}
	for _, l := range lessons {
		key := csesSubject{Name: l.Subject, Teacher: l.Teacher, Location: l.Room}
		if _, ok := names[key]; ok {
			continue
		}
		s := key
		for n := 1; taken[s.Name]; n++ {
			s.Short = l.Subject
			s.Name = fmt.Sprintf("%s（%s%s）", l.Subject, l.Teacher, l.Room)
			if n > 1 {
				s.Name = fmt.Sprintf("%s（%s%s %d）", l.Subject, l.Teacher, l.Room, n)
			}
		}
		taken[s.Name], names[key] = true, s.Name
		f.Subjects = append(f.Subjects, s)
	}
	return names
}

// day adds the lessons of one weekday in one week of the cycle, to the schedule of the week before where that is the same.
func (f *cses) day(lessons []Lesson, names map[csesSubject]string, periods []timetable.Period, day, week, last int) {
	var classes []csesLesson
	for _, l := range lessons {
		at := slices.IndexFunc(periods, func(p timetable.Period) bool { return p.Lesson && p.No == l.Period })
		if l.Weekday != day || !l.Cycle.Holds(week+1) || at < 0 {
			continue
		}
		name := names[csesSubject{Name: l.Subject, Teacher: l.Teacher, Location: l.Room}]
		classes = append(classes, csesLesson{name, periods[at].Start.String() + ":00", periods[at].End.String() + ":00"})
	}
	if len(classes) == 0 {
		return
	}
	no := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(week*last + day)}
	if n := len(f.Schedules); n > 0 && week > 0 && slices.Equal(f.Schedules[n-1].Classes, classes) && f.Schedules[n-1].Name == dayName(day, week-1) {
		f.Schedules[n-1].Days.Content = append(f.Schedules[n-1].Days.Content, no)
		f.Schedules[n-1].Name = dayName(day, week)
		return
	}
	f.Schedules = append(f.Schedules, csesDayOfWeek{Name: dayName(day, week), Classes: classes,
		Days: yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{no}}})
}

func dayName(day, week int) string {
	return fmt.Sprintf("星期%s 第%d周", string([]rune("一二三四五六日")[day-1]), week+1)
}

func lcm(a, b int) int {
	n := a
	for n%b != 0 {
		n += a
	}
	return n
}
