package schoolweek

import (
	"slices"
	"strings"

	"github.com/tongtang/tongtang/scheduler/sheet"
)

// titles are the words by which the columns of a list are known, the more particular ones first.
var titles = []struct {
	field Field
	words []string
}{
	{Weeks, []string{"单双周", "单/双周", "周次", "周型", "weeks"}},
	{Weekday, []string{"星期", "周几", "礼拜", "weekday", "day"}},
	{Period, []string{"节次", "课节", "节", "period"}},
	{Teacher, []string{"任课教师", "授课教师", "教师", "老师", "teacher"}},
	{Room, []string{"教室", "上课地点", "地点", "场地", "room"}},
	{Class, []string{"班级", "教学班", "行政班", "class"}},
	{Subject, []string{"课程", "科目", "学科", "课名", "subject"}},
}

func titleOf(text string) Field {
	text = fold(text)
	if text == "" || len([]rune(text)) > 12 {
		return ""
	}
	for _, t := range titles {
		for _, w := range t.words {
			if strings.Contains(text, w) {
				return t.field
			}
		}
	}
	return ""
}

// headRows is how far down the head of a table is looked for.
const headRows = 12

// Guess is how a sheet is probably to be read. A person may know better.
func Guess(s *sheet.Sheet, k *Known) Mapping {
	list, fit := guessList(s)
	if fit >= 3 {
		return list
	}
	for i := range min(headRows, len(s.Rows)) {
		days := countDays(s.Rows[i])
		if days < 2 {
			continue
		}
		if i+1 < len(s.Rows) && countPeriods(s.Rows[i+1], k) > days {
			return guessOwners(s, Mapping{Form: Overview, Head: i + 2}, k)
		}
		if countPeriods(s.Rows[i], k) > days {
			return guessOwners(s, Mapping{Form: Overview, Head: i + 1}, k)
		}
		return guessGrid(s, Mapping{Form: Grid, Head: i + 1}, k)
	}
	return list
}

func guessList(s *sheet.Sheet) (Mapping, int) {
	best, most := Mapping{Form: List, Head: 1, Columns: map[Field]int{}}, 0
	for i := range min(headRows, len(s.Rows)) {
		columns := map[Field]int{}
		take := func(row int) { // the lower line of a head is the more particular one
			for c, text := range slices.Backward(s.Rows[row]) {
				if f := titleOf(text); f != "" {
					columns[f] = c
				}
			}
		}
		if countDays(s.Rows[i]) > 1 || uniform(s.Rows[i]) { // a grid's head, or a title
			continue
		}
		take(i)
		head := i + 1
		if n := len(columns); n > 0 && head < len(s.Rows) && countDays(s.Rows[head]) == 0 { // a head of two lines
			if take(head); len(columns) > n {
				head++
			}
		}
		if len(columns) > most {
			best, most = Mapping{Form: List, Head: head, Columns: columns}, len(columns)
		}
	}
	return best, most
}

// countDays counts the weekdays that a row names.
func countDays(row []string) int {
	seen := map[int]bool{}
	for _, d := range dayCells(row) {
		seen[d] = true
	}
	return len(seen)
}

func countPeriods(row []string, k *Known) int {
	n := 0
	for _, text := range row {
		if parsePeriods(text, k.names) != nil {
			n++
		}
	}
	return n
}

// guessGrid finds the column of the periods, and whose week it is.
func guessGrid(s *sheet.Sheet, m Mapping, k *Known) Mapping {
	days, column, most := headDays(s, m.Head), 0, 0
	for c := range s.Cols() {
		n := 0
		for i := m.Head; i < len(s.Rows); i++ {
			if parsePeriods(s.Cell(i, c), k.names) != nil {
				n++
			}
		}
		if days[c] == 0 && n > most {
			column, most = c, n
		}
	}
	m.Columns = map[Field]int{Period: column}
	m.Whose, m.Owner = k.ownerIn(append([]string{s.Name}, titleTexts(s, m.Head)...))
	return m
}

// uniform tells whether all cells of a row say the same, as merged ones do.
func uniform(row []string) bool {
	return !slices.ContainsFunc(row, func(text string) bool { return text != "" && text != row[0] })
}

func titleTexts(s *sheet.Sheet, head int) []string {
	var texts []string
	for i := range min(head, len(s.Rows)) {
		texts = append(texts, s.Rows[i]...)
	}
	return texts
}

// ownerIn finds the class or the teacher that a title names: alone, or at its beginning as in "三年级1班课程表", or after "班级:".
func (k *Known) ownerIn(texts []string) (Field, string) {
	for _, text := range texts {
		for _, word := range strings.FieldsFunc(plain(text), func(r rune) bool { return strings.ContainsRune(" :,;-—《》【】", r) }) {
			for _, cut := range []string{"课程表", "课表", "总课表", "的课表", "的课程表", ""} {
				name := strings.TrimSuffix(word, cut)
				if len(k.classes[ClassKey(name)]) > 0 {
					return Class, name
				}
				if len(k.teachersCalled(name)) > 0 {
					return Teacher, name
				}
				if classWord.MatchString(fold(name)) && strings.HasSuffix(name, "班") {
					return Class, name
				}
			}
		}
	}
	return Class, ""
}

// guessOwners finds the first column, and whether classes or teachers stand in it.
func guessOwners(s *sheet.Sheet, m Mapping, k *Known) Mapping {
	days := headDays(s, m.Head)
	column := 0
	for days[column] != 0 {
		column++
	}
	classes, teachers := 0, 0
	for i := m.Head; i < len(s.Rows); i++ {
		text := s.Cell(i, column)
		switch {
		case len(k.teachersCalled(text)) > 0:
			teachers++
		case len(k.classes[ClassKey(text)]) > 0, classWord.MatchString(fold(text)):
			classes++
		}
	}
	m.Whose = Class
	if teachers > classes {
		m.Whose = Teacher
	}
	m.Columns = map[Field]int{m.Whose: column}
	return m
}
