// Package httpd is what every HTTP route shares: problem documents (RFC 9457), the engine with its limits, and a server with an end.
package httpd

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
)

// Problem is the one form of error that leaves the server (application/problem+json, RFC 9457). Code is stable and lower-case-with-dashes:
// the pages choose the words for a person by it, with the values in Params. Detail is plain English for whoever reads the exchange.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
}

// Fail makes a problem. The detail says what is wrong and what to do about it.
func Fail(status int, code, detail string, args ...any) *Problem {
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// With adds a value that the page needs for its sentence.
func (p *Problem) With(key string, value any) *Problem {
	q := *p
	q.Params = map[string]any{key: value}
	for k, v := range p.Params {
		q.Params[k] = v
	}
	return &q
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus and ContentType make a Problem an error of huma's.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of the document.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// AsProblem is the one place where an error becomes HTTP: a Problem stays what it is, a body over its limit is a 413, everything else is a
// 500 whose cause is logged and not told.
func AsProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return Fail(http.StatusRequestEntityTooLarge, "too-large", "the request is larger than %d bytes", tooLarge.Limit)
	}
	slog.Error("request failed", "error", err)
	return Fail(http.StatusInternalServerError, "internal", "something went wrong on the server; it has been logged")
}

// Write answers a request with the error's problem document.
func Write(w http.ResponseWriter, err error) {
	p := AsProblem(err)
	h := w.Header()
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Cache-Control", "no-store")
	if p.Status == http.StatusUnauthorized && h.Get("WWW-Authenticate") == "" {
		h.Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}
