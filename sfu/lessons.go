package sfu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

// lateEnd is how long after its end a lesson's log is still completed when this node was away at the end.
const lateEnd = 48 * time.Hour

// opening is a lesson whose log is being read; others who want it wait.
type opening struct {
	done   chan struct{}
	lesson *lesson
	err    error
}

// watchLessons follows the scheduler's bucket until ctx ends.
func (s *Server) watchLessons(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := s.follow(ctx); err != nil && ctx.Err() == nil {
			s.deps.Log.Warn("the lessons on air cannot be followed; trying again", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
	return nil
}

func (s *Server) follow(ctx context.Context) error {
	kv, err := s.deps.Bus.JS.KeyValue(ctx, bus.LessonsBucket)
	if err != nil {
		return err
	}
	w, err := kv.WatchAll(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = w.Stop() }()
	for {
		select {
		case <-ctx.Done():
			return nil
		case entry, ok := <-w.Updates():
			if !ok {
				return errors.New("the watch has ended")
			}
			if entry != nil && entry.Operation() == jetstream.KeyValuePut {
				s.hear(ctx, entry)
			}
		}
	}
}

// hear takes one change of the bucket.
func (s *Server) hear(ctx context.Context, entry jetstream.KeyValueEntry) {
	info, err := readLesson(entry)
	if err != nil {
		s.deps.Log.Error("a lesson in the bucket cannot be read", "lesson", entry.Key(), "error", err)
		return
	}
	switch {
	case info.State == link.Live:
		_, err = s.open(ctx, info)
	case info.State == link.Ended && (info.EndedAt == nil || time.Since(*info.EndedAt) < lateEnd):
		err = s.end(ctx, info)
	}
	if err != nil && ctx.Err() == nil {
		s.deps.Log.Error("a change of a lesson failed", "lesson", info.ID, "state", info.State, "error", err)
	}
}

func readLesson(entry jetstream.KeyValueEntry) (link.Lesson, error) {
	var info link.Lesson
	err := json.Unmarshal(entry.Value(), &info)
	if err == nil && (info.ID != entry.Key() || !ident.Valid(info.ID)) {
		err = fmt.Errorf("its id %q is not its key", info.ID)
	}
	return info, err
}

// lesson returns the lesson if it is on air. Problems: lesson-unknown, lesson-ended.
func (s *Server) lesson(ctx context.Context, id string) (*lesson, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if !ident.Valid(id) {
		return nil, unknownLesson(id)
	}
	s.mu.Lock()
	l := s.lessons[id]
	s.mu.Unlock()
	if l != nil {
		return l, nil
	}
	kv, err := s.deps.Bus.JS.KeyValue(ctx, bus.LessonsBucket)
	if err != nil {
		return nil, err
	}
	entry, err := kv.Get(ctx, id) // the watch may lag
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, unknownLesson(id)
	}
	if err != nil {
		return nil, err
	}
	info, err := readLesson(entry)
	switch {
	case err != nil:
		return nil, err
	case info.State == link.Live:
		return s.open(ctx, info)
	case info.State == link.Ended:
		return nil, endedLesson()
	}
	return nil, unknownLesson(id)
}

func unknownLesson(id string) error {
	return httpd.Fail(http.StatusNotFound, "lesson-unknown", "no lesson %.80q is on air", id)
}

func endedLesson() error {
	return httpd.Fail(http.StatusGone, "lesson-ended", "the lesson has ended")
}

// open takes a lesson on air: once, however many ask.
func (s *Server) open(ctx context.Context, info link.Lesson) (*lesson, error) {
	s.mu.Lock()
	if l := s.lessons[info.ID]; l != nil {
		s.mu.Unlock()
		l.setInfo(info)
		return l, nil
	}
	o := s.opening[info.ID]
	mine := o == nil
	if mine {
		o = &opening{done: make(chan struct{})}
		s.opening[info.ID] = o
	}
	s.mu.Unlock()
	if mine {
		o.lesson, o.err = s.start(info)
		s.mu.Lock()
		delete(s.opening, info.ID)
		if o.err == nil {
			s.lessons[info.ID] = o.lesson
		}
		s.mu.Unlock()
		close(o.done)
	}
	select {
	case <-o.done:
		return o.lesson, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Server) start(info link.Lesson) (*lesson, error) {
	l, err := newLesson(s.life, s, info)
	if err != nil {
		return nil, err
	}
	s.metrics.lessons.Inc()
	s.wg.Go(func() {
		l.run(s.life)
		s.mu.Lock()
		delete(s.lessons, info.ID)
		s.mu.Unlock()
		s.metrics.lessons.Dec()
	})
	s.deps.Log.Info("lesson is on air", "lesson", info.ID, "title", info.Title)
	return l, nil
}

// end takes a lesson off air, and completes the log of one that ended while this node was away.
func (s *Server) end(ctx context.Context, info link.Lesson) error {
	s.mu.Lock()
	l := s.lessons[info.ID]
	s.mu.Unlock()
	if l != nil {
		return l.end(ctx)
	}
	stream, err := s.deps.Bus.JS.Stream(ctx, bus.LessonLogStream)
	if err != nil {
		return err
	}
	last, err := stream.GetLastMsgForSubject(ctx, bus.LogSubject(info.ID))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	var e signal.Event
	if err != nil || json.Unmarshal(last.Data, &e) != nil || e.Type == signal.LessonEnded {
		return err
	}
	return completeLog(ctx, s.deps.Bus, info.ID)
}
