package recorder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/recorder/link"
	"github.com/tongtang/tongtang/recorder/render"
	"github.com/tongtang/tongtang/sfu/signal"
)

// Key is where a file of a lesson's resource stands in the store.
func Key(lesson, file string) string { return "resources/" + lesson + "/" + file }

// storedNote says since when the recording is in the store.
const storedNote = "stored"

// upload puts every file into the store, playlists after segments, the description last. What was stored by an earlier try is passed over.
func (s *Server) upload(ctx context.Context, lesson string, r render.Resource) error {
	note := s.note(lesson)
	shown := link.Recording{Lesson: lesson, State: link.Uploading}
	s.board.progress(ctx, shown)
	began, sent, fresh, total := time.Now(), int64(0), int64(0), max(r.Bytes(), 1)
	for _, f := range append(r.Files, render.File{Name: render.Description}) {
		if !note.Uploaded[f.Name] {
			if err := s.uploadFile(ctx, lesson, f.Name); err != nil {
				s.save(lesson, note)
				return err
			}
			note.Uploaded[f.Name] = true
			fresh += f.Bytes
		}
		sent += f.Bytes
		shown.Percent = 100 * float64(sent) / float64(total)
		if fresh > 0 {
			shown.SecsLeft = time.Since(began).Seconds() / float64(fresh) * float64(total-sent)
		}
		s.board.progress(ctx, shown)
	}
	s.save(lesson, note)
	return s.removeStrangers(ctx, lesson, note)
}

func (s *Server) uploadFile(ctx context.Context, lesson, name string) error {
	f, err := os.Open(filepath.Join(s.spool.ResultDir(lesson), filepath.FromSlash(name)))
	if err != nil {
		return fmt.Errorf("open a result: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open a result: %w", err)
	}
	return s.deps.Store.Put(ctx, Key(lesson, name), f, info.Size())
}

// removeStrangers deletes what an earlier, different result left in the store.
func (s *Server) removeStrangers(ctx context.Context, lesson string, note jobNote) error {
	objects, err := s.deps.Store.List(ctx, Key(lesson, ""))
	if err != nil {
		return err
	}
	for _, o := range objects {
		if note.Uploaded[o.Key[len(Key(lesson, "")):]] {
			continue
		}
		if err := s.deps.Store.Delete(ctx, o.Key); err != nil {
			return err
		}
	}
	return nil
}

// stored tells the house and clears the result away. The captures stay for a while.
func (s *Server) stored(ctx context.Context, lesson string, r render.Resource) error {
	now := time.Now().UTC()
	if err := s.board.put(ctx, link.Recording{
		Lesson: lesson, State: link.Stored, Percent: 100, Duration: r.Duration, Bytes: r.Bytes(), HLS: Key(lesson, render.Master), MP4: Key(lesson, render.MP4),
		Poster: Key(lesson, render.Poster), Renditions: r.Renditions, Chapters: r.Chapters, StoredAt: &now,
	}); err != nil {
		return err
	}
	s.stats.stored.Inc()
	s.log.Info("the recording is stored", "lesson", lesson, "seconds", r.Duration, "bytes", r.Bytes())
	if err := s.spool.Save(lesson, storedNote, now); err != nil {
		s.log.Warn("the spool cannot be written", "lesson", lesson, "error", err)
	}
	if err := os.RemoveAll(s.spool.ResultDir(lesson)); err != nil {
		s.log.Warn("the result could not be cleared away", "lesson", lesson, "error", err)
	}
	return nil
}

// tidy deletes captures whose recording has been in the store for long enough.
func (s *Server) tidy(ctx context.Context) error {
	tick := time.NewTicker(min(time.Hour, s.cfg.Keep/2+time.Millisecond))
	defer tick.Stop()
	for {
		s.tidyOnce()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Server) tidyOnce() {
	lessons, err := s.spool.Lessons()
	if err != nil {
		s.log.Error("the spool cannot be read", "error", err)
		return
	}
	for _, id := range lessons {
		var since time.Time
		if s.spool.Load(id, storedNote, &since) != nil || time.Since(since) < s.cfg.Keep {
			continue
		}
		if err := s.spool.Remove(id); err != nil {
			s.log.Error("old captures cannot be removed", "lesson", id, "error", err)
		} else {
			s.log.Info("old captures are removed", "lesson", id)
		}
	}
}

// lessonLog reads all of a lesson's events.
func (s *Server) lessonLog(ctx context.Context, lesson string) ([]signal.Event, error) {
	subject := bus.LogSubject(lesson)
	stream, err := s.deps.Bus.JS.Stream(ctx, bus.LessonLogStream)
	if err != nil {
		return nil, fmt.Errorf("read the lesson log: %w", err)
	}
	last, err := stream.GetLastMsgForSubject(ctx, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the lesson log: %w", err)
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{FilterSubjects: []string{subject}})
	if err != nil {
		return nil, fmt.Errorf("read the lesson log: %w", err)
	}
	var events []signal.Event
	for at := uint64(0); at < last.Sequence; {
		m, err := consumer.Next(jetstream.FetchMaxWait(5 * time.Second))
		if err != nil {
			return nil, fmt.Errorf("read the lesson log: %w", err)
		}
		meta, err := m.Metadata()
		if err != nil {
			return nil, fmt.Errorf("read the lesson log: %w", err)
		}
		at = meta.Sequence.Stream
		var e signal.Event
		if err := json.Unmarshal(m.Data(), &e); err != nil {
			s.log.Error("an event of the lesson log is not readable", "lesson", lesson, "error", err)
			continue
		}
		events = append(events, e)
	}
	return events, nil
}
