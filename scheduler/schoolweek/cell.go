package schoolweek

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

var (
	oneWord   = regexp.MustCompile(`[ \n(),、|@/;]+`)
	weeksMark = regexp.MustCompile(`[(\[]?(单周|双周|[单双](?:[:)\]]|$))`)
)

// cell reads the lessons of one cell of a grid: "数学", "数学(张老师)", "语文(单)/科学(双)", and the lines below a subject. In the week of a
// class the words after the subject are teacher and room, in that of a teacher class and room, unless the school knows them better.
func (k *Known) cell(text string, whose Field) []Lesson {
	text = norm.NFKC.String(text)
	parts := []string{text}
	if weeksOf(text) != 0 {
		parts = strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == ';' })
	}
	var lessons []Lesson
	for _, p := range parts {
		lessons = append(lessons, k.lines(strings.Split(p, "\n"), whose)...)
	}
	return lessons
}

// weeksOf tells how many marks of odd and even weeks there are.
func weeksOf(text string) int {
	n := 0
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == ';' || r == '\n' }) {
		n += len(weeksMark.FindAllString(strings.TrimSpace(line), -1))
	}
	return n
}

// lines reads lines that belong together: a line with a mark of weeks and a subject begins a lesson, a mark alone is for the lines around it.
func (k *Known) lines(lines []string, whose Field) (lessons []Lesson) {
	var words []string
	var cycle timetable.Cycle
	end := func() {
		if len(words) > 0 {
			lessons = append(lessons, k.lesson(words, cycle, whose))
		}
		words, cycle = nil, timetable.Cycle{}
	}
	for _, line := range lines {
		mark, own := k.marked(strings.TrimSpace(line))
		if mark.Every != 0 {
			detail := len(own) == 0 || k.is(own[0], whose) != ""
			if !detail || cycle.Every != 0 {
				end()
			}
			cycle = mark
		}
		words = append(words, own...)
	}
	end()
	return lessons
}

// marked takes the mark of weeks out of a line.
func (k *Known) marked(line string) (mark timetable.Cycle, words []string) {
	if m := weeksMark.FindStringSubmatchIndex(line); m != nil {
		mark = timetable.Odd
		if strings.HasPrefix(line[m[2]:m[3]], "双") {
			mark = timetable.Even
		}
		line = line[:m[0]] + " " + line[m[1]:]
	}
	for _, w := range oneWord.Split(line, -1) {
		if w != "" {
			words = append(words, w)
		}
	}
	return mark, words
}

// lesson tells the words of a lesson apart.
func (k *Known) lesson(words []string, cycle timetable.Cycle, whose Field) Lesson {
	l := Lesson{Subject: plain(words[0]), Cycle: cycle}
	order := []Field{Teacher, Room}
	if whose == Teacher {
		order = []Field{Class, Room}
	}
	places := map[Field]*string{Class: &l.Class, Teacher: &l.Teacher, Room: &l.Room}
	var rest []string
	for _, w := range words[1:] {
		if f := k.is(w, whose); f != "" && *places[f] == "" {
			*places[f] = plain(w)
		} else {
			rest = append(rest, plain(w))
		}
	}
	for _, f := range order {
		if len(rest) > 0 && *places[f] == "" {
			*places[f], rest = rest[0], rest[1:]
		}
	}
	return l
}
