package scheduler_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/scheduler/link"
)

// component is a part of an iCalendar as an independent reader of RFC 5545 finds it.
type component struct {
	name  string
	props map[string]string // with parameters left out
	raw   map[string]string // name with parameters → value
	parts []component
}

// readCalendar unfolds the lines (RFC 5545 §3.1) and nests the components. It fails on lines that are too long or end wrongly.
func readCalendar(t testing.TB, text string) component {
	t.Helper()
	require.True(t, strings.HasSuffix(text, "\r\n"))
	require.NotContains(t, strings.ReplaceAll(text, "\r\n", ""), "\n", "every line ends with CRLF")
	for _, line := range strings.Split(text, "\r\n") {
		require.LessOrEqual(t, len(line), 75, "octets in a line: %s", line)
	}
	text = strings.NewReplacer("\r\n ", "", "\r\n\t", "").Replace(text)
	stack := []component{{}}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		name, value, found := strings.Cut(line, ":")
		require.True(t, found, line)
		top := &stack[len(stack)-1]
		switch name {
		case "BEGIN":
			stack = append(stack, component{name: value, props: map[string]string{}, raw: map[string]string{}})
		case "END":
			require.Equal(t, top.name, value)
			ended := *top
			stack = stack[:len(stack)-1]
			parent := &stack[len(stack)-1]
			parent.parts = append(parent.parts, ended)
		default:
			top.raw[name] = value
			bare, _, _ := strings.Cut(name, ";")
			top.props[bare] = strings.NewReplacer(`\n`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(value)
		}
	}
	require.Len(t, stack, 1)
	require.Len(t, stack[0].parts, 1)
	return stack[0].parts[0]
}

func (c component) all(name string) (found []component) {
	for _, p := range c.parts {
		if p.name == name {
			found = append(found, p)
		}
	}
	return found
}

func TestCalendarFeed(t *testing.T) { onBoth(t, testCalendarFeed) }

func testCalendarFeed(t *testing.T, d *district) {
	sun, wang := d.as("sun"), d.as("wang")
	require.Empty(t, ok[scheduler.SchoolDetail](sun.get("/api/schools/"+demo.Qingshan)).Calendar)
	address := ok[scheduler.CalendarAddress](sun.post("/api/schools/"+demo.Qingshan+"/calendar", nil)).URL
	require.Equal(t, address, ok[scheduler.SchoolDetail](wang.get("/api/schools/"+demo.Qingshan)).Calendar)
	require.Empty(t, ok[scheduler.SchoolDetail](d.as("lin").get("/api/schools/"+demo.Qingshan)).Calendar, "the address is a secret of who looks after the school")
	u, err := url.Parse(address)
	require.NoError(t, err)
	read := func() map[string]component {
		res := d.stranger().get(u.Path)
		require.Equal(t, 200, res.status, string(res.body))
		require.Equal(t, "text/calendar; charset=utf-8", res.header.Get("Content-Type"))
		cal := readCalendar(t, string(res.body))
		require.Equal(t, "VCALENDAR", cal.name)
		require.Equal(t, "2.0", cal.props["VERSION"])
		require.NotEmpty(t, cal.props["PRODID"])
		zones := cal.all("VTIMEZONE")
		require.Len(t, zones, 1)
		require.Equal(t, "Asia/Shanghai", zones[0].props["TZID"])
		require.Equal(t, "+0800", zones[0].all("STANDARD")[0].props["TZOFFSETTO"])
		events := map[string]component{}
		for _, e := range cal.all("VEVENT") {
			require.NotContains(t, events, e.props["UID"])
			require.NotEmpty(t, e.props["DTSTAMP"])
			events[e.props["UID"]] = e
		}
		return events
	}
	week := ok[scheduler.Lessons](sun.get("/api/lessons?from=2026-11-24&to=2026-11-24")).Lessons
	require.Len(t, week, 1)
	uid := week[0].ID + "@tongtang"

	before := read()
	e := before[uid]
	require.Equal(t, "20261124T140000", e.raw["DTSTART;TZID=Asia/Shanghai"])
	require.Equal(t, "20261124T144000", e.raw["DTEND;TZID=Asia/Shanghai"])
	require.Equal(t, "三年级数学 专递课堂", e.props["SUMMARY"])
	require.Equal(t, "三年级互动教室", e.props["LOCATION"])
	require.Equal(t, "CONFIRMED", e.props["STATUS"])
	require.Equal(t, "0", e.props["SEQUENCE"])
	require.Contains(t, e.props["DESCRIPTION"], "第五节 14:00–14:40", "Qingshan's own period")

	ok[link.DatedLesson](wang.post("/api/lessons/"+week[0].ID+"/cancel", scheduler.Cancellation{Reason: "停电, 改日"}))
	after := read()
	require.Len(t, after, len(before))
	require.Equal(t, "CANCELLED", after[uid].props["STATUS"])
	require.Equal(t, "1", after[uid].props["SEQUENCE"])
	require.Contains(t, after[uid].props["DESCRIPTION"], "停电, 改日")

	renewed := ok[scheduler.CalendarAddress](sun.post("/api/schools/"+demo.Qingshan+"/calendar", nil)).URL
	require.NotEqual(t, address, renewed)
	d.stranger().get(u.Path).refused(404, "calendar-unknown")
}
