package schoolweek

import (
	"fmt"

	"github.com/tongtang/tongtang/scheduler/sheet"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// ListHead is the head of a list as it is written and as the template has it, in the order of Fields.
var ListHead = []any{"班级", "星期", "节次", "单双周", "课程", "教师", "教室"}

// ListPage is a timetable as a list: a row for each lesson. It is read again without a question.
func ListPage(name string, lessons []Lesson) sheet.Page {
	p := sheet.Page{Name: name, Header: 1, Rows: [][]any{ListHead}, Widths: []float64{16, 10, 10, 10, 16, 14, 18}}
	for _, l := range lessons {
		p.Rows = append(p.Rows, []any{l.Class, dayWord(l.Weekday), fmt.Sprintf("第%d节", l.Period), WeeksWord(l.Cycle), l.Subject, l.Teacher, l.Room})
	}
	return p
}

func dayWord(day int) string { return "周" + string([]rune("一二三四五六日")[day-1]) }

// WeeksWord is 每周, 单周 or 双周, and "3/1" for other cycles.
func WeeksWord(c timetable.Cycle) string {
	switch {
	case c.Every <= 1:
		return "每周"
	case c == timetable.Odd:
		return "单周"
	case c == timetable.Even:
		return "双周"
	}
	return fmt.Sprintf("每%d周第%d周", c.Every, (c.Phase+c.Every-1)%c.Every+1)
}
