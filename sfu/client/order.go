package client

import (
	"time"

	"github.com/pion/rtp"
)

// order puts the packets of a track into the order of their sequence numbers. It waits for a missing packet until patience is over or the
// packets behind it become too many, then leaves the gap. Pure: the caller tells the time.
type order struct {
	patience time.Duration
	started  bool
	next     uint16
	held     map[uint16]*rtp.Packet
	gapSince time.Time
}

// heldMost bounds the packets behind a gap.
const heldMost = 1024

func newOrder(patience time.Duration) *order {
	return &order{patience: patience, held: map[uint16]*rtp.Packet{}}
}

// push adds a packet; one that comes again or too late is dropped.
func (o *order) push(p *rtp.Packet, now time.Time) {
	if !o.started {
		o.started, o.next = true, p.SequenceNumber
	}
	if int16(p.SequenceNumber-o.next) < 0 {
		return
	}
	if len(o.held) == 0 && p.SequenceNumber != o.next {
		o.gapSince = now
	}
	o.held[p.SequenceNumber] = p
}

// pop returns the next packet, or nil when none is due. wait says for how long nothing will change by itself; 0 is "until the next push".
func (o *order) pop(now time.Time) (p *rtp.Packet, wait time.Duration) {
	if len(o.held) == 0 {
		return nil, 0
	}
	p, ok := o.held[o.next]
	if !ok {
		if left := o.patience - now.Sub(o.gapSince); left > 0 && len(o.held) < heldMost {
			return nil, left
		}
		o.skip()
		p = o.held[o.next]
	}
	delete(o.held, o.next)
	o.next++
	if _, ok := o.held[o.next]; !ok {
		o.gapSince = now
	}
	return p, 0
}

// skip gives up what is missing before the oldest held packet.
func (o *order) skip() {
	best := uint16(0xffff)
	for seq := range o.held {
		best = min(best, seq-o.next)
	}
	o.next += best
}
