package client

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/nack"
	"github.com/tongtang/tongtang/sfu/ntp"
)

// queued bounds the packets of a track that nobody has read yet (several seconds of video). When it is full the newest are dropped: the
// reader is too slow, sees a gap in the sequence numbers, and asks for a keyframe.
const queued = 2048

// patience with lost packets: three requests on a long line.
const patience = 800 * time.Millisecond

// Track is one m-line of a view. One SSRC, one sequence and one timestamp line for its whole life, whatever the server shows on it.
type Track struct {
	Kind webrtc.RTPCodecType

	packets chan *rtp.Packet
	over    <-chan struct{}
	order   *order // nil: packets as they come
	asks    func([]rtcp.Packet) error
	padding uint16 // packets without payload so far: a track that keeps order leaves them out and closes the gap

	mu      sync.Mutex
	mid     string
	ssrc    uint32
	mapping ntp.Mapping
}

func newTrack(kind webrtc.RTPCodecType, keepOrder bool, asks func([]rtcp.Packet) error, over <-chan struct{}) *Track {
	t := &Track{Kind: kind, packets: make(chan *rtp.Packet, queued), asks: asks, over: over}
	if keepOrder {
		t.order = newOrder(patience)
	}
	return t
}

// ReadRTP returns the next packet. It fails when ctx ends (its error) or the view has ended (ErrLost). Call it from one goroutine.
func (t *Track) ReadRTP(ctx context.Context) (*rtp.Packet, error) {
	for {
		var timeout <-chan time.Time
		if t.order != nil {
			now := time.Now()
			t.arrange(now)
			p, wait := t.order.pop(now)
			if p != nil && len(p.Payload) == 0 {
				t.padding++
				continue
			}
			if p != nil {
				p.SequenceNumber -= t.padding
				return p, nil
			}
			if wait > 0 {
				timeout = time.After(wait)
			}
		}
		select {
		case p := <-t.packets:
			if t.order == nil {
				if len(p.Payload) == 0 {
					continue
				}
				return p, nil
			}
			t.order.push(p, time.Now())
		case <-timeout:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-t.over:
			return nil, ErrLost
		}
	}
}

// arrange puts what has come into its order: a repair that waits here is no loss, however late a busy machine looks.
func (t *Track) arrange(now time.Time) {
	for {
		select {
		case p := <-t.packets:
			t.order.push(p, now)
		default:
			return
		}
	}
}

// Mapping ties the track's RTP timestamps to the server's wall clock; !Known() until the first sender report. Tracks of one lesson with
// equal times were captured together.
func (t *Track) Mapping() ntp.Mapping {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mapping
}

// Mid names the m-line, as signal.Pane does.
func (t *Track) Mid() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mid
}

// SSRC is 0 until the first packet.
func (t *Track) SSRC() uint32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ssrc
}

func (t *Track) setMid(mid string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mid = mid
}

// readPackets takes in what comes, and asks for what does not: at the next packet, which is never long in coming.
func (t *Track) readPackets(remote *webrtc.TrackRemote) {
	ssrc := uint32(remote.SSRC())
	t.mu.Lock()
	t.ssrc = ssrc
	t.mu.Unlock()
	missing, due := nack.New(patience), []uint16(nil)
	for {
		p, _, err := remote.ReadRTP()
		if err != nil {
			return
		}
		now := time.Now()
		missing.Push(p.SequenceNumber, now)
		if due = missing.Due(now, due[:0]); len(due) > 0 {
			slices.Sort(due)
			_ = t.asks([]rtcp.Packet{&rtcp.TransportLayerNack{MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(due)}}) // asked for again if it is lost
		}
		select {
		case t.packets <- p:
		default:
		}
	}
}

func (t *Track) readReports(receiver *webrtc.RTPReceiver) {
	rate := uint32(48000)
	if t.Kind == webrtc.RTPCodecTypeVideo {
		rate = 90000
	}
	for {
		packets, _, err := receiver.ReadRTCP()
		if err != nil {
			return
		}
		for _, p := range packets {
			if r, ok := p.(*rtcp.SenderReport); ok {
				t.mu.Lock()
				if t.ssrc == 0 || r.SSRC == t.ssrc {
					t.mapping = ntp.Mapping{RTP: r.RTPTime, Time: ntp.ToTime(r.NTPTime), Rate: rate}
				}
				t.mu.Unlock()
			}
		}
	}
}
