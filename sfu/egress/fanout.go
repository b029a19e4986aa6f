// Package egress sends what publishers send to everybody who watches. Viewers are spread over a few workers; a worker owns all state of its
// viewers, is woken once for each frame of a layer, and writes it to each pane that shows the layer: no lock, no channel and no allocation
// for each packet and viewer.
package egress

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/pion/rtcp"
)

// Fanout is the set of workers.
type Fanout struct {
	workers []*worker
	next    atomic.Uint64
}

// Counter counts what was forwarded; a prometheus.Counter is one.
type Counter interface{ Add(float64) }

// New makes n workers; Run starts them.
func New(n int, packets, bytes Counter) *Fanout {
	f := &Fanout{}
	for range n {
		f.workers = append(f.workers, newWorker(packets, bytes))
	}
	return f
}

// Run forwards until ctx ends.
func (f *Fanout) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, w := range f.workers {
		wg.Go(func() { w.run(ctx) })
	}
	wg.Wait()
}

// Add makes a viewer of the ports of a peer connection. writeRTCP must not block.
func (f *Fanout) Add(ports []*Port, writeRTCP func([]rtcp.Packet) error) *Viewer {
	w := f.workers[f.next.Add(1)%uint64(len(f.workers))]
	v := &Viewer{worker: w, writeRTCP: writeRTCP}
	for _, p := range ports {
		v.panes = append(v.panes, newPane(v, p))
	}
	w.do(w.adder(v))
	return v
}
