package sfu

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
)

// offerOf makes a real offer: the kinds' codecs and the direction as given.
func offerOf(t *testing.T, direction webrtc.RTPTransceiverDirection, video, audio int, mimes ...string) string {
	t.Helper()
	m := &webrtc.MediaEngine{}
	for i, mime := range mimes {
		c := webrtc.RTPCodecParameters{PayloadType: webrtc.PayloadType(100 + i), RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: mime, ClockRate: 90000}}
		kind := webrtc.RTPCodecTypeVideo
		switch mime {
		case webrtc.MimeTypeH264:
			c.SDPFmtpLine = "packetization-mode=1;profile-level-id=42e01f"
		case webrtc.MimeTypeOpus, webrtc.MimeTypePCMA:
			kind, c.ClockRate, c.Channels = webrtc.RTPCodecTypeAudio, 48000, 2
		}
		require.NoError(t, m.RegisterCodec(c, kind))
	}
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(m)).NewPeerConnection(webrtc.Configuration{})
	require.NoError(t, err)
	defer func() { require.NoError(t, pc.GracefulClose()) }()
	for i := range video + audio {
		kind := webrtc.RTPCodecTypeVideo
		if i >= video {
			kind = webrtc.RTPCodecTypeAudio
		}
		_, err = pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: direction})
		require.NoError(t, err)
	}
	offer, err := pc.CreateOffer(nil)
	require.NoError(t, err)
	require.NoError(t, pc.SetLocalDescription(offer))
	return pc.LocalDescription().SDP
}

