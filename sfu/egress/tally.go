package egress

import (
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/quality"
)

// Tally is what a viewer was sent and what it told of its line, since the last one.
type Tally struct {
	Packets, Bytes int // of media, first sendings
	Repairs        int // packets sent again
	Dropped        int // packets that did not get out of this machine
	Direct         bool
	Estimate       int64 // bit/s, now; 0 unknown
	quality.Figures
}

// tally is a viewer's own count. What its panes and its way to the wire count anyway is only remembered: a packet costs nothing more.
type tally struct {
	line             quality.Line
	repairs, dropped int
	packets, octets  uint32 // of all panes, when the last Tally was taken
	unsent           int    // of the way to the wire, then
}

// block takes a report about a pane.
func (t *tally) block(p *pane, r rtcp.ReceptionReport) {
	rate := uint32(90000)
	if p.port.kind == webrtc.RTPCodecTypeAudio {
		rate = 48000
	}
	t.line.Block(&p.told, r.LastSequenceNumber, r.TotalLost, r.Jitter, rate)
}

// Tallies takes those of many viewers, in their order: one visit to each worker. A viewer whose worker has ended has none.
func Tallies(viewers []*Viewer) []Tally {
	all := make([]Tally, len(viewers))
	visits := map[*worker][]int{}
	for i, v := range viewers {
		visits[v.worker] = append(visits[v.worker], i)
	}
	for w, places := range visits {
		done := make(chan []Tally, 1)
		if !w.do(func(now time.Time) {
			taken := make([]Tally, len(places))
			for i, place := range places {
				taken[i] = viewers[place].takeTally(now)
			}
			done <- taken
		}) {
			continue
		}
		select {
		case taken := <-done:
			for i, place := range places {
				all[place] = taken[i]
			}
		case <-w.ended:
		}
	}
	return all
}

func (v *Viewer) takeTally(now time.Time) Tally {
	t := &v.tally
	var packets, octets uint32
	direct, unsent := false, t.unsent
	for _, p := range v.panes {
		packets += p.packets
		octets += p.octets
		if d := p.port.direct; d != nil {
			direct, unsent = true, d.peer.Dropped
		}
	}
	taken := Tally{Packets: int(packets - t.packets), Bytes: int(octets - t.octets), Repairs: t.repairs, Dropped: t.dropped + unsent - t.unsent,
		Direct: direct, Estimate: v.line.Estimate(now), Figures: t.line.Take()}
	t.packets, t.octets, t.unsent, t.repairs, t.dropped = packets, octets, unsent, 0, 0
	return taken
}
