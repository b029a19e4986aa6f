// Package recorder turns lessons into course resources: it captures every live lesson that is to be recorded, composes the recording when the
// lesson has ended, stores it, tells the house about it in the bucket of recordings, and serves the stored media.
package recorder

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/store"
	"github.com/tongtang/tongtang/recorder/capture"
	"github.com/tongtang/tongtang/recorder/spool"
)

// Config of a recorder. Zero values mean the defaults.
type Config struct {
	Spool   string        // folder of the captures
	SFU     string        // address of the SFU, such as http://127.0.0.1:8080; without a path
	Keep    time.Duration // how long captures stay after the recording is stored; default 7 days
	Reserve int64         // bytes of the spool's disk that captures leave free; default 256 MB, negative none
	Preset  string        // of x264; default veryfast
	Retry   time.Duration // first wait when the store is away, doubled up to RetryMost; default 2 s
	Most    time.Duration // longest wait when the store is away; default 1 minute
}

func (c *Config) fill() {
	if c.Keep == 0 {
		c.Keep = 7 * 24 * time.Hour
	}
	if c.Reserve == 0 {
		c.Reserve = 256 << 20
	}
	if c.Retry == 0 {
		c.Retry = 2 * time.Second
	}
	if c.Most == 0 {
		c.Most = time.Minute
	}
}

// Deps are the recorder's needs.
type Deps struct {
	Bus        *bus.Bus
	Store      store.Store
	Verifier   *grant.Verifier
	Registerer prometheus.Registerer // nil: nothing is counted
	HTTP       *http.Client          // for the SFU; nil: the SFU client's own
	Log        *slog.Logger          // nil: slog.Default()
}

// Server is one recorder. Its spool belongs to it alone.
type Server struct {
	cfg   Config
	deps  Deps
	log   *slog.Logger
	spool *spool.Spool
	stats *stats
	board *board

	captures *captures
}

// New checks the configuration and opens the spool; it starts nothing.
func New(cfg Config, deps Deps) (*Server, error) {
	cfg.fill()
	if cfg.Spool == "" || cfg.SFU == "" {
		return nil, errors.New("recorder: the folder of the spool or the address of the SFU is missing")
	}
	if deps.Bus == nil || deps.Store == nil || deps.Verifier == nil {
		return nil, errors.New("recorder: bus, store or verifier is missing")
	}
	if deps.Log == nil {
		deps.Log = slog.Default()
	}
	sp, err := spool.Open(cfg.Spool, max(cfg.Reserve, 0))
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, deps: deps, log: deps.Log, spool: sp, stats: newStats(deps.Registerer), board: &board{}}
	s.captures = &captures{server: s, live: map[string]*live{}, stats: capture.NewStats(deps.Registerer)}
	return s, nil
}

// Run records until ctx ends. Captures are closed on the disk then, and go on when it is called again on the same spool.
func (s *Server) Run(ctx context.Context) error {
	if err := s.deps.Bus.Prepare(ctx); err != nil {
		return err
	}
	if err := s.board.open(ctx, s.deps.Bus); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.captures.run(ctx) })
	g.Go(func() error { return s.work(ctx) })
	g.Go(func() error { return s.tidy(ctx) })
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("recorder: %w", err)
	}
	return nil
}

// Ready tells whether lessons can be recorded now.
func (s *Server) Ready(ctx context.Context) error {
	if err := s.deps.Bus.Ready(ctx); err != nil {
		return fmt.Errorf("the bus does not answer: %w", err)
	}
	if _, err := s.spool.Lessons(); err != nil {
		return err
	}
	return nil
}

// stats are the recorder's own figures.
type stats struct {
	stored, failed, waiting prometheus.Counter
	composing               prometheus.Histogram
}

func newStats(reg prometheus.Registerer) *stats {
	s := &stats{
		stored:  prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_recorder_stored_total", Help: "Recordings stored."}),
		failed:  prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_recorder_failed_total", Help: "Recordings given up."}),
		waiting: prometheus.NewCounter(prometheus.CounterOpts{Name: "tongtang_recorder_store_away_total", Help: "Tries to store while the store was away."}),
		composing: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tongtang_recorder_compose_speed", Help: "Seconds of lesson composed in a second.",
			Buckets: []float64{0.25, 0.5, 1, 1.5, 2, 3, 5, 10}}),
	}
	if reg != nil {
		reg.MustRegister(s.stored, s.failed, s.waiting, s.composing)
	}
	return s
}
