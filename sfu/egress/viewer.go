package egress

import (
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/bandwidth"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/ntp"
)

// Viewer is one receiving peer: its panes, and what its feedback tells about its line. All state belongs to its worker.
type Viewer struct {
	// What every packet needs stands first, close together (ahead.go).
	worker   *worker
	pace     pace
	wide     uint16 // next transport-wide sequence number
	repaired int    // bytes of repairs that no media have paid for yet
	bytes    int64  // that left for it, on the line
	line     bandwidth.Estimator

	panes     []*pane
	direct    *direct                   // nil: through pion
	writeRTCP func([]rtcp.Packet) error // of pion
	estimate  atomic.Int64              // bit/s
	wish      atomic.Int64              // bit/s for which there would be use, 0 none
	total     atomic.Int64              // bytes, for others to read
	probe     probe
	rtt       time.Duration
	tally     tally
}

// Repairs of a viewer take at most half of what its media take, and this many bytes at once: a keyframe. A line that loses more is not mended
// by more packets, and a viewer that asks for everything again and again is not served at the cost of the others.
const (
	repairShare = 2
	repairBurst = 128 << 10
)

// allowRepairs notes that bytes of media have left.
func (v *Viewer) allowRepairs(bytes int) {
	v.repaired = max(0, v.repaired-bytes/repairShare)
}

// mayRepair takes bytes for a repair, if there are any left.
func (v *Viewer) mayRepair(bytes int) bool {
	if v.repaired+bytes > repairBurst {
		return false
	}
	v.repaired += bytes
	return true
}

// departed notes a packet for the bandwidth estimate and gives it its transport-wide sequence number.
func (v *Viewer) departed(bytes int, now time.Time) uint16 {
	seq := v.wide
	v.wide++
	bytes += wireOverhead
	v.bytes += int64(bytes)
	v.line.Sent(seq, bytes, now)
	return seq
}

// Show sets what each pane shows, in the order of the ports; nil shows nothing. It takes effect at the next keyframe or at once from the
// cached pictures.
func (v *Viewer) Show(layers []*ingest.Layer) {
	v.worker.do(func(now time.Time) {
		for i, p := range v.panes {
			v.worker.aim(p, layers[i], now)
		}
	})
}

// wireOverhead is what a packet has around its payload on the line, bytes: RTP with extension, authentication tag, UDP and IPv4.
const wireOverhead = 12 + 8 + 16 + 8 + 20

// Wish says which rate would be of use to the viewer, bit/s: as long as its line is not known to carry it, and shows no sign of being full,
// bursts of padding find out whether it does. 0: it has all that it is worth.
func (v *Viewer) Wish(rate int64) { v.wish.Store(rate) }

// Total is how many bytes have left for the viewer, headers included.
func (v *Viewer) Total() int64 { return v.total.Load() }

// Estimate is what the viewer's line carries, bit/s; 0 while nothing is known.
func (v *Viewer) Estimate() int64 { return v.estimate.Load() }

// catchUpWindow is how many packets of a viewer that catches up may be under way without a report: a large keyframe, or what waits in the queue of a
// thin line without a loss. Twice as many while nothing waits. Beyond it they leave one by one: voices share the line.
const catchUpWindow = 96

func (v *Viewer) catchUpFull() bool {
	window := catchUpWindow
	if !v.line.Waits() && v.estimate.Load() > 0 {
		window *= 2
	}
	return v.reportsWide() && v.line.Unreported(v.wide) > window
}

// reportsWide tells whether the viewer negotiated transport-wide reports.
func (v *Viewer) reportsWide() bool { return len(v.panes) > 0 && v.panes[0].b.twccID != 0 }

// catchUpShare is how many packets of cached pictures each pane that catches up may send in one step.
func (v *Viewer) catchUpShare() int {
	if v.catchUpFull() {
		return 1
	}
	const packetBits = 1200 * 8
	burst, panes := catchUpBatch, 0
	if rate := v.estimate.Load(); rate > 0 {
		burst = min(burst, int(float64(rate)*1.5*catchUpStep.Seconds()/packetBits))
	}
	for _, p := range v.panes {
		if p.catching {
			panes++
		}
	}
	return max(1, burst/max(1, panes))
}

// Close ends the forwarding to the viewer and waits until its worker has let go of it. It is called once.
func (v *Viewer) Close() {
	v.worker.load.Add(-1)
	done := make(chan struct{})
	if !v.worker.do(func(now time.Time) {
		v.worker.remove(v, now)
		close(done)
	}) {
		return
	}
	select {
	case <-done:
	case <-v.worker.ended:
	}
}

