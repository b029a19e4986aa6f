package scheduler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/roster"
	"github.com/tongtang/tongtang/scheduler/schoolweek"
	"github.com/tongtang/tongtang/scheduler/sheet"
)

// fileAnswer is a file that a browser saves.
type fileAnswer struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

const (
	excelType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	csvType   = "text/csv; charset=utf-8"
	yamlType  = "application/yaml; charset=utf-8"
)

func file(name, media string, data []byte, err error) (*fileAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &fileAnswer{Type: media, Disposition: "attachment; filename*=UTF-8''" + url.PathEscape(name), Body: data}, nil
}

type templateInput struct {
	Kind string `path:"kind" enum:"timetable,teachers,classes,rooms"`
}

// template is an empty sheet to be filled in.
func (s *Server) template(_ context.Context, in *templateInput) (*fileAnswer, error) {
	page := roster.Template(roster.Kind(in.Kind))
	if in.Kind == "timetable" {
		page = schoolweek.ListPage("课表", []schoolweek.Lesson{{Class: "三年级1班", Weekday: 1, Period: 3, Subject: "数学", Teacher: "李明", Room: "三年级互动教室"}})
	}
	data, err := sheet.Excel([]sheet.Page{page})
	return file(page.Name+"模板.xlsx", excelType, data, err)
}

type exportInput struct {
	ByID
	Format string `query:"format" enum:"xlsx,csv,cses" default:"xlsx"`
	Class  string `query:"class" maxLength:"80" doc:"name of a class: its lessons alone; CSES needs it"`
}

// exportTimetable is the school's own timetable as a file that can be imported again.
func (s *Server) exportTimetable(ctx context.Context, in *exportInput) (*fileAnswer, error) {
	school, err := s.schoolFor(ctx, in.ID, staff...)
	if err != nil {
		return nil, err
	}
	rows, err := db.OwnSlots(ctx, s.db.Read(), []string{school.ID})
	if err != nil {
		return nil, err
	}
	var lessons []schoolweek.Lesson
	for i := range rows {
		if in.Class == "" || rows[i].ClassName == in.Class {
			lessons = append(lessons, weekLesson(&rows[i]))
		}
	}
	name := fmt.Sprintf("%s%s课表", school.Name, in.Class)
	switch in.Format {
	case "csv":
		data, err := sheet.CSV(schoolweek.ListPage(name, lessons).Rows)
		return file(name+".csv", csvType, data, err)
	case "cses":
		if in.Class == "" {
			return nil, httpd.Fail(http.StatusUnprocessableEntity, "class-unknown", "a CSES file is of one class")
		}
		periods, err := allPeriods(ctx, s.db.Read(), school.ID)
		if err != nil {
			return nil, err
		}
		term, err := db.TermOf(ctx, s.db.Read(), school.ID)
		if err != nil {
			return nil, err
		}
		data, err := schoolweek.WriteCSES(in.Class+"课表", school.Name+" "+term.Name, lessons, periods)
		return file(name+".yaml", yamlType, data, err)
	}
	data, err := sheet.Excel([]sheet.Page{schoolweek.ListPage(name, lessons)})
	return file(name+".xlsx", excelType, data, err)
}
