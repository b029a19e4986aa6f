package scheduler_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler/demo"
)

// The demo has one person of each role. A stranger has no session, a device a key, a wrong device a key that nobody gave it.
var callers = []string{"chen", "lin", "xiaoyu", "wang", "li", "sun", "admin", "stranger", "device", "wrong device"}

const (
	everyone = "chen lin xiaoyu wang li sun admin stranger device wrong-device"
	people   = "chen lin xiaoyu wang li sun admin"
)

// routes is who passes the door of each route. A new route must be added here, or the test fails.
var routes = map[string]string{
	"POST /api/session":                       everyone,
	"GET /api/session":                        people,
	"DELETE /api/session":                     people,
	"GET /api/session/calendar":               people,
	"POST /api/session/calendar":              people,
	"POST /api/rooms/:id/calendar":            "wang sun",
	"GET /api/today":                          people,
	"GET /api/lessons":                        people,
	"GET /api/lessons/:id":                    people,
	"POST /api/lessons/:id/start":             "chen wang",
	"POST /api/lessons/:id/end":               "chen wang",
	"POST /api/lessons/:id/cancel":            "wang",
	"POST /api/lessons/:id/join":              people,
	"GET /api/lessons/:id/quality":            "chen lin wang sun admin",
	"GET /api/schools":                        people,
	"GET /api/schools/:id":                    people,
	"PUT /api/schools/:id/term":               "wang sun",
	"PUT /api/schools/:id/classes/:class":     "wang sun",
	"GET /api/areas/:id/calendar":             people,
	"PUT /api/areas/:id/days/:date":           "wang sun",
	"DELETE /api/areas/:id/days/:date":        "wang sun",
	"POST /api/areas/:id/holidays/preview":    "wang",
	"POST /api/areas/:id/holidays":            "wang",
	"POST /api/areas/:id/bells":               "wang sun",
	"PUT /api/bells/:id":                      "wang sun",
	"DELETE /api/bells/:id":                   "wang sun",
	"PUT /api/schools/:id/contract":           "wang admin",
	"PUT /api/schools/:id/place":              "wang sun",
	"GET /api/areas/:id/policy":               "wang",
	"PUT /api/areas/:id/policy":               "wang",
	"DELETE /api/areas/:id/policy":            "wang",
	"POST /api/schools/:id/calendar":          "wang sun",
	"GET /api/schools/:id/timetable":          "chen lin wang li sun admin",
	"POST /api/schools/:id/timetable":         "wang sun",
	"POST /api/schools/:id/timetable/preview": "wang sun",
	"DELETE /api/schools/:id/timetable":       "wang sun",
	"GET /api/schools/:id/timetable/file":     "chen lin wang li sun admin",
	"POST /api/schools/:id/roster/preview":    "wang sun admin",
	"POST /api/schools/:id/roster":            "wang sun admin",
	"GET /api/templates/:kind":                "chen lin wang li sun admin",
	"GET /api/schools/:id/week":               "chen lin wang li sun admin",
	"GET /api/people":                         "wang sun admin",
	"POST /api/people":                        "sun admin",
	"GET /api/needs":                          "chen wang li sun",
	"POST /api/needs":                         "wang sun",
	"PUT /api/needs/:id":                      "wang sun",
	"DELETE /api/needs/:id":                   "wang sun",
	"GET /api/offers":                         "chen wang li sun",
	"POST /api/offers":                        "chen wang sun",
	"PUT /api/offers/:id":                     "chen wang sun",
	"DELETE /api/offers/:id":                  "chen wang sun",
	"GET /api/needs/:id/candidates":           "wang",
	"GET /api/proposals":                      "chen wang li sun",
	"POST /api/proposals":                     "wang",
	"POST /api/proposals/:id/accept":          "chen sun",
	"POST /api/proposals/:id/refuse":          "chen sun",
	"POST /api/proposals/:id/withdraw":        "wang",
	"GET /api/terms":                          "wang",
	"POST /api/terms":                         "wang",
	"GET /api/terms/:id":                      "wang",
	"POST /api/terms/:id/cancel":              "wang",
	"POST /api/terms/:id/lock":                "wang",
	"POST /api/terms/:id/accept":              "wang",
	"POST /api/terms/:id/undo":                "wang",
	"GET /api/coverage":                       "wang li sun admin",
	"POST /api/pairings/:id/renew":            "wang",
	"GET /api/pairings":                       people,
	"POST /api/pairings":                      "wang",
	"DELETE /api/pairings/:id":                "wang",
	"GET /api/slots":                          "wang",
	"GET /api/courses":                        people,
	"POST /api/courses":                       "wang",
	"GET /api/courses/:id":                    people,
	"DELETE /api/courses/:id":                 "wang",
	"GET /api/devices":                        "wang sun",
	"POST /api/devices/enrolment":             "wang sun",
	"DELETE /api/devices/:id":                 "wang sun",
	"GET /api/resources":                      people,
	"GET /api/resources/:id":                  people,
	"POST /api/agent/enrol":                   everyone,
	"GET /api/agent/lessons":                  "device",
	"POST /api/agent/lessons/:id/start":       "device",
	"POST /api/agent/lessons/:id/stop":        "device",
	"POST /api/agent/lessons/:id/grant":       "device",
	"POST /api/agent/status":                  "device",
	"GET /api/openapi.json":                   everyone,
	"GET /ical/:file":                         everyone, // who has the secret address

	"GET /api/ledger":               "wang li sun admin",
	"GET /api/ledger/file":          "wang li sun admin",
	"GET /api/schools/:id/required": "wang li sun admin",
	"PUT /api/schools/:id/required": "wang sun",

	"POST /api/lessons/:id/move":       "wang",
	"POST /api/lessons/:id/substitute": "wang",
	"POST /api/lessons/:id/adjust":     "wang",
	"POST /api/lessons/:id/make-up":    "wang",
	"GET /api/lessons/:id/options":     "wang",

	"POST /api/schools/:id/groups":           "wang sun",
	"POST /api/schools/:id/portable-devices": "wang sun",

	"PUT /api/schools/:id/groups/:group":            "wang sun",
	"PUT /api/schools/:id/portable-devices/:device": "wang sun",
}

