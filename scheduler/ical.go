package scheduler

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/gin-gonic/gin"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// A feed shows what was since feedBack and what comes until feedAhead.
const (
	feedBack  = 60 * 24 * time.Hour
	feedAhead = 240 * 24 * time.Hour
)

// feed answers with a school's lessons as an iCalendar (RFC 5545). Whoever has the address may read it.
func (s *Server) feed(c *gin.Context) {
	ctx := c.Request.Context()
	secret, isFeed := strings.CutSuffix(c.Param("file"), ".ics")
	school, err := db.SchoolByCalendar(ctx, s.db.Read(), secret)
	if !isFeed || errors.Is(err, db.ErrNotFound) {
		httpd.Abort(c, httpd.Fail(http.StatusNotFound, "calendar-unknown", "there is no calendar at this address; it may have been replaced"))
		return
	}
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	now := s.now()
	lessons, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{School: school.ID, From: now.Add(-feedBack), To: now.Add(feedAhead)})
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	zone, err := time.LoadLocation(school.Zone)
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	c.Header("Cache-Control", "private, max-age=60")
	c.Data(http.StatusOK, "text/calendar; charset=utf-8", []byte(calendarOf(school, zone, lessons).Serialize(ics.WithNewLineWindows)))
}

func calendarOf(school *db.School, zone *time.Location, lessons []db.LessonView) *ics.Calendar {
	cal := ics.NewCalendarFor("-//Tongtang//同堂//ZH")
	cal.SetMethod(ics.MethodPublish)
	cal.SetName(school.Name)
	cal.SetXWRCalName(school.Name)
	cal.SetXWRTimezone(school.Zone)
	cal.SetRefreshInterval("PT15M")
	addZone(cal, zone, lessons)
	for i := range lessons {
		addEvent(cal, school, zone, &lessons[i])
	}
	return cal
}

// addZone describes the zone for the time of the events. Where its offset does not change in that time (in China it never does) one
// STANDARD part says all; elsewhere every change is listed.
func addZone(cal *ics.Calendar, zone *time.Location, lessons []db.LessonView) {
	if len(lessons) == 0 {
		return
	}
	vtz := cal.AddTimezone(zone.String())
	at, last := lessons[0].StartAt.Time().In(zone), lessons[len(lessons)-1].EndAt.Time()
	begin, before := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), offset(at)
	for {
		part := vtz.AddStandard()
		part.AddProperty(ics.ComponentPropertyDtStart, begin.Format("20060102T150405"))
		part.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), before)
		part.AddProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), offset(at))
		_, next := at.ZoneBounds()
		if next.IsZero() || next.After(last) {
			return
		}
		_, secs := at.Zone()
		begin, before, at = next.UTC().Add(time.Duration(secs)*time.Second), offset(at), next // DTSTART is in the time before the change
	}
}

func offset(t time.Time) string { return t.Format("-0700") }

func addEvent(cal *ics.Calendar, school *db.School, zone *time.Location, l *db.LessonView) {
	e := cal.AddEvent(l.ID + "@tongtang")
	e.SetDtStampTime(l.Changed.Time())
	e.SetModifiedAt(l.Changed.Time())
	e.SetSequence(l.Sequence)
	local := func(t db.Instant) string { return t.Time().In(zone).Format("20060102T150405") }
	tzid := &ics.KeyValues{Key: string(ics.ParameterTzid), Value: []string{zone.String()}}
	e.SetProperty(ics.ComponentPropertyDtStart, local(l.StartAt), tzid)
	e.SetProperty(ics.ComponentPropertyDtEnd, local(l.EndAt), tzid)
	e.SetSummary(l.Title)
	e.SetStatus(ics.ObjectStatusConfirmed)
	if l.State == string(link.Cancelled) {
		e.SetStatus(ics.ObjectStatusCancelled)
	}
	e.SetDescription(describe(school, l))
	for i := range l.Rooms {
		if l.Rooms[i].School == school.ID {
			e.SetLocation(l.Rooms[i].RoomName)
			return
		}
	}
}

// describe says what the summary does not: lecturer, the school's own period, and why it is cancelled.
func describe(school *db.School, l *db.LessonView) string {
	lines := []string{l.Subject + " · " + l.LecturerName + " · " + l.Rooms[0].SchoolName}
	for i := range l.Rooms {
		if r := &l.Rooms[i]; r.School == school.ID && r.PeriodNo != 0 {
			lines = append(lines, fmt.Sprintf("%s %s–%s", r.PeriodName, r.PeriodStart, r.PeriodEnd))
		}
	}
	if l.InsteadOf != "" {
		lines = append(lines, "代课："+l.LecturerName+"（原 "+l.InsteadOfName+"）")
	}
	if l.Replaces != "" {
		lines = append(lines, "补课")
	}
	if l.Reason != "" {
		lines = append(lines, l.Reason)
	}
	return strings.Join(lines, "\n")
}
