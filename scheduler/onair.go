package scheduler

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
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// keepEnded is how long a lesson that is over stays in the bucket: long enough for any recorder that was away.
const keepEnded = 30 * 24 * time.Hour

// air writes the lesson as the database has it into the bucket, from which the SFU and the recorder take it.
func (s *Server) air(ctx context.Context, id string) error {
	s.airing.Lock()
	defer s.airing.Unlock()
	l, err := s.lessonByID(ctx, id)
	if err != nil {
		return err
	}
	bucket, err := s.bus.JS.KeyValue(ctx, bus.LessonsBucket)
	if err == nil {
		err = put(ctx, bucket, aired(l))
	}
	if err != nil {
		s.log.Error("a lesson's news did not reach the bus; it will be sent again", "lesson", id, "error", err)
		return httpd.Fail(http.StatusServiceUnavailable, "bus-away", "the lesson is %s, but the other services could not be told yet; try again", l.State)
	}
	return nil
}

func put(ctx context.Context, bucket jetstream.KeyValue, l link.Lesson) error {
	raw, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = bucket.Put(ctx, l.ID, raw)
	return err
}

// aired is the lesson as other services see it.
func aired(l *db.LessonView) link.Lesson {
	a := link.Lesson{ID: l.ID, Title: l.Title, Subject: l.Subject, Kind: l.Kind, State: link.State(l.State), Start: l.StartAt.Time(), End: l.EndAt.Time(),
		Lecturer: l.LecturerName, Record: l.Record, StartedAt: l.StartedAt.Pointer(), EndedAt: l.EndedAt.Pointer()}
	for i := range l.Rooms {
		a.Rooms = append(a.Rooms, linkRoom(&l.Rooms[i]))
	}
	return a
}

// reconcile makes the bucket say what the database says: after a crash between the two, or with a bus that was away or is new. The
// database is right.
func (s *Server) reconcile(ctx context.Context) error {
	bucket, err := s.bus.JS.KeyValue(ctx, bus.LessonsBucket)
	if err != nil {
		return fmt.Errorf("open the bucket of lessons: %w", err)
	}
	told, err := toldLessons(ctx, bucket)
	if err != nil {
		return err
	}
	live, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{States: []string{string(link.Live)}})
	if err != nil {
		return err
	}
	for i := range live {
		if told[live[i].ID].State != link.Live {
			if err := s.air(ctx, live[i].ID); err != nil {
				return err
			}
		}
		delete(told, live[i].ID)
	}
	for id, t := range told {
		if err := s.settle(ctx, bucket, id, t); err != nil {
			return err
		}
	}
	return nil
}

// settle treats what the bucket has and the database does not call live.
func (s *Server) settle(ctx context.Context, bucket jetstream.KeyValue, id string, told link.Lesson) error {
	if told.State == link.Live {
		err := s.air(ctx, id)
		if !errors.Is(err, errLessonUnknown) {
			return err
		}
		s.log.Warn("the bus had a live lesson that the database does not know; it is ended", "lesson", id)
		ended := s.now()
		told.State, told.EndedAt = link.Ended, &ended
		return put(ctx, bucket, told)
	}
	if s.now().Sub(told.End) > keepEnded {
		return bucket.Purge(ctx, id)
	}
	return nil
}

func toldLessons(ctx context.Context, bucket jetstream.KeyValue) (map[string]link.Lesson, error) {
	keys, err := bucket.ListKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the bucket of lessons: %w", err)
	}
	told := map[string]link.Lesson{}
	for key := range keys.Keys() {
		entry, err := bucket.Get(ctx, key)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue
		}
		if err != nil {
			_ = keys.Stop()
			return nil, fmt.Errorf("read lesson %s from its bucket: %w", key, err)
		}
		var l link.Lesson
		if err := json.Unmarshal(entry.Value(), &l); err != nil {
			l = link.Lesson{ID: key}
		}
		told[key] = l
	}
	return told, nil
}
