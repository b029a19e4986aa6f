package load

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
)

// Intervals of Chromium's feedback.
const (
	feedbackInterval = 100 * time.Millisecond
	reportInterval   = time.Second
)

// Viewer is one WHEP session with one video and one voice. What is not atomic belongs to its loop.
type Viewer struct {
	crowd   *Crowd
	wire    *wire
	keys    keys
	pc      *webrtc.PeerConnection
	lesson  access
	session string // address
	asked   time.Duration
	decrypt bool // everything; else only until the first whole picture
	loss    float64
	release func() error

	up        atomic.Bool
	connected chan struct{}

	in, out     *srtp.Context
	ssrc        uint32 // of its RTCP
	wideID      atomic.Uint32
	video       stream
	voice       stream
	wide        wide
	picture     picture
	lastFrame   time.Duration
	feedbackDue time.Duration
	reportDue   time.Duration
	scratch     []byte // for what is decrypted
	report      []byte // for what is written
	sealed      []byte

	received   atomic.Int64
	repaired   atomic.Int64
	lost       atomic.Int64
	broken     atomic.Int64 // packets that could not be decrypted
	stall      atomic.Int64 // ns, the longest time without a whole frame's end since the first picture
	answering  atomic.Int64 // ns from the POST to its answer
	connecting atomic.Int64 // … until ICE and DTLS were through
	picturing  atomic.Int64 // … to the first whole picture
	pictured   chan struct{}
}

// FirstPicture is closed once every packet of a keyframe has been received and decrypted.
func (v *Viewer) FirstPicture() <-chan struct{} { return v.pictured }

// AnswerAfter is the time from the POST of the offer to its answer.
func (v *Viewer) AnswerAfter() time.Duration { return time.Duration(v.answering.Load()) }

// ConnectedAfter is the time from the POST of the offer until ICE and DTLS were through.
func (v *Viewer) ConnectedAfter() time.Duration { return time.Duration(v.connecting.Load()) }

// PictureAfter is the time from the POST of the offer to the first whole picture.
func (v *Viewer) PictureAfter() time.Duration { return time.Duration(v.picturing.Load()) }

// Stall is the longest time between two ends of frames since the first whole picture, or since the last call.
func (v *Viewer) Stall() time.Duration { return time.Duration(v.stall.Swap(0)) }

// Profile is the SRTP profile that the server chose.
func (v *Viewer) Profile() string { return v.keys.profileName() }

// take handles a datagram of media. The buffer is free again afterwards.
func (v *Viewer) take(b []byte, now time.Duration) {
	if v.in == nil && !v.unlock() {
		return // a stray packet before the handshake is through
	}
	if b[1] >= 192 && b[1] <= 223 { // RTCP, RFC 5761 §4
		v.takeReports(b, now)
		return
	}
	var h header
	if !h.parse(b, uint8(v.wideID.Load())) || v.loss > 0 && h.payloadType != ptVoice && rand.Float64() < v.loss {
		return
	}
	if h.hasWide {
		v.wide.arrived(h.wide, now)
		if v.wide.full() {
			v.sendFeedback()
		}
	}
	switch h.payloadType {
	case ptVideo:
		v.takeMedia(&v.video, &h, b, now)
	case ptVoice:
		v.takeMedia(&v.voice, &h, b, now)
	case ptRepair:
		v.takeRepair(b)
	}
}

func (v *Viewer) takeMedia(s *stream, h *header, b []byte, now time.Duration) {
	if !s.arrived(h, now) {
		return
	}
	v.received.Add(1)
	if h.payloadType == ptVideo && h.marker {
		v.frameEnded(now)
	}
	if !v.decrypt && v.picture.whole {
		return
	}
	var inner rtp.Header
	plain, err := v.in.DecryptRTP(v.scratch[:0], b, &inner)
	if err != nil {
		v.broken.Add(1)
		return
	}
	v.see(&inner, unpad(&inner, plain[inner.MarshalSize():]))
}

