// Package scheduler owns the facts of Tongtang: people, schools, bells, pairings, courses, dated lessons, devices and the catalogue of
// recordings. It serves the HTTP API under /api, decides who may enter which lesson, and runs the lesson clock.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/scheduler/db"
)

// Config is what the scheduler must be told.
type Config struct {
	PublicURL string            // such as https://tongtang.example: where people reach the server; cookies are Secure if it is https
	Name      string            // of this server, shown on the devices; default 同堂
	Zone      string            // IANA zone of the district: what "today" is; default Asia/Shanghai
	ICE       iceservers.Config // told to everyone who joins
	Now       func() time.Time  // nil: the real clock

	Recordings  int // that the server makes at once; lessons are planned within it; 0: as many as there are
	QualityDays int // how long the quality record is kept; default 400
	Piece       int // of about how many lessons one transaction changes the times when bells or days change; default 2000
}

// Deps are what the scheduler works with. The caller closes them after Run has returned.
type Deps struct {
	DB         *db.DB
	Bus        *bus.Bus // prepared
	Signer     *grant.Signer
	Log        *slog.Logger
	Registerer prometheus.Registerer // nil: no figures
}

// Server is the scheduler's role.
type Server struct {
	cfg      Config
	db       *db.DB
	bus      *bus.Bus
	signer   *grant.Signer
	log      *slog.Logger
	zone     *time.Location
	secure   bool
	sessions *scs.SessionManager
	limits   limits
	figures  figures

	airing sync.Mutex // orders the writes of each lesson into the bucket
	terms  *termDesk
}

// New checks the configuration; it starts nothing.
func New(cfg Config, deps Deps) (*Server, error) {
	if deps.DB == nil || deps.Bus == nil || deps.Signer == nil {
		return nil, errors.New("the scheduler needs a database, a bus and a signer")
	}
	public, err := url.Parse(cfg.PublicURL)
	if err != nil || public.Host == "" {
		return nil, fmt.Errorf("the public address %q is not one such as https://tongtang.example", cfg.PublicURL)
	}
	cfg.PublicURL = strings.TrimSuffix(cfg.PublicURL, "/")
	if cfg.Zone == "" {
		cfg.Zone = "Asia/Shanghai"
	}
	if cfg.Name == "" {
		cfg.Name = "同堂"
	}
	if cfg.QualityDays <= 0 {
		cfg.QualityDays = 400
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if err := cfg.ICE.Check(); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(cfg.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone of the district: %w", err)
	}
	if deps.Log == nil {
		deps.Log = slog.Default()
	}
	s := &Server{cfg: cfg, db: deps.DB, bus: deps.Bus, signer: deps.Signer, log: deps.Log, zone: zone, secure: public.Scheme == "https",
		limits: newLimits(), figures: newFigures(deps.Registerer), terms: newTermDesk()}
	s.sessions = newSessions(deps.DB)
	return s, nil
}

// now is the present, in UTC.
func (s *Server) now() time.Time { return s.cfg.Now().UTC() }

// Routes adds /api/* and /ical/* to the router.
func (s *Server) Routes(r gin.IRouter) {
	g := r.Group("")
	// The size of bodies is bounded by each operation. It must not be bounded here by another reader around the body: huma closes a body
	// that is too large early, and net/http sees that only on its own reader; otherwise the rest would be taken for the next request.
	g.Use(refuseForeignForms)
	api := s.newAPI(g)
	doc, err := document(api)
	if err != nil {
		panic(fmt.Sprintf("scheduler: OpenAPI document: %v", err)) // of our own types: found by the first test
	}
	g.GET("/api/openapi.json", func(c *gin.Context) { c.Data(200, "application/json", doc) })
	g.GET("/ical/:file", s.feed)
}

// Ready tells whether the scheduler can do its work.
func (s *Server) Ready(ctx context.Context) error {
	return errors.Join(s.db.Ready(ctx), s.bus.Ready(ctx))
}
