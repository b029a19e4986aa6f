// Package ingest takes the packets of a publisher in: one Layer for its voice and one for each simulcast layer of its picture. A layer keeps
// its packets in a ring, knows its clock, and tells whoever forwards it, once for each frame.
package ingest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/ntp"
	"github.com/tongtang/tongtang/sfu/rtpring"
	"github.com/tongtang/tongtang/sfu/speaker"
	"github.com/tongtang/tongtang/sfu/vp8"
)

// Ring sizes, packets. Video: the whole group of pictures of a camera with a keyframe every 8 s at 4 Mbit/s. Audio: 5 s.
const (
	videoRing = 4096
	audioRing = 256
)

// group is after how many packets of an unfinished frame the forwarders are told: a keyframe leaves in groups.
const group = 16

// pliInterval is the least time between two keyframe requests to a publisher.
const pliInterval = 500 * time.Millisecond

// Layer is one incoming stream. Push is called by one goroutine; everything else by any.
type Layer struct {
	RID   string
	Video bool
	Rate  uint32      // clock rate, Hz
	Codec codec.Codec // H.264 or Opus, unless it is set before the first Push

	Voice speaker.Voice // how loud it is, where the publisher tells it

	clock *Clock
	ask   func() // requests a keyframe from the publisher

	mu      sync.RWMutex
	ring    *rtpring.Ring
	mapping ntp.Mapping
	exact   bool        // the mapping comes from a sender report
	newest  ntp.Mapping // the newest timestamp and when its first packet arrived
	tally   tally

	subscribers atomic.Pointer[[]*Subscription]
	lastPacket  atomic.Int64 // unix ns of arrival
	bytes       atomic.Uint64
	ticked      atomic.Uint64 // of bytes, at the last Tick
	bitrate     atomic.Int64  // bit/s
	lastPLI     atomic.Int64  // unix ns
	obeys       obedience

	picture uint16 // newest VP8 picture id

	unsaid int // packets since the forwarders were told
	lastTS uint32
}

// NewLayer makes a layer of a publisher whose clock is shared by its layers. ask may be nil.
func NewLayer(rid string, video bool, clock *Clock, ask func()) *Layer {
	l := &Layer{RID: rid, Video: video, Rate: 48000, Codec: codec.Opus, clock: clock, ask: ask}
	size := audioRing
	if video {
		l.Rate, l.Codec, size = 90000, codec.H264, videoRing
	}
	l.ring = rtpring.New(size)
	l.subscribers.Store(&[]*Subscription{})
	return l
}

// Push takes a packet in. Its payload must not be changed afterwards; it is empty in a publisher's padding, which is forwarded as well so
// that the sequence has no holes.
func (l *Layer) Push(h *rtp.Header, payload []byte, now time.Time) {
	l.mu.Lock()
	p := &rtpring.Packet{Seq: l.ring.Extend(h.SequenceNumber), Timestamp: h.Timestamp, Marker: h.Marker, Payload: payload}
	p.Keyframe = l.Video && l.Codec.StartsKeyframe(payload)
	if l.Codec == codec.VP8 {
		p.VP8 = l.number(payload)
	}
	fresh := l.ring.Push(p)
	if fresh {
		l.tally.packet(l, p, now)
		l.noteTime(h.Timestamp, now)
	}
	l.mu.Unlock()
	if !fresh {
		return
	}
	l.lastPacket.Store(now.UnixNano())
	l.bytes.Add(uint64(len(payload)))
	if p.Keyframe {
		l.obeys.keyframe(now)
	}
	l.announce(p)
}

// number reads the descriptor of a VP8 payload; a picture id of 7 bits gets its place among those of 15.
func (l *Layer) number(payload []byte) vp8.Descriptor {
	d, ok := vp8.Parse(payload)
	if !ok || !d.HasPicture() {
		return d
	}
	if d.Short {
		d.Picture = vp8.Widen(l.picture, d.Picture)
	}
	if (d.Picture-l.picture)&0x7fff < 1<<14 {
		l.picture = d.Picture
	}
	return d
}

// Misses tells whether a packet near the newest one has not come.
func (l *Layer) Misses(seq uint16) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.ring.Count() > 0 && l.ring.Get(l.ring.Extend(seq)) == nil
}

