// Package capture writes what every source of a lesson sends into the spool, untouched: it follows the lesson log, watches each source that is
// up through the SFU like any viewer, gives every picture and voice packet its wall clock, and comes back by itself after whatever breaks.
package capture

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/recorder/spool"
	"github.com/tongtang/tongtang/sfu/signal"
)

// Deps are what capturing needs.
type Deps struct {
	JS     jetstream.JetStream
	Spool  *spool.Spool
	Server string                                                   // address of the SFU
	HTTP   *http.Client                                             // nil: the client's own
	Grant  func(ctx context.Context, lesson string) (string, error) // a grant of role recorder
	Stats  *Stats
	Log    *slog.Logger
}

// Lesson captures one lesson.
type Lesson struct {
	id      string
	deps    Deps
	log     *slog.Logger
	trouble troubles
	up      map[string]*capturing // by source
}

// capturing is a source's goroutine.
type capturing struct {
	cancel context.CancelFunc
	done   chan struct{}
	has    [2]bool       // video, audio
	again  chan struct{} // the source has come anew: connect now, if there is no connection
}

// New prepares the capture of a lesson. told hears of trouble when it changes, from any goroutine.
func New(id string, deps Deps, told func(Trouble)) *Lesson {
	return &Lesson{id: id, deps: deps, log: deps.Log.With("lesson", id), trouble: troubles{told: told}, up: map[string]*capturing{}}
}

// Run captures until ctx ends or the log says that the lesson has ended. Everything that was captured is closed on the disk then.
func (l *Lesson) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer l.stopAll()
	defer cancel()
	for wait := time.Second; ; {
		err := l.follow(ctx)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		l.log.Warn("the lesson log cannot be read; trying again", "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
		wait = min(2*wait, 10*time.Second)
	}
}

// follow reads the log from its beginning; nil when the lesson has ended.
func (l *Lesson) follow(ctx context.Context) error {
	consumer, err := l.deps.JS.OrderedConsumer(ctx, bus.LessonLogStream, jetstream.OrderedConsumerConfig{FilterSubjects: []string{bus.LogSubject(l.id)}})
	if err != nil {
		return fmt.Errorf("follow the lesson log: %w", err)
	}
	messages, err := consumer.Messages()
	if err != nil {
		return fmt.Errorf("follow the lesson log: %w", err)
	}
	stopped := context.AfterFunc(ctx, messages.Stop)
	defer func() {
		stopped()
		messages.Stop()
	}()
	state := signal.NewState()
	for {
		m, err := messages.Next()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}
		if ended, err := l.event(ctx, state, m); ended || err != nil {
			return err
		}
	}
}

func (l *Lesson) event(ctx context.Context, state *signal.State, m jetstream.Msg) (ended bool, err error) {
	var e signal.Event
	if err := json.Unmarshal(m.Data(), &e); err != nil {
		l.log.Error("an event of the lesson log is not readable", "error", err)
		return false, nil
	}
	if err := state.Apply(e); err != nil {
		l.log.Error("an event of the lesson log has no effect", "error", err)
		return false, nil
	}
	meta, err := m.Metadata()
	if err != nil {
		return false, err
	}
	if meta.NumPending == 0 { // what lies behind the present is history: only the sum of it counts
		l.match(ctx, state.Sources)
		l.hurry(e)
	}
	return state.Ended, nil
}

// hurry ends the wait for the next try to connect when the source has just come.
func (l *Lesson) hurry(e signal.Event) {
	var src signal.Source
	if e.Type != signal.SourceUp || json.Unmarshal(e.Data, &src) != nil || l.up[src.ID] == nil {
		return
	}
	select {
	case l.up[src.ID].again <- struct{}{}:
	default: // it is connected, or told already
	}
}

// match starts and stops captures so that they are those of the sources that are up.
func (l *Lesson) match(ctx context.Context, sources map[string]signal.Source) {
	for id, c := range l.up {
		src, up := sources[id]
		src = l.withoutForeign(src)
		if up && c.has == [2]bool{src.Video, src.Audio} {
			continue
		}
		c.cancel()
		<-c.done
		delete(l.up, id)
	}
	for id, src := range sources {
		src = l.withoutForeign(src)
		if l.up[id] == nil && (src.Video || src.Audio) {
			l.start(ctx, src)
		}
	}
}

func (l *Lesson) start(ctx context.Context, src signal.Source) {
	ctx, cancel := context.WithCancel(ctx)
	c := &capturing{cancel: cancel, done: make(chan struct{}), has: [2]bool{src.Video, src.Audio}, again: make(chan struct{}, 1)}
	l.up[src.ID] = c
	l.deps.Stats.sources.Inc()
	go func() {
		defer close(c.done)
		defer l.deps.Stats.sources.Dec()
		s := l.open(ctx, src)
		if s == nil {
			return
		}
		s.log.Info("capturing")
		s.run(ctx, c.again)
	}()
}

// open opens the tracks of a source, as soon as the disk lets it.
func (l *Lesson) open(ctx context.Context, src signal.Source) *source {
	full := false
	defer func() {
		if full {
			l.trouble.disk(false)
		}
	}()
	for {
		s, err := l.newSource(src)
		if err == nil {
			return s
		}
		if !full {
			full = true
			l.trouble.disk(true)
			l.log.Error("a source cannot be captured yet", "source", src.ID, "error", err)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil
		}
	}
}

func (l *Lesson) stopAll() {
	for _, c := range l.up {
		c.cancel()
	}
	var wg sync.WaitGroup
	for _, c := range l.up {
		wg.Go(func() { <-c.done })
	}
	wg.Wait()
	clear(l.up)
}
