package egress

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// Port is where the packets of one pane leave: it stands in the peer connection as a track, learns the stream's numbers there, and writes.
// All writing of a pane goes through write and repair: to the viewer's own way to the wire if it has one, else to pion's.
type Port struct {
	kind webrtc.RTPCodecType
	id   string

	mu  sync.Mutex
	out webrtc.TrackLocalWriter
	bound

	// Used by the worker alone.
	direct  *direct // nil: through pion
	batch   *udpbatch.Batch
	header  rtp.Header
	repairs rtp.Header
	twcc    [2]byte
	osn     []byte // payload of a repair: original sequence number, then the packet (RFC 4588 §4)
	rtxSeq  uint16
}

// bound is what the negotiation settled.
type bound struct {
	ssrc, rtxSSRC uint32
	pt, rtxPT     uint8
	twccID        uint8 // id of the transport-wide sequence number extension, 0 without
}

// NewPort makes the track of one m-line; id is unique within the viewer.
func NewPort(kind webrtc.RTPCodecType, id string) *Port { return &Port{kind: kind, id: id} }

// Bind is called by the peer connection once the codec is agreed.
func (p *Port) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	mime := webrtc.MimeTypeOpus
	if p.kind == webrtc.RTPCodecTypeVideo {
		mime = webrtc.MimeTypeH264
	}
	for _, codec := range c.CodecParameters() {
		if !strings.EqualFold(codec.MimeType, mime) {
			continue
		}
		b := bound{ssrc: uint32(c.SSRC()), pt: uint8(codec.PayloadType)}
		for _, x := range c.HeaderExtensions() {
			if x.URI == sdp.TransportCCURI {
				b.twccID = uint8(x.ID)
			}
		}
		for _, rtx := range c.CodecParameters() {
			if rtx.MimeType == webrtc.MimeTypeRTX && rtx.SDPFmtpLine == aptOf(codec.PayloadType) && c.SSRCRetransmission() != 0 {
				b.rtxSSRC, b.rtxPT = uint32(c.SSRCRetransmission()), uint8(rtx.PayloadType)
			}
		}
		p.mu.Lock()
		p.out, p.bound = c.WriteStream(), b
		p.mu.Unlock()
		return codec, nil
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// aptOf is the format line of the RTX codec that repairs pt (RFC 4588 §8.6).
func aptOf(pt webrtc.PayloadType) string { return fmt.Sprintf("apt=%d", pt) }

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

// setUp fills the two headers once; the worker then only changes numbers.
func (p *Port) setUp(b bound) {
	p.header = rtp.Header{Version: 2, SSRC: b.ssrc, PayloadType: b.pt}
	p.repairs = rtp.Header{Version: 2, SSRC: b.rtxSSRC, PayloadType: b.rtxPT}
	if b.twccID != 0 {
		_ = p.header.SetExtension(b.twccID, p.twcc[:]) // the extension keeps pointing at twcc
		_ = p.repairs.SetExtension(b.twccID, p.twcc[:])
	}
}

// write sends one packet of the stream.
func (p *Port) write(out webrtc.TrackLocalWriter, seq uint16, ts uint32, marker bool, payload []byte, pad uint8, wide uint16) error {
	binary.BigEndian.PutUint16(p.twcc[:], wide)
	p.header.SequenceNumber, p.header.Timestamp, p.header.Marker = seq, ts, marker
	return p.leave(out, &p.header, payload, pad)
}

// leave sends a packet on the one way that this viewer has. pion sends each packet alone and has no use for padding.
func (p *Port) leave(out webrtc.TrackLocalWriter, h *rtp.Header, payload []byte, pad uint8) error {
	if p.direct != nil {
		return p.direct.send(p.batch, h, payload, pad)
	}
	_, err := out.WriteRTP(h, payload)
	return err
}

// repair sends a packet again: on the RTX stream where the viewer has one, else just as it was, wide included (one sequence number never
// encrypts two different packets).
func (p *Port) repair(out webrtc.TrackLocalWriter, b bound, seq uint16, ts uint32, marker bool, payload []byte, pad uint8, wide uint16) error {
	if b.rtxSSRC == 0 {
		return p.write(out, seq, ts, marker, payload, pad, wide)
	}
	binary.BigEndian.PutUint16(p.twcc[:], wide)
	p.osn = append(binary.BigEndian.AppendUint16(p.osn[:0], seq), payload...)
	p.repairs.SequenceNumber, p.repairs.Timestamp, p.repairs.Marker = p.rtxSeq, ts, marker
	p.rtxSeq++
	return p.leave(out, &p.repairs, p.osn, 0)
}
