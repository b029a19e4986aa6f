package rtc

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/codec"
)

// format is a video codec under the offer's payload types.
type format struct {
	codec   codec.Codec
	main    webrtc.RTPCodecParameters
	repairs webrtc.RTPCodecParameters // RTX; no payload type: not offered
}

// choose settles the codecs of a line, and leaves nothing else on it: a publisher sends the one that is liked best, a viewer may get all that
// it offers. Lines of one kind share payload types, as they do in a bundle: what the first one has counts.
func (o *Offer) choose(m *sdp.MediaDescription, kind webrtc.RTPCodecType, d Direction) codec.Set {
	all := formats(m)
	if kind == webrtc.RTPCodecTypeAudio {
		return o.chooseVoice(m, all, d)
	}
	best := bestFormats(all)
	if o.video == nil {
		if d == Publish && len(best) > 1 {
			best = best[:1]
		}
		o.video = best
	}
	var set codec.Set
	var left []string
	for _, f := range o.video {
		if !slices.ContainsFunc(all, f.same) {
			continue
		}
		set = set.With(f.codec)
		left = append(left, payloadType(f.main))
		if f.repairs.MimeType != "" {
			left = append(left, payloadType(f.repairs))
		}
	}
	m.MediaName.Formats = left
	return set
}

func (f format) same(c offered) bool {
	return c.pt == int(f.main.PayloadType) && codec.Named(c.name) == f.codec
}

func payloadType(p webrtc.RTPCodecParameters) string { return strconv.Itoa(int(p.PayloadType)) }

// bestFormats are the best format of each codec, the best liked codec first.
func bestFormats(all []offered) []format {
	var best []format
	for _, k := range codec.Video {
		var found *offered
		rank := 0
		for i, c := range all {
			if r := rankOf(k, c); r > rank {
				found, rank = &all[i], r
			}
		}
		if found != nil {
			best = append(best, format{codec: k, main: found.parameters(k.MIME(), videoFeedback), repairs: repairsOf(all, found.pt)})
		}
	}
	return best
}

// rankOf tells how good a format is as the wanted codec, 0 for one that is none.
func rankOf(k codec.Codec, c offered) int {
	if codec.Named(c.name) != k || c.rate != k.Rate() {
		return 0
	}
	basic := func(key string) bool { v := c.value(key); return v == "" || v == "0" }
	switch {
	case k == codec.H264 && (c.value("packetization-mode") != "1" || len(c.value("profile-level-id")) != 6),
		k == codec.VP9 && !basic("profile-id"), k == codec.AV1 && !basic("profile"):
		return 0
	case k == codec.H264 && strings.HasPrefix(strings.ToLower(c.value("profile-level-id")), "42e0"):
		return 2 // every browser has it
	}
	return 1
}

func repairsOf(all []offered, pt int) webrtc.RTPCodecParameters {
	for _, c := range all {
		if c.name == "rtx" && c.value("apt") == strconv.Itoa(pt) {
			return webrtc.RTPCodecParameters{PayloadType: webrtc.PayloadType(c.pt), RTPCodecCapability: webrtc.RTPCodecCapability{
				MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: c.fmtp}}
		}
	}
	return webrtc.RTPCodecParameters{}
}

// mimeRED is redundant audio (RFC 2198).
const mimeRED = "audio/red"

// chooseVoice takes Opus, and redundant Opus where it is offered: first on the line, because a browser sends what stands first. A publisher
// is asked for Opus' own redundancy as well (RFC 7587 §7.1).
func (o *Offer) chooseVoice(m *sdp.MediaDescription, all []offered, d Direction) codec.Set {
	for _, c := range all {
		if c.name != "opus" || c.rate != codec.Opus.Rate() {
			continue
		}
		if d == Publish && c.value("useinbandfec") != "1" {
			c.fmtp = withFEC(m, c.pt)
		}
		o.opus, o.red = c.parameters(webrtc.MimeTypeOpus, audioFeedback), redundant(all, c)
		m.MediaName.Formats = []string{payloadType(o.opus)}
		if o.red.MimeType != "" {
			m.MediaName.Formats = []string{payloadType(o.red), payloadType(o.opus)}
		}
		return codec.Set(0).With(codec.Opus)
	}
	return 0
}

// redundant finds the RED of an Opus: its format line names Opus and nothing else (111/111).
func redundant(all []offered, opus offered) webrtc.RTPCodecParameters {
	pt := strconv.Itoa(opus.pt)
	for _, c := range all {
		if c.name != "red" || c.rate != opus.rate || c.fmtp == "" {
			continue
		}
		if !slices.ContainsFunc(strings.Split(c.fmtp, "/"), func(block string) bool { return block != pt }) {
			return c.parameters(mimeRED, audioFeedback)
		}
	}
	return webrtc.RTPCodecParameters{}
}

// withFEC writes useinbandfec=1 into the format line of pt and returns it: the answer repeats it.
func withFEC(m *sdp.MediaDescription, pt int) string {
	head := strconv.Itoa(pt) + " "
	for i, a := range m.Attributes {
		if a.Key == "fmtp" && strings.HasPrefix(a.Value, head) {
			m.Attributes[i].Value += ";useinbandfec=1"
			return strings.TrimPrefix(m.Attributes[i].Value, head)
		}
	}
	m.Attributes = append(m.Attributes, sdp.Attribute{Key: "fmtp", Value: head + "useinbandfec=1"})
	return "useinbandfec=1"
}

// Picture is the codec of a publisher's video, None without video.
func (o *Offer) Picture() codec.Codec {
	if len(o.video) == 0 {
		return codec.None
	}
	return o.video[0].codec
}

// Voice are the payload types of the voice; red is 0 where it was not offered.
func (o *Offer) Voice() (opus, red uint8) { return uint8(o.opus.PayloadType), uint8(o.red.PayloadType) }

// ExtensionID is the number of a header extension that a publisher may send, 0 when it was not agreed.
func ExtensionID(r *webrtc.RTPReceiver, uri string) uint8 {
	for _, x := range r.GetParameters().HeaderExtensions {
		if x.URI == uri {
			return uint8(x.ID)
		}
	}
	return 0
}

// Repairs tells whether lost packets of a track may be asked for.
func Repairs(t *webrtc.TrackRemote) bool {
	return slices.Contains(t.Codec().RTCPFeedback, webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBNACK})
}

// Formats are the payload types of a receiver, without repairs.
func Formats(r *webrtc.RTPReceiver) (types []uint8) {
	for _, c := range r.GetParameters().Codecs {
		if !strings.HasSuffix(strings.ToLower(c.MimeType), "/rtx") {
			types = append(types, uint8(c.PayloadType))
		}
	}
	return types
}