func request(t *testing.T, method, url, token, contentType, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(deadline(t, 10*time.Second), method, url, strings.NewReader(body))
	require.NoError(t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(raw)
}

func TestEveryWrongInputIsAProblemDocument(t *testing.T) {
	h := newHouse(t, Config{Limits: Limits{LessonSources: 2, LessonViewers: 1}, MaxLines: 6})
	h.put("maths", link.Live)
	h.put("over", link.Ended)
	h.put("later", link.Planned)
	send, recv := webrtc.RTPTransceiverDirectionSendrecv, webrtc.RTPTransceiverDirectionRecvonly
	h264, opus := webrtc.MimeTypeH264, webrtc.MimeTypeOpus
	good, view := offerOf(t, send, 1, 1, h264, opus), offerOf(t, recv, 1, 1, h264, opus)
	f := makeFilm(t, 50, "160x90")
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": f}, false)
	v, err := h.grant("maths", grant.Viewer, "tv").View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()

	expired, err := h.signer.Sign(grant.Claims{Lesson: "maths", Role: grant.Viewer}, -time.Minute)
	require.NoError(t, err)
	foreign, err := grant.LoadOrCreate(t.TempDir() + "/other.key")
	require.NoError(t, err)
	forged, err := foreign.Sign(grant.Claims{Lesson: "maths", Role: grant.Lecturer, Publish: []string{"camera"}, RegisteredClaims: jwt.RegisteredClaims{Subject: "chen"}}, time.Hour)
	require.NoError(t, err)
	viewer := h.grant("maths", grant.Viewer, "tv2").Grant
	recorder := h.grant("maths", grant.Recorder, "rec").Grant
	lecturer := h.grant("maths", grant.Lecturer, "chen", "camera", "screen", "camera2").Grant
	other := h.grant("maths", grant.Lecturer, "li", "camera").Grant
	for _, c := range []struct {
		name, method, path, token, contentType, body string
		status                                       int
		code                                         string
	}{
		{"no grant", "POST", "maths/whip?source=camera", "", sdpType, good, 401, "grant-missing"},
		{"no grant to view", "POST", "maths/whep", "", sdpType, view, 401, "grant-missing"},
		{"no grant for events", "GET", "maths/events", "", "", "", 401, "grant-missing"},
		{"expired", "POST", "maths/whep", expired, sdpType, view, 401, "grant-expired"},
		{"forged", "POST", "maths/whip?source=camera", forged, sdpType, good, 401, "grant-invalid"},
		{"nonsense", "POST", "maths/whip?source=camera", "abc", sdpType, good, 401, "grant-invalid"},
		{"for another lesson", "POST", "maths/whep", h.grant("music", grant.Viewer, "tv").Grant, sdpType, view, 403, "not-allowed"},
		{"a source that the grant does not name", "POST", "maths/whip?source=screen2", lecturer, sdpType, good, 403, "not-allowed"},
		{"a viewer publishes", "POST", "maths/whip?source=camera", viewer, sdpType, good, 403, "not-allowed"},
		{"a publisher views", "POST", "maths/whep", h.grant("maths", grant.Publisher, "obs", "camera").Grant, sdpType, view, 403, "not-allowed"},
		{"a media grant", "POST", "maths/whep", h.grant("maths", grant.Media, "xiaoyu").Grant, sdpType, view, 403, "not-allowed"},
		{"a student chooses a source", "POST", "maths/whep?source=camera", h.grant("maths", grant.Student, "xiaoyu").Grant, sdpType, view, 403, "not-allowed"},
		{"no such lesson", "POST", "nowhere/whep", h.grant("nowhere", grant.Viewer, "tv").Grant, sdpType, view, 404, "lesson-unknown"},
		{"a planned lesson", "POST", "later/whep", h.grant("later", grant.Viewer, "tv").Grant, sdpType, view, 404, "lesson-unknown"},
		{"a lesson with a wild name", "POST", "a.b%3E/whep", h.grant("a.b>", grant.Viewer, "tv").Grant, sdpType, view, 404, "lesson-unknown"},
		{"an ended lesson", "POST", "over/whip?source=camera", h.grant("over", grant.Lecturer, "chen", "camera").Grant, sdpType, good, 410, "lesson-ended"},
		{"events of an ended lesson", "GET", "over/events", h.grant("over", grant.Student, "x").Grant, "", "", 410, "lesson-ended"},
		{"not SDP", "POST", "maths/whip?source=screen", lecturer, "application/json", "{}", 415, "not-sdp"},
		{"no type", "POST", "maths/whip?source=screen", lecturer, "", good, 415, "not-sdp"},
		{"garbage", "POST", "maths/whip?source=screen", lecturer, sdpType, "v=0\r\nhello", 422, "sdp-invalid"},
		{"empty", "POST", "maths/whip?source=screen", lecturer, sdpType, "", 422, "sdp-invalid"},
		{"nothing to receive", "POST", "maths/whip?source=screen", lecturer, sdpType, view, 422, "sdp-invalid"},
		{"two videos", "POST", "maths/whip?source=screen", lecturer, sdpType, offerOf(t, send, 2, 0, h264), 422, "sdp-invalid"},
		{"no fingerprint", "POST", "maths/whip?source=screen", lecturer, sdpType, strings.ReplaceAll(good, "a=fingerprint", "a=x"), 422, "sdp-invalid"},
		{"a broken ufrag", "POST", "maths/whip?source=screen", lecturer, sdpType, strings.ReplaceAll(good, "a=ice-ufrag", "a=x"), 422, "sdp-invalid"},
		{"H.265 and Opus", "POST", "maths/whip?source=screen", lecturer, sdpType, offerOf(t, send, 1, 1, webrtc.MimeTypeH265, opus), 422, "no-common-codec"},
		{"G.711", "POST", "maths/whep", recorder, sdpType, offerOf(t, recv, 0, 1, webrtc.MimeTypePCMA), 422, "no-common-codec"},
		{"packetization mode 0", "POST", "maths/whip?source=screen", lecturer, sdpType, strings.ReplaceAll(good, "packetization-mode=1", "packetization-mode=0"), 422, "no-common-codec"},
		{"too many panes", "POST", "maths/whep", recorder, sdpType, offerOf(t, recv, 6, 1, h264, opus), 422, "too-many-panes"},
		{"1 MB", "POST", "maths/whip?source=screen", lecturer, sdpType, strings.Repeat("a=x\r\n", 200_000), 413, "too-large"},
		{"taken", "POST", "maths/whip?source=camera", other, sdpType, good, 409, "source-taken"},
		{"no such source", "POST", "maths/whep?source=nothing", recorder, sdpType, view, 404, "source-unknown"},
		{"one viewer too many", "POST", "maths/whep", viewer, sdpType, view, 503, "too-many-viewers"},
		{"no such session", "DELETE", "maths/whip/abc", lecturer, "", "", 404, "session-unknown"},
		{"another's session", "DELETE", "maths/whep/" + v.Session(), lecturer, "", "", 403, "not-allowed"},
		{"no grant to delete", "DELETE", "maths/whep/" + v.Session(), "", "", "", 401, "grant-missing"},
		{"a patch of another type", "PATCH", "maths/whep/" + v.Session(), h.grant("maths", grant.Viewer, "tv").Grant, sdpType, "a=candidate:1", 415, "not-sdp"},
		{"an empty patch", "PATCH", "maths/whep/" + v.Session(), h.grant("maths", grant.Viewer, "tv").Grant, fragmentType, "hello", 422, "sdp-invalid"},
		{"a patch without tag", "PATCH", "maths/whep/" + v.Session(), h.grant("maths", grant.Viewer, "tv").Grant, fragmentType, "a=mid:0\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n", 428, "etag-missing"},
		{"a huge patch", "PATCH", "maths/whep/" + v.Session(), h.grant("maths", grant.Viewer, "tv").Grant, fragmentType, strings.Repeat("a=x\r\n", 20_000), 413, "too-large"},
		{"events without a WebSocket", "GET", "maths/events", viewer, "", "", 426, "not-a-websocket"},
		{"events after nonsense", "GET", "maths/events?after=x", viewer, "", "", 422, "after-invalid"},
		{"a wrong method", "GET", "maths/whip", lecturer, "", "", 405, "method-not-allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, body := request(t, c.method, h.web.URL+"/live/"+c.path, c.token, c.contentType, c.body)
			require.Equal(t, c.status, res.StatusCode, body)
			require.Equal(t, "application/problem+json", res.Header.Get("Content-Type"))
			var p httpd.Problem
			require.NoError(t, json.NewDecoder(bytes.NewReader([]byte(body))).Decode(&p))
			require.Equal(t, c.code, p.Code)
			require.NotEmpty(t, p.Detail)
		})
	}

	t.Run("one source too many", func(t *testing.T) {
		h.publish(h.grant("maths", grant.Lecturer, "chen", "screen"), "screen", map[string]*film{"": f}, false)
		res, body := request(t, "POST", h.web.URL+"/live/maths/whip?source=camera2", lecturer, sdpType, good)
		require.Equal(t, 503, res.StatusCode)
		require.Contains(t, body, "too-many-sources")
	})
}