// Feedback takes RTCP that came through pion; the same packet may come more than once. Nothing is lost by dropping it when the worker is busy:
// receivers repeat themselves.
func (v *Viewer) Feedback(packets []rtcp.Packet) {
	v.worker.tryDo(func(now time.Time) { v.take(packets, now) })
}

func (v *Viewer) take(packets []rtcp.Packet, now time.Time) {
	for _, packet := range packets {
		switch f := packet.(type) {
		case *rtcp.TransportLayerNack:
			if p := v.pane(f.MediaSSRC); p != nil {
				p.repairAll(f.Nacks, max(v.rtt*3/4, minRepairPause), now)
			}
		case *rtcp.PictureLossIndication:
			if p := v.pane(f.MediaSSRC); p != nil {
				p.refresh(now)
			}
		case *rtcp.FullIntraRequest:
			for _, entry := range f.FIR {
				if p := v.pane(entry.SSRC); p != nil {
					p.refresh(now)
				}
			}
		case *rtcp.TransportLayerCC:
			if b, err := f.Marshal(); err == nil {
				v.read(b, now)
			}
		case *rtcp.ReceiverReport:
			for _, r := range f.Reports {
				if p := v.pane(r.SSRC); p != nil {
					v.report(p, r, now)
				}
			}
		case *rtcp.ReceiverEstimatedMaximumBitrate:
			v.line.Ceiling(int64(f.Bitrate))
		}
	}
}

// pane is the one that sends with this SSRC, nil none.
func (v *Viewer) pane(ssrc uint32) *pane {
	for _, p := range v.panes {
		if p.ready() && p.b.ssrc == ssrc {
			return p
		}
	}
	return nil
}

// report takes one block of a receiver report: loss, and the round trip (RFC 3550 §6.4.1).
func (v *Viewer) report(p *pane, r rtcp.ReceptionReport, now time.Time) {
	if r.LastSenderReport != 0 {
		middle := uint32(ntp.FromTime(now) >> 16)
		if d := int32(middle - r.LastSenderReport - r.Delay); d > 0 && d < 10<<16 {
			v.rtt = time.Duration(d) * time.Second >> 16
			v.tally.line.RoundTrip(v.rtt)
		}
	}
	v.tally.block(p, r)
	if p.port.kind == webrtc.RTPCodecTypeVideo {
		v.line.Loss(float64(r.FractionLost)/256, now)
	}
}

// minRepairPause is the least time between two sendings of the same packet. Three quarters of a round trip are it else: who asks again after a whole
// one, because the repair was lost, may seem a little early here.
const minRepairPause = 20 * time.Millisecond

func (p *pane) repairAll(pairs []rtcp.NackPair, pause time.Duration, now time.Time) {
	for _, pair := range pairs {
		for _, seq := range pair.PacketList() {
			p.repair(seq, pause, now)
		}
	}
}

// reports writes the sender reports that are due: one soon after a pane begins, then one a second.
func (v *Viewer) reports(now time.Time) {
	var packets []rtcp.Packet
	for _, p := range v.panes {
		if r := p.report(now); r != nil {
			packets = append(packets, r)
		}
	}
	if len(packets) == 0 {
		return
	}
	packets = append(packets, &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
		Source: packets[0].(*rtcp.SenderReport).SSRC,
		Items:  []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: "tongtang"}},
	}}})
	if v.direct != nil {
		if v.direct.reachable() {
			_ = v.direct.report(v.worker.out.picture, packets) // the next report makes up for a lost one
		}
		return
	}
	_ = v.writeRTCP(packets)
}

// report is the pane's sender report if one is due. It carries the time at which the publisher captured what is shown now, in this
// machine's clock: so a receiver lines up voice, picture and the other panes.
func (p *pane) report(now time.Time) *rtcp.SenderReport {
	if p.shown == nil || p.packets == 0 || now.Before(p.reportDue) {
		return nil
	}
	m := p.shown.Mapping()
	p.reportDue = now.Add(time.Second)
	if !p.shown.Exact() {
		p.reportDue = now.Add(200 * time.Millisecond)
	}
	return &rtcp.SenderReport{SSRC: p.b.ssrc, NTPTime: ntp.FromTime(now), RTPTime: p.line.Out(m.RTPAt(now)), PacketCount: p.packets, OctetCount: p.octets}
}
