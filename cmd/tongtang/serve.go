package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/store"
	"github.com/tongtang/tongtang/recorder"
	"github.com/tongtang/tongtang/scheduler"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/sfu"
	"github.com/tongtang/tongtang/sfu/icetcp"
	"github.com/tongtang/tongtang/web"
)

type serveCmd struct {
	dataDir
	reachFlags
	limitFlags     `prefix:"max-" embed:""`
	Listen         string   `env:"TONGTANG_LISTEN" placeholder:"HOST:PORT" help:"Address of the pages and the API. Default: port 8080 on every address; of the demo, whose passwords everybody knows, on this machine only."`
	Roles          []string `env:"TONGTANG_ROLES" enum:"sfu,recorder,scheduler" default:"sfu,recorder,scheduler" help:"What this process does."`
	MediaListen    string   `env:"TONGTANG_MEDIA_LISTEN" help:"UDP address of all live media; without it the port of --listen."`
	MediaTCP       string   `env:"TONGTANG_MEDIA_TCP" placeholder:"HOST:PORT|off" help:"TCP address of live media, for those whose UDP is blocked; without it the number of the UDP port, shared with the pages if it is theirs."`
	PublicIP       []string `env:"TONGTANG_PUBLIC_IP" help:"Addresses under which the outside reaches the media port, if they are not this machine's."`
	ThroughPion    bool     `env:"TONGTANG_THROUGH_PION" help:"Send live media through pion's writer instead of the fast path, which costs several times the CPU."`
	SchoolDown     int64    `env:"TONGTANG_SCHOOL_DOWN" default:"10000" help:"What all viewers of a school take together of live media, kbit/s, unless the school has a contract of its own; 0 without a limit."`
	SchoolUp       int64    `env:"TONGTANG_SCHOOL_UP" default:"4000" help:"The same for what its cameras send."`
	PublicURL      string   `env:"TONGTANG_PUBLIC_URL" help:"Address under which people reach the pages."`
	SFUURL         string   `env:"TONGTANG_SFU_URL" help:"Where the recorder finds the SFU; without it this process."`
	Store          string   `env:"TONGTANG_STORE" help:"Object store: file:///folder or s3://key:secret@host:port/bucket; without it a folder in the data folder."`
	Bus            string   `env:"TONGTANG_BUS" help:"nats://host:port of a NATS cluster; without it the embedded one."`
	BusListen      string   `env:"TONGTANG_BUS_LISTEN" help:"host:port on which the embedded bus serves other processes."`
	GrantPublicKey string   `env:"TONGTANG_GRANT_PUBLIC_KEY" type:"path" help:"Public key of the scheduler, for a process without that role."`
	Recordings     int      `env:"TONGTANG_RECORDINGS" help:"How many lessons are recorded at once at most; no more are planned. 0: as many as there are."`
	QualityDays    int      `env:"TONGTANG_QUALITY_DAYS" default:"400" help:"How many days the record of the lines' quality is kept."`
	Pprof          bool     `hidden:"" help:"Serve profiles under /debug/pprof/, to everybody, and give memory back at POST /debug/free."`
}

// service is the life that every role shares.
type service interface {
	Routes(gin.IRouter)
	Run(ctx context.Context) error
	Ready(ctx context.Context) error
}

// house is one process with its roles: made by open, which starts nothing that listens, and run by run.
type house struct {
	bus      *bus.Bus
	db       *db.DB // of the scheduler
	listener net.Listener
	shared   *icetcp.Split // of the listener's port, where the media use it too; else nil
	unlock   func()
	engine   *gin.Engine
	services map[string]service
}

// gcPercent lets the heap grow by half between two collections: forwarding allocates next to nothing, and a viewer's memory is to be small.
const gcPercent = 50

func (s *serveCmd) Run(ctx context.Context) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	h, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	slog.Info("serving", "address", h.url(), "roles", s.Roles, "data", s.Data)
	return h.run(ctx)
}

