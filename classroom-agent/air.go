package agent

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

// air is one lesson that this computer publishes, from Start until Stop or the lesson's end.
type air struct {
	lesson     link.DatedLesson
	since      time.Time
	server     string
	grant      func(context.Context) (*link.Join, error)
	publishers []*publisher
	log        *slog.Logger

	cancel context.CancelFunc
	done   chan struct{}
	ended  bool // the lesson is over on the server; valid once done is closed

	mu      sync.Mutex
	viewers *int
}

// onAir begins to publish; the grant at hand serves the first connection of each camera.
func onAir(ctx context.Context, first *link.Join, server string, feeds []*feed, fresh func(context.Context) (*link.Join, error), shift func() time.Duration, log *slog.Logger) *air {
	ctx, cancel := context.WithCancel(ctx)
	a := &air{lesson: first.Lesson, since: time.Now(), server: server, grant: grants(first, fresh), log: log.With("lesson", first.Lesson.ID),
		cancel: cancel, done: make(chan struct{})}
	if first.Lesson.StartedAt != nil {
		a.since = *first.Lesson.StartedAt
	}
	var voice *feed
	for _, f := range feeds {
		if f.cfg.Microphone {
			voice = f
		}
	}
	for i, f := range feeds {
		p := &publisher{feed: f, server: server, grant: a.grant, shift: shift, log: a.log, state: OnAirConnecting}
		if i == 0 {
			p.voice = voice // the classroom's voice belongs to the lecturer's picture, whichever camera hears it
		}
		a.publishers = append(a.publishers, p)
	}
	go a.run(ctx)
	return a
}

// grants hands out the first grant while it is fresh, then new ones.
func grants(first *link.Join, fresh func(context.Context) (*link.Join, error)) func(context.Context) (*link.Join, error) {
	until := time.Now().Add(10 * time.Second)
	return func(ctx context.Context) (*link.Join, error) {
		if time.Now().Before(until) {
			return first, nil
		}
		return fresh(ctx)
	}
}

func (a *air) run(ctx context.Context) {
	defer close(a.done)
	g, ctx := errgroup.WithContext(ctx)
	for _, p := range a.publishers {
		g.Go(func() error { return p.run(ctx) })
	}
	g.Go(func() error { return a.listen(ctx) })
	a.ended = errors.Is(g.Wait(), errOver)
}

// stop goes off air and waits for it.
func (a *air) stop() {
	a.cancel()
	<-a.done
}

// listen takes part in the lesson as its lecturer's room: it learns at once that the lesson has ended, and who is there.
func (a *air) listen(ctx context.Context) error {
	for {
		err := a.attend(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, errOver) || over[problemCode(err)] {
			return errOver
		}
		a.setViewers(nil)
		if !sleep(ctx, publishMost/2) {
			return nil
		}
	}
}

func (a *air) attend(ctx context.Context) error {
	join, err := a.grant(ctx)
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	once := sync.OnceFunc(func() { close(ended) })
	e, err := client.Lesson{Server: a.server, ID: join.Lesson.ID, Grant: join.Grant, Log: a.log}.Events(ctx, func(d signal.Down) {
		if d.Event != nil && d.Event.Type == signal.LessonEnded || d.State != nil && d.State.Ended {
			once()
		}
	})
	if err != nil {
		return err
	}
	defer e.Close()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		others := 0
		for id := range e.State().Participants {
			if id != join.Me.ID {
				others++
			}
		}
		a.setViewers(&others)
		select {
		case <-ctx.Done():
			return nil
		case <-ended:
			return errOver
		case <-e.Done():
			if err := e.Err(); err != nil {
				return err
			}
			return httpd.Fail(502, "server-away", "the connection to the lesson was lost")
		case <-tick.C:
		}
	}
}

func (a *air) setViewers(n *int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.viewers = n
}

// state is what the local page shows: live once every camera that works is.
func (a *air) state() *OnAir {
	a.mu.Lock()
	viewers := a.viewers
	a.mu.Unlock()
	o := &OnAir{Lesson: a.lesson.ID, Title: a.lesson.Title, Since: a.since, State: OnAirLive, Viewers: viewers, Sources: []OnSource{}}
	for _, p := range a.publishers {
		s := p.source()
		o.Sources = append(o.Sources, s)
		if s.State == OnAirLive || !p.feed.ready() && len(a.publishers) > 1 {
			continue
		}
		if o.State == OnAirLive || s.State == OnAirLost {
			o.State, o.Problem = s.State, s.Problem
		}
	}
	return o
}