func (l *Layer) noteTime(ts uint32, now time.Time) {
	if !l.newest.Known() || int32(ts-l.newest.RTP) > 0 {
		l.newest = ntp.Mapping{RTP: ts, Time: now, Rate: l.Rate}
	}
	if !l.mapping.Known() {
		l.mapping = l.newest
	}
}

// announce tells the forwarders at the end of a frame, for every group of a long one, for one whose end was lost, and for a packet that was
// late.
func (l *Layer) announce(p *rtpring.Packet) {
	l.unsaid++
	another := p.Timestamp != l.lastTS
	late := another && int32(p.Timestamp-l.lastTS) < 0
	if !late {
		l.lastTS = p.Timestamp
	}
	if l.Video && !p.Marker && !late && l.unsaid < group && !(another && l.unsaid > 1) {
		return
	}
	l.unsaid = 0
	for _, s := range *l.subscribers.Load() {
		s.wake()
	}
}

// Report takes the publisher's sender report: wall is its NTP time, rtp the timestamp of that moment.
func (l *Layer) Report(wall time.Time, rtp uint32, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mapping = ntp.Mapping{RTP: rtp, Time: l.clock.Here(wall, now), Rate: l.Rate}
	l.exact = true
}

// Mapping ties the layer's timestamps to this machine's clock: exactly once a sender report has come, before that by the arrival of the
// first packet. Not Known() before the first packet.
func (l *Layer) Mapping() ntp.Mapping {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.mapping
}

// Exact tells whether Mapping rests on a sender report.
func (l *Layer) Exact() bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.exact
}

// Edge is the timestamp that a picture would have that arrived now.
func (l *Layer) Edge(now time.Time) uint32 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !l.newest.Known() {
		return 0
	}
	return l.newest.RTPAt(now)
}

// Sibling tells whether two layers come from the same publisher.
func (l *Layer) Sibling(o *Layer) bool { return l.clock == o.clock }

// Since is rtpring.Ring.Since.
func (l *Layer) Since(pos uint64, into []*rtpring.Packet) ([]*rtpring.Packet, uint64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.ring.Since(pos, into)
}

// Count is how many packets have arrived.
func (l *Layer) Count() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.ring.Count()
}

// GOP is where the present group of pictures begins, how many packets ago, and whether it is still here.
func (l *Layer) GOP() (first, length uint64, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	first, ok = l.ring.GOP()
	return first, l.ring.Highest() - first + 1, ok
}

// Collect is rtpring.Ring.Collect; it also tells the highest sequence number.
func (l *Layer) Collect(seq uint64, limit int, into []*rtpring.Packet) (packets []*rtpring.Packet, next, highest uint64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	packets, next = l.ring.Collect(seq, limit, into)
	return packets, next, l.ring.Highest()
}

// RequestKeyframe asks the publisher for a keyframe, at most every 500 ms however many viewers want one.
func (l *Layer) RequestKeyframe(now time.Time) {
	last := l.lastPLI.Load()
	if l.ask == nil || now.UnixNano()-last < int64(pliInterval) || !l.lastPLI.CompareAndSwap(last, now.UnixNano()) {
		return
	}
	l.obeys.asked(now)
	l.ask()
}

// Obeys tells whether the publisher is known to answer keyframe requests at once, as browsers do. Most cameras do not.
func (l *Layer) Obeys(now time.Time) bool { return l.obeys.yes(now) }

// Active tells whether packets are coming (within the last 2 s).
func (l *Layer) Active(now time.Time) bool {
	return now.UnixNano()-l.lastPacket.Load() < int64(2*time.Second)
}

// Tick measures the bitrate; the source calls it every interval.
func (l *Layer) Tick(interval time.Duration) {
	bytes := l.bytes.Load()
	rate := int64(float64(bytes-l.ticked.Swap(bytes)) * 8 / interval.Seconds())
	if old := l.bitrate.Load(); old > 0 && rate > 0 {
		rate = (old*3 + rate) / 4
	}
	l.bitrate.Store(rate)
}

// Bitrate is the payload's rate of the last seconds, bit/s.
func (l *Layer) Bitrate() int64 { return l.bitrate.Load() }
