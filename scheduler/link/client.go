package link

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tongtang/tongtang/internal/httpd"
)

// maxAnswer bounds what the client reads of an answer, bytes.
const maxAnswer = 4 << 20

// Client is a device's side of the agent API. The zero Key is for Enrol alone. An error of the server is an *httpd.Problem
// (errors.As); everything else means that the server could not be reached. Safe for concurrent use.
type Client struct {
	Server string       // such as https://tongtang.example
	Key    string       // the device's key
	HTTP   *http.Client // nil: one with a timeout of 15 s
}

var defaultHTTP = &http.Client{Timeout: 15 * time.Second}

// Enrol changes a code into a device's key.
func (c *Client) Enrol(ctx context.Context, e Enrolment) (*Enrolled, error) {
	return call[Enrolled](ctx, c, http.MethodPost, "/api/agent/enrol", e)
}

// Lessons tells the lessons of the device's room, the server's clock with them.
func (c *Client) Lessons(ctx context.Context) (*AgentLessons, error) {
	return call[AgentLessons](ctx, c, http.MethodGet, "/api/agent/lessons", nil)
}

// Start puts the lesson on air, if it is not yet, and answers with the grant of the lecturer room's device.
func (c *Client) Start(ctx context.Context, lesson string) (*Join, error) {
	return call[Join](ctx, c, http.MethodPost, "/api/agent/lessons/"+url.PathEscape(lesson)+"/start", nil)
}

// Stop ends the lesson.
func (c *Client) Stop(ctx context.Context, lesson string) (*DatedLesson, error) {
	return call[DatedLesson](ctx, c, http.MethodPost, "/api/agent/lessons/"+url.PathEscape(lesson)+"/stop", nil)
}

// Grant answers with a fresh grant for a live lesson of the device's room.
func (c *Client) Grant(ctx context.Context, lesson string) (*Join, error) {
	return call[Join](ctx, c, http.MethodPost, "/api/agent/lessons/"+url.PathEscape(lesson)+"/grant", nil)
}

// Status reports how the device is.
func (c *Client) Status(ctx context.Context, s AgentStatus) error {
	if s.Cameras == nil {
		s.Cameras = []CameraStatus{}
	}
	_, err := call[struct{}](ctx, c, http.MethodPost, "/api/agent/status", s)
	return err
}

func call[T any](ctx context.Context, c *Client, method, path string, body any) (*T, error) {
	req, err := c.request(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	client := c.HTTP
	if client == nil {
		client = defaultHTTP
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	if res.StatusCode >= 300 {
		return nil, problem(res.StatusCode, raw)
	}
	out := new(T)
	if len(raw) == 0 {
		return out, nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return nil, fmt.Errorf("understand the server's answer to %s %s: %w", method, path, err)
	}
	return out, nil
}

func (c *Client) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var payload io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		payload = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Server, "/")+path, payload)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-Tongtang", "1")
	if c.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.Key)
	}
	return req, nil
}

// problem reads the server's problem document. Something between us and the server may have answered instead: then it says so.
func problem(status int, raw []byte) error {
	p := &httpd.Problem{}
	if err := json.Unmarshal(raw, p); err == nil && p.Code != "" {
		return p
	}
	if status < 400 {
		return errors.New("the server answered with a redirect; use its final address")
	}
	return httpd.Fail(status, "unexpected-answer", "the server answered %d %s", status, http.StatusText(status))
}
