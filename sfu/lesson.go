package sfu

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/lessonlog"
	"github.com/tongtang/tongtang/sfu/signal"
)

// allocateEvery is how often layers are chosen anew without any other cause.
const allocateEvery = 500 * time.Millisecond

// lesson is one lesson on air.
type lesson struct {
	id     string
	server *Server
	log    *lessonlog.Log
	slog   *slog.Logger

	life   context.Context // ends with the lesson
	cancel context.CancelFunc
	poked  chan struct{} // something changed that the panes depend on

	refreshing sync.Mutex // one refresh at a time
	record     *record

	mu         sync.Mutex
	info       link.Lesson
	over       bool
	arrivals   int                   // counts sources that came
	publishers map[string]*publisher // on air, by source
	barred     map[bearer]bar        // who may not publish yet
	sessions   map[string]session    // WHIP and WHEP, by id; also those that are still connecting
	presences  map[string]*presence  // by participant
	sockets    map[*socket]struct{}
	short      []signal.School // whose contract is too small now, as it was told
	speaking   []string        // sources that speak now and are heard
	wg         sync.WaitGroup  // sessions, sockets, timers
}

// newLesson reads the lesson's log and notes that it has started.
func newLesson(ctx context.Context, s *Server, info link.Lesson) (*lesson, error) {
	log, err := lessonlog.Open(ctx, s.deps.Bus, info.ID)
	if err != nil {
		return nil, err
	}
	l := &lesson{
		id: info.ID, server: s, log: log, slog: s.deps.Log.With("lesson", info.ID), info: info, poked: make(chan struct{}, 1),
		publishers: map[string]*publisher{}, barred: map[bearer]bar{}, sessions: map[string]session{}, presences: map[string]*presence{}, sockets: map[*socket]struct{}{},
	}
	if _, _, err := log.Append(ctx, func(st *signal.State) ([]signal.Event, error) {
		if st.Live || st.Ended {
			return nil, nil
		}
		return []signal.Event{signal.New(signal.LessonStarted, "", nil)}, nil
	}); err != nil {
		return nil, err
	}
	l.life, l.cancel = context.WithCancel(ctx)
	l.record = newRecord(l)
	l.expectReturn(log.State())
	return l, nil
}

func (l *lesson) setInfo(info link.Lesson) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.info = info
}

// run keeps the lesson until it ends or the server does, then closes its sessions and sockets and waits for them.
func (l *lesson) run(ctx context.Context) {
	tick := time.NewTicker(allocateEvery)
	defer tick.Stop()
	l.spawn(l.record.keep)
	for {
		select {
		case <-l.life.Done():
			l.closeAll()
			l.record.write() // the last rows of everybody
			return
		case <-ctx.Done():
			l.cancel()
		case <-tick.C:
			l.measure()
			l.listen(time.Now())
			l.limit(time.Now())
			l.refresh()
		case <-l.poked:
			l.refresh()
		}
	}
}

// poke has the panes chosen anew soon.
func (l *lesson) poke() {
	select {
	case l.poked <- struct{}{}:
	default:
	}
}

func (l *lesson) measure() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.publishers {
		for _, layer := range p.source.Layers() {
			layer.Tick(allocateEvery)
		}
	}
	for _, s := range l.sessions {
		if v, ok := s.(*viewer); ok && v.live {
			v.measure()
		}
	}
}

func (l *lesson) closeAll() {
	l.mu.Lock()
	l.over = true
	sessions := make([]session, 0, len(l.sessions))
	for _, s := range l.sessions {
		sessions = append(sessions, s)
	}
	l.mu.Unlock()
	for _, s := range sessions {
		s.close()
	}
	l.wg.Wait()
}

// spawn runs f as part of the lesson; false when the lesson is over.
func (l *lesson) spawn(f func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false
	}
	l.wg.Go(f)
	return true
}

// closed is why nobody is admitted any more: the lesson has ended, or only this server.
func (l *lesson) closed() error {
	if l.log.State().Ended {
		return endedLesson()
	}
	return errNotReady()
}

// end writes the end into the log and takes the lesson off air.
func (l *lesson) end(ctx context.Context) error {
	if _, _, err := l.log.Append(ctx, endOf); err != nil {
		return err
	}
	l.slog.Info("lesson is off air")
	// Sockets send what is queued, the end included, before they close.
	l.cancel()
	return nil
}

func endOf(st *signal.State) ([]signal.Event, error) {
	if st.Ended {
		return nil, nil
	}
	return []signal.Event{signal.New(signal.LessonEnded, "", nil)}, nil
}

func completeLog(ctx context.Context, b *bus.Bus, id string) error {
	log, err := lessonlog.Open(ctx, b, id)
	if err != nil {
		return err
	}
	_, _, err = log.Append(ctx, endOf)
	return err
}

// note writes an event of the server's; a failure is logged, and the state on the page stays as the log has it.
func (l *lesson) note(decide func(*signal.State) ([]signal.Event, error)) {
	if _, _, err := l.log.Append(l.life, decide); err != nil {
		l.slog.Error("an event was not written", "error", err)
	}
	l.poke()
}

// onAir are the sources on air in the order in which they came, with their publishers. Call it with the lock held.
func (l *lesson) onAir() []*publisher {
	up := make([]*publisher, 0, len(l.publishers))
	for _, p := range l.publishers {
		up = append(up, p)
	}
	slices.SortFunc(up, func(a, b *publisher) int { return a.arrival - b.arrival })
	return up
}
