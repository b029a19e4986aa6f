package schoolweek

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// cses is a file of the Course Schedule Exchange Schema, https://github.com/SmartTeachCN/CSES: version 2, and of version 1 what differs.
type cses struct {
	Version       int             `yaml:"version"`
	Configuration *csesConfig     `yaml:"configuration,omitempty"`
	Subjects      []csesSubject   `yaml:"subjects"`
	Schedules     []csesDayOfWeek `yaml:"schedules"`
}

type csesConfig struct {
	Name        string    `yaml:"name"`
	Description string    `yaml:"description"`
	Cycle       csesCycle `yaml:"cycle"`
}

type csesCycle struct {
	Work  int        `yaml:"work_count"`
	Rest  int        `yaml:"rest_count"`
	Spans []csesSpan `yaml:"spans"`
}

type csesSpan struct {
	Activity string `yaml:"activity"`
	Count    int    `yaml:"count"`
}

type csesSubject struct {
	Name     string `yaml:"name"`
	Short    string `yaml:"simplified_name,omitempty"`
	Teacher  string `yaml:"teacher,omitempty"`
	Location string `yaml:"location,omitempty"`
	Room     string `yaml:"room,omitempty"` // version 1
}

type csesDayOfWeek struct {
	Name    string       `yaml:"name"`
	Days    yaml.Node    `yaml:"enable_day"` // version 2: numbers of working days; version 1: one weekday
	Weeks   string       `yaml:"weeks,omitempty"`
	Classes []csesLesson `yaml:"classes"`
}

type csesLesson struct {
	Subject string `yaml:"subject"`
	Start   string `yaml:"start_time"`
	End     string `yaml:"end_time"`
}

// Bounds of a CSES file: a timetable has a few hundred lessons.
const (
	mostCSES      = 1 << 20 // bytes
	mostCycle     = 6       // weeks
	mostSchedules = 200
	mostLessons   = 5_000 // of a file
)

// FileError is why a CSES or FET file cannot be read at all. Codes: cses-unreadable, cses-cycle, fet-unreadable, fet-unsolved, file-too-large.
type FileError struct{ Code, Detail string }

func (e *FileError) Error() string { return e.Detail }

func refuse(code, format string, args ...any) error {
	return &FileError{code, fmt.Sprintf(format, args...)}
}

// ReadCSES reads the week of one class. Its first week is an odd one. Lessons are put into the school's periods by their times. The owner's
// name may be empty: then it is looked for in the file's name of itself.
func ReadCSES(data []byte, owner string, k *Known) (rows []Row, err error) {
	if len(data) > mostCSES {
		return nil, refuse("file-too-large", "a CSES file has at most %d bytes", mostCSES)
	}
	var f cses
	d := yaml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&f); err != nil || (f.Version != 1 && f.Version != 2) {
		return nil, refuse("cses-unreadable", "this is no CSES file of version 1 or 2: %v", err)
	}
	if len(f.Schedules) > mostSchedules {
		return nil, refuse("file-too-large", "the file has more than %d schedules", mostSchedules)
	}
	if owner == "" && f.Configuration != nil {
		_, owner = k.ownerIn([]string{f.Configuration.Name})
	}
	days, weeks, err := f.days()
	if err != nil {
		return nil, err
	}
	subjects := map[string]csesSubject{}
	for _, s := range f.Subjects {
		subjects[s.Name] = s
	}
	var held []lessonWeeks
	for _, s := range f.Schedules {
		on, err := s.on(f.Version, days)
		if err != nil {
			return nil, err
		}
		for _, c := range s.Classes {
			for _, at := range on {
				l := subjects[c.Subject].lesson(c.Subject, owner)
				l.Weekday = at.weekday
				held = add(held, lessonWeeks{lesson: l, time: c.Start + "–" + c.End, weeks: at.weeks})
			}
			if len(held) > mostLessons {
				return nil, refuse("file-too-large", "the file has more than %d lessons", mostLessons)
			}
		}
	}
	for _, h := range held {
		rows = append(rows, h.rows(weeks, k)...)
	}
	return k.finish(rows), nil
}

// csesDay is one weekday in some of the weeks of the cycle: bit 0 is the first.
type csesDay struct {
	weekday int
	weeks   uint
}

