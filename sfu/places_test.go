package sfu

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
)

func claimsOf(role grant.Role, who, school string) *grant.Claims {
	return &grant.Claims{Role: role, School: school, RegisteredClaims: jwt.RegisteredClaims{Subject: who}}
}

func TestPlaces(t *testing.T) {
	type visit struct {
		lesson string
		claims *grant.Claims
		source bool
		code   string // of the refusal; "" is let in
	}
	student := func(who, school string) *grant.Claims { return claimsOf(grant.Student, who, school) }
	for name, c := range map[string]struct {
		limits Limits
		visits []visit
	}{
		"viewers of a lesson": {Limits{LessonViewers: 2}, []visit{{"a", student("1", "x"), false, ""}, {"a", student("2", "y"), false, ""},
			{"a", student("3", "z"), false, "too-many-viewers"}, {"b", student("3", "z"), false, ""}, {"a", student("3", "z"), true, ""}}},
		"sources of a lesson": {Limits{LessonSources: 1}, []visit{{"a", student("1", "x"), true, ""}, {"a", student("2", "y"), true, "too-many-sources"}}},
		"viewers of a school": {Limits{SchoolViewers: 2}, []visit{{"a", student("1", "x"), false, ""}, {"b", student("2", "x"), false, ""},
			{"c", student("3", "x"), false, "school-full"}, {"c", student("4", "y"), false, ""}, {"c", claimsOf(grant.Recorder, "r", ""), false, ""}}},
		"no school":           {Limits{SchoolViewers: 1}, []visit{{"a", claimsOf(grant.Viewer, "1", ""), false, ""}, {"a", claimsOf(grant.Viewer, "2", ""), false, ""}}},
		"sources of a school": {Limits{SchoolSources: 1}, []visit{{"a", student("1", "x"), true, ""}, {"b", student("2", "x"), true, "school-full"}}},
		"viewers of a node":   {Limits{NodeViewers: 1}, []visit{{"a", student("1", "x"), false, ""}, {"b", claimsOf(grant.Viewer, "2", ""), false, "server-full"}}},
		"sources of a node":   {Limits{NodeSources: 1}, []visit{{"a", student("1", "x"), true, ""}, {"b", student("2", "y"), true, "server-full"}}},
		"connecting": {Limits{Connecting: 2}, []visit{{"a", student("1", "x"), false, ""}, {"a", student("1", "x"), true, ""},
			{"a", student("1", "x"), false, "too-many-connecting"}, {"b", student("1", "x"), true, "too-many-connecting"}, {"a", student("2", "x"), false, ""}}},
		"scripts connect at once": {Limits{Connecting: 1}, []visit{{"a", claimsOf(grant.Viewer, "1", ""), false, ""}, {"a", claimsOf(grant.Viewer, "1", ""), false, ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			refused := map[string]int{}
			p := newPlaces(c.limits.withDefaults(), func(code string) { refused[code]++ })
			var taken []*place
			for i, v := range c.visits {
				take := p.view
				if v.source {
					take = func(lesson string, claims *grant.Claims) (*place, error) { return p.publish(lesson, claims, false) }
				}
				place, err := take(v.lesson, v.claims)
				if v.code == "" {
					require.NoError(t, err, i)
					taken = append(taken, place)
					continue
				}
				var problem *httpd.Problem
				require.True(t, errors.As(err, &problem), i)
				require.Equal(t, v.code, problem.Code, i)
				require.Contains(t, []int{http.StatusServiceUnavailable, http.StatusTooManyRequests}, problem.Status)
				require.Positive(t, refused[v.code])
			}
			for _, place := range taken {
				place.connected()
				place.leave()
				place.leave()
			}
			require.Empty(t, p.taken, "everything was given back")
		})
	}
}

// A publisher that comes back is let in though its older session still has the last place.
func TestTakingOverNeedsNoRoom(t *testing.T) {
	p := newPlaces(Limits{LessonSources: 1, SchoolSources: 1, NodeSources: 1}.withDefaults(), func(string) {})
	chen := claimsOf(grant.Lecturer, "chen", "x")
	old, err := p.publish("a", chen, false)
	require.NoError(t, err)
	_, err = p.publish("a", chen, true)
	require.NoError(t, err)
	old.leave()
	_, err = p.publish("a", chen, false)
	require.Error(t, err)
}

// refusals reads the counter of a code.
func (h *house) refusals(code string) int {
	h.t.Helper()
	families, err := h.reg.Gather()
	require.NoError(h.t, err)
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "tongtang_sfu_refused_total" && m.GetLabel()[0].GetValue() == code {
				return int(m.GetCounter().GetValue())
			}
		}
	}
	return 0
}

// Somebody who makes sessions and never connects is stopped, and let in again once they have ended.
func TestOffersInALoop(t *testing.T) {
	h := newHouse(t, Config{Limits: Limits{Connecting: 3}})
	h.put("maths", link.Live)
	student := h.grant("maths", grant.Student, "xiaoyu")
	offer := offerOf(t, webrtc.RTPTransceiverDirectionRecvonly, 1, 1, webrtc.MimeTypeH264, webrtc.MimeTypeOpus)
	url := h.web.URL + "/live/maths/whep"
	var sessions []string
	for range 3 {
		res, body := request(t, "POST", url, student.Grant, "application/sdp", offer)
		require.Equal(t, http.StatusCreated, res.StatusCode, body)
		sessions = append(sessions, h.web.URL+res.Header.Get("Location"))
	}
	res, body := request(t, "POST", url, student.Grant, "application/sdp", offer)
	require.Equal(t, http.StatusTooManyRequests, res.StatusCode, body)
	require.Contains(t, body, "too-many-connecting")
	require.Equal(t, 1, h.refusals("too-many-connecting"))
	v, err := h.grant("maths", grant.Student, "lin").View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err, "others are not held up")
	require.NoError(t, v.Close())
	res, _ = request(t, "DELETE", sessions[0], student.Grant, "", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	for range 5 { // a session that stands counts no longer
		var v *client.View
		require.Eventually(t, func() bool {
			var err error
			v, err = student.View(deadline(t, 5*time.Second), client.ViewOptions{})
			return err == nil
		}, 5*time.Second, 20*time.Millisecond)
		select {
		case <-v.Connected():
		case <-time.After(10 * time.Second):
			t.Fatal("not connected")
		}
		defer func() { require.NoError(t, v.Close()) }()
	}
}
