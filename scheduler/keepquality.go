package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/uptrace/bun"

	live "github.com/tongtang/tongtang/sfu/link"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/scheduler/db"
)

const (
	qualityBatch = 50              // messages written together, at most
	qualityWait  = 2 * time.Second // for a batch to fill
	trimAtOnce   = 100             // sessions, so that a lesson's start never waits for it
)

// keepQuality writes what the SFUs tell of the lines into the database, until ctx ends. A message is acknowledged when its rows are written: after a
// crash it comes again, and its rows are there already.
func (s *Server) keepQuality(ctx context.Context) error {
	consumer, err := s.bus.JS.CreateOrUpdateConsumer(ctx, bus.QualityStream, jetstream.ConsumerConfig{
		Durable: "scheduler", AckPolicy: jetstream.AckExplicitPolicy, AckWait: 30 * time.Second, MaxAckPending: 10 * qualityBatch,
	})
	if err != nil {
		return fmt.Errorf("listen to the quality record: %w", err)
	}
	failing := false
	for ctx.Err() == nil {
		err := s.takeQuality(ctx, consumer)
		if ctx.Err() != nil {
			break
		}
		if (err != nil) != failing {
			if failing = err != nil; failing {
				s.log.Error("the quality record cannot be written now; it waits on the bus", "error", err)
			} else {
				s.log.Info("the quality record is written again")
			}
		}
		if failing {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
	}
	return ctx.Err()
}

// takeQuality writes one batch.
func (s *Server) takeQuality(ctx context.Context, consumer jetstream.Consumer) error {
	batch, err := consumer.Fetch(qualityBatch, jetstream.FetchMaxWait(qualityWait))
	if err != nil {
		return err
	}
	var taken []jetstream.Msg
	sum := newQualitySum()
	for m := range batch.Messages() {
		var q live.Quality
		if err := json.Unmarshal(m.Data(), &q); err != nil || m.Subject() != bus.QualitySubject(q.Lesson) {
			s.log.Error("a message of the quality record is not readable", "subject", m.Subject(), "error", err)
			_ = m.Term() // it would come again for ever
			continue
		}
		sum.add(q)
		taken = append(taken, m)
	}
	if err := batch.Error(); err != nil && !errors.Is(err, context.DeadlineExceeded) && len(taken) == 0 {
		return err
	}
	if len(taken) == 0 {
		return nil
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.AddQuality(ctx, tx, sum.rows()) })
	for _, m := range taken {
		if err != nil {
			_ = m.NakWithDelay(time.Second)
			continue
		}
		_ = m.Ack() // one that is lost brings the same rows again
	}
	return err
}

// trimQuality deletes what is older than the record is kept.
func (s *Server) trimQuality(ctx context.Context) error {
	before := s.now().AddDate(0, 0, -s.cfg.QualityDays)
	for {
		var n int64
		err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			n, err = db.TrimQuality(ctx, tx, before, trimAtOnce)
			return err
		})
		if err != nil || n < trimAtOnce {
			return err
		}
	}
}

// qualitySum turns messages into rows; a session that several messages speak of is there once.
type qualitySum struct {
	sessions map[string]db.QualitySession
	out      db.QualityRows
}

func newQualitySum() *qualitySum { return &qualitySum{sessions: map[string]db.QualitySession{}} }

func (q *qualitySum) add(m live.Quality) {
	for _, v := range m.Viewers {
		q.session(m.Lesson, v.Line, v.Span)
		row := db.ViewerQuality{Session: v.Session, At: db.Instant(v.At), Ms: v.Ms, Packets: v.Packets, Bytes: v.Bytes, Repairs: v.Repairs, Dropped: v.Dropped,
			Expected: v.Expected, Lost: v.Lost, RTT: v.RTT, Jitter: v.Jitter, Estimate: v.Estimate, Shown: v.Shown, Layer: v.Layer, Direct: v.Direct}
		if p := v.Page; p != nil {
			row.PageMs, row.Freezes, row.FrozenMs, row.Decoded, row.NotShown = p.Ms, p.Freezes, p.FrozenMs, p.Decoded, p.Dropped
			row.ConcealedMs, row.BufferMs = p.ConcealedMs, p.BufferMs
		}
		q.out.Viewers = append(q.out.Viewers, row)
	}
	for _, v := range m.Sources {
		q.session(m.Lesson, v.Line, v.Span)
		q.out.Sources = append(q.out.Sources, db.SourceQuality{Session: v.Session, Layer: v.Layer, At: db.Instant(v.At), Ms: v.Ms, Packets: v.Packets,
			Bytes: v.Bytes, Expected: v.Expected, Lost: v.Lost, RTT: v.RTT, Jitter: v.Jitter})
	}
}

func (q *qualitySum) session(lesson string, l live.Line, span live.Span) {
	s := db.QualitySession{Session: l.Session, Lesson: lesson, Participant: l.Participant, Role: l.Role, School: l.School, Room: l.Room, Source: l.Source}
	s.LastAt = max(db.Instant(span.At), q.sessions[l.Session].LastAt)
	q.sessions[l.Session] = s
}

func (q *qualitySum) rows() db.QualityRows {
	rows := q.out
	for _, s := range q.sessions {
		rows.Sessions = append(rows.Sessions, s)
	}
	return rows
}
