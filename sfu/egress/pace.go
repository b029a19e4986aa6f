package egress

import (
	"time"

	"github.com/tongtang/tongtang/sfu/rtpring"
)

const (
	paceQueue    = 40 * time.Millisecond // that pictures may have waiting in a thin line: a voice that comes then waits so long
	pacePatience = time.Second           // what is held for longer leaves faster and faster: if it is too much for the line, its estimate is to tell
	paceMost     = 1024                  // packets that are held; then all leave
)

// pace keeps live pictures from standing in a thin line as one long queue that voices wait behind: a keyframe is ten times as large as other
// pictures. It is a bucket that leaks at the line's rate. A viewer whose line has not shown that it is thin has none.
type pace struct {
	rate   float64 // bit/s, 0 none
	queued float64 // bits
	at     time.Time
}

// leak takes out what has left the line since it was last called.
func (b *pace) leak(now time.Time, hurry float64) {
	b.queued = max(0, b.queued-b.rate*hurry*now.Sub(b.at).Seconds())
	b.at = now
}

// full tells whether the next packet has to wait.
func (b *pace) full() bool { return b.rate > 0 && b.queued > b.rate*paceQueue.Seconds() }

func (b *pace) sent(payload int) { b.queued += float64(payload+wireOverhead) * 8 }

// takes tells whether a live packet may leave at once.
func (b *pace) takes(packet *rtpring.Packet, now time.Time) bool {
	b.leak(now, 1)
	if b.full() {
		return false
	}
	b.sent(len(packet.Payload))
	return true
}

// hold keeps the newest n packets of what is forwarded, and all after them, until there is room. They stay in the layer's ring, in the order of
// their arrival: each leaves once, so that no number encrypts two packets.
func (p *pane) hold(n int, now time.Time) {
	p.held += n
	if p.held == n {
		p.since = now
	}
}

// release sends what is held, as far as the line has room. pos is how far the layer was forwarded.
func (p *pane) release(buf []*rtpring.Packet, pos uint64, now time.Time) []*rtpring.Packet {
	b := &p.viewer.pace
	b.leak(now, max(1, now.Sub(p.since).Seconds()/pacePatience.Seconds()))
	buf, _ = p.shown.Since(pos-uint64(p.held), buf[:0])
	all := p.held > paceMost
	for _, packet := range buf[:min(p.held, len(buf))] {
		if b.full() && !all {
			break
		}
		p.send(packet, packet.Timestamp, 0, now)
		b.sent(len(packet.Payload))
		p.held--
	}
	return buf
}
