package rtc

import (
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

var (
	audioFeedback = []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "nack"}}
	videoFeedback = []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
)

// offered is one format of an m-line.
type offered struct {
	pt       int
	name     string // lower case
	rate     uint32
	channels uint16
	fmtp     string
}

// formats reads the formats of an m-line in the offer's order; what cannot be read is left out.
func formats(m *sdp.MediaDescription) []offered {
	fmtps := map[int]string{}
	byPT := map[int]offered{}
	for _, a := range m.Attributes {
		head, rest, _ := strings.Cut(a.Value, " ")
		pt, err := strconv.Atoi(head)
		if err != nil || pt < 0 || pt > 127 {
			continue
		}
		switch a.Key {
		case "fmtp":
			fmtps[pt] = rest
		case "rtpmap":
			parts := strings.Split(strings.TrimSpace(rest), "/")
			if len(parts) < 2 {
				continue
			}
			rate, _ := strconv.ParseUint(parts[1], 10, 32)
			c := offered{pt: pt, name: strings.ToLower(parts[0]), rate: uint32(rate)}
			if len(parts) > 2 {
				channels, _ := strconv.ParseUint(parts[2], 10, 8)
				c.channels = uint16(channels)
			}
			byPT[pt] = c
		}
	}
	var all []offered
	for _, format := range m.MediaName.Formats {
		pt, err := strconv.Atoi(format)
		if c, ok := byPT[pt]; ok && err == nil {
			c.fmtp = fmtps[pt]
			all = append(all, c)
		}
	}
	return all
}

// value reads one parameter of the format line.
func (c offered) value(key string) string {
	for _, pair := range strings.Split(c.fmtp, ";") {
		k, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if strings.EqualFold(k, key) {
			return v
		}
	}
	return ""
}

func (c offered) parameters(mime string, feedback []webrtc.RTCPFeedback) webrtc.RTPCodecParameters {
	return webrtc.RTPCodecParameters{PayloadType: webrtc.PayloadType(c.pt), RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: mime, ClockRate: c.rate, Channels: c.channels, SDPFmtpLine: c.fmtp, RTCPFeedback: feedback}}
}
