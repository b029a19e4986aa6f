package schoolweek

import (
	"bytes"
	"encoding/xml"
	"io"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// fet is a result of FET (lalescu.ro/liviu/fet), the file …_data_and_timetable.fet: the activities, and where each was placed.
type fet struct {
	XMLName    xml.Name      `xml:"fet"`
	Days       []string      `xml:"Days_List>Day>Name"`
	Hours      []string      `xml:"Hours_List>Hour>Name"`
	Activities []fetActivity `xml:"Activities_List>Activity"`
	Times      []struct {
		ID     int    `xml:"Activity_Id"`
		Day    string `xml:"Preferred_Day"`
		Hour   string `xml:"Preferred_Hour"`
		Active string `xml:"Active"`
	} `xml:"Time_Constraints_List>ConstraintActivityPreferredStartingTime"`
	Rooms []struct {
		ID     int    `xml:"Activity_Id"`
		Room   string `xml:"Room"`
		Active string `xml:"Active"`
	} `xml:"Space_Constraints_List>ConstraintActivityPreferredRoom"`
}

type fetActivity struct {
	ID       int      `xml:"Id"`
	Teachers []string `xml:"Teacher"`
	Subject  string   `xml:"Subject"`
	Students []string `xml:"Students"`
	Duration int      `xml:"Duration"`
	Active   string   `xml:"Active"`
}

// ReadFET reads a result of FET. An activity of several hours is a lesson in each of their periods, one of several classes a lesson of each;
// several teachers have a lesson each.
func ReadFET(data []byte, k *Known) ([]Row, error) {
	var f fet
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, refuse("fet-unreadable", "the file is in %s, not in UTF-8", charset)
	}
	if err := d.Decode(&f); err != nil {
		return nil, refuse("fet-unreadable", "this is no file of FET: %v", err)
	}
	if len(f.Activities) > mostLessons || len(f.Times) > 4*mostLessons {
		return nil, refuse("file-too-large", "the file has more than %d activities", mostLessons)
	}
	if len(f.Times) == 0 {
		return nil, refuse("fet-unsolved", "the file has no times: send FET's result, …_data_and_timetable.fet")
	}
	return k.finish(f.rows(k)), nil
}

func (f *fet) rows(k *Known) []Row {
	days, hours := order(f.Days), order(f.Hours)
	activities, rooms := map[int]fetActivity{}, map[int]string{}
	for _, a := range f.Activities {
		activities[a.ID] = a
	}
	for _, r := range f.Rooms {
		if r.Active != "false" {
			rooms[r.ID] = r.Room
		}
	}
	var rows []Row
	for _, t := range f.Times {
		a, known := activities[t.ID]
		if !known || a.Active == "false" || t.Active == "false" {
			continue
		}
		r := Row{Lesson: Lesson{Subject: plain(a.Subject), Room: plain(rooms[t.ID]), Cycle: timetable.Weekly, Weekday: parseWeekday(t.Day)}}
		if r.Lesson.Weekday == 0 {
			r.Lesson.Weekday = days[t.Day]
		}
		if r.Lesson.Weekday < 1 || r.Lesson.Weekday > 7 {
			r.fault("weekday-unclear", t.Day)
		}
		for _, r := range r.times(f.hours(hours[t.Hour], a.Duration, k), t.Hour) {
			if rows = append(rows, r.shared(a)...); len(rows) > 4*mostLessons {
				return rows
			}
		}
	}
	return rows
}

// hours are the periods of an activity: as the hours' names say, or else by their order.
func (f *fet) hours(first, duration int, k *Known) []int {
	var periods []int
	for h := first; first > 0 && h < first+min(max(duration, 1), mostPeriods); h++ {
		if h > len(f.Hours) {
			return nil
		}
		no := h
		if p := parsePeriods(f.Hours[h-1], k.names); len(p) == 1 {
			no = p[0]
		}
		periods = append(periods, no)
	}
	return periods
}

// shared is the row once for each class and each teacher of the activity.
func (r Row) shared(a fetActivity) []Row {
	var rows []Row
	for _, class := range orNone(a.Students) {
		for _, teacher := range orNone(a.Teachers) {
			one := r
			one.Lesson.Class, one.Lesson.Teacher = plain(class), plain(teacher)
			rows = append(rows, one)
		}
	}
	return rows
}

func orNone(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list[:min(len(list), 20)]
}

// order numbers names from 1.
func order(names []string) map[string]int {
	m := map[string]int{}
	for i, n := range names {
		m[n] = i + 1
	}
	return m
}
