package egress

import "github.com/tongtang/tongtang/sfu/prefetch"

// A turn goes through the state of every viewer, some thirty lines of cache each, which the viewers before it have pushed out since the last turn. So it is
// fetched some panes ahead, in the order in which one thing points at the next.
const (
	farAhead  = 6 // the pane
	ahead     = 4 // what it points at
	justAhead = 2 // what its viewer points at
)

// How much of a viewer and of a port every packet needs, bytes: what stands first in them.
const (
	hotViewer = 192
	hotPort   = 320
)

// fetch has the memory brought for the panes that are served after the one at i.
func (f *feed) fetch(i int) {
	prefetch.Of(f.pane(i + farAhead)).Fetch()
	f.pane(i + ahead).fetch()
	f.pane(i + justAhead).viewer.fetch()
}

// pane is the one that is served as number i of a frame; it goes round.
func (f *feed) pane(i int) *pane { return f.panes[(i+f.first)%len(f.panes)] }

func (p *pane) fetch() {
	prefetch.First(p.port, hotPort).Fetch()
	prefetch.First(p.viewer, hotViewer).Fetch()
	for i := range p.way {
		p.way[i].Fetch()
	}
	p.sent.fetch(p.line.Next())
}

func (v *Viewer) fetch() { v.line.Fetch(v.wide) }

// fetch brings the slot of the next packet, and those behind it.
func (h *history) fetch(seq uint16) {
	if h.slots != nil {
		prefetch.Slots(h.slots, int(seq)%len(h.slots)).Fetch()
	}
}
