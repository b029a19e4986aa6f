package scheduler_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/demo"
)

func TestBadInputGetsAClearAnswer(t *testing.T) { onBoth(t, testBadInputGetsAClearAnswer) }

func testBadInputGetsAClearAnswer(t *testing.T, d *district) {
	wang, sun := d.as("wang"), d.as("sun")
	huge := []byte(`{"reason":"` + strings.Repeat("x", 1<<20) + `"}`)
	cancel := "/api/lessons/" + d.now.Lesson + "/cancel"
	wang.post(cancel, huge).refused(413, "too-large")
	wang.post(cancel, []byte(`{"reason":"x","more":1}`)).refused(422, "invalid")
	wang.post(cancel, []byte(`{"Reason":"x"}`)).refused(422, "invalid")
	wang.post(cancel, []byte(`{"reason":7}`)).refused(422, "invalid")
	wang.post(cancel, []byte(`{"reason":"a\u0000b"}`)).refused(422, "invalid")
	wang.post(cancel, []byte(`{"reason":`)).refused(400, "bad-request")
	wang.post(cancel, []byte(`{"reason":"`+strings.Repeat("长", 201)+`"}`)).refused(422, "invalid")
	wang.get("/api/lessons/..%2f..").refused(404, "not-found")
	wang.get("/api/lessons/A_B").refused(422, "invalid")
	wang.get("/api/lessons/"+strings.Repeat("a", 65)).refused(422, "invalid")
	wang.get("/api/today?date=yesterday").refused(422, "invalid")
	wang.get("/api/today?day=2026-11-22").refused(422, "invalid")
	wang.get("/api/lessons?from=2026-11-22&to=2029-11-22").refused(422, "dates-wrong")
	wang.get("/api/lessons?from=2026-11-22&to=2026-11-21").refused(422, "dates-wrong")
	wang.get("/api/slots?lead=minghu").refused(422, "invalid")
	wang.get("/api/resources?q="+url.QueryEscape("a\x00b")).refused(422, "invalid")
	require.Empty(t, ok[scheduler.Resources](wang.get("/api/resources?q="+url.QueryEscape(`%' OR 1=1 --_\`))).Resources)
	sun.post("/api/people", scheduler.NewPerson{Name: "x", Login: "A B", Password: "long-enough", Role: "student", Area: demo.Qingshan}).refused(422, "invalid")
	wang.get("/api/nothing").refused(404, "not-found")
	wang.call(http.MethodPatch, "/api/today", nil).refused(405, "method-not-allowed")
	wang.get("/ical/nothing.ics").refused(404, "calendar-unknown")
	wang.get("/ical/nothing").refused(404, "calendar-unknown")
}

// Another site can make a browser send a form, or a request without a body; neither has an effect.
func TestForeignFormsAreRefused(t *testing.T) { onBoth(t, testForeignFormsAreRefused) }

func testForeignFormsAreRefused(t *testing.T, d *district) {
	wang := d.as("wang")
	send := func(contentType, body string) response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+"/api/lessons/"+d.now.Lesson+"/cancel", bytes.NewReader([]byte(body)))
		require.NoError(t, err)
		req.Header.Set("If-Match", `"1"`)
		if contentType != "" {
			req.Header.Set("Content-Type", contentType)
		}
		return wang.send(req)
	}
	send("text/plain", `{"reason":"x"}`).refused(415, "not-json")
	send("application/x-www-form-urlencoded", "reason=x").refused(415, "not-json")
	send("", "").refused(403, "header-missing")
	require.Equal(t, http.StatusOK, send("application/json", `{"reason":"x"}`).status)
}

func TestSessionCookieIsOutOfReach(t *testing.T) { onBoth(t, testSessionCookieIsOutOfReach) }

func testSessionCookieIsOutOfReach(t *testing.T, d *district) {
	res := d.stranger().post("/api/session", scheduler.SignIn{Login: "chen", Password: demo.Password})
	require.Len(t, res.cookies, 1)
	c := res.cookies[0]
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, "/", c.Path)
	require.Equal(t, "no-store", res.header.Get("Cache-Control"))

	old := &user{d: d, cookie: c.Value}
	again := old.post("/api/session", scheduler.SignIn{Login: "chen", Password: demo.Password})
	require.NotEqual(t, c.Value, again.cookies[0].Value, "a new session has a new name")
	old.get("/api/session").refused(401, "signed-out")
	n, err := d.db.Read().NewSelect().Table("sessions").Where("token = ?", again.cookies[0].Value).Count(t.Context())
	require.NoError(t, err)
	require.Zero(t, n, "the database keeps a hash only")
}
