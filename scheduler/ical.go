package scheduler

import (
	"cmp"
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

// feed answers with the lessons of a school, a room or a person as an iCalendar (RFC 5545). Whoever has the address may read it.
func (s *Server) feed(c *gin.Context) {
	ctx := c.Request.Context()
	secret, isFeed := strings.CutSuffix(c.Param("file"), ".ics")
	of, err := db.FeedBySecret(ctx, s.db.Read(), secret)
	if !isFeed || errors.Is(err, db.ErrNotFound) {
		httpd.Abort(c, httpd.Fail(http.StatusNotFound, "calendar-unknown", "there is no calendar at this address; it may have been replaced"))
		return
	}
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	now := s.now()
	lessons, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{School: of.School, Room: of.Room, Person: of.Person, From: now.Add(-feedBack), To: now.Add(feedAhead)})
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	zone, err := time.LoadLocation(cmp.Or(of.Zone, s.cfg.Zone))
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	c.Header("Cache-Control", "private, max-age=60")
	c.Data(http.StatusOK, "text/calendar; charset=utf-8", []byte(calendarOf(of, zone, lessons).Serialize(ics.WithNewLineWindows)))
}

func calendarOf(of *db.Feed, zone *time.Location, lessons []db.LessonView) *ics.Calendar {
	cal := ics.NewCalendarFor("-//Tongtang//同堂//ZH")
	cal.SetMethod(ics.MethodPublish)
	cal.SetName(of.Name)
	cal.SetXWRCalName(of.Name)
	cal.SetXWRTimezone(zone.String())
	cal.SetRefreshInterval("PT15M")
	addZone(cal, zone, lessons)
	for i := range lessons {
		addEvent(cal, of, zone, &lessons[i])
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

func addEvent(cal *ics.Calendar, of *db.Feed, zone *time.Location, l *db.LessonView) {
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
	place := of.Place(l)
	e.SetDescription(describe(place, l))
	if place != nil {
		e.SetLocation(place.RoomName)
	}
}

// describe says what the summary does not: lecturer, the place's own period, and why it is cancelled.
func describe(r *db.LessonRoomView, l *db.LessonView) string {
	lines := []string{l.Subject + " · " + l.LecturerName + " · " + l.Rooms[0].SchoolName}
	if r != nil && r.PeriodNo != 0 {
		lines = append(lines, fmt.Sprintf("%s %s–%s", r.PeriodName, r.PeriodStart, r.PeriodEnd))
	}
	if l.Reason != "" {
		lines = append(lines, l.Reason)
	}
	return strings.Join(lines, "\n")
}
