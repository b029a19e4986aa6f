package egress

import (
	"fmt"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/rtc"
)

// bound is what the negotiation settled. Header extensions have the id 0 where they are not used.
type bound struct {
	ssrc, rtxSSRC uint32
	pt, rtxPT     uint8                    // of Opus and H.264
	others        [codec.Count]payloadType // of the other codecs
	redPT         uint8                    // 0: the viewer gets plain Opus
	twccID        uint8                    // transport-wide sequence number
	captureID     uint8                    // time of capture
}

// payloadType is that of a codec, and of its repairs; 0 without.
type payloadType struct{ pt, rtx uint8 }

// of is how a codec's packets leave.
func (b *bound) of(c codec.Codec) payloadType {
	t := b.others[c]
	switch {
	case b.redPT != 0:
		t = payloadType{pt: b.redPT}
	case c == codec.H264 || c == codec.Opus:
		t = payloadType{b.pt, b.rtxPT}
	}
	if b.rtxSSRC == 0 {
		t.rtx = 0
	}
	return t
}

// bind reads what was agreed; first is the codec that stands first, zero where none of ours does.
func bind(c webrtc.TrackLocalContext) (b bound, first webrtc.RTPCodecParameters) {
	b = bound{ssrc: uint32(c.SSRC()), rtxSSRC: uint32(c.SSRCRetransmission())}
	for _, p := range c.CodecParameters() {
		_, name, _ := strings.Cut(strings.ToLower(p.MimeType), "/")
		k := codec.Named(name)
		if name == "red" && p.ClockRate == codec.Opus.Rate() {
			b.redPT = uint8(p.PayloadType)
		}
		if k == codec.None {
			continue
		}
		if first.MimeType == "" {
			first = p
		}
		t := payloadType{uint8(p.PayloadType), repairsOf(c, p.PayloadType)}
		if b.others[k] = t; k == codec.H264 || k == codec.Opus {
			b.pt, b.rtxPT = t.pt, t.rtx
		}
	}
	for _, x := range c.HeaderExtensions() {
		switch x.URI {
		case sdp.TransportCCURI:
			b.twccID = uint8(x.ID)
		case rtc.CaptureTimeURI:
			b.captureID = uint8(x.ID)
		}
	}
	return b, first
}

// repairsOf is the payload type of the RTX for pt (RFC 4588 §8.6), 0 without.
func repairsOf(c webrtc.TrackLocalContext, pt webrtc.PayloadType) uint8 {
	for _, p := range c.CodecParameters() {
		if p.MimeType == webrtc.MimeTypeRTX && p.SDPFmtpLine == fmt.Sprintf("apt=%d", pt) {
			return uint8(p.PayloadType)
		}
	}
	return 0
}
