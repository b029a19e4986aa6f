package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/uptrace/bun"

	recording "github.com/tongtang/tongtang/recorder/link"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// recorderTTL is how long the recorder's grant is good for: it opens its sources again and again while the lesson runs.
const recorderTTL = time.Hour

// answerRecorder answers the recorder's requests for grants. One message is a lookup and a signature: they are answered in turn.
func (s *Server) answerRecorder(ctx context.Context) error {
	sub, err := s.bus.Conn.QueueSubscribe(bus.RecorderGrant, "scheduler", func(m *nats.Msg) {
		raw, err := json.Marshal(s.recorderGrant(ctx, m.Data))
		if err == nil {
			err = m.Respond(raw)
		}
		if err != nil {
			s.log.Warn("the recorder's request for a grant was not answered", "error", err)
		}
	})
	if err != nil {
		return fmt.Errorf("listen for the recorder: %w", err)
	}
	<-ctx.Done()
	if err := sub.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
		return err
	}
	return nil
}

type grantAnswer struct {
	Grant string `json:"grant,omitempty"`
	Error string `json:"error,omitempty"`
}

func (s *Server) recorderGrant(ctx context.Context, request []byte) grantAnswer {
	var in struct {
		Lesson string `json:"lesson"`
	}
	if err := json.Unmarshal(request, &in); err != nil {
		return grantAnswer{Error: "the request is not JSON with a lesson"}
	}
	l, err := s.lessonByID(ctx, in.Lesson)
	if err != nil {
		return grantAnswer{Error: err.Error()}
	}
	if l.State != string(link.Live) {
		return grantAnswer{Error: "the lesson is " + l.State}
	}
	c := grant.Claims{Lesson: l.ID, Role: grant.Recorder}
	c.Subject = "recorder"
	token, err := s.signer.Sign(c, recorderTTL)
	if err != nil {
		return grantAnswer{Error: err.Error()}
	}
	return grantAnswer{Grant: token}
}

// watchRecordings keeps the catalogue: every recording that the recorder tells of becomes a resource row.
func (s *Server) watchRecordings(ctx context.Context) error {
	bucket, err := s.bus.JS.KeyValue(ctx, bus.RecordingsBucket)
	if err != nil {
		return fmt.Errorf("open the bucket of recordings: %w", err)
	}
	w, err := bucket.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return fmt.Errorf("watch recordings: %w", err)
	}
	defer func() { _ = w.Stop() }()
	for {
		select {
		case <-ctx.Done():
			return nil
		case entry, open := <-w.Updates():
			if !open {
				return nil
			}
			if entry == nil { // all that was there before has been told
				continue
			}
			if err := s.catalogue(ctx, entry.Value()); err != nil && ctx.Err() == nil {
				s.log.Error("a recording could not be put into the catalogue", "lesson", entry.Key(), "error", err)
			}
		}
	}
}

func (s *Server) catalogue(ctx context.Context, raw []byte) error {
	var r recording.Recording
	if err := json.Unmarshal(raw, &r); err != nil {
		return fmt.Errorf("understand the recorder: %w", err)
	}
	l, err := s.lessonByID(ctx, r.Lesson)
	if err != nil {
		return err
	}
	row := &db.Resource{Lesson: l.ID, Title: l.Title, Subject: l.Subject, Grade: l.Grade, Lecturer: l.LecturerName, School: l.Rooms[0].School,
		TaughtAt: l.StartAt, State: string(r.State), Duration: r.Duration, Recording: string(raw), Changed: db.At(s.now())}
	if l.StartedAt != 0 {
		row.TaughtAt = l.StartedAt
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(row).On("CONFLICT (lesson) DO UPDATE").Set("state = EXCLUDED.state").Set("duration = EXCLUDED.duration").
			Set("recording = EXCLUDED.recording").Set("changed = EXCLUDED.changed").Exec(ctx)
		return err
	})
}
