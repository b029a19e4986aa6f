package recorder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/internal/store"
	"github.com/tongtang/tongtang/recorder/link"
	"github.com/tongtang/tongtang/recorder/render"
	"github.com/tongtang/tongtang/recorder/spool"
	scheduler "github.com/tongtang/tongtang/scheduler/link"
)

// Reasons that a recording waits or failed for.
const (
	reasonStoreAway = "store-away"
	reasonStoreFull = "store-full"
	reasonDiskFull  = "disk-full"
	reasonNothing   = "nothing-captured"
	reasonCompose   = "compose-failed"
)

const (
	ackWait  = 10 * time.Second // a worker that says nothing for so long is dead: another one takes the job
	maxTries = 4                // of composing one lesson, those that a crash ended included
)

// jobNote is what the spool remembers of a job over restarts.
type jobNote struct {
	Tries    int             `json:"tries"`
	Waits    int             `json:"waits"`    // how often the store was away in a row
	Uploaded map[string]bool `json:"uploaded"` // files that are in the store
}

const jobNoteName = "job"

// work takes one job after the other until ctx ends.
func (s *Server) work(ctx context.Context) error {
	consumer, err := s.deps.Bus.JS.CreateOrUpdateConsumer(ctx, bus.JobsStream, jetstream.ConsumerConfig{
		Durable: "composer", FilterSubject: bus.ComposeSubject("*"), AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxDeliver: -1, MaxAckPending: 1000,
	})
	if err != nil {
		return fmt.Errorf("join the queue of jobs: %w", err)
	}
	for ctx.Err() == nil {
		m, err := consumer.Next(jetstream.FetchContext(ctx))
		switch {
		case err == nil:
			s.job(ctx, m)
		case !errors.Is(err, jetstream.ErrNoMessages) && !errors.Is(err, context.DeadlineExceeded):
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
	}
	return ctx.Err()
}

// job does one job and tells the queue how it went.
func (s *Server) job(ctx context.Context, m jetstream.Msg) {
	var l scheduler.Lesson
	if err := json.Unmarshal(m.Data(), &l); err != nil || !ident.Valid(l.ID) {
		s.log.Error("a job is not readable", "error", err)
		_ = m.Term()
		return
	}
	alive := s.keepAlive(ctx, m)
	err := s.finish(ctx, l)
	alive()
	if ctx.Err() != nil { // shut down in the middle: it is done again after the start
		_ = m.Nak()
		return
	}
	if wait, again := s.judge(ctx, l.ID, err); again {
		_ = m.NakWithDelay(wait)
		return
	}
	if err := m.DoubleAck(ctx); err != nil {
		s.log.Warn("the queue does not know that a job is done; it will come again", "lesson", l.ID, "error", err)
	}
}

// keepAlive tells the queue that the job is being worked on, until the returned function was called.
func (s *Server) keepAlive(ctx context.Context, m jetstream.Msg) func() {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(ackWait / 3)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_ = m.InProgress()
			case <-ctx.Done():
				return
			}
		}
	})
	return func() { cancel(); wg.Wait() }
}

