// Package client speaks to the SFU as a publisher (WHIP), a viewer (WHEP) or a participant (events). The agent, the recorder, the bench and
// the tests share it. Every refusal of the server comes back as a *httpd.Problem (errors.As).
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/httpd"
)

// Lesson says which lesson, where, and with which permission. Copy it freely.
type Lesson struct {
	Server string       // address of the server, such as https://live.example.org; without a path
	ID     string       // lesson id
	Grant  string       // token (internal/grant)
	HTTP   *http.Client // nil: one with a timeout of 10 s
	Log    *slog.Logger // nil: slog.Default()

	// ICEServers are relays for a network that lets neither UDP nor TCP through to the media port. They cost a publication half a second.
	ICEServers []ICEServer
}

// ICEServer is a STUN or TURN server, as a join names it.
type ICEServer struct {
	URLs                 []string
	Username, Credential string
}

func (l Lesson) configuration() webrtc.Configuration {
	var c webrtc.Configuration
	for _, s := range l.ICEServers {
		c.ICEServers = append(c.ICEServers, webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential})
	}
	return c
}

// maxAnswer bounds what is read of an answer of the server, bytes.
const maxAnswer = 256 << 10

func (l Lesson) log() *slog.Logger {
	if l.Log != nil {
		return l.Log
	}
	return slog.Default()
}

func (l Lesson) http() *http.Client {
	if l.HTTP != nil {
		return l.HTTP
	}
	return &http.Client{Timeout: 10 * time.Second}
}

func (l Lesson) url(path string, query url.Values) string {
	u := strings.TrimSuffix(l.Server, "/") + "/live/" + url.PathEscape(l.ID) + path
	if len(query) > 0 {
		u += "?" + query.Encode()
	}
	return u
}

// session is the resource that a WHIP or WHEP exchange made.
type session struct {
	lesson Lesson
	url    string
	answer string
}

// id is the last part of the session's address: what Watch wants.
func (s *session) id() string { return s.url[strings.LastIndexByte(s.url, '/')+1:] }

// open posts an offer (RFC 9725 §4.2).
func (l Lesson) open(ctx context.Context, to, offer string) (*session, error) {
	res, body, err := l.exchange(ctx, http.MethodPost, to, "application/sdp", []byte(offer))
	if err != nil {
		return nil, err
	}
	location, err := res.Request.URL.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusCreated || res.Header.Get("Location") == "" {
		return nil, fmt.Errorf("the server answered %s without the address of a session", res.Status)
	}
	return &session{lesson: l, url: location.String(), answer: string(body)}, nil
}

// close deletes the session. A session that is gone already is closed too.
func (s *session) close(ctx context.Context) error {
	_, _, err := s.lesson.exchange(ctx, http.MethodDelete, s.url, "", nil)
	var p *httpd.Problem
	if errors.As(err, &p) && (p.Status == http.StatusNotFound || p.Status == http.StatusGone) {
		return nil
	}
	return err
}

func (l Lesson) exchange(ctx context.Context, method, to, contentType string, body []byte) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	if l.Grant != "" {
		req.Header.Set("Authorization", "Bearer "+l.Grant)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := l.http().Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, nil, err
	}
	if res.StatusCode >= 300 {
		return nil, nil, problem(res, answer)
	}
	return res, answer, nil
}

// problem makes an error of a refusal, also of one that a proxy made without a problem document.
func problem(res *http.Response, body []byte) error {
	var p httpd.Problem
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") && json.Unmarshal(body, &p) == nil && p.Code != "" {
		return &p
	}
	return httpd.Fail(res.StatusCode, "http-"+fmt.Sprint(res.StatusCode), "the server answered %s", res.Status)
}
