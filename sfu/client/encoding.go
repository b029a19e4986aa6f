package client

import (
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/ntp"
)

// Encoding is one stream of packets that a publication sends: the audio, the video, or one simulcast layer of the video. It implements
// webrtc.TrackLocal. Write and WriteFrame may be called from one goroutine at a time; before the connection is up they drop.
type Encoding struct {
	kind      webrtc.RTPCodecType
	id, rid   string
	clockRate uint32

	mu       sync.Mutex
	out      webrtc.TrackLocalWriter
	ssrc     uint32
	pt       uint8
	mid      string
	midID    uint8 // header extension ids, 0 not negotiated
	ridID    uint8
	levelID  uint8
	level    uint8 // of the voice, −dBov; once it was measured
	measured bool
	seq      uint16
	packets  uint32
	octets   uint32
	lastTS   uint32
	captured time.Time

	offered  int    // bytes that the caller wrote since they were last counted
	unwanted bool   // the server has no room for the layer
	silent   bool   // nothing is sent
	skipped  uint16 // packets that were not sent
}

// NewVideo makes the encodings of one H.264 video, best first: one without a name, or a simulcast such as NewVideo("h", "l").
func NewVideo(rids ...string) []*Encoding {
	if len(rids) == 0 {
		rids = []string{""}
	}
	id := rand.Text()
	var all []*Encoding
	for _, rid := range rids {
		all = append(all, &Encoding{kind: webrtc.RTPCodecTypeVideo, id: id, rid: rid, clockRate: 90000})
	}
	return all
}

// NewAudio makes the encoding of an Opus voice (48 kHz clock).
func NewAudio() *Encoding {
	return &Encoding{kind: webrtc.RTPCodecTypeAudio, id: rand.Text(), clockRate: 48000}
}

// Write sends a packet whose sequence number, timestamp, marker and payload the caller chose; everything else is set here, in a copy.
// captured is when the camera or microphone made it (of this machine's clock): it becomes the sender report that lines up voice, picture
// and other classrooms. Zero means now. A frame's packets carry the same value.
func (e *Encoding) Write(p *rtp.Packet, captured time.Time) error {
	e.mu.Lock()
	out, h := e.out, e.header(p.Header)
	if out != nil && !e.passes(h.Timestamp, p.Payload) {
		out = nil
	}
	if out != nil {
		e.count(h.Timestamp, len(p.Payload), captured)
	}
	e.mu.Unlock()
	if out == nil {
		return nil
	}
	_, err := out.WriteRTP(&h, p.Payload)
	return err
}

// header is the caller's header as it is sent.
func (e *Encoding) header(of rtp.Header) rtp.Header {
	h := rtp.Header{Version: 2, Marker: of.Marker, PayloadType: e.pt, SequenceNumber: of.SequenceNumber - e.skipped, Timestamp: of.Timestamp, SSRC: e.ssrc}
	if e.rid != "" && e.ridID != 0 && e.midID != 0 {
		_ = h.SetExtension(e.midID, []byte(e.mid)) // cannot fail: short, one-byte profile
		_ = h.SetExtension(e.ridID, []byte(e.rid))
	}
	if e.levelID != 0 && e.measured {
		_ = h.SetExtension(e.levelID, []byte{e.level})
	}
	return h
}

// SetLevel tells how loud the voice is that is written next, dBFS: the server shows who speaks (RFC 6464).
func (e *Encoding) SetLevel(db float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.level, e.measured = uint8(min(127, max(0, -db))), true
}

func (e *Encoding) count(ts uint32, octets int, captured time.Time) {
	e.packets++
	e.octets += uint32(octets)
	if e.packets > 1 && ts == e.lastTS {
		return
	}
	if captured.IsZero() {
		captured = time.Now()
	}
	e.lastTS, e.captured = ts, captured
}

// WriteFrame sends one picture (its NAL units without start codes; SPS and PPS before each IDR) or one Opus packet, cut to the size of a
// datagram, with sequence numbers of its own.
func (e *Encoding) WriteFrame(units [][]byte, timestamp uint32, captured time.Time) error {
	payloads := units
	if e.kind == webrtc.RTPCodecTypeVideo {
		payloads = packetize(units)
	}
	if captured.IsZero() {
		captured = time.Now()
	}
	var errs []error
	for i, payload := range payloads {
		last := e.kind == webrtc.RTPCodecTypeVideo && i == len(payloads)-1
		errs = append(errs, e.Write(&rtp.Packet{Header: rtp.Header{Marker: last, SequenceNumber: e.seq, Timestamp: timestamp}, Payload: payload}, captured))
		e.seq++
	}
	return errors.Join(errs...)
}

// report is the sender report of now (RFC 3550 §6.4.1), nil before the first packet.
func (e *Encoding) report(now time.Time) *rtcp.SenderReport {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.packets == 0 || e.out == nil {
		return nil
	}
	since := now.Sub(e.captured).Seconds() * float64(e.clockRate)
	return &rtcp.SenderReport{SSRC: e.ssrc, NTPTime: ntp.FromTime(now), RTPTime: e.lastTS + uint32(int64(since)), PacketCount: e.packets, OctetCount: e.octets}
}

func (e *Encoding) boundSSRC() uint32 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ssrc
}

func (e *Encoding) setMid(mid string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mid = mid
}

// Bind is called by the peer connection once the codec is agreed.
func (e *Encoding) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	mime := webrtc.MimeTypeOpus
	if e.kind == webrtc.RTPCodecTypeVideo {
		mime = webrtc.MimeTypeH264
	}
	for _, codec := range c.CodecParameters() {
		if codec.MimeType != mime {
			continue
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.out, e.ssrc, e.pt = c.WriteStream(), uint32(c.SSRC()), uint8(codec.PayloadType)
		for _, x := range c.HeaderExtensions() {
			switch x.URI {
			case sdp.SDESMidURI:
				e.midID = uint8(x.ID)
			case sdp.SDESRTPStreamIDURI:
				e.ridID = uint8(x.ID)
			case sdp.AudioLevelURI:
				e.levelID = uint8(x.ID)
			}
		}
		return codec, nil
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind is called by the peer connection at its end.
func (e *Encoding) Unbind(webrtc.TrackLocalContext) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.out = nil
	return nil
}

// ID is the same for all layers of a video.
func (e *Encoding) ID() string { return e.id }

// RID is the name of the simulcast layer, "" without simulcast.
func (e *Encoding) RID() string { return e.rid }

// StreamID groups what belongs together; a publication is one stream.
func (e *Encoding) StreamID() string { return "tongtang" }

// Kind is audio or video.
func (e *Encoding) Kind() webrtc.RTPCodecType { return e.kind }
