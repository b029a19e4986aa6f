// Package bench measures an SFU from outside, the server in a process of its own, the load in the caller's: what a forwarded packet costs, beside an
// SFU of plain pion in the same run; memory, delay, joining, and how they grow. It prints one table.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/sfu/bench/load"
	"github.com/tongtang/tongtang/sfu/client"
)

// Server is a running server that is measured.
type Server struct {
	URL     string
	PID     int
	View    client.Lesson                              // with a viewer's grant
	Publish func(source string) (client.Lesson, error) // with a publisher's

	Enter func(role grant.Role, who string, publish ...string) (client.Lesson, error) // with anybody's; nil: this server knows no grants
	Stop  func()
}

// Options of a run. Zero values get the defaults that are named.
type Options struct {
	Ours  func(ctx context.Context) (*Server, error) // starts a fresh server
	Plain func(ctx context.Context) (*Server, error) // the same, of plain pion

	Numbered func(ctx context.Context) (*Server, error) // the same with transport-wide numbers

	Browser Browser
	Only    []string      // parts to run; default all
	Viewers []int         // steps of the cost, rising; default 100, 200, 400, 800
	Windows int           // measurements of each step; default 5
	Window  time.Duration // default 2 s
	Settle  time.Duration // for a crowd that has just joined, or a source that has just gone on; default 2 s
	Bitrate int           // of the picture, bit/s; default 2,000,000
	Pace    time.Duration // how often the sockets of the others are read; default 5 ms, negative: as soon as something comes
	Sample  int           // every Sample-th viewer decrypts everything, and is read promptly; default 20
	Loss    float64       // share of the packets of pictures and repairs that viewers lose, for the steps of the cost
	Joins   int           // and switches of a pane; default 60
	Rush    int           // viewers that join within 5 s; default 300
	Idle    int           // idle viewers; default 100
	Profile string        // folder for profiles of the server at each step of the cost
	Out     io.Writer     // gets the table
	Log     io.Writer     // is told what goes on; default nobody
}

// parts in their order.
var parts = []struct {
	name string
	run  func(*run, context.Context) error
}{
	{"cost", (*run).cost}, {"idle", (*run).idle}, {"join", (*run).join}, {"switch", (*run).switches}, {"rush", (*run).rush},
	{"sources", (*run).sources}, {"layers", (*run).layers}, {"browser", (*run).browser},
}

// Parts names what Only may hold.
func Parts() (names []string) {
	for _, p := range parts {
		names = append(names, p.name)
	}
	return names
}

func (o Options) withDefaults() (Options, error) {
	if o.Ours == nil || o.Plain == nil || o.Numbered == nil || o.Out == nil {
		return o, errors.New("the bench needs servers to measure and somewhere to print")
	}
	if len(o.Only) == 0 {
		o.Only = Parts()
	}
	for _, name := range o.Only {
		if !slices.Contains(Parts(), name) {
			return o, fmt.Errorf("the bench has no part %q; it has %v", name, Parts())
		}
	}
	if len(o.Viewers) == 0 {
		o.Viewers = []int{100, 200, 400, 800}
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	for v, d := range map[*int]int{&o.Windows: 5, &o.Bitrate: 2_000_000, &o.Sample: 20, &o.Joins: 60, &o.Rush: 300, &o.Idle: 100} {
		if *v == 0 {
			*v = d
		}
	}
	for v, d := range map[*time.Duration]time.Duration{&o.Window: 2 * time.Second, &o.Settle: 2 * time.Second, &o.Pace: 5 * time.Millisecond} {
		if *v == 0 {
			*v = d
		}
	}
	return o, nil
}

// run is one run of the bench and what it has found.
type run struct {
	Options
	figures []figure
	tables  []*table
	facts   []string
}

// Run measures and prints. A part that fails does not keep the others from being measured; it ends early with the context.
func Run(ctx context.Context, o Options) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	r := &run{Options: o}
	begun := time.Now()
	var failed []error
	for _, p := range parts {
		if !slices.Contains(o.Only, p.name) || ctx.Err() != nil {
			continue
		}
		r.tell("%s", p.name)
		if err := p.run(r, ctx); err != nil {
			err = fmt.Errorf("%s: %w", p.name, err)
			r.fact("Not measured, or not to the end: " + err.Error())
			failed = append(failed, err)
		}
	}
	return errors.Join(append(failed, ctx.Err(), r.print(time.Since(begun)))...)
}

func (r *run) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(r.Log, "› "+format+"\n", args...)
}

// site is a server with its load.
type site struct {
	*Server
	name    string
	loss    float64
	resting float64 // RSS with a few viewers, bytes
	scrape  float64 // heap allocations of reading the counters
	crowd   *load.Crowd
	sources []*load.Publication
}

func begin(ctx context.Context, pace time.Duration, start func(context.Context) (*Server, error)) (*site, error) {
	server, err := start(ctx)
	if err != nil {
		return nil, err
	}
	crowd, err := load.New(max(0, pace))
	if err != nil {
		server.Stop()
		return nil, err
	}
	return &site{Server: server, crowd: crowd}, nil
}

func (s *site) end() {
	for _, p := range s.sources {
		_ = p.Close()
	}
	s.crowd.Close()
	s.Stop()
}

func (s *site) publish(ctx context.Context, source string, film load.Film) error {
	l, err := s.Publish(source)
	if err != nil {
		return err
	}
	p, err := load.Publish(ctx, l, source, film)
	if err != nil {
		return fmt.Errorf("publish %s: %w", source, err)
	}
	s.sources = append(s.sources, p)
	return nil
}

func (s *site) pause(paused bool) {
	for _, p := range s.sources {
		p.Pause(paused)
	}
}

// atATime is how many viewers join at once.
const atATime = 8

// patience with a crowd that joins.
const patience = 2 * time.Minute

// watch adds viewers until there are n, and waits until all have seen a picture. Every sample-th decrypts.
func (s *site) watch(ctx context.Context, n, sample int, source func(i int) string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	slots, failed := make(chan struct{}, atATime), make(chan error, n)
	have := len(s.crowd.Viewers())
	for i := have; i < n; i++ {
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			decrypts := i%sample == 0
			v, err := s.crowd.Join(ctx, s.View, load.Options{Source: source(i), Prompt: decrypts, Decrypt: decrypts, Loss: s.loss})
			if err == nil {
				select {
				case <-v.Connected():
				case <-ctx.Done():
					err = fmt.Errorf("viewer %d is not connected: %w", i, ctx.Err())
				}
			}
			failed <- err
		}()
	}
	for range n - have {
		if err := <-failed; err != nil {
			cancel()
			return err
		}
	}
	return s.crowd.Settled(ctx)
}

func theStage(int) string { return "" }

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
