package egress

import (
	"encoding/binary"
	"sync"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/red"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// Port is where the packets of one pane leave: it stands in the peer connection as a track, learns the stream's numbers there, and writes.
// All writing of a pane goes through write and repair: to the viewer's own way to the wire if it has one, else to pion's.
type Port struct {
	// Used by the worker alone. What every packet needs stands first (ahead.go).
	direct  *direct // nil: through pion
	batch   *udpbatch.Batch
	head    []byte // of the packet at hand: what stands before the payload that all viewers share
	twcc    [2]byte
	capture [captureSize]byte
	header  header
	stamped header // header, with the time of capture
	repairs header
	blocks  [redundantMost]red.Block
	joined  []byte // both, for pion
	rtxSeq  uint16

	kind webrtc.RTPCodecType
	id   string

	mu  sync.Mutex
	out webrtc.TrackLocalWriter
	bound
}

// NewPort makes the track of one m-line; id is unique within the viewer.
func NewPort(kind webrtc.RTPCodecType, id string) *Port { return &Port{kind: kind, id: id} }

// Bind is called by the peer connection once the codec is agreed.
func (p *Port) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	b, first := bind(c)
	if first.MimeType == "" {
		return first, webrtc.ErrUnsupportedCodec
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out, p.bound = c.WriteStream(), b
	return first, nil
}

// Unbind is called by the peer connection at its end.
func (p *Port) Unbind(webrtc.TrackLocalContext) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out = nil
	return nil
}

// ID, RID, StreamID and Kind make a Port a webrtc.TrackLocal. All panes of a viewer are of one stream: a browser then plays them in step.
func (p *Port) ID() string { return p.id }

// RID is empty: a viewer gets one layer at a time.
func (p *Port) RID() string { return "" }

// StreamID groups the viewer's panes.
func (p *Port) StreamID() string { return "lesson" }

// Kind is audio or video.
func (p *Port) Kind() webrtc.RTPCodecType { return p.kind }

// state returns the writer (nil before the negotiation and after the end) and its numbers.
func (p *Port) state() (webrtc.TrackLocalWriter, bound) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out, p.bound
}

// setUp fills the headers once; the worker then only changes numbers.
func (p *Port) setUp(b bound) {
	p.header.SSRC, p.stamped.SSRC, p.repairs.SSRC = b.ssrc, b.ssrc, b.rtxSSRC
	if b.captureID != 0 {
		_ = p.stamped.SetExtension(b.captureID, p.capture[:]) // an extension keeps pointing at its bytes
	}
	for _, h := range []*header{&p.header, &p.stamped, &p.repairs} {
		h.Version = 2
		if b.twccID != 0 {
			_ = h.SetExtension(b.twccID, p.twcc[:])
		}
		h.freeze(p.twcc[:])
	}
	p.stamped.frozen = 0 // its time changes too
}

// write sends one packet under a header: p.head, then the payload.
func (p *Port) write(out webrtc.TrackLocalWriter, h *header, pt uint8, seq uint16, ts uint32, marker bool, payload []byte, pad uint8, wide uint16) error {
	binary.BigEndian.PutUint16(p.twcc[:], wide)
	h.PayloadType, h.SequenceNumber, h.Timestamp, h.Marker = pt, seq, ts, marker
	return p.leave(out, h, payload, pad)
}

// leave sends a packet on the one way that this viewer has. pion sends each packet alone and has no use for padding.
func (p *Port) leave(out webrtc.TrackLocalWriter, h *header, payload []byte, pad uint8) error {
	if p.direct != nil {
		return p.direct.send(p.batch, h, p.head, payload, pad)
	}
	if len(p.head) > 0 {
		p.joined = append(append(p.joined[:0], p.head...), payload...)
		payload = p.joined
	}
	_, err := out.WriteRTP(&h.Header, payload)
	return err
}

// repair sends a packet again, p.head before its payload: on the RTX stream where the viewer has one, else just as it was, wide included (one
// sequence number never encrypts two different packets).
func (p *Port) repair(out webrtc.TrackLocalWriter, t payloadType, s *sent, payload []byte, wide uint16) error {
	if t.rtx == 0 {
		return p.write(out, &p.header, t.pt, s.seq, s.ts, s.packet.Marker, payload, s.pad, wide)
	}
	p.rtxSeq++
	return p.write(out, &p.repairs, t.rtx, p.rtxSeq, s.ts, s.packet.Marker, payload, 0, wide)
}
