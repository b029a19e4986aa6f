package egress

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/bandwidth"
)

// paddingSize is the most that one packet of padding holds, bytes (RFC 3550 §5.1).
const paddingSize = 255

// probe is a burst for one viewer at a higher rate than its media's, to find out whether its line carries that: the media, filled up with packets
// of nothing but padding. They go on the RTX stream of a pane that shows something: the numbers of the media stream do not feel them, and
// receivers count them in their transport-wide reports. A viewer without RTX or without such reports is not probed.
type probe struct {
	pane  *pane // nil: none is under way
	rate  int64 // bit/s
	begun time.Time
	from  int64 // the viewer's bytes when it began
}

// tryProbe begins a probe if there would be use for a higher rate and the line shows no sign of being full.
func (w *worker) tryProbe(v *Viewer, now time.Time) {
	wish := v.wish.Load()
	if wish == 0 || v.probe.pane != nil {
		return
	}
	p := v.padder()
	if p == nil {
		return
	}
	if rate := v.line.Probe(wish, now); rate > 0 {
		v.probe = probe{pane: p, rate: rate, begun: now, from: v.bytes}
		v.line.ProbeBegun(v.wide)
		w.probing = append(w.probing, v)
	}
}

// padder is the pane whose RTX stream carries the padding, nil none. Not while a pane catches up, which is a burst of its own, or is held.
func (v *Viewer) padder() *pane {
	var found *pane
	for _, p := range v.panes {
		if p.catching || p.held > 0 {
			return nil
		}
		if found == nil && p.pads() {
			found = p
		}
	}
	return found
}

func (p *pane) pads() bool {
	return p.shown != nil && p.port.kind == webrtc.RTPCodecTypeVideo && p.ready() && p.b.twccID != 0 && p.rtx() != 0
}

// rtx is the payload type of repairs, 0 none.
func (p *pane) rtx() uint8 { return p.b.of(p.eras.now().codec).rtx }

// burst sends what is due of every probe. A voice that comes meanwhile leaves in front of it.
func (w *worker) burst(now time.Time) {
	w.probing = slices.DeleteFunc(w.probing, func(v *Viewer) bool { return v.burst(now) })
}

// burst tells whether the probe is over.
func (v *Viewer) burst(now time.Time) bool {
	p := &v.probe
	if p.pane == nil {
		return true
	}
	since := now.Sub(p.begun)
	due := int64(float64(p.rate) / 8 * min(since+catchUpStep, bandwidth.ProbeTime).Seconds())
	most := 2 + int(float64(p.rate)/8*2*catchUpStep.Seconds())/paddingSize // of a machine that was late
	paused := !p.pane.pads()
	for ; v.bytes-p.from < due && most > 0 && !paused; most-- {
		p.pane.pad(now)
	}
	if since < bandwidth.ProbeTime && !paused {
		return false
	}
	p.pane = nil
	v.line.ProbeEnded(v.wide-1, now)
	return true
}

// pad sends one packet of padding.
func (p *pane) pad(now time.Time) {
	wide := p.viewer.departed(paddingSize, now)
	_ = p.port.pad(p.out, p.rtx(), p.line.Out(p.shown.Edge(now)), wide) // one that does not get out is one that is lost
}

// pad sends one packet of padding on the RTX stream.
func (p *Port) pad(out webrtc.TrackLocalWriter, pt uint8, ts uint32, wide uint16) error {
	binary.BigEndian.PutUint16(p.twcc[:], wide)
	p.rtxSeq++
	h := &p.repairs
	h.PayloadType, h.SequenceNumber, h.Timestamp, h.Marker = pt, p.rtxSeq, ts, false
	if p.direct != nil {
		return p.direct.send(p.batch, h, nil, nil, paddingSize)
	}
	h.Padding, h.PaddingSize = true, paddingSize
	_, err := out.WriteRTP(&h.Header, nil)
	h.Padding, h.PaddingSize = false, 0
	return err
}
