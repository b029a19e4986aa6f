package sfu

import (
	"encoding/json"
	"net/http"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

// report takes what a page tells of its own viewer session. It is no event: it goes into the quality record.
func (k *socket) report(data json.RawMessage) error {
	r, err := signal.ReadReport(data)
	if err != nil {
		return err
	}
	l := k.lesson
	l.mu.Lock()
	defer l.mu.Unlock()
	v, err := k.ownView(r.Session)
	if err == nil {
		v.page.add(r)
	}
	return err
}

// ownView finds a viewer session of the connection's bearer. Call it with the lesson's lock held.
func (k *socket) ownView(session string) (*viewer, error) {
	v, ok := k.lesson.sessions[session].(*viewer)
	if !ok || v.claims.Subject != k.claims.Subject {
		return nil, httpd.Fail(http.StatusNotFound, "session-unknown", "you have no such viewer session")
	}
	return v, nil
}

// pageSum adds up reports until the next row takes them. The lesson's lock guards it.
type pageSum struct {
	link.Page
	buffered int // ms², of which BufferMs is the mean
}

func (s *pageSum) add(r signal.Report) {
	s.Ms += r.Ms
	s.Freezes += r.Freezes
	s.FrozenMs += r.FrozenMs
	s.Decoded += r.Decoded
	s.Dropped += r.Dropped
	s.ConcealedMs += r.ConcealedMs
	s.buffered += r.BufferMs * r.Ms
}

// take returns the sum and begins anew; nil when the page told nothing.
func (s *pageSum) take() *link.Page {
	if s.Ms == 0 {
		return nil
	}
	page := s.Page
	page.BufferMs = s.buffered / s.Ms
	*s = pageSum{}
	return &page
}
