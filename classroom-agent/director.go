package agent

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
)

const (
	pollEvery = 10 * time.Second // of the timetable
	pollOnce  = 8 * time.Second  // for one answer
	clockSure = 100 * time.Millisecond
)

// director decides which lesson is on air here. One goroutine (run) does everything; start and stop ask it.
type director struct {
	memory    *memory
	feeds     []*feed
	autoStart bool
	log       *slog.Logger
	asked     chan request
	renewed   chan struct{} // the identity changed: poll now

	mu     sync.Mutex
	server *link.Client // nil: not enrolled
	status serverStatus
	air    *air
}

// serverStatus is how the last poll went.
type serverStatus struct {
	polled    bool
	reachable bool
	problem   string
	offset    time.Duration // server's clock minus ours
	shift     time.Duration // server's clock minus rtsp.Now; 0 when they agree as well as can be measured
	roundTrip time.Duration
}

func newDirector(m *memory, feeds []*feed, autoStart bool, log *slog.Logger) *director {
	return &director{memory: m, feeds: feeds, autoStart: autoStart, log: log, asked: make(chan request), renewed: make(chan struct{}, 1)}
}

// use sets who we are to the server.
func (d *director) use(dev *device) {
	d.mu.Lock()
	d.server = &link.Client{Server: dev.Server, Key: dev.Key}
	d.mu.Unlock()
	select {
	case d.renewed <- struct{}{}:
	default:
	}
}

func (d *director) client() *link.Client {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.server
}

func (d *director) current() *air {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.air
}

func (d *director) setAir(a *air) {
	d.mu.Lock()
	d.air = a
	d.mu.Unlock()
	id := ""
	if a != nil {
		id = a.lesson.ID
	}
	d.remember(func(k *kept) { k.OnAir = id })
}

func (d *director) remember(edit func(*kept)) {
	if err := d.memory.change(edit); err != nil {
		d.log.Error("the data folder cannot be written", "error", err)
	}
}

// run keeps the timetable, starts what is due, and answers start and stop, until ctx ends.
func (d *director) run(ctx context.Context) error {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	due := time.NewTicker(time.Second)
	defer due.Stop()
	d.poll(ctx)
	for {
		d.consider(ctx)
		var over <-chan struct{}
		if a := d.current(); a != nil {
			over = a.done
		}
		select {
		case <-ctx.Done():
			d.offAir()
			return nil
		case <-over:
			d.finished(d.current())
		case <-poll.C:
			d.poll(ctx)
		case <-d.renewed:
			d.poll(ctx)
		case <-due.C:
		case r := <-d.asked:
			r.answer <- d.serve(ctx, r)
		}
	}
}

// consider starts the lesson whose time has come, and takes one off air that is over by the timetable.
func (d *director) consider(ctx context.Context) {
	k := d.memory.read()
	if a := d.current(); a != nil {
		if l := k.lesson(a.lesson.ID); l != nil && l.State != link.Live && l.State != link.Planned {
			a.stop()
			d.finished(a)
		}
		return
	}
	d.mu.Lock()
	now, reachable := time.Now().Add(d.status.offset), d.status.reachable && d.status.problem == ""
	d.mu.Unlock()
	if !reachable {
		return
	}
	for _, l := range k.Lessons {
		if !lecturerRoom(l, k.Room.ID) || k.stopped(l.ID) {
			continue
		}
		resume := l.State == link.Live && (d.autoStart || k.OnAir == l.ID)
		due := d.autoStart && l.State == link.Planned && !now.Before(l.Start) && now.Before(l.End)
		if !resume && !due {
			continue
		}
		if err := d.begin(ctx, l.ID); err != nil {
			d.log.Warn("the lesson could not be started; it is tried again", "lesson", l.ID, "code", problemCode(err), "error", err)
			d.poll(ctx)
			d.pause(ctx)
		}
		return
	}
}

// pause keeps a refused start from being repeated at once.
func (d *director) pause(ctx context.Context) { sleep(ctx, 2*time.Second) }

// lecturerRoom tells whether the lesson is taught from this room: the lecturer's room stands first.
func lecturerRoom(l link.DatedLesson, room string) bool {
	return len(l.Rooms) > 0 && l.Rooms[0].ID == room
}

// begin starts the lesson on the server, or joins it when it is live, and goes on air.
func (d *director) begin(ctx context.Context, lesson string) error {
	c := d.client()
	if c == nil {
		return httpd.Fail(409, "not-enrolled", "this computer must be enrolled first")
	}
	call, cancel := context.WithTimeout(ctx, pollOnce)
	defer cancel()
	join, err := c.Start(call, lesson)
	if err != nil {
		return err
	}
	fresh := func(ctx context.Context) (*link.Join, error) {
		ctx, cancel := context.WithTimeout(ctx, pollOnce)
		defer cancel()
		return c.Grant(ctx, lesson)
	}
	d.log.Info("this room is on air", "lesson", lesson)
	d.setAir(onAir(ctx, join, c.Server, d.feeds, fresh, d.shift, d.log))
	d.remember(func(k *kept) { k.put(join.Lesson) })
	return nil
}

// finished notes that the lesson on air is over.
func (d *director) finished(a *air) {
	d.log.Info("the lesson is over", "lesson", a.lesson.ID)
	if a.ended {
		d.remember(func(k *kept) { // the timetable at hand may be older than the news
			if l := k.lesson(a.lesson.ID); l != nil && l.State == link.Live {
				l.State = link.Ended
			}
		})
	}
	d.setAir(nil)
}

// offAir ends everything at shutdown; the lesson goes on, and on air again here after a restart.
func (d *director) offAir() {
	if a := d.current(); a != nil {
		a.stop()
		d.mu.Lock()
		d.air = nil
		d.mu.Unlock()
	}
}