// days are the working days of the cycle, in order, and the number of its weeks.
func (f *cses) days() ([]csesDay, int, error) {
	if f.Version == 1 {
		return nil, 2, nil
	}
	if f.Configuration == nil {
		return nil, 0, refuse("cses-unreadable", "the file has no configuration")
	}
	var days []csesDay
	at := 0
	for _, s := range f.Configuration.Cycle.Spans {
		if s.Count < 1 || s.Count > 7*mostCycle || (s.Activity != "work" && s.Activity != "rest") {
			return nil, 0, refuse("cses-unreadable", "a span is work or rest, of 1 to %d days", 7*mostCycle)
		}
		for range s.Count {
			if s.Activity == "work" {
				days = append(days, csesDay{at%7 + 1, 1 << (at / 7)})
			}
			if at++; at > 7*mostCycle {
				return nil, 0, refuse("cses-cycle", "the cycle has more than %d weeks", mostCycle)
			}
		}
	}
	if at == 0 || at%7 != 0 {
		return nil, 0, refuse("cses-cycle", "the cycle has %d days: these are not whole weeks", at)
	}
	return days, at / 7, nil
}

// on tells on which days of the cycle a schedule is held.
func (s *csesDayOfWeek) on(version int, days []csesDay) ([]csesDay, error) {
	if version == 1 {
		c, ok := parseWeeks(s.Weeks)
		day := parseWeekday(s.Days.Value)
		if !ok || day == 0 {
			return nil, refuse("cses-unreadable", "schedule %q: day %q, weeks %q", s.Name, s.Days.Value, s.Weeks)
		}
		weeks := uint(0)
		for w := range 2 {
			if c.Holds(w + 1) {
				weeks |= 1 << w
			}
		}
		return []csesDay{{day, weeks}}, nil
	}
	var numbers []int
	if err := s.Days.Decode(&numbers); err != nil {
		return nil, refuse("cses-unreadable", "schedule %q: enable_day is a list of numbers", s.Name)
	}
	var on []csesDay
	for _, n := range numbers {
		if n < 1 || n > len(days) {
			return nil, refuse("cses-cycle", "schedule %q: the cycle has no working day %d", s.Name, n)
		}
		on = append(on, days[n-1])
	}
	return on, nil
}

// lesson is a lesson of the subject. Where a subject is listed more than once, with other teachers or places, its name here is the short one
// with more behind it in brackets.
func (s csesSubject) lesson(name, owner string) Lesson {
	if s.Short != "" && strings.HasPrefix(name, s.Short+"（") && strings.HasSuffix(name, "）") {
		name = s.Short
	}
	room := s.Location
	if room == "" {
		room = s.Room
	}
	return Lesson{Subject: plain(name), Class: plain(owner), Teacher: plain(s.Teacher), Room: plain(room)}
}

// lessonWeeks is a lesson at a time of day, in some weeks of a cycle.
type lessonWeeks struct {
	lesson Lesson
	time   string
	weeks  uint
}

// add joins the weeks of the same lesson.
func add(held []lessonWeeks, l lessonWeeks) []lessonWeeks {
	for i := range held {
		if held[i].lesson == l.lesson && held[i].time == l.time {
			held[i].weeks |= l.weeks
			return held
		}
	}
	return append(held, l)
}

// rows are the lesson in its period, once for each cycle that its weeks make.
func (h lessonWeeks) rows(weeks int, k *Known) []Row {
	var rows []Row
	for _, c := range cyclesOf(h.weeks, weeks) {
		r := Row{Lesson: h.lesson}
		r.Lesson.Cycle = c
		if r.Lesson.Period = k.periodAt(h.time); r.Lesson.Period == 0 {
			r.fault("period-unclear", h.time)
		}
		rows = append(rows, r)
	}
	return rows
}

// cyclesOf are the fewest cycles that hold in just these of n weeks, of which the first is odd.
func cyclesOf(weeks uint, n int) []timetable.Cycle {
	has := func(c timetable.Cycle) bool {
		for w := range n {
			if c.Holds(w+1) != (weeks&(1<<w) != 0) {
				return false
			}
		}
		return true
	}
	for _, c := range []timetable.Cycle{timetable.Weekly, timetable.Odd, timetable.Even} {
		if has(c) && n%max(c.Every, 1) == 0 {
			return []timetable.Cycle{c}
		}
	}
	var list []timetable.Cycle
	for w := range n {
		if weeks&(1<<w) != 0 {
			list = append(list, timetable.Cycle{Every: n, Phase: (w + 1) % n})
		}
	}
	return list
}

// periodAt is the period of an ordinary day that has most of the time "08:00:00–08:40:00", at least half of it; 0 none.
func (k *Known) periodAt(span string) int {
	from, to, _ := strings.Cut(span, "–")
	start, err := timetable.ParseClock(clip(from))
	end, err2 := timetable.ParseClock(clip(to))
	if err != nil || err2 != nil || end <= start {
		return 0
	}
	best, most := 0, (end-start+1)/2-1
	for _, p := range k.periods {
		if common := min(end, p.End) - max(start, p.Start); common > most {
			best, most = p.No, common
		}
	}
	return best
}

// clip is "HH:MM" of "HH:MM:SS".
func clip(text string) string {
	text = strings.TrimSpace(text)
	return text[:min(len(text), 5)]
}
