// Package holidays reads a national holiday file (节假日安排): the days on which the state lets off, and the free days that are worked instead
// (调休). It says of every row what is wrong with it. Which weekday's timetable a make-up day follows stands in no such file; what is usual can be
// suggested. Pure.
package holidays

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Bounds of a file: bytes, and rows, which are those of ten years. The length of a name is that of a day's occasion.
const (
	MaxFile = 128 << 10
	MaxDays = 500
	maxName = 40
)

// Day is a row of a file.
type Day struct {
	Row    int // from 1
	Date   timetable.Date
	Name   string
	Off    bool    // false: worked
	Faults []Fault // it cannot be taken over
}

// Fault is what must be mended in a row.
type Fault struct {
	Code  string
	Value string // of the file
	Row   int    // the other row that is meant, 0 none
}

// FileError says why a file cannot be read at all.
type FileError struct{ Code, Detail string }

func (e *FileError) Error() string { return e.Detail }

// Read reads a list of days, or a document that has one under "days". *FileError.
func Read(data []byte) ([]Day, error) {
	rows, err := list(data)
	if err != nil {
		return nil, err
	}
	days := make([]Day, len(rows))
	first := map[timetable.Date]int{} // row of a date
	for i, raw := range rows {
		d := day(i+1, raw)
		if other := first[d.Date]; d.Date != 0 && other != 0 {
			d.Faults = append(d.Faults, Fault{"date-twice", d.Date.String(), other})
		} else {
			first[d.Date] = d.Row
		}
		days[i] = d
	}
	return days, nil
}

// list are the rows of a file.
func list(data []byte) ([]json.RawMessage, error) {
	if len(data) > MaxFile {
		return nil, &FileError{"holidays-too-large", "a holiday file has at most 128 KiB and 500 days"}
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	var rows []json.RawMessage
	err := json.Unmarshal(data, &rows)
	if bytes.HasPrefix(data, []byte("{")) {
		var document struct{ Days []json.RawMessage }
		err = json.Unmarshal(data, &document)
		rows = document.Days
	}
	switch {
	case err != nil || !utf8.Valid(data):
		return nil, &FileError{"holidays-unreadable", "the file is not JSON with a list of days"}
	case len(rows) == 0:
		return nil, &FileError{"holidays-empty", "the file names no days"}
	case len(rows) > MaxDays:
		return nil, &FileError{"holidays-too-large", "a holiday file has at most 128 KiB and 500 days"}
	}
	return rows, nil
}

// day is one row; what is wrong with it stands in its faults.
func day(row int, raw json.RawMessage) Day {
	d := Day{Row: row}
	var in struct{ Date, Name, IsOffDay json.RawMessage }
	if json.Unmarshal(raw, &in) != nil || raw[0] != '{' {
		d.fault("row-unclear", raw)
		return d
	}
	var date string
	err := json.Unmarshal(in.Date, &date)
	if err == nil {
		d.Date, err = timetable.ParseDate(date)
	}
	if err != nil || d.Date < timetable.NewDate(2000, 1, 1) || d.Date >= timetable.NewDate(2100, 1, 1) {
		d.Date = 0
		d.fault("date-unclear", in.Date)
	}
	if json.Unmarshal(in.Name, &d.Name) != nil || !isName(strings.TrimSpace(d.Name)) {
		d.Name = ""
		d.fault("holiday-unclear", in.Name)
	}
	d.Name = strings.TrimSpace(d.Name)
	if off := string(in.IsOffDay); off == "true" || off == "false" {
		d.Off = off == "true"
	} else {
		d.fault("off-unclear", in.IsOffDay)
	}
	return d
}

// fault notes what is wrong with what the file says.
func (d *Day) fault(code string, raw json.RawMessage) {
	value := string(raw)
	if text := ""; json.Unmarshal(raw, &text) == nil {
		value = text
	}
	d.Faults = append(d.Faults, Fault{Code: code, Value: short(value)})
}

func isName(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= maxName && !strings.ContainsFunc(s, unicode.IsControl)
}

// short is the beginning of a text, as it can be shown.
func short(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxName {
		return string(runes[:maxName-1]) + "…"
	}
	return s
}
