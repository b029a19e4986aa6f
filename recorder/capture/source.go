package capture

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/recorder/spool"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

// Waiting between two connections to the SFU.
const (
	retryFirst = 300 * time.Millisecond
	retryMost  = 5 * time.Second
	goodAfter  = 10 * time.Second // a view that lasted so long was good: begin with the shortest wait again
)

// source captures one source until ctx ends, whatever happens to the connection.
type source struct {
	lesson *Lesson
	id     string
	video  *track
	audio  *track
	log    *slog.Logger
}

func (l *Lesson) newSource(src signal.Source) (*source, error) {
	s := &source{lesson: l, id: src.ID, log: l.log.With("source", src.ID)}
	var err error
	if src.Video {
		if s.video, err = s.newTrack(spool.Video); err != nil {
			return nil, err
		}
	}
	if src.Audio {
		if s.audio, err = s.newTrack(spool.Audio); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *source) newTrack(kind spool.Kind) (*track, error) {
	t, err := s.lesson.deps.Spool.Track(s.lesson.id, s.id, kind)
	if err != nil {
		return nil, err
	}
	return &track{kind: kind, spool: t, log: s.log, stats: s.lesson.deps.Stats, disk: s.lesson.trouble.disk}, nil
}

func (s *source) tracks() []*track {
	var ts []*track
	for _, t := range []*track{s.video, s.audio} {
		if t != nil {
			ts = append(ts, t)
		}
	}
	return ts
}

// run connects again and again, at once when again says that it is worth it.
func (s *source) run(ctx context.Context, again <-chan struct{}) {
	defer func() {
		for _, t := range s.tracks() {
			t.close()
		}
	}()
	wait, said := retryFirst, ""
	for ctx.Err() == nil {
		began := time.Now()
		err := s.view(ctx)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > goodAfter {
			wait, said = retryFirst, ""
		}
		if code := reason(err); code != said { // once for each reason, not for each try
			said = code
			s.log.Warn("the capture has no connection; trying again", "reason", code, "error", err)
		}
		select {
		case <-time.After(wait):
			wait = min(2*wait, retryMost)
		case <-again:
			wait = retryFirst
		case <-ctx.Done():
		}
	}
}

func reason(err error) string {
	var p *httpd.Problem
	if errors.As(err, &p) {
		return p.Code
	}
	if errors.Is(err, client.ErrLost) {
		return "lost"
	}
	return "unreachable"
}

// view captures over one connection.
func (s *source) view(ctx context.Context) error {
	token, err := s.lesson.deps.Grant(ctx, s.lesson.id)
	if err != nil {
		return err
	}
	setup, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	o := client.ViewOptions{Source: s.id, KeepOrder: true}
	if s.video != nil {
		o.Video = 1
	}
	if s.audio != nil {
		o.Audio = 1
	}
	access := client.Lesson{Server: s.lesson.deps.Server, ID: s.lesson.id, Grant: token, HTTP: s.lesson.deps.HTTP, Log: s.log}
	v, err := access.View(setup, o)
	if err != nil {
		return err
	}
	err = s.follow(ctx, v)
	if cerr := v.Close(); cerr != nil && ctx.Err() == nil && !gone(cerr) {
		s.log.Debug("the view could not be closed", "error", cerr)
	}
	return err
}

// gone tells that the server had closed the session already.
func gone(err error) bool {
	var p *httpd.Problem
	return errors.As(err, &p) && (p.Status == http.StatusNotFound || p.Status == http.StatusGone)
}

// follow reads both tracks until the view ends.
func (s *source) follow(ctx context.Context, v *client.View) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	ends := make(chan error, 2)
	for i, t := range s.tracks() {
		if !t.last.IsZero() {
			t.why = whyConnection
		}
		from := v.Tracks[i]
		wg.Go(func() {
			ends <- t.run(ctx, from, func() { _ = v.RequestKeyframe(from) })
			cancel()
		})
	}
	wg.Wait()
	return <-ends
}