// judge decides what a job's end means: whether, and when, it is tried again.
func (s *Server) judge(ctx context.Context, lesson string, err error) (wait time.Duration, again bool) {
	if err == nil {
		return 0, false
	}
	note := s.note(lesson)
	for _, k := range []struct {
		err    error
		reason string
	}{{store.ErrAway, reasonStoreAway}, {store.ErrFull, reasonStoreFull}, {spool.ErrFull, reasonDiskFull}} {
		if errors.Is(err, k.err) {
			wait = min(s.cfg.Retry<<min(note.Waits, 20), s.cfg.Most)
			note.Waits++
			if k.reason == reasonDiskFull && note.Tries > 0 {
				note.Tries-- // it was not the composing that failed
			}
			s.save(lesson, note)
			s.stats.waiting.Inc()
			s.log.Warn("the recording waits", "lesson", lesson, "reason", k.reason, "again", wait, "error", err)
			s.show(ctx, link.Recording{Lesson: lesson, State: link.Waiting, Reason: k.reason, Attempt: note.Waits})
			return wait, true
		}
	}
	failed := link.Recording{Lesson: lesson, State: link.Failed, Reason: reasonCompose, Attempt: note.Tries}
	switch {
	case errors.Is(err, render.ErrNothing):
		failed.Reason = reasonNothing
	case note.Tries < maxTries:
		s.log.Error("composing failed; trying again", "lesson", lesson, "attempt", note.Tries, "error", err)
		s.show(ctx, link.Recording{Lesson: lesson, State: link.Queued, Reason: reasonCompose, Attempt: note.Tries})
		return min(s.cfg.Retry<<note.Tries, s.cfg.Most), true
	}
	s.stats.failed.Inc()
	s.log.Error("the recording is given up; its captures stay in the spool", "lesson", lesson, "reason", failed.Reason, "error", err)
	s.show(ctx, failed)
	return 0, false
}

func (s *Server) note(lesson string) jobNote {
	var n jobNote
	if err := s.spool.Load(lesson, jobNoteName, &n); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("the note about a job is lost", "lesson", lesson, "error", err)
	}
	if n.Uploaded == nil {
		n.Uploaded = map[string]bool{}
	}
	return n
}

func (s *Server) save(lesson string, n jobNote) {
	if err := s.spool.Save(lesson, jobNoteName, n); err != nil {
		s.log.Warn("the note about a job cannot be written", "lesson", lesson, "error", err)
	}
}

// finish makes the resource of a lesson, or takes the one that an earlier try made, and stores it.
func (s *Server) finish(ctx context.Context, l scheduler.Lesson) error {
	before, err := s.board.get(ctx, l.ID)
	if err != nil {
		return err
	}
	if before.State == link.Stored {
		return nil // the queue had not heard of it
	}
	r, err := render.Load(s.spool.ResultDir(l.ID))
	if errors.Is(err, fs.ErrNotExist) {
		r, err = s.compose(ctx, l)
	}
	if err != nil {
		return err
	}
	if err := s.upload(ctx, l.ID, r); err != nil {
		return err
	}
	return s.stored(ctx, l.ID, r)
}

func (s *Server) compose(ctx context.Context, l scheduler.Lesson) (render.Resource, error) {
	captures, err := s.spool.Captures(l.ID)
	if err != nil {
		return render.Resource{}, err
	}
	if len(captures) == 0 {
		return render.Resource{}, render.ErrNothing
	}
	events, err := s.lessonLog(ctx, l.ID)
	if err != nil {
		return render.Resource{}, err
	}
	note := s.note(l.ID)
	if note.Tries >= maxTries {
		return render.Resource{}, errors.New("every try to compose it ended with a crash")
	}
	note.Tries++
	note.Uploaded = map[string]bool{}
	if err := s.spool.Save(l.ID, jobNoteName, note); err != nil {
		return render.Resource{}, err
	}
	shown := link.Recording{Lesson: l.ID, State: link.Composing, Attempt: note.Tries}
	s.show(ctx, shown)
	began := time.Now()
	r, err := render.Render(ctx, render.Job{Lesson: l, Events: events, Captures: captures, Dir: s.spool.ResultDir(l.ID), Preset: s.cfg.Preset,
		Progress: func(percent, secsLeft float64) {
			shown.Percent, shown.SecsLeft = percent, secsLeft
			s.board.progress(ctx, shown)
		}})
	if err != nil {
		if rm := os.RemoveAll(s.spool.ResultDir(l.ID)); rm != nil {
			s.log.Warn("an unfinished result could not be cleared away", "lesson", l.ID, "error", rm)
		}
		return r, spool.Full(err)
	}
	speed := r.Duration / time.Since(began).Seconds()
	s.stats.composing.Observe(speed)
	s.log.Info("composed", "lesson", l.ID, "seconds", r.Duration, "speed", speed, "damaged", r.Damaged, "broken", r.Broken)
	return r, nil
}
