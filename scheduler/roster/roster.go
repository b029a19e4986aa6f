// Package roster reads the lists with which a school begins: its teachers, classes and rooms, out of the sheets that it has. It says of every row
// what is wrong with it. Pupils are not in it: no list of children is kept here. Pure.
package roster

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/tongtang/tongtang/scheduler/schoolweek"
	"github.com/tongtang/tongtang/scheduler/sheet"
)

// Kind is what a list is of.
type Kind string

// The kinds.
const (
	Teachers Kind = "teachers"
	Classes  Kind = "classes"
	Rooms    Kind = "rooms"
)

// Field is what a column tells.
type Field string

// The fields.
const (
	Name  Field = "name"
	Login Field = "login" // of a teacher: the number or name to sign in with
	Role  Field = "role"  // of a teacher: lecturer or assistant
	Grade Field = "grade" // of a class
	Class Field = "class" // of a room: lecturer, interactive or terminal
)

// column is a field with the words by which it is known; the first is its title in the template.
type column struct {
	Field Field
	Words []string
}

var columns = map[Kind][]column{
	Teachers: {{Name, []string{"姓名", "教师姓名", "老师", "教师", "name"}}, {Login, []string{"登录名", "工号", "账号", "用户名", "教师编号", "login"}}, {Role, []string{"角色", "身份", "role"}}},
	Classes:  {{Name, []string{"班级", "班名", "班级名称", "name"}}, {Grade, []string{"年级", "grade"}}},
	Rooms:    {{Name, []string{"教室", "教室名称", "场地", "name"}}, {Class, []string{"类型", "教室类型", "类别", "class", "type"}}},
}

// Mapping says how a sheet is to be read.
type Mapping struct {
	Head    int           // rows above the list
	Columns map[Field]int // from 0
}

// Entry is a row of a list.
type Entry struct {
	Row                          int // from 1
	Name, Login, Role, RoomClass string
	Grade                        int
	Faults                       []schoolweek.Fault // it cannot be taken over
}

func (e *Entry) fault(code, value string) {
	e.Faults = append(e.Faults, schoolweek.Fault{Code: code, Value: value})
}

// Template is a sheet to be filled in, with an example row.
func Template(kind Kind) sheet.Page {
	p := sheet.Page{Name: map[Kind]string{Teachers: "教师", Classes: "班级", Rooms: "教室"}[kind], Header: 1, Widths: []float64{20, 20, 16}}
	var head []any
	for _, c := range columns[kind] {
		head = append(head, c.Words[0])
	}
	example := map[Kind][]any{Teachers: {"李明", "t1001", "主讲教师"}, Classes: {"三年级1班", 3}, Rooms: {"三年级互动教室", "互动教室"}}[kind]
	p.Rows = [][]any{head, example}
	return p
}

// Guess finds the head of the list and its columns.
func Guess(s *sheet.Sheet, kind Kind) Mapping {
	best := Mapping{Head: 1, Columns: map[Field]int{}}
	for i := range min(12, len(s.Rows)) {
		found := map[Field]int{}
		for _, c := range columns[kind] {
			if at := titled(s.Rows[i], c.Words); at >= 0 {
				found[c.Field] = at
			}
		}
		if len(found) > len(best.Columns) {
			best = Mapping{Head: i + 1, Columns: found}
		}
	}
	return best
}

// titled finds the column whose title is one of the words, the first words first.
func titled(row []string, words []string) int {
	for _, w := range words {
		for c, text := range row {
			if folded(text) == w {
				return c
			}
		}
	}
	return -1
}

func folded(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(text)), ""))
}

func plain(text string) string { return strings.Join(strings.Fields(norm.NFKC.String(text)), " ") }

// mostEntries bounds a list.
const mostEntries = 1_000

// Read reads a list as the mapping says.
func Read(s *sheet.Sheet, kind Kind, m Mapping) ([]Entry, error) {
	var list []Entry
	seen := map[string]int{}
	for i := m.Head; i < len(s.Rows); i++ {
		if strings.TrimSpace(strings.Join(s.Rows[i], "")) == "" {
			continue
		}
		if len(list) == mostEntries {
			return nil, &sheet.Error{Code: "file-too-large", Detail: "a list has at most 1000 rows"}
		}
		text := func(f Field) string {
			if c, ok := m.Columns[f]; ok {
				return plain(s.Cell(i, c))
			}
			return ""
		}
		e := Entry{Row: i + 1, Name: text(Name)}
		e.read(kind, text)
		key := folded(e.Name)
		if kind == Teachers {
			key = e.Login
		}
		if other := seen[key]; other > 0 && key != "" {
			e.Faults = append(e.Faults, schoolweek.Fault{Code: "row-twice", Value: key, Row: other})
		}
		seen[key] = e.Row
		list = append(list, e)
	}
	return list, nil
}

func (e *Entry) read(kind Kind, text func(Field) string) {
	if e.Name == "" {
		e.fault("name-missing", "")
	}
	if utf8.RuneCountInString(e.Name) > 80 {
		e.fault("text-too-long", string([]rune(e.Name)[:20])+"…")
	}
	switch kind {
	case Teachers:
		e.teacher(text(Login), text(Role))
	case Classes:
		e.grade(text(Grade))
	case Rooms:
		e.room(text(Class))
	}
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

func (e *Entry) teacher(login, role string) {
	switch e.Login = strings.ToLower(login); {
	case login == "":
		e.fault("login-missing", "")
	case !loginForm.MatchString(e.Login):
		e.fault("login-wrong", login)
	}
	switch role = folded(role); {
	case role == "", strings.Contains(role, "主讲"), strings.Contains(role, "任课"), role == "教师", role == "lecturer":
		e.Role = "lecturer"
	case strings.Contains(role, "助教"), role == "assistant":
		e.Role = "assistant"
	default:
		e.fault("role-unclear", role)
	}
}

var gradeWord = regexp.MustCompile(`^(小|初|高)?([一二三四五六七八九]|[0-9]{1,2})(年级)?$`)

// grade is that of its column, or else that of the class's name.
func (e *Entry) grade(text string) {
	word := folded(text)
	if word == "" {
		if g, _, ok := strings.Cut(schoolweek.ClassKey(e.Name), "-"); ok {
			word = g
		}
	}
	if m := gradeWord.FindStringSubmatch(word); m != nil {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			n = strings.Index("一二三四五六七八九", m[2])/len("一") + 1
		}
		e.Grade = n + map[string]int{"初": 6, "高": 9}[m[1]]
	}
	if e.Grade < 1 || e.Grade > 12 {
		e.Grade = 0
		e.fault("grade-unclear", text)
	}
}

func (e *Entry) room(class string) {
	switch class = folded(class); {
	case strings.Contains(class, "主讲"), strings.Contains(class, "录播"), class == "lecturer":
		e.RoomClass = "lecturer"
	case class == "", strings.Contains(class, "互动"), strings.Contains(class, "听课"), class == "interactive":
		e.RoomClass = "interactive"
	case strings.Contains(class, "终端"), strings.Contains(class, "普通"), class == "terminal":
		e.RoomClass = "terminal"
	default:
		e.fault("room-class-unclear", class)
	}
}
