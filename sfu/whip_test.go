package sfu

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/scheduler/link"
)

// The exchange of a publisher, step by step as RFC 9725 has it. Each step goes on from the ones before.
func TestWHIPExchange(t *testing.T) {
	h := newHouse(t, Config{Limits: Limits{LessonSources: 1}, ICE: iceservers.Config{URLs: []string{"stun:a.example"}}})
	h.put("maths", link.Live)
	token := h.grant("maths", grant.Lecturer, "chen", "camera", "screen").Grant
	endpoint := h.web.URL + "/live/maths/whip?source=camera"
	offer := offerOf(t, webrtc.RTPTransceiverDirectionSendonly, 1, 1, webrtc.MimeTypeH264, webrtc.MimeTypeOpus)
	candidate := "a=mid:0\r\na=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n"
	restart := "a=ice-ufrag:efgh\r\na=ice-pwd:0123456789012345678901\r\n" + candidate
	var session, tag, first string

	type reply struct {
		*http.Response
		body string
	}
	header := func(name string, parts ...string) func(t *testing.T, r reply) {
		return func(t *testing.T, r reply) {
			for _, part := range parts {
				require.Contains(t, strings.Join(r.Header.Values(name), ", "), part, name)
			}
		}
	}
	for _, c := range []struct {
		name, method, to, token, contentType, body string
		headers                                    func() []string
		status                                     int
		checks                                     []func(t *testing.T, r reply)
	}{
		{name: "§4.1 preflight of the endpoint", method: "OPTIONS", to: "endpoint", status: 204, checks: []func(*testing.T, reply){
			header("Accept-Post", "application/sdp"), header("Access-Control-Allow-Origin", "*"), header("Access-Control-Allow-Methods", "POST"),
			header("Access-Control-Allow-Headers", "Authorization", "Content-Type", "If-Match"), header("Link", `<stun:a.example>; rel="ice-server"`)}},
		{name: "§4.2 GET is reserved", method: "GET", to: "endpoint", token: token, status: 405, checks: []func(*testing.T, reply){header("Allow", "POST")}},
		{name: "§4.2 HEAD is reserved", method: "HEAD", to: "endpoint", token: token, status: 405},
		{name: "§4.2 PUT is reserved", method: "PUT", to: "endpoint", token: token, status: 405},
		{name: "§4.2 DELETE of the endpoint", method: "DELETE", to: "endpoint", token: token, status: 405},
		{name: "§4.2 PATCH of the endpoint", method: "PATCH", to: "endpoint", token: token, status: 405},
		{name: "§4.7 no token", method: "POST", to: "endpoint", contentType: sdpType, body: offer, status: 401, checks: []func(*testing.T, reply){header("WWW-Authenticate", "Bearer")}},
		{name: "another type of body", method: "POST", to: "endpoint", token: token, contentType: "text/plain", body: offer, status: 415},
		{name: "another type of answer", method: "POST", to: "endpoint", token: token, contentType: sdpType, body: offer, headers: func() []string { return []string{"Accept", "text/html, application/sdp;q=0"} }, status: 406},
		{name: "§4.4 an offer that cannot be used", method: "POST", to: "endpoint", token: token, contentType: sdpType, body: "v=0", status: 422},
		{name: "§4.2 the offer", method: "POST", to: "endpoint", token: token, contentType: "application/sdp; charset=utf-8", body: offer, headers: func() []string { return []string{"Accept", "application/sdp"} }, status: 201,
			checks: []func(*testing.T, reply){header("Content-Type", "application/sdp"), header("Link", "stun:a.example"), header("Accept-Patch", fragmentType),
				header("Access-Control-Expose-Headers", "Location", "ETag", "Link", "Accept-Patch"),
				func(t *testing.T, r reply) {
					session, tag, first = h.web.URL+r.Header.Get("Location"), r.Header.Get("ETag"), r.body
					require.Regexp(t, `^/live/maths/whip/[^/]+$`, r.Header.Get("Location"))
					require.Regexp(t, `^"[^"]+"$`, tag, "§4.3.1: a strong entity tag of the ICE session")
					require.Equal(t, 2, strings.Count(r.body, "a=recvonly"))
					require.Equal(t, 2, strings.Count(r.body, "a=rtcp-mux\r\n"), "§4.4.1")
					require.Contains(t, r.body, "a=group:BUNDLE 0 1", "§4.4.1")
					require.Equal(t, 2, strings.Count(r.body, "a=setup:passive"), "§4.4.2: the client is the DTLS client or leaves it to us")
				}}},
		{name: "§4.5 no room", method: "POST", to: "screen", token: token, contentType: sdpType, body: offer, status: 503, checks: []func(*testing.T, reply){header("Retry-After", "5")}},
		{name: "§4.2 preflight of the session", method: "OPTIONS", to: "session", status: 204, checks: []func(*testing.T, reply){header("Access-Control-Allow-Methods", "PATCH", "DELETE"), header("Accept-Patch", fragmentType)}},
		{name: "§4.2 GET of the session", method: "GET", to: "session", token: token, status: 405},
		{name: "§4.2 HEAD of the session", method: "HEAD", to: "session", token: token, status: 405},
		{name: "§4.2 POST to the session", method: "POST", to: "session", token: token, contentType: sdpType, body: offer, status: 405, checks: []func(*testing.T, reply){header("Allow", "PATCH", "DELETE")}},
		{name: "§4.2 PUT to the session", method: "PUT", to: "session", token: token, status: 405},
		{name: "§4.3.1 trickle without a tag", method: "PATCH", to: "session", token: token, contentType: fragmentType, body: candidate, status: 428},
		{name: "§4.3.1 trickle of another ICE session", method: "PATCH", to: "session", token: token, contentType: fragmentType, body: candidate, headers: func() []string { return []string{"If-Match", `"other"`} }, status: 412},
		{name: "§4.3.1 trickle of another type", method: "PATCH", to: "session", token: token, contentType: "application/json", body: candidate, headers: func() []string { return []string{"If-Match", tag} }, status: 415},
		{name: "§4.3.2 trickle", method: "PATCH", to: "session", token: token, contentType: fragmentType, body: candidate, headers: func() []string { return []string{"If-Match", tag} }, status: 204},
		{name: "§4.3.2 the end of candidates", method: "PATCH", to: "session", token: token, contentType: fragmentType, body: candidate + "a=end-of-candidates\r\n", headers: func() []string { return []string{"If-Match", tag} }, status: 204},
		{name: "§4.3.3 restart without a tag", method: "PATCH", to: "session", token: token, contentType: fragmentType, body: restart, status: 428},
		{name: "§4.3.3 restart", method: "PATCH", to: "session", token: token, contentType: fragmentType, body: restart, headers: func() []string { return []string{"If-Match", "*"} }, status: 200,
			checks: []func(*testing.T, reply){header("Content-Type", fragmentType), func(t *testing.T, r reply) {
				require.NotEqual(t, tag, r.Header.Get("ETag"))
				require.Contains(t, r.body, "a=ice-pwd:")
				require.Contains(t, r.body, "a=candidate:")
				require.NotContains(t, first, r.body[:strings.Index(r.body, "\r\n")], "new credentials")
			}}},
		{name: "§4.3.3 trickle with the old tag", method: "PATCH", to: "session", token: token, contentType: fragmentType, body: candidate, headers: func() []string { return []string{"If-Match", tag} }, status: 412},
		{name: "§4.2 DELETE by somebody else", method: "DELETE", to: "session", token: h.grant("maths", grant.Lecturer, "li", "camera").Grant, status: 403},
		{name: "§4.2 DELETE", method: "DELETE", to: "session", token: token, status: 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			var headers []string
			if c.headers != nil {
				headers = c.headers()
			}
			to := map[string]string{"endpoint": endpoint, "screen": h.web.URL + "/live/maths/whip?source=screen", "session": session}[c.to]
			res, body := request(t, c.method, to, c.token, c.contentType, c.body, headers...)
			require.Equal(t, c.status, res.StatusCode, body)
			for _, check := range c.checks {
				check(t, reply{res, body})
			}
		})
	}
	require.Eventually(t, func() bool {
		res, _ := request(t, "DELETE", session, token, "", "")
		return res.StatusCode == http.StatusNotFound
	}, 10*time.Second, 20*time.Millisecond, "the session is gone")
}
