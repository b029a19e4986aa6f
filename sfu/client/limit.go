package client

import (
	"time"

	"github.com/pion/rtcp"
	"github.com/tongtang/tongtang/sfu/avc"
)

// roomToReturn is how much more than a layer's rate must be free before it is sent again.
const roomToReturn = 1.1

// asks takes what the server says the publication may send (REMB).
func (p *Publication) asks(packets []rtcp.Packet) {
	for _, packet := range packets {
		if r, ok := packet.(*rtcp.ReceiverEstimatedMaximumBitrate); ok {
			p.most.Store(int64(r.Bitrate))
		}
	}
}

// keepWithin leaves out the layers for which there is no room: the best first, never the voice and the smallest.
func (p *Publication) keepWithin(since time.Duration) {
	most, sum := float64(p.most.Load()), 0.0
	for i := len(p.all) - 1; i >= 0; i-- { // the voice, then the smallest layer
		e := p.all[i]
		rate := e.takeOffered(since)
		sum += rate
		spared := i+1 >= len(p.all) || p.all[i+1].id != e.id
		e.leaveOut(most > 0 && !spared, sum, most)
	}
}

// takeOffered is the rate at which the caller wrote since it was last asked, bit/s.
func (e *Encoding) takeOffered(since time.Duration) float64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	rate := float64(e.offered) * 8 / since.Seconds()
	e.offered = 0
	return rate
}

// leaveOut decides whether the layer is left out: sum is what it and all that come before it need.
func (e *Encoding) leaveOut(may bool, sum, most float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.unwanted {
		sum *= roomToReturn
	}
	e.unwanted = may && sum > most
}

// passes tells whether a packet is sent. A layer ends between two pictures and comes back with a keyframe; its numbers have no gap. Call it with
// the lock held.
func (e *Encoding) passes(ts uint32, payload []byte) bool {
	e.offered += len(payload)
	switch {
	case e.unwanted && ts != e.lastTS:
		e.silent = true
	case !e.unwanted && e.silent && avc.StartsKeyframe(payload):
		e.silent = false
	}
	if e.silent {
		e.skipped++
	}
	return !e.silent
}