// Nobody gets through a door that the table does not open, and whoever may gets an answer that is not about who they are. The requests
// carry an empty document and an unknown id, so that nothing happens behind the door.
func TestEveryRouteForEveryRole(t *testing.T) { onBoth(t, testEveryRouteForEveryRole) }

func testEveryRouteForEveryRole(t *testing.T, d *district) {
	registered := map[string]bool{}
	for _, r := range d.engine.(*gin.Engine).Routes() {
		registered[r.Method+" "+r.Path] = true
		require.Contains(t, routes, r.Method+" "+r.Path, "a new route: say in this table who may call it")
	}
	for route := range routes {
		require.True(t, registered[route], "%s is in the table, but no route", route)
	}
	device, _ := d.enrol(demo.LecturerRoom)
	for _, name := range callers {
		u := d.stranger()
		switch name {
		case "stranger":
		case "device":
			u.key = device.Key
		case "wrong device":
			u.key = device.Key[1:] + "A"
		default:
			u = d.as(name)
		}
		for route, allowed := range routes {
			method, path, _ := strings.Cut(route, " ")
			path = strings.NewReplacer(":id", "nothing", ":file", "nothing.ics", ":class", "nothing", ":group", "nothing", ":device", "nothing", ":date", "2026-11-24").Replace(path)
			if method == http.MethodDelete && path == "/api/session" && slices.Contains(strings.Fields(people), name) {
				u2 := d.as(name)
				require.Equal(t, http.StatusNoContent, u2.call(method, path, nil).status)
				u2.get("/api/session").refused(http.StatusUnauthorized, "signed-out")
				continue
			}
			var body any
			if method == http.MethodPost || method == http.MethodPut {
				body = []byte("{}")
			}
			res := u.call(method, path, body)
			switch {
			case slices.Contains(strings.Fields(allowed), strings.ReplaceAll(name, " ", "-")):
				require.NotContains(t, []int{401, 403}, res.status, "%s for %s: %s", route, name, res.body)
				require.Less(t, res.status, 500, "%s for %s: %s", route, name, res.body)
			case strings.Contains(path, "/agent/"):
				res.refused(http.StatusUnauthorized, "device-unknown")
			case slices.Contains(strings.Fields(people), name):
				res.refused(http.StatusForbidden, "not-allowed")
			default:
				res.refused(http.StatusUnauthorized, "signed-out")
			}
		}
	}
}
