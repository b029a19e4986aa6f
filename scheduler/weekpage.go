package scheduler

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tongtang/tongtang/scheduler/sheet"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// weekPage is a sheet to be: whose it is, by which bells, and what stands in its cells.
type weekPage struct {
	name  string
	bells *timetable.Calendar
	cells map[weekCell][]string
	gap   string // between the lessons of a cell
	width float64
}

func (p *weekPage) put(at weekCell, text string) {
	if p.cells == nil {
		p.cells = map[weekCell][]string{}
	}
	if !slices.Contains(p.cells[at], text) {
		p.cells[at] = append(p.cells[at], text)
	}
}

// page is the sheet. Saturday and Sunday are there when they are taught.
func (w *printedWeek) page(of *weekPage) sheet.Page {
	var days []timetable.Date
	for d := w.monday; d < w.monday+7; d++ {
		taught := slices.ContainsFunc(slices.Collect(maps.Keys(of.cells)), func(c weekCell) bool { return c.date == d })
		if d < w.monday+5 || taught {
			days = append(days, d)
		}
	}
	week := w.term.Term.Week(w.monday)
	parity := map[bool]string{true: "单周", false: "双周"}[week%2 != 0]
	head := []any{"节次"}
	for _, d := range days {
		head = append(head, of.dayTitle(d))
	}
	title := w.school.Name + " " + of.name + " 周课表"
	if of.name == w.school.Name {
		title = w.school.Name + " 周课表"
	}
	p := sheet.Page{Name: of.name, Title: 2, Header: 1, Grid: true, Widths: []float64{16},
		Rows: [][]any{{title}, {fmt.Sprintf("%s 第%d周（%s） %s 至 %s", w.term.Term.Name, week, parity, w.monday, w.monday+6)}, head}}
	for range days {
		p.Widths = append(p.Widths, max(of.width, 22))
	}
	for _, no := range of.numbers(w.monday) {
		row := []any{of.periodTitle(no, days)}
		for _, d := range days {
			texts := slices.Clone(of.cells[weekCell{d, no}])
			if of.gap == "\n" {
				slices.Sort(texts) // of the whole school: by class
			}
			row = append(row, strings.Join(texts, of.gap))
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// dayTitle is "周六 11-28", with what the day is: off, taught like another weekday (调休), with other bells.
func (p *weekPage) dayTitle(d timetable.Date) string {
	title := fmt.Sprintf("周%s\n%s", string([]rune("一二三四五六日")[d.Weekday()-1]), d.String()[5:])
	day := p.bells.Day(d)
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
func (p *weekPage) numbers(monday timetable.Date) []int {
	seen := map[int]bool{}
	for d := monday; d < monday+5; d++ {
		for _, row := range p.bells.Day(d).Periods {
			if row.Lesson {
				seen[row.No] = true
			}
		}
	}
	for c := range p.cells {
		seen[c.no] = true
	}
	numbers := slices.Sorted(maps.Keys(seen))
	if len(numbers) > 0 && numbers[0] == 0 { // outside the periods: below them
		numbers = append(numbers[1:], 0)
	}
	return numbers
}

// periodTitle is the period's name with its true times, those of each of the week's bells.
func (p *weekPage) periodTitle(no int, days []timetable.Date) string {
	if no == 0 {
		return "其他时间"
	}
	name, times := fmt.Sprintf("第%d节", no), []string{}
	for _, d := range days {
		if row, ok := p.bells.Day(d).Period(no); ok {
			name = row.Name
			if t := row.Start.String() + "–" + row.End.String(); !slices.Contains(times, t) {
				times = append(times, t)
			}
		}
	}
	return lines(append([]string{name}, times...)...)
}