// takeRepair unwraps a packet of the repair stream (RFC 4588 §4): its payload begins with the number of the packet that was lost.
func (v *Viewer) takeRepair(b []byte) {
	var inner rtp.Header
	plain, err := v.in.DecryptRTP(v.scratch[:0], b, &inner)
	if err != nil {
		v.broken.Add(1)
		return
	}
	payload := unpad(&inner, plain[inner.MarshalSize():])
	if len(payload) < 2 {
		return // padding, to probe the line
	}
	seq := uint16(payload[0])<<8 | uint16(payload[1])
	if !v.video.repaired(seq) {
		return
	}
	v.received.Add(1)
	inner.SequenceNumber = seq
	v.see(&inner, payload[2:])
}

// see looks at a decrypted packet.
func (v *Viewer) see(h *rtp.Header, payload []byte) {
	now := clock()
	if h.PayloadType != ptVoice && v.picture.add(h, payload) {
		v.picturing.Store(int64(now - v.asked))
		close(v.pictured)
	}
	if sent, ok := stamp(payload); ok && v.decrypt && v.crowd.measuring.Load() {
		v.crowd.keepDelay(sent, now)
	}
}

func (v *Viewer) frameEnded(now time.Duration) {
	if gap := int64(now - v.lastFrame); v.picture.whole && gap > v.stall.Load() {
		v.stall.Store(gap)
	}
	v.lastFrame = now
}

func unpad(h *rtp.Header, payload []byte) []byte {
	if n := len(payload); h.Padding && n > 0 && int(payload[n-1]) <= n {
		return payload[:n-int(payload[n-1])]
	}
	return payload
}

// takeReports notes the sender reports: the receiver reports answer them.
func (v *Viewer) takeReports(b []byte, now time.Duration) {
	plain, err := v.in.DecryptRTCP(v.scratch[:0], b, nil)
	if err != nil {
		v.broken.Add(1)
		return
	}
	eachSenderReport(plain, func(ssrc, middle uint32) {
		for _, s := range []*stream{&v.video, &v.voice} {
			if s.ssrc == ssrc {
				s.reported, s.reportedAt = middle, now
			}
		}
	})
}

// unlock gets the ciphers, once the handshake has told the keys.
func (v *Viewer) unlock() bool {
	in, out, err := v.keys.ciphers()
	if err != nil {
		return false
	}
	v.in, v.out = in, out
	return true
}

// tick sends what is due. Its loop calls it every few milliseconds.
func (v *Viewer) tick(now time.Duration) {
	if !v.up.Load() || v.out == nil && !v.unlock() {
		return
	}
	if now >= v.feedbackDue {
		v.feedbackDue = now + feedbackInterval
		if v.wide.pending() {
			v.sendFeedback()
		}
	}
	v.repaired.Store(int64(v.video.repairs + v.voice.repairs))
	if lost := v.video.expire(now) + v.voice.expire(now); lost > 0 {
		v.lost.Add(int64(lost))
	}
	if missing := v.video.ask(now); len(missing) > 0 {
		v.send(marshal(&rtcp.TransportLayerNack{SenderSSRC: v.ssrc, MediaSSRC: v.video.ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(missing)}))
	}
	if now >= v.reportDue {
		v.reportDue = now + reportInterval
		v.send(receiverReport(v.ssrc, now, &v.video, &v.voice))
	}
}

func (v *Viewer) sendFeedback() {
	v.report = v.wide.feedback(v.report[:0], v.ssrc, v.video.ssrc)
	v.send(v.report)
}

// send encrypts RTCP and sends it. A lost report is made up for by the next.
func (v *Viewer) send(report []byte) {
	sealed, err := v.out.EncryptRTCP(v.sealed[:0], report, nil)
	if err != nil {
		return
	}
	v.sealed = sealed
	v.wire.reply(sealed)
}
