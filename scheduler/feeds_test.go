package scheduler_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// event is what Python's icalendar, which nobody here wrote, finds in a feed.
type event struct {
	UID, Summary, Location, Status, Description string
	Sequence                                    int
	Start, End                                  time.Time
}

const readFeed = `
import icalendar, json, sys
cal = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
print(json.dumps([{"UID": e["UID"], "Summary": e["SUMMARY"], "Location": e.get("LOCATION", ""), "Status": e["STATUS"], "Description": e["DESCRIPTION"], "Sequence": int(e["SEQUENCE"]),
  "Start": e.decoded("DTSTART").isoformat(), "End": e.decoded("DTEND").isoformat()} for e in cal.walk("VEVENT")]))
`

func (d *district) events(address string) map[string]event {
	d.t.Helper()
	u, err := url.Parse(address)
	require.NoError(d.t, err)
	res := d.stranger().get(u.Path)
	require.Equal(d.t, 200, res.status, string(res.body))
	readCalendar(d.t, string(res.body))
	cmd := exec.CommandContext(d.t.Context(), "/usr/bin/python3", "-c", readFeed)
	cmd.Stdin = bytes.NewReader(res.body)
	out, err := cmd.Output()
	require.NoError(d.t, err, "python3-icalendar reads the feed")
	var list []event
	require.NoError(d.t, json.Unmarshal(out, &list))
	events := map[string]event{}
	for _, e := range list {
		require.NotContains(d.t, events, e.UID)
		events[e.UID] = e
	}
	return events
}

// Each person and room has a feed of its own, with a secret address that can be made anew; a move and a cancellation keep the UID and raise the sequence.
func TestFeedsOfPersonsAndRooms(t *testing.T) { onBoth(t, testFeedsOfPersonsAndRooms) }

func testFeedsOfPersonsAndRooms(t *testing.T, d *district) {
	chen, lin, sun, wang := d.as("chen"), d.as("lin"), d.as("sun"), d.as("wang")
	require.Empty(t, ok[scheduler.CalendarAddress](chen.get("/api/session/calendar")).URL)
	mine := ok[scheduler.CalendarAddress](chen.post("/api/session/calendar", nil)).URL
	require.Equal(t, mine, ok[scheduler.CalendarAddress](chen.get("/api/session/calendar")).URL)
	assistant := ok[scheduler.CalendarAddress](lin.post("/api/session/calendar", nil)).URL
	nobody := ok[scheduler.CalendarAddress](sun.post("/api/session/calendar", nil)).URL
	room := ok[scheduler.CalendarAddress](sun.post("/api/rooms/"+demo.QingshanRoom+"/calendar", nil)).URL
	require.Equal(t, map[string]string{demo.QingshanRoom: room}, ok[scheduler.SchoolDetail](wang.get(qingshan)).RoomCalendars)
	require.Empty(t, ok[scheduler.SchoolDetail](lin.get(qingshan)).RoomCalendars, "the address is a secret of who looks after the school")
	sun.post("/api/rooms/"+demo.LecturerRoom+"/calendar", nil).refused(404, "room-unknown")

	lesson := ok[scheduler.Lessons](wang.get("/api/lessons?from=2026-11-24&to=2026-11-24")).Lessons[0]
	uid := lesson.ID + "@tongtang"
	e := d.events(mine)[uid]
	require.Equal(t, event{UID: uid, Summary: lesson.Title, Location: "录播教室一", Status: "CONFIRMED", Description: e.Description, Start: e.Start, End: e.End}, e)
	require.True(t, lesson.Start.Equal(e.Start) && lesson.End.Equal(e.End), "true instants: %v", e)
	require.Contains(t, e.Description, "第五节 14:00–14:40")
	require.Equal(t, "三年级互动教室", d.events(assistant)[uid].Location)
	require.Equal(t, d.events(assistant), d.events(room), "the assistant is always in the room")
	require.Empty(t, d.events(nobody))

	moved := ok[link.DatedLesson](wang.post("/api/lessons/"+lesson.ID+"/move", scheduler.Move{When: wednesdayAfternoon, Reason: "县里开会"}))
	for _, address := range []string{mine, room} {
		after := d.events(address)[uid]
		require.Equal(t, "CONFIRMED", after.Status)
		require.Equal(t, 1, after.Sequence)
		require.True(t, after.Start.Equal(moved.Start) && after.End.Equal(moved.End) && !after.Start.Equal(e.Start))
	}
	ok[link.DatedLesson](wang.post("/api/lessons/"+lesson.ID+"/cancel", scheduler.Cancellation{Reason: "停电"}))
	for _, address := range []string{mine, room} {
		after := d.events(address)[uid]
		require.Equal(t, "CANCELLED", after.Status)
		require.Equal(t, 2, after.Sequence)
		require.True(t, after.Start.Equal(moved.Start))
	}
	renewed := ok[scheduler.CalendarAddress](chen.post("/api/session/calendar", nil)).URL
	require.NotEqual(t, mine, renewed)
	u, err := url.Parse(mine)
	require.NoError(t, err)
	d.stranger().get(u.Path).refused(404, "calendar-unknown")
	require.NotEmpty(t, d.events(renewed))
}
