package egress

import (
	"time"

	"github.com/tongtang/tongtang/sfu/rtpring"
)

const (
	paceQueue    = 40 * time.Millisecond // that pictures may have waiting in a thin line: a voice that comes then waits so long
	pacePatience = time.Second           // what is held for longer leaves faster and faster: if it is too much for the line, its estimate is to tell
	paceBatch    = 16                    // packets that are looked at together
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

// holds tells whether a live packet waits for its turn: the first that finds the line full, and all after it.
func (p *pane) holds(packet *rtpring.Packet, now time.Time) bool {
	if p.held {
		return packet.Seq >= p.cursor // one that is late has waited enough
	}
	b := &p.viewer.pace
	b.leak(now, 1)
	if b.full() {
		p.held, p.cursor, p.since = true, packet.Seq, now
		return true
	}
	b.sent(len(packet.Payload))
	return false
}

// release sends what waited, as far as the line has room.
func (p *pane) release(buf []*rtpring.Packet, now time.Time) []*rtpring.Packet {
	b := &p.viewer.pace
	b.leak(now, max(1, now.Sub(p.since).Seconds()/pacePatience.Seconds()))
	for !b.full() {
		var next, highest uint64
		buf, next, highest = p.shown.Collect(p.cursor, paceBatch, buf[:0])
		for _, packet := range buf {
			if b.full() {
				return buf
			}
			p.send(packet, packet.Timestamp, 0, now)
			b.sent(len(packet.Payload))
			p.cursor = packet.Seq + 1
		}
		if p.cursor = next; next > highest {
			p.held = false
			break
		}
	}
	return buf
}
