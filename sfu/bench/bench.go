// Package bench measures a running SFU from outside: one publisher, a growing number of viewers, and what each forwarded packet costs the
// server's process. The load is made in the caller's process, so that the server's CPU time is its own.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/tongtang/tongtang/sfu/client"
)

// Options of a run. Zero values get the defaults that are named.
type Options struct {
	Publish client.Lesson // with a grant that may publish Source
	View    client.Lesson // with a viewer's grant
	Source  string        // default "camera"
	PID     int           // of the server
	Viewers []int         // steps, rising; default 25, 50, 100
	Windows int           // measurements of each step; default 5
	Window  time.Duration // default 2 s
	Bitrate int           // of the picture, bit/s; default 2,000,000
	Out     io.Writer     // gets the table
}

func (o Options) withDefaults() Options {
	if o.Source == "" {
		o.Source = "camera"
	}
	if len(o.Viewers) == 0 {
		o.Viewers = []int{25, 50, 100}
	}
	if o.Windows == 0 {
		o.Windows = 5
	}
	if o.Window == 0 {
		o.Window = 2 * time.Second
	}
	if o.Bitrate == 0 {
		o.Bitrate = 2_000_000
	}
	return o
}

// row is what one step measured.
type row struct {
	viewers  int
	cost     []float64 // µs of CPU for each forwarded packet, one a window, sorted
	rate     float64   // forwarded packets a second
	received float64   // share of the forwarded packets that the viewers got
	memory   memory
	growth   float64 // KiB for each viewer more than the step before
}

// Run measures and prints. It ends early with the context.
func Run(ctx context.Context, o Options) error {
	o = o.withDefaults()
	if o.PID <= 0 || o.Out == nil {
		return errors.New("the bench needs the server's process id and somewhere to print")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var load load
	defer load.end()
	defer cancel()
	if err := load.publish(ctx, o); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	idle, err := readMemory(o.PID)
	if err != nil {
		return err
	}
	before := row{memory: idle}
	table := tabwriter.NewWriter(o.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "viewers\tµs/packet\tmin\tmax\tpackets/s\treceived\tRSS MiB\tpeak MiB\tKiB/viewer\t")
	for _, n := range o.Viewers {
		if err := load.watch(ctx, o, n); err != nil {
			return fmt.Errorf("%d viewers: %w", n, err)
		}
		r, err := load.measure(ctx, o, n)
		if err != nil {
			return err
		}
		r.growth = float64(r.memory.rss-before.memory.rss) / 1024 / float64(max(1, n-before.viewers))
		fmt.Fprintf(table, "%d\t%.2f\t%.2f\t%.2f\t%.0f\t%.1f %%\t%.1f\t%.1f\t%.0f\t\n", n, r.cost[len(r.cost)/2], r.cost[0], r.cost[len(r.cost)-1],
			r.rate, 100*r.received, mib(r.memory.rss), mib(r.memory.peak), r.growth)
		before = r
	}
	return table.Flush()
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// load is the publisher and the viewers.
type load struct {
	publication *client.Publication
	views       []*client.View
	received    atomic.Int64
	wg          sync.WaitGroup
}

func (l *load) publish(ctx context.Context, o Options) error {
	video, voice := client.NewVideo(), client.NewAudio()
	p, err := o.Publish.Publish(ctx, client.PublishOptions{Source: o.Source, Video: video, Audio: voice})
	if err != nil {
		return err
	}
	l.publication = p
	l.wg.Go(func() { film(ctx, video[0], o.Bitrate) })
	l.wg.Go(func() { speak(ctx, voice) })
	return nil
}

// watch adds viewers until there are n, a few at a time.
func (l *load) watch(ctx context.Context, o Options, n int) error {
	for len(l.views) < n {
		v, err := o.View.View(ctx, client.ViewOptions{Video: 1, Audio: 1})
		if err != nil {
			return err
		}
		l.views = append(l.views, v)
		for _, t := range v.Tracks {
			l.wg.Go(func() {
				for {
					if _, err := t.ReadRTP(ctx); err != nil {
						return
					}
					l.received.Add(1)
				}
			})
		}
	}
	for _, v := range l.views {
		select {
		case <-v.Connected():
		case <-v.Done():
			return v.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return pause(ctx, 2*time.Second) // the newcomers' cached pictures are through
}

func (l *load) measure(ctx context.Context, o Options, n int) (row, error) {
	r := row{viewers: n}
	var forwarded, received int64
	for range o.Windows {
		a, err := snapshot(ctx, o)
		if err != nil {
			return r, err
		}
		got := l.received.Load()
		if err := pause(ctx, o.Window); err != nil {
			return r, err
		}
		b, err := snapshot(ctx, o)
		if err != nil {
			return r, err
		}
		packets := b.packets - a.packets
		if packets <= 0 {
			return r, errors.New("the server forwarded nothing")
		}
		forwarded += packets
		received += l.received.Load() - got
		r.cost = append(r.cost, float64(b.cpu-a.cpu)/float64(time.Microsecond)/float64(packets))
		r.rate = float64(packets) / b.at.Sub(a.at).Seconds()
	}
	slices.Sort(r.cost)
	r.received = float64(received) / float64(forwarded)
	var err error
	r.memory, err = readMemory(o.PID)
	return r, err
}

// end closes everything; the context has ended before.
func (l *load) end() {
	var closing sync.WaitGroup
	for _, v := range l.views {
		closing.Go(func() { _ = v.Close() })
	}
	if l.publication != nil {
		closing.Go(func() { _ = l.publication.Close() })
	}
	closing.Wait()
	l.wg.Wait()
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
