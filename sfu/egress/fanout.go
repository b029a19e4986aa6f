// Package egress sends what publishers send to everybody who watches. Viewers are spread over a few workers; a worker owns all state of its
// viewers, takes one turn for each frame of a layer, and writes it to each pane that shows the layer: no lock, no channel and no allocation
// for each packet and viewer. The first worker's turns are taken by whoever reads the port, the others' by goroutines of their own.
//
// A viewer goes direct (GoDirect) once its connection stands: its worker gives each packet a header, encrypts it in place in a batch, and
// sends the batch when the frame is through, in groups of packets for each viewer (udpbatch); voices have a batch of their own and wait for
// nobody. Everything of the viewer's SSRCs goes that way, repairs too; RTCP stays with pion, whose SRTCP counts for itself. A viewer whose
// keys or address cannot be had is written to through pion, from its first packet to its last.
package egress

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/pion/rtcp"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// alone is how many viewers the first worker gets before the others get any: up to there, waking another thread costs more than it brings.
const alone = 128

// Fanout is the set of workers. It attends the reader of the port (udpport.Attendant): the first worker's turns are taken there.
type Fanout struct {
	workers []*worker
	more    func()
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
// turn that sent something; more hands over the packets that have come during Work. It is called before Run.
func (f *Fanout) Over(socket *udpbatch.Socket, dropped Counter, worked, more func()) {
	f.more = more
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

// Begin says that packets are being handed over: the first worker need not be woken for them.
func (f *Fanout) Begin() { f.workers[0].attended.Store(true) }

// Work takes the turns of the first worker that are due.
func (f *Fanout) Work() { f.workers[0].attend(f.more) }

// End says that the reader waits again.
func (f *Fanout) End() {
	w := f.workers[0]
	w.attended.Store(false)
	if w.due() {
		w.ring() // by a packet that has come another way
	}
}

// Add makes a viewer of the ports of a peer connection. writeRTCP must not block.
func (f *Fanout) Add(ports []*Port, writeRTCP func([]rtcp.Packet) error) *Viewer {
	w := f.place()
	v := &Viewer{worker: w, writeRTCP: writeRTCP}
	for _, p := range ports {
		v.panes = append(v.panes, newPane(v, p))
	}
	w.do(w.adder(v))
	return v
}

// place is the worker that a new viewer gets, counted in.
func (f *Fanout) place() *worker {
	w := f.workers[0]
	if w.load.Load() >= alone {
		w = slices.MinFunc(f.workers, func(a, b *worker) int { return cmp.Compare(a.load.Load(), b.load.Load()) })
	}
	w.load.Add(1)
	return w
}
