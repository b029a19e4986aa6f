package scheduler

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/holidays"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// previewHolidays tells what a holiday file would decide beside what holds for the area; it changes nothing.
func (s *Server) previewHolidays(ctx context.Context, in *holidayPreviewInput) (*tagged[HolidayPreview], error) {
	if err := s.rulingFor(ctx, in.ID); err != nil {
		return nil, err
	}
	days, err := readHolidays(&in.Body)
	if err != nil {
		return nil, err
	}
	now, err := holidaysNow(ctx, s.db.Read(), in.ID)
	if err != nil {
		return nil, err
	}
	out := now.told(days)
	out.Version = callerOf(ctx).areas[in.ID].Version
	return withVersion(out, out.Version), nil
}

// importHolidays makes the days of a holiday file the area's defaults, all of them or nothing. Schools that decided for themselves stay as they are.
func (s *Server) importHolidays(ctx context.Context, in *holidayInput) (*answer[Effect], error) {
	if err := s.rulingFor(ctx, in.ID); err != nil {
		return nil, err
	}
	days, err := readHolidays(&in.Body)
	if err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = in.Body.File.Name
	return s.changeDays(ctx, in.ID, in.WithPreview, spanOf(days), func(ctx context.Context, tx bun.Tx) error {
		now, err := holidaysNow(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		set, open, err := now.decide(days, &in.Body)
		if err != nil {
			return err
		}
		if err := db.ForgetDays(ctx, tx, in.ID, open); err != nil {
			return err
		}
		return db.SetDays(ctx, tx, in.ID, set)
	})
}

func readHolidays(in *HolidayFile) ([]holidays.Day, error) {
	days, err := holidays.Read(in.File.Data)
	var file *holidays.FileError
	if errors.As(err, &file) {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, file.Code, "%s", file.Detail)
	}
	return days, err
}

// spanOf is from the first to the last day of a file.
func spanOf(days []holidays.Day) (span db.Days) {
	for _, d := range days {
		if d.Date != 0 && (span.From == 0 || d.Date < span.From) {
			span.From = d.Date
		}
		span.To = max(span.To, d.Date)
	}
	return span
}

// decide are the decisions that the import makes, and those that it takes back.
func (n *holidayNow) decide(days []holidays.Day, in *HolidayFile) (set, open []timetable.Override, err error) {
	choices, err := choicesOf(days, in.Choices)
	if err != nil {
		return nil, nil, err
	}
	var undecided []string
	bad := 0
	for _, d := range days {
		choice, state := choices[d.Date], n.state(d)
		switch {
		case state == "bad":
			bad++
		case n.outside(d.Date) && !in.Outside, choice.Kind == "keep", choice.Kind == "" && state == "same":
		case d.Off:
			set = append(set, timetable.Override{Date: d.Date, Kind: timetable.Off, Name: d.Name})
		case choice.Kind == "like":
			set = append(set, timetable.Override{Date: d.Date, Kind: timetable.Like, Weekday: choice.Weekday, Week: choice.Week, Name: d.Name})
		case choice.Kind == "open":
			open = append(open, timetable.Override{Date: d.Date})
		default:
			undecided = append(undecided, d.Date.String())
		}
	}
	switch {
	case bad > 0:
		err = httpd.Fail(http.StatusUnprocessableEntity, "rows-bad", "%d rows of the file cannot be taken over; nothing was changed", bad).With("count", bad)
	case len(undecided) > 0:
		err = httpd.Fail(http.StatusUnprocessableEntity, "make-up-undecided", "say what %d make-up days follow, or leave them to the schools", len(undecided)).With("dates", undecided).
			With("count", len(undecided))
	}
	return set, open, err
}

// choicesOf are the choices by date. What a day off follows is no question, and a day that is not in the file neither.
func choicesOf(days []holidays.Day, list []HolidayChoice) (map[timetable.Date]HolidayChoice, error) {
	off := map[timetable.Date]bool{}
	for _, d := range days {
		off[d.Date] = d.Off
	}
	choices := map[timetable.Date]HolidayChoice{}
	for _, c := range list {
		date, err := timetable.ParseDate(c.Date)
		dayOff, known := off[date]
		switch {
		case err != nil || !known || dayOff && c.Kind != "keep" || choices[date].Kind != "":
			err = fmt.Errorf("nothing can be chosen for %s", c.Date)
		case c.Kind == "like" && c.Weekday == 0:
			err = errors.New("a day like another needs a weekday")
		}
		if err != nil {
			return nil, httpd.Fail(http.StatusUnprocessableEntity, "day-wrong", "%s", err)
		}
		choices[date] = c
	}
	return choices, nil
}
