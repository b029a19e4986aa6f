// Package egress sends what publishers send to everybody who watches. Viewers are spread over a few workers; a worker owns all state of its
// viewers, is woken once for each frame of a layer, and writes it to each pane that shows the layer: no lock, no channel and no allocation
// for each packet and viewer.
//
// A viewer goes direct (GoDirect) once its connection stands: its worker gives each packet a header, encrypts it in place in a batch, and
// sends the batch when the frame is through, in groups of packets for each viewer (udpbatch); voices have a batch of their own and wait for
// nobody. Everything of the viewer's SSRCs goes that way, repairs too; RTCP stays with pion, whose SRTCP counts for itself. A viewer whose
// keys or address cannot be had is written to through pion, from its first packet to its last.
package egress

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// Fanout is the set of workers.
type Fanout struct {
	workers []*worker
	next    atomic.Uint64
}

// New makes n workers; Run starts them.
func New(n int, packets, bytes Counter) *Fanout {
	f := &Fanout{}
	for range n {
		f.workers = append(f.workers, newWorker(packets, bytes))
	}
	return f
}

// Over lets viewers go direct, on this socket; dropped counts the packets that did not get out of this machine; worked is called after each
// turn that sent something. It is called before Run.
func (f *Fanout) Over(socket *udpbatch.Socket, dropped Counter, worked func()) {
	for _, w := range f.workers {
		w.worked = worked
		w.out.voice, w.out.picture = socket.Batch(), socket.Batch()
		w.counters.droppedTotal = dropped
	}
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
