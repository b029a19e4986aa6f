// Package agent is the program on the classroom's PC: it reads the room's cameras, puts the lesson on air when its time has come or the teacher says
// so, brings itself back whatever breaks, and shows the teacher on a local page how everything is. It always calls out; nothing in the school needs
// an open port.
package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/errgroup"

	"github.com/tongtang/tongtang/internal/httpd"
)

// Deps is what the agent is given.
type Deps struct {
	Log   *slog.Logger // nil: slog.Default()
	Pages http.Handler // the local page, behind everything else; nil serves the API only
}

// Agent is one classroom's agent.
type Agent struct {
	cfg      Config
	pages    http.Handler
	log      *slog.Logger
	listener net.Listener
	memory   *memory
	feeds    []*feed
	director *director
	previews previews
	checks   checker

	mu     sync.Mutex
	device *device // nil: not enrolled
}

// New reads the data folder and takes the local page's address; nothing runs before Run.
func New(cfg Config, deps Deps) (*Agent, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if deps.Log == nil {
		deps.Log = slog.Default()
	}
	dev, err := loadDevice(cfg.Data)
	if err != nil && !errors.Is(err, ErrNotEnrolled) {
		return nil, err
	}
	if dev != nil && cfg.Server != "" && cfg.Server != dev.Server {
		deps.Log.Warn("this computer was enrolled under another address; the configured one is used", "was", dev.Server, "server", cfg.Server)
		dev.Server = cfg.Server
	}
	m, err := loadMemory(cfg.Data)
	if err != nil {
		deps.Log.Warn("what the agent remembered cannot be read; it starts afresh", "error", err)
		m = &memory{dir: cfg.Data}
	}
	a := &Agent{cfg: cfg, pages: deps.Pages, log: deps.Log, memory: m, device: dev}
	for _, c := range cfg.Cameras {
		a.feeds = append(a.feeds, newFeed(c, deps.Log))
	}
	a.director = newDirector(m, a.feeds, cfg.AutoStart, deps.Log)
	if dev != nil {
		a.director.use(dev)
	}
	if a.listener, err = net.Listen("tcp", cfg.Listen); err != nil {
		return nil, fmt.Errorf("the local page's address is taken, or not this computer's: %w", err)
	}
	return a, nil
}

// URL is the address of the local page.
func (a *Agent) URL() string { return "http://" + a.listener.Addr().String() + "/" }

// Run does everything until ctx ends.
func (a *Agent) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, f := range a.feeds {
		g.Go(func() error { return f.run(ctx) })
	}
	g.Go(func() error { return a.director.run(ctx) })
	g.Go(func() error { return a.check(ctx) })
	g.Go(func() error { return a.report(ctx) })
	g.Go(func() error {
		defer a.previews.close()
		e := httpd.NewEngine()
		a.Routes(e)
		return httpd.Serve(ctx, a.listener, e)
	})
	return g.Wait()
}

// Routes adds the local page and its API.
func (a *Agent) Routes(r gin.IRouter) {
	l := local{a}
	api := r.Group("/local", l.guard, httpd.MaxBody(64<<10))
	api.GET("/state", l.state)
	api.GET("/events", l.events)
	api.POST("/lessons/:id/start", l.start)
	api.POST("/lessons/:id/stop", l.stop)
	api.POST("/preview", l.preview)
	api.POST("/enrol", l.enrol)
	if e, ok := r.(*gin.Engine); ok && a.pages != nil {
		e.NoRoute(l.guard, l.page)
	}
}

// enrol makes this computer another device, or one at all, while the agent runs.
func (a *Agent) enrol(ctx context.Context, server, code string) error {
	if err := Enrol(ctx, a.cfg.Data, server, code); err != nil {
		return err
	}
	dev, err := loadDevice(a.cfg.Data)
	if err != nil {
		return err
	}
	a.mu.Lock()
	a.device = dev
	a.mu.Unlock()
	a.director.use(dev)
	return nil
}

func (a *Agent) identity() *device {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.device
}

// State is everything the local page shows.
func (a *Agent) State() State {
	now := time.Now()
	d := a.director
	d.mu.Lock()
	status, air := d.status, d.air
	d.mu.Unlock()
	k := a.memory.read()
	s := State{Version: a.cfg.Version, AutoStart: a.cfg.AutoStart, Cameras: []Camera{}, Lessons: []Lesson{}, Checks: a.checks.read(),
		Microphone: Microphone{DB: -96}, Server: ServerState{URL: a.cfg.Server, Reachable: status.reachable, Problem: status.problem,
			ClockOffsetMs: status.offset.Milliseconds()}}
	if dev := a.identity(); dev != nil {
		s.Enrolled, s.Server.URL = true, dev.Server
		room := pageRoom(dev.Room)
		if k.Room.ID != "" {
			room = pageRoom(k.Room)
		}
		s.Room = &room
	}
	for _, f := range a.feeds {
		s.Cameras = append(s.Cameras, f.state())
		if f.cfg.Microphone {
			s.Microphone = f.mic.state(now)
		}
	}
	if air != nil {
		s.OnAir = air.state()
	}
	s.Lessons = pageLessons(&k, air, now, now.Add(status.offset))
	return s
}