// requireLinks: STUN is told to everybody, TURN with credentials to the bearer of a grant.
func requireLinks(t *testing.T, res *http.Response, turn bool) {
	t.Helper()
	links := res.Header.Values("Link")
	require.Equal(t, `<stun:a.example:3478>; rel="ice-server"`, links[0])
	if !turn {
		require.Len(t, links, 1)
		return
	}
	require.Len(t, links, 2)
	m := regexp.MustCompile(`^<turn:b.example:3478\?transport=udp>; rel="ice-server"; username="(\d+:tv)"; credential="([^"]+)"; credential-type="password"$`).FindStringSubmatch(links[1])
	require.NotNil(t, m, links[1])
	require.Equal(t, iceservers.Password("s3", m[1]), m[2])
	who, good := iceservers.Subject(m[1], time.Now())
	require.True(t, good)
	require.Equal(t, "tv", who)
}

func TestExchangeFollowsTheStandard(t *testing.T) {
	h := newHouse(t, Config{ICE: iceservers.Config{URLs: []string{"stun:a.example:3478", "turn:b.example:3478?transport=udp"}, Secret: "s3"}})
	h.put("maths", link.Live)
	token := h.grant("maths", grant.Viewer, "tv").Grant
	url := h.web.URL + "/live/maths/whep"

	res, _ := request(t, "OPTIONS", url, "", "", "", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "POST")
	require.Equal(t, http.StatusNoContent, res.StatusCode)
	require.Equal(t, "*", res.Header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, res.Header.Get("Access-Control-Allow-Headers"), "Authorization")
	require.Equal(t, "application/sdp", res.Header.Get("Accept-Post"))
	requireLinks(t, res, false)
	res, _ = request(t, "OPTIONS", url, token, "", "")
	requireLinks(t, res, true)

	// An ordinary player that offers sendrecv, as some do.
	offer := offerOf(t, webrtc.RTPTransceiverDirectionSendrecv, 1, 1, webrtc.MimeTypeH264, webrtc.MimeTypeOpus)
	res, answer := request(t, "POST", url, token, "application/sdp", offer)
	require.Equal(t, http.StatusCreated, res.StatusCode, answer)
	require.Equal(t, "application/sdp", res.Header.Get("Content-Type"))
	require.Contains(t, res.Header.Get("Access-Control-Expose-Headers"), "Location")
	require.NotEmpty(t, res.Header.Get("ETag"))
	requireLinks(t, res, true)
	require.Equal(t, 2, strings.Count(answer, "a=sendonly"))
	require.Equal(t, 2, strings.Count(answer, "a=setup:passive"), "the server is the DTLS server")
	require.Contains(t, answer, "typ host")
	require.Contains(t, answer, "a=end-of-candidates")
	session := h.web.URL + res.Header.Get("Location")
	tag := res.Header.Get("ETag")

	res, _ = request(t, "OPTIONS", session, "", "", "")
	require.Equal(t, fragmentType, res.Header.Get("Accept-Patch"))
	candidate := "a=mid:0\r\na=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n"
	res, body := request(t, "PATCH", session, token, fragmentType, candidate, "If-Match", tag)
	require.Equal(t, http.StatusNoContent, res.StatusCode, body)
	res, body = request(t, "PATCH", session, token, fragmentType, candidate, "If-Match", `"old"`)
	require.Equal(t, http.StatusPreconditionFailed, res.StatusCode, body)

	res, body = request(t, "PATCH", session, token, fragmentType, "a=ice-ufrag:abcd\r\na=ice-pwd:short\r\n", "If-Match", "*")
	require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, body)
	res, body = request(t, "PATCH", session, token, fragmentType, "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"+candidate, "If-Match", "*")
	require.Equal(t, http.StatusOK, res.StatusCode, body)
	require.Contains(t, body, "a=ice-ufrag:")
	require.Contains(t, body, "a=candidate:")
	require.NotEqual(t, tag, res.Header.Get("ETag"))
	require.NotContains(t, answer, strings.SplitN(body, "\r\n", 2)[0], "new credentials")

	res, _ = request(t, "DELETE", session, token, "", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Eventually(t, func() bool {
		res, _ := request(t, "DELETE", session, token, "", "")
		return res.StatusCode == http.StatusNotFound
	}, 5*time.Second, 20*time.Millisecond)
}
