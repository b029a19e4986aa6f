package scheduler

import (
	"cmp"
	"context"
	"fmt"
	"maps"
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
	Of   string `query:"of" enum:"classes,teachers" default:"classes" doc:"a sheet for each class, or for each teacher"`
}

// exportWeek is a school's week as it is printed: a sheet for each class or teacher, rows are periods with their true times, columns the days;
// the school's own lessons and those with other schools.
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
	w := &printedWeek{school: school, monday: day.Monday(), calendar: calendars[school.ID], of: in.Of, cells: map[string]map[weekCell][]string{}}
	if err := w.load(ctx, s); err != nil {
		return nil, err
	}
	data, err := sheet.Excel(w.pages())
	return file(fmt.Sprintf("%s %s 周课表.xlsx", school.Name, w.monday), excelType, data, err)
}

// printedWeek is a week of a school, by class or teacher.
type printedWeek struct {
	school   *db.School
	monday   timetable.Date
	calendar *timetable.Calendar
	of       string
	cells    map[string]map[weekCell][]string // whose → when → what
}

// weekCell is a period of a day. Lessons outside the periods have number 0.
type weekCell struct {
	date timetable.Date
	no   int
}

func (w *printedWeek) put(who string, at weekCell, text string) {
	if who == "" {
		return
	}
	if w.cells[who] == nil {
		w.cells[who] = map[weekCell][]string{}
	}
	if !slices.Contains(w.cells[who][at], text) {
		w.cells[who][at] = append(w.cells[who][at], text)
	}
}

func (w *printedWeek) load(ctx context.Context, s *Server) error {
	own, err := db.OwnSlots(ctx, s.db.Read(), []string{w.school.ID})
	if err != nil {
		return err
	}
	for d := w.monday; d < w.monday+7; d++ {
		day := w.calendar.Day(d)
		if day.Off || !w.calendar.Term.Has(d) {
			continue
		}
		for i := range own {
			if o := &own[i]; o.Weekday == day.Weekday && o.Cycle().Holds(day.Week) {
				w.own(o, d)
			}
		}
	}
	zone := w.calendar.Zone
	lessons, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{School: w.school.ID, From: w.monday.At(0, zone), To: (w.monday + 7).At(0, zone)})
	if err != nil {
		return err
	}
	names, err := w.classNames(ctx, s)
	for i := range lessons {
		if lessons[i].State != string(link.Cancelled) {
			w.shared(&lessons[i], names, zone)
		}
	}
	return err
}

func (w *printedWeek) classNames(ctx context.Context, s *Server) (map[string]string, error) {
	rows, err := db.ClassesOf(ctx, s.db.Read(), w.school.ID)
	names := map[string]string{}
	for _, c := range rows {
		names[c.ID] = c.Name
	}
	return names, err
}

// own is a lesson of the school's own timetable. Odd and even weeks are marked: next week the cell is another.
func (w *printedWeek) own(o *db.OwnSlot, d timetable.Date) {
	mark := map[string]string{"odd": "（单周）", "even": "（双周）"}[weeksName(o.Cycle())]
	who, other := o.ClassName, o.TeacherName
	if w.of == "teachers" {
		who, other = other, who
	}
	w.put(who, weekCell{d, o.Period}, lines(o.Subject+mark, other, o.RoomName))
}

// shared is a lesson with other schools.
func (w *printedWeek) shared(l *db.LessonView, classes map[string]string, zone *time.Location) {
	for i := range l.Rooms {
		r := &l.Rooms[i]
		if r.School != w.school.ID {
			continue
		}
		at := weekCell{timetable.DateOf(l.StartAt.Time(), zone), r.PeriodNo}
		when := l.StartAt.Time().In(zone).Format("15:04") + "–" + l.EndAt.Time().In(zone).Format("15:04")
		text := lines("【同堂】"+l.Subject, l.LecturerName, r.RoomName, when)
		switch {
		case w.of != "teachers":
			w.put(classes[r.Class], at, text)
		case i == 0:
			w.put(l.LecturerName, at, text)
		default:
			w.put(r.AssistantName, at, text)
		}
	}
}

