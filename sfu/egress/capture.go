package egress

import (
	"encoding/binary"
	"time"

	"github.com/tongtang/tongtang/sfu/ntp"
	"github.com/tongtang/tongtang/sfu/rtpring"
)

// captureSize is the time of capture in its long form: NTP time, and how far the capturer's clock is from ours: by 0, because the time is
// given in ours (abs-capture-time).
const captureSize = 16

// stampEvery is how often the time of capture is told; a receiver works out what lies between.
const stampEvery = time.Second

// stamp remembers when a pane has told the time of capture.
type stamp struct {
	due   time.Time
	frame uint32 // incoming timestamp of the packet before
	known bool
}

// begin has it told anew after a switch.
func (s *stamp) begin() { *s = stamp{} }

// header is what a packet leaves under: with the time of capture where the viewer wants it, on the first packet of a picture, when it is due
// and known. It is left out where a repair would have to repeat it.
func (p *pane) header(packet *rtpring.Packet, e *era, now time.Time) *header {
	if p.b.captureID == 0 {
		return &p.port.header
	}
	s := &p.stamp
	first := !s.known || packet.Timestamp != s.frame
	s.frame, s.known = packet.Timestamp, true
	if !first || now.Before(s.due) || p.catching || p.b.redPT == 0 && p.b.of(e.codec).rtx == 0 || !p.shown.Exact() {
		return &p.port.header
	}
	s.due = now.Add(stampEvery)
	binary.BigEndian.PutUint64(p.port.capture[:], ntp.FromTime(p.shown.Mapping().At(packet.Timestamp)))
	return &p.port.stamped
}