func (s *serveCmd) open(ctx context.Context) (_ *house, err error) {
	h := &house{services: map[string]service{}}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if s.Listen == "" {
		s.Listen = ":8080"
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if h.unlock, err = lock(filepath.Join(s.Data, "lock")); err != nil {
		return nil, err
	}
	if h.listener, err = net.Listen("tcp", s.Listen); err != nil {
		return nil, fmt.Errorf("take the address %s (is another Tongtang running? choose another with TONGTANG_LISTEN): %w", s.Listen, err)
	}
	if h.bus, err = bus.Open(bus.Config{URL: s.Bus, Dir: s.Data, Listen: s.BusListen}); err != nil {
		return nil, err
	}
	prepare, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := h.bus.Prepare(prepare); err != nil {
		return nil, err
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if err := s.addRoles(ctx, h, metrics); err != nil {
		return nil, err
	}

	h.engine = httpd.NewEngine()
	for _, service := range h.services {
		service.Routes(h.engine)
	}
	h.engine.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	h.engine.GET("/readyz", h.readyz)
	h.engine.GET("/metrics", gin.WrapH(promhttp.HandlerFor(metrics, promhttp.HandlerOpts{})))
	if s.Pprof {
		h.engine.GET("/debug/pprof/*name", gin.WrapH(profiles()))
		h.engine.POST("/debug/free", func(*gin.Context) { debug.FreeOSMemory() })
	}
	if slices.Contains(s.Roles, "scheduler") {
		h.engine.NoRoute(gin.WrapH(web.Handler(web.Server())))
	}
	return h, nil
}

// profiles are the runtime's, for `tongtang bench --profile`.
func profiles() http.Handler {
	all := http.NewServeMux()
	all.HandleFunc("/debug/pprof/", pprof.Index)
	all.HandleFunc("/debug/pprof/profile", pprof.Profile)
	all.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return all
}

func (s *serveCmd) addRoles(ctx context.Context, h *house, metrics prometheus.Registerer) error {
	verifier, err := s.verifier()
	if err != nil {
		return err
	}
	ice, relay, err := s.reach()
	if err != nil {
		return err
	}
	if slices.Contains(s.Roles, "scheduler") {
		signer, err := s.signer()
		if err != nil {
			return err
		}
		verifier = signer.Verifier()
		if h.db, err = db.Open(ctx, s.database()); err != nil {
			return err
		}
		server, err := scheduler.New(scheduler.Config{PublicURL: s.publicURL(h), ICE: ice, Recordings: s.Recordings, QualityDays: s.QualityDays}, scheduler.Deps{DB: h.db, Bus: h.bus, Signer: signer, Registerer: metrics})
		if err != nil {
			return err
		}
		h.services["scheduler"] = server
	}
	if slices.Contains(s.Roles, "sfu") {
		deps := sfu.Deps{Bus: h.bus, Verifier: verifier, Metrics: metrics, Log: slog.Default()}
		if s.MediaTCP == "" && s.mediaListen(h) == h.listener.Addr().String() {
			h.shared = icetcp.NewSplit(h.listener)
			deps.TCP = h.shared.Media()
		}
		server, err := sfu.New(sfu.Config{UDP: s.mediaListen(h), TCP: s.MediaTCP, PublicIPs: s.PublicIP, ThroughPion: s.ThroughPion, ICE: ice, TURN: relay,
			SchoolDown: contract(s.SchoolDown), SchoolUp: contract(s.SchoolUp), Limits: s.limits()}, deps)
		if err != nil {
			return err
		}
		h.services["sfu"] = server
	}
	if slices.Contains(s.Roles, "recorder") {
		objects, err := store.Open(ctx, s.store())
		if err != nil {
			return err
		}
		server, err := recorder.New(recorder.Config{Spool: filepath.Join(s.Data, "spool"), SFU: s.sfuURL(h)}, recorder.Deps{Bus: h.bus, Store: objects, Verifier: verifier, Registerer: metrics})
		if err != nil {
			return err
		}
		h.services["recorder"] = server
	}
	return nil
}

// contract is what the SFU takes for so many kbit/s: bit/s, and -1 for none.
func contract(kbits int64) int64 {
	if kbits == 0 {
		return -1
	}
	return kbits * 1000
}

// verifier is for a process without the scheduler; nil otherwise.
func (s *serveCmd) verifier() (*grant.Verifier, error) {
	switch {
	case slices.Contains(s.Roles, "scheduler"):
		return nil, nil
	case s.GrantPublicKey == "":
		return nil, errors.New("without the scheduler's role --grant-public-key is needed: copy grant.key.pub from the scheduler's data folder")
	}
	return grant.LoadVerifier(s.GrantPublicKey)
}

func (s *serveCmd) store() string {
	if s.Store != "" {
		return s.Store
	}
	return "file://" + filepath.Join(s.Data, "store")
}

// mediaListen is by default the UDP port of the same number.
func (s *serveCmd) mediaListen(h *house) string {
	if s.MediaListen != "" {
		return s.MediaListen
	}
	return h.listener.Addr().String()
}

func (s *serveCmd) publicURL(h *house) string {
	if s.PublicURL != "" {
		return s.PublicURL
	}
	return h.url()
}

func (s *serveCmd) sfuURL(h *house) string {
	if s.SFUURL != "" {
		return s.SFUURL
	}
	return h.url()
}

// url is where this process is reached on its own machine.
func (h *house) url() string {
	addr := h.listener.Addr().(*net.TCPAddr)
	host := "localhost"
	if !addr.IP.IsUnspecified() && !addr.IP.IsLoopback() {
		host = addr.IP.String()
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(addr.Port))
}

func (h *house) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for name, service := range h.services {
		g.Go(func() error {
			if err := ended(service.Run(ctx)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		})
	}
	pages := h.listener
	if h.shared != nil {
		pages = h.shared.Web()
		g.Go(func() error { return h.shared.Run(ctx) })
	}
	g.Go(func() error { return httpd.Serve(ctx, pages, h.engine) })
	return g.Wait()
}

func (h *house) readyz(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 5*time.Second)
	defer cancel()
	if err := h.ready(ctx); err != nil {
		httpd.Abort(c, httpd.Fail(http.StatusServiceUnavailable, "not-ready", "%v", err))
		return
	}
	c.String(http.StatusOK, "ready\n")
}

func (h *house) ready(ctx context.Context) error {
	if err := h.bus.Ready(ctx); err != nil {
		return fmt.Errorf("the bus: %w", err)
	}
	for name, service := range h.services {
		if err := service.Ready(ctx); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (h *house) close() {
	if h.listener != nil {
		_ = h.listener.Close()
	}
	if h.bus != nil {
		h.bus.Close()
	}
	if h.db != nil {
		if err := h.db.Close(); err != nil {
			slog.Warn("the database did not close", "error", err)
		}
	}
	if h.unlock != nil {
		h.unlock()
	}
}

// lock keeps a second server off the same data folder; the kernel lifts it when the process ends, however it ends.
func lock(file string) (func(), error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("the data folder %s is in use by another Tongtang; choose another with TONGTANG_DATA", filepath.Dir(file))
	}
	return func() { _ = f.Close() }, nil
}
