package recorder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/recorder/capture"
	"github.com/tongtang/tongtang/recorder/link"
	scheduler "github.com/tongtang/tongtang/scheduler/link"
)

// captures starts and stops the capture of lessons as the scheduler's bucket says.
type captures struct {
	server *Server
	stats  *capture.Stats
	live   map[string]*live // touched by run alone
}

// live is a lesson that is being captured.
type live struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// lessonNote is the note in the spool that a lesson was begun here.
const lessonNote = "lesson"

func (c *captures) run(ctx context.Context) error {
	kv, err := c.server.deps.Bus.JS.KeyValue(ctx, bus.LessonsBucket)
	if err != nil {
		return fmt.Errorf("open the bucket of lessons: %w", err)
	}
	w, err := kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return fmt.Errorf("watch the lessons: %w", err)
	}
	defer c.stopAll()
	defer func() { _ = w.Stop() }()
	for {
		select {
		case e, open := <-w.Updates():
			if !open {
				return errors.New("the watch of the lessons ended")
			}
			if e != nil {
				c.lesson(ctx, e.Value())
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *captures) lesson(ctx context.Context, raw []byte) {
	var l scheduler.Lesson
	if err := json.Unmarshal(raw, &l); err != nil || !ident.Valid(l.ID) {
		c.server.log.Error("a lesson in the bucket is not readable", "error", err, "lesson", l.ID)
		return
	}
	if !l.Record {
		return
	}
	switch l.State {
	case scheduler.Live:
		c.start(ctx, l)
	case scheduler.Ended:
		if err := c.ended(ctx, l); err != nil && ctx.Err() == nil {
			c.server.log.Error("the recording could not be queued", "lesson", l.ID, "error", err)
		}
	}
}

// start captures a lesson. A lesson that is begun anew, or that a restart interrupted, goes on where it was.
func (c *captures) start(ctx context.Context, l scheduler.Lesson) {
	s := c.server
	if err := s.spool.Save(l.ID, lessonNote, l); err != nil {
		s.log.Error("the spool cannot be written", "lesson", l.ID, "error", err)
	}
	if c.live[l.ID] != nil {
		return
	}
	s.show(ctx, link.Recording{Lesson: l.ID, State: link.Capturing})
	ctx, cancel := context.WithCancel(ctx)
	run := &live{cancel: cancel, done: make(chan struct{})}
	c.live[l.ID] = run
	lesson := capture.New(l.ID, capture.Deps{JS: s.deps.Bus.JS, Spool: s.spool, Server: s.cfg.SFU, HTTP: s.deps.HTTP, Grant: s.recorderGrant,
		Stats: c.stats, Log: s.log}, s.tellTrouble(ctx, l.ID))
	go func() {
		defer close(run.done)
		_ = lesson.Run(ctx) // it ends with ctx or with the lesson, and has said everything else itself
	}()
}

// tellTrouble shows what is wrong with a capture that goes on.
func (s *Server) tellTrouble(ctx context.Context, lesson string) func(capture.Trouble) {
	return func(t capture.Trouble) {
		if ctx.Err() != nil {
			return
		}
		r := link.Recording{Lesson: lesson, State: link.Capturing, Unrecorded: t.Unrecorded}
		if t.DiskFull {
			r.Reason = reasonDiskFull
		}
		s.show(ctx, r)
	}
}

// show writes a state; that it could not be written is only logged, since the next one follows.
func (s *Server) show(ctx context.Context, r link.Recording) {
	if err := s.board.put(ctx, r); err != nil && ctx.Err() == nil {
		s.log.Error("the state of a recording could not be told", "lesson", r.Lesson, "error", err)
	}
}

func (c *captures) stop(lesson string) {
	if run := c.live[lesson]; run != nil {
		run.cancel()
		<-run.done
		delete(c.live, lesson)
	}
}

func (c *captures) stopAll() {
	for _, run := range c.live {
		run.cancel()
	}
	for id := range c.live {
		c.stop(id)
	}
}

// ended closes the captures and queues the job, once: also when a crash came between.
func (c *captures) ended(ctx context.Context, l scheduler.Lesson) error {
	c.stop(l.ID)
	s := c.server
	r, err := s.board.get(ctx, l.ID)
	if err != nil {
		return err
	}
	switch r.State {
	case link.Stored, link.Failed:
		return nil
	case "", link.Capturing:
		if err := s.spool.Save(l.ID, lessonNote, l); err != nil {
			s.log.Error("the spool cannot be written", "lesson", l.ID, "error", err)
		}
		if err := s.board.put(ctx, link.Recording{Lesson: l.ID, State: link.Queued}); err != nil {
			return err
		}
	default:
		if queued, err := s.isQueued(ctx, l.ID); queued || err != nil {
			return err
		}
	}
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = s.deps.Bus.JS.Publish(ctx, bus.ComposeSubject(l.ID), raw, jetstream.WithRetryAttempts(5))
	return err
}

func (s *Server) isQueued(ctx context.Context, lesson string) (bool, error) {
	stream, err := s.deps.Bus.JS.Stream(ctx, bus.JobsStream)
	if err != nil {
		return false, err
	}
	_, err = stream.GetLastMsgForSubject(ctx, bus.ComposeSubject(lesson))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil
	}
	return err == nil, err
}

// recorderGrant asks the scheduler for the permission to view a lesson's sources.
func (s *Server) recorderGrant(ctx context.Context, lesson string) (string, error) {
	ask, err := json.Marshal(map[string]string{"lesson": lesson})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	m, err := s.deps.Bus.Conn.RequestWithContext(ctx, bus.RecorderGrant, ask)
	if err != nil {
		return "", fmt.Errorf("ask the scheduler for a grant: %w", err)
	}
	var answer struct{ Grant, Error string }
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return "", fmt.Errorf("the scheduler's grant: %w", err)
	}
	if answer.Grant == "" {
		return "", fmt.Errorf("the scheduler refuses a grant: %s", answer.Error)
	}
	return answer.Grant, nil
}
