package sfu

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/egress"
	"github.com/tongtang/tongtang/sfu/icetcp"
	"github.com/tongtang/tongtang/sfu/rtc"
	"github.com/tongtang/tongtang/sfu/turn"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// Server is one SFU node.
type Server struct {
	cfg     Config
	deps    Deps
	metrics *metrics
	fanout  *egress.Fanout
	schools *schools
	engine  *rtc.Engine
	places  *places

	// running is closed when Run serves; life ends with Run.
	running chan struct{}
	life    context.Context

	mu      sync.Mutex
	lessons map[string]*lesson
	opening map[string]*opening
	wg      sync.WaitGroup // lessons
}

// New checks the configuration. It starts nothing.
func New(cfg Config, deps Deps) (*Server, error) {
	if err := errors.Join(cfg.check(), deps.check()); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	m, err := newMetrics(deps.Metrics)
	if err != nil {
		return nil, fmt.Errorf("metrics of the SFU: %w", err)
	}
	contracts := newSchools(cfg)
	if err := deps.Metrics.Register(contracts); err != nil {
		return nil, fmt.Errorf("metrics of the schools: %w", err)
	}
	return &Server{cfg: cfg, deps: deps, metrics: m, schools: contracts, fanout: egress.New(cfg.Workers, m.packets, m.bytes),
		places:  newPlaces(cfg.Limits, func(code string) { m.refused.WithLabelValues(code).Inc() }),
		running: make(chan struct{}), lessons: map[string]*lesson{}, opening: map[string]*opening{}}, nil
}

// Run serves until ctx ends. It opens the media port, takes up the lessons that are on air, and at its end closes every session.
func (s *Server) Run(ctx context.Context) error {
	if err := s.deps.Bus.Prepare(ctx); err != nil {
		return err
	}
	engine, err := rtc.New(s.cfg.UDP, s.cfg.PublicIPs)
	if err != nil {
		return err
	}
	tcp, err := s.openTCP(engine)
	if err != nil {
		return errors.Join(err, engine.Close())
	}
	if !s.cfg.ThroughPion {
		socket, err := udpbatch.New(engine.Conn(), udpbatch.Grouped, s.deps.Log)
		if err != nil {
			return errors.Join(err, engine.Close())
		}
		s.fanout.Over(socket, s.metrics.dropped, engine.Awake, engine.More)
		engine.Attend(s.fanout)
	}
	relay, err := s.openTURN(engine)
	if err != nil {
		return errors.Join(err, engine.Close())
	}
	// The fan-out outlives the sessions, which hand their viewers back to it.
	forward, stop := context.WithCancel(context.WithoutCancel(ctx))
	var fanout sync.WaitGroup
	fanout.Go(func() { s.fanout.Run(forward) })
	if relay != nil {
		fanout.Go(func() {
			if err := relay.Run(forward); err != nil {
				s.deps.Log.Error("the TURN relay failed", "error", err)
			}
		})
	}
	s.engine, s.life = engine, ctx
	close(s.running)
	s.deps.Log.Info("live media is open", "udp", engine.Port(), "tcp", tcp)

	err = s.watchLessons(ctx)
	s.wg.Wait()
	stop()
	fanout.Wait()
	return errors.Join(err, engine.Close())
}

// openTCP opens the TCP port beside the UDP port, and returns its number; 0 is none.
func (s *Server) openTCP(engine *rtc.Engine) (int, error) {
	l := s.deps.TCP
	switch {
	case l != nil:
	case s.cfg.TCP == "off":
		return 0, nil
	case s.cfg.TCP != "":
		var err error
		if l, err = net.Listen("tcp", s.cfg.TCP); err != nil {
			return 0, fmt.Errorf("open the TCP port of the media: %w", err)
		}
	default:
		var err error
		if l, err = net.Listen("tcp", engine.Conn().LocalAddr().String()); err != nil {
			s.deps.Log.Warn("live media have no TCP port: who cannot use UDP gets no picture; name a free one", "error", err)
			return 0, nil
		}
	}
	engine.OverTCP(icetcp.Bound(l, icetcp.MaxConns, icetcp.MaxConnsOfOne, s.metrics.refused.WithLabelValues("tcp-connections").Inc))
	return l.Addr().(*net.TCPAddr).Port, nil
}

// openTURN opens the relay, if there is to be one.
func (s *Server) openTURN(engine *rtc.Engine) (*turn.Server, error) {
	if s.cfg.TURN.Listen == "" {
		return nil, nil
	}
	media := turn.Media{Named4: engine.Named(false), Named6: engine.Named(true), Local4: engine.Local(false), Local6: engine.Local(true)}
	relay, err := turn.Open(s.cfg.TURN, media, turn.Figures{Relays: func(now int) { s.metrics.relays.Set(float64(now)) },
		Refused: s.metrics.refused.WithLabelValues("turn-relays").Inc, RefusedTCP: s.metrics.refused.WithLabelValues("turn-tcp-connections").Inc,
		Dropped: s.metrics.relayDropped.Inc})
	if err == nil {
		s.deps.Log.Info("the TURN relay is open", "address", relay.Addr(), "tls", relay.TLSAddr())
	}
	return relay, err
}

// Ready tells whether the SFU can serve.
func (s *Server) Ready(context.Context) error { return s.up() }

func (s *Server) up() error {
	select {
	case <-s.running:
		return s.life.Err()
	default:
		return errors.New("the SFU is starting")
	}
}

// MediaPort is the UDP port in use, 0 before Run serves.
func (s *Server) MediaPort() int {
	if s.up() != nil {
		return 0
	}
	return s.engine.Port()
}

func (s *Server) ready() error {
	if s.up() != nil {
		return errNotReady()
	}
	return nil
}

func errNotReady() error {
	return httpd.Fail(http.StatusServiceUnavailable, "not-ready", "the server is starting or ending; try again in a moment")
}