func lines(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "\n")
}

func (w *printedWeek) pages() []sheet.Page {
	var pages []sheet.Page
	for _, who := range slices.Sorted(maps.Keys(w.cells)) {
		pages = append(pages, w.page(who))
	}
	if len(pages) == 0 {
		pages = append(pages, w.page(""))
	}
	return pages
}

// page is the week of one: Saturday and Sunday are there when they are taught.
func (w *printedWeek) page(who string) sheet.Page {
	cells := w.cells[who]
	var days []timetable.Date
	for d := w.monday; d < w.monday+7; d++ {
		taught := slices.ContainsFunc(slices.Collect(maps.Keys(cells)), func(c weekCell) bool { return c.date == d })
		if d < w.monday+5 || taught {
			days = append(days, d)
		}
	}
	week := w.calendar.Term.Week(w.monday)
	parity := map[bool]string{true: "单周", false: "双周"}[week%2 != 0]
	head := []any{"节次"}
	for _, d := range days {
		head = append(head, w.dayTitle(d))
	}
	p := sheet.Page{Name: cmp.Or(who, w.school.Name), Title: 2, Header: 1, Grid: true, Widths: []float64{16},
		Rows: [][]any{{w.school.Name + " " + who + " 周课表"}, {fmt.Sprintf("%s 第%d周（%s） %s 至 %s", w.calendar.Term.Name, week, parity, w.monday, w.monday+6)}, head}}
	for range days {
		p.Widths = append(p.Widths, 22)
	}
	for _, no := range w.numbers(cells) {
		row := []any{w.periodTitle(no, days)}
		for _, d := range days {
			row = append(row, strings.Join(cells[weekCell{d, no}], "\n\n"))
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// dayTitle is "周六 11-28", with what the day is: off, taught like another weekday (调休), with other bells.
func (w *printedWeek) dayTitle(d timetable.Date) string {
	title := fmt.Sprintf("周%s\n%s", string([]rune("一二三四五六日")[d.Weekday()-1]), d.String()[5:])
	day := w.calendar.Day(d)
	switch {
	case day.Off:
		return title + "\n放假" + occasion(day.Rule)
	case day.Rule != nil && day.Rule.Kind == timetable.Like:
		return title + fmt.Sprintf("\n调休：上周%s的课", string([]rune("一二三四五六日")[day.Weekday-1])) + occasion(day.Rule)
	}
	return title
}

func occasion(rule *timetable.Override) string {
	if rule == nil || rule.Name == "" {
		return ""
	}
	return "（" + rule.Name + "）"
}

// numbers are the periods of the week's days, and what else has a lesson.
func (w *printedWeek) numbers(cells map[weekCell][]string) []int {
	seen := map[int]bool{}
	for d := w.monday; d < w.monday+5; d++ {
		for _, p := range w.calendar.Day(d).Periods {
			if p.Lesson {
				seen[p.No] = true
			}
		}
	}
	for c := range cells {
		seen[c.no] = true
	}
	numbers := slices.Sorted(maps.Keys(seen))
	if len(numbers) > 0 && numbers[0] == 0 { // outside the periods: below them
		numbers = append(numbers[1:], 0)
	}
	return numbers
}

// periodTitle is the period's name with its true times, those of each of the week's bells.
func (w *printedWeek) periodTitle(no int, days []timetable.Date) string {
	if no == 0 {
		return "其他时间"
	}
	name, times := fmt.Sprintf("第%d节", no), []string{}
	for _, d := range days {
		if p, ok := w.calendar.Day(d).Period(no); ok {
			name = p.Name
			if t := p.Start.String() + "–" + p.End.String(); !slices.Contains(times, t) {
				times = append(times, t)
			}
		}
	}
	return lines(append([]string{name}, times...)...)
}
