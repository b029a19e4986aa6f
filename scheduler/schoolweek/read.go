package schoolweek

import (
	"strconv"
	"strings"

	"github.com/tongtang/tongtang/scheduler/sheet"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Form is how a sheet shows a timetable.
type Form string

// The forms.
const (
	List     Form = "list"     // a row for each lesson
	Grid     Form = "grid"     // of one class or teacher: a row for each period, a column for each weekday
	Overview Form = "overview" // of all (总课表): a row for each class or teacher, a column for each period of each weekday
)

// Mapping says how a sheet is to be read.
type Mapping struct {
	Form    Form
	Head    int           // rows above the lessons: titles and the table's head
	Columns map[Field]int // from 0: all of a list; Period of a grid; of an overview that of Whose
	Whose   Field         // Class or Teacher: whose weeks a grid or an overview shows
	Owner   string        // of a grid: the name of whose week it is
}

func itoa(n int) string { return strconv.Itoa(n) }

// Read reads a sheet as the mapping says.
func Read(s *sheet.Sheet, m Mapping, k *Known) []Row {
	var rows []Row
	switch m.Form {
	case List:
		rows = readList(s, m, k)
	case Grid:
		rows = readGrid(s, m, k)
	case Overview:
		rows = readOverview(s, m, k)
	}
	return k.finish(rows)
}

func readList(s *sheet.Sheet, m Mapping, k *Known) []Row {
	var rows []Row
	for i := m.Head; i < len(s.Rows); i++ {
		text := func(f Field) string {
			if c, ok := m.Columns[f]; ok {
				return s.Cell(i, c)
			}
			return ""
		}
		if strings.TrimSpace(strings.Join(s.Rows[i], "")) == "" {
			continue
		}
		r := Row{Row: i + 1, Lesson: Lesson{Subject: plain(text(Subject)), Class: plain(text(Class)), Teacher: plain(text(Teacher)), Room: plain(text(Room))}}
		if r.Lesson.Weekday = parseWeekday(text(Weekday)); r.Lesson.Weekday == 0 {
			r.fault("weekday-unclear", text(Weekday))
		}
		cycle, ok := parseWeeks(text(Weeks))
		if r.Lesson.Cycle = cycle; !ok {
			r.fault("weeks-unclear", text(Weeks))
		}
		rows = append(rows, r.times(parsePeriods(text(Period), k.names), text(Period))...)
	}
	return rows
}

// times is the row once for each of its periods.
func (r Row) times(periods []int, text string) []Row {
	if len(periods) == 0 {
		r.fault("period-unclear", text)
		return []Row{r}
	}
	rows := make([]Row, len(periods))
	for i, no := range periods {
		rows[i] = r
		rows[i].Lesson.Period = no
	}
	return rows
}

func readGrid(s *sheet.Sheet, m Mapping, k *Known) []Row {
	days := headDays(s, m.Head)
	var rows []Row
	for i := m.Head; i < len(s.Rows); i++ {
		text := s.Cell(i, m.Columns[Period])
		periods := parsePeriods(text, k.names)
		if periods == nil && (fold(text) == "" || notTaught.MatchString(fold(text))) {
			continue
		}
		for c := range s.Rows[i] {
			if days[c] == 0 || nothing(s.Cell(i, c)) || c == m.Columns[Period] {
				continue
			}
			for _, l := range k.cell(s.Cell(i, c), m.Whose) {
				r := Row{Row: i + 1, Column: c + 1, Lesson: l.owned(m.Whose, m.Owner, days[c])}
				rows = append(rows, r.times(periods, text)...)
			}
		}
	}
	return rows
}

// headDays are the weekdays that the head gives to columns: those of its last row that names any.
func headDays(s *sheet.Sheet, head int) map[int]int {
	for i := min(head, len(s.Rows)) - 1; i >= 0; i-- {
		if days := dayCells(s.Rows[i]); len(days) > 1 {
			return days
		}
	}
	return nil
}

// dayCells are the weekdays that the cells of a row name. "一" is one only in a row without numbers beyond seven, and where no cell says it in
// full; "1" never is.
func dayCells(row []string) map[int]int {
	full, short := map[int]int{}, map[int]int{}
	for c, text := range row {
		switch d := parseWeekday(text); {
		case d == 0 && number(fold(text)) > 7:
			short = nil
		case d == 0 || fold(text) >= "1" && fold(text) <= "7":
		case number(fold(text)) > 0 || fold(text) == "日":
			if short != nil {
				short[c] = d
			}
		default:
			full[c] = d
		}
	}
	if len(full) > 0 {
		return full
	}
	seen := map[int]bool{}
	for _, d := range short { // periods of several days
		if seen[d] {
			return nil
		}
		seen[d] = true
	}
	return short
}

func readOverview(s *sheet.Sheet, m Mapping, k *Known) []Row {
	days := headDays(s, m.Head)
	periods := map[int][]int{}
	for i := range min(m.Head, len(s.Rows)) {
		for c, text := range s.Rows[i] {
			if p := parsePeriods(text, k.names); p != nil {
				periods[c] = p
			}
		}
	}
	var rows []Row
	for i := m.Head; i < len(s.Rows); i++ {
		who := plain(s.Cell(i, m.Columns[m.Whose]))
		for c := range s.Rows[i] {
			if days[c] == 0 || periods[c] == nil || nothing(s.Cell(i, c)) || c == m.Columns[m.Whose] {
				continue
			}
			for _, l := range k.cell(s.Cell(i, c), m.Whose) {
				r := Row{Row: i + 1, Column: c + 1, Lesson: l.owned(m.Whose, who, days[c])}
				rows = append(rows, r.times(periods[c], "")...)
			}
		}
	}
	return rows
}

// owned is the lesson on its day, with the one whose week it stands in.
func (l Lesson) owned(whose Field, who string, day int) Lesson {
	l.Weekday = day
	if whose == Teacher {
		l.Teacher = plain(who)
	} else {
		l.Class = plain(who)
	}
	if l.Cycle.Every == 0 {
		l.Cycle = timetable.Weekly
	}
	return l
}
