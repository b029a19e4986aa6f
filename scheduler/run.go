package scheduler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/sync/errgroup"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

const (
	tickEvery      = time.Second      // of the lesson clock
	reconcileEvery = 15 * time.Second // of the bucket of lessons
	sweepEvery     = time.Hour        // of sessions that are over, and of the old quality record
)

// Run keeps the lesson clock, the catalogue and the bus until ctx ends, and returns after all of it has stopped.
func (s *Server) Run(ctx context.Context) error {
	if err := s.reconcile(ctx); ctx.Err() != nil {
		return nil
	} else if err != nil {
		return fmt.Errorf("tell the bus what is on air: %w", err)
	}
	if err := s.tellCapacities(ctx); ctx.Err() != nil {
		return nil
	} else if err != nil {
		return fmt.Errorf("write the server's capacities: %w", err)
	}
	if err := s.trimQuality(ctx); err != nil && ctx.Err() == nil {
		s.log.Error("the old quality record was not deleted; it is tried again in an hour", "error", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.answerRecorder(ctx) })
	g.Go(func() error { return s.watchRecordings(ctx) })
	g.Go(func() error { return s.every(ctx, tickEvery, "the lesson clock", s.tick) })
	g.Go(func() error { return s.every(ctx, reconcileEvery, "the bucket of lessons", s.reconcile) })
	g.Go(func() error { return s.every(ctx, sweepEvery, "sessions that are over", s.sweep) })
	g.Go(func() error { return s.every(ctx, reconcileEvery, "proposals that nobody answered", s.expireProposals) })
	g.Go(func() error { return s.keepQuality(ctx) })
	g.Go(func() error { return s.planTerms(ctx) })
	g.Go(func() error { return s.goOn(ctx) })
	g.Go(func() error { return s.every(ctx, sweepEvery, "lessons that follow bells and days", s.resumeRedating) })
	g.Go(func() error { return s.every(ctx, sweepEvery, "the old quality record", s.trimQuality) })
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// tellCapacities writes what the configuration allows to the database, by which all plan.
func (s *Server) tellCapacities(ctx context.Context) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.SetRecordingsAtOnce(ctx, tx, s.cfg.Recordings) })
}

// every does something again and again; a failure is logged once until it works again.
func (s *Server) every(ctx context.Context, pause time.Duration, what string, do func(context.Context) error) error {
	t := time.NewTicker(pause)
	defer t.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		err := do(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if (err != nil) != failing {
			if failing = err != nil; failing {
				s.log.Error("this does not work now; it is tried again", "what", what, "error", err)
			} else {
				s.log.Info("this works again", "what", what)
			}
		}
	}
}

// tick moves the lessons whose time has come: a live one ends endAfter its planned end, one that nobody started is missed missAfter it.
func (s *Server) tick(ctx context.Context) error {
	now := s.now()
	due, err := db.Due(ctx, s.db.Read(), link.Live, now.Add(-endAfter))
	if err != nil {
		return err
	}
	for i := range due {
		if err := s.end(ctx, &due[i]); err != nil {
			return err
		}
	}
	late, err := db.Due(ctx, s.db.Read(), link.Planned, now.Add(-missAfter))
	if err != nil {
		return err
	}
	for i := range late {
		if err := s.miss(ctx, &late[i], now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) miss(ctx context.Context, l *db.LessonView, now time.Time) error {
	moved := false
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		moved, err = db.Move(ctx, tx, l.ID, []string{string(link.Planned)}, string(link.Missed), now, nil)
		return err
	})
	if moved && err == nil {
		s.figures.missed.Inc()
		s.log.Warn("nobody started a lesson", "lesson", l.ID, "title", l.Title, "school", l.Rooms[0].SchoolName)
	}
	return err
}

func (s *Server) sweep(ctx context.Context) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*db.Session)(nil)).Where("expires < ?", db.At(time.Now())).Exec(ctx)
		return err
	})
}
