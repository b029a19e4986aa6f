// Package rtc is the door to pion: it judges offers, and makes peer connections on the one UDP port with the codecs that an offer and this
// server have in common.
package rtc

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/codec"
)

// Line is one m-line of an offer that carries media for us.
type Line struct {
	Mid  string
	Kind webrtc.RTPCodecType
	RIDs []string // simulcast layers that will be sent, best first; one empty name without simulcast

	Codecs codec.Set // that can be sent on it
}

// Offer is an SDP offer that this server can answer.
type Offer struct {
	Lines []Line

	// Stranger is told how many streams (SSRCs) a publisher has opened that the offer did not announce; they are ignored. It is set before
	// Engine.Publisher; nil: nobody is told.
	Stranger func(count int)

	parsed sdp.SessionDescription
	video  []format // of the first video line, the best liked first; of a publisher's offer one
	opus   webrtc.RTPCodecParameters
	red    webrtc.RTPCodecParameters // no payload type: not offered
}

// Direction is who sends.
type Direction string

const (
	Publish Direction = "sendonly" // the offerer sends
	View    Direction = "recvonly" // the offerer receives
)

// ReadOffer checks an offer of a publisher or a viewer. Errors are problems: sdp-invalid, no-common-codec, too-many-panes.
func ReadOffer(text string, d Direction, maxLines int) (*Offer, error) {
	o := &Offer{}
	if err := o.parsed.UnmarshalString(text); err != nil {
		return nil, invalid("it cannot be read: %v", err)
	}
	if len(o.parsed.MediaDescriptions) == 0 {
		return nil, invalid("it has no m-line")
	}
	if len(o.parsed.MediaDescriptions) > maxLines {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "too-many-panes", "an offer has at most %d m-lines", maxLines)
	}
	for _, m := range o.parsed.MediaDescriptions {
		if err := o.readLine(m, d); err != nil {
			return nil, err
		}
	}
	if len(o.Lines) == 0 {
		return nil, invalid("it has no audio or video that is %s", d)
	}
	return o, o.checkTransport()
}

func invalid(detail string, args ...any) error {
	return httpd.Fail(http.StatusUnprocessableEntity, "sdp-invalid", "the SDP offer is not usable: "+detail, args...)
}

// readLine takes one m-line in. Its direction is rewritten to the one that is wanted: an answer may always take less than was offered
// (RFC 3264 §6.1).
func (o *Offer) readLine(m *sdp.MediaDescription, d Direction) error {
	mid, ok := m.Attribute(sdp.AttrKeyMID)
	if !ok || mid == "" || len(mid) > 16 {
		return invalid("an m-line has no mid, or one of more than 16 characters")
	}
	if slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Mid == mid }) {
		return invalid("two m-lines have the mid %q", mid)
	}
	kind := webrtc.NewRTPCodecType(m.MediaName.Media)
	if kind == 0 || rejected(m) || !setDirection(m, d) {
		return nil
	}
	line := Line{Mid: mid, Kind: kind, RIDs: []string{""}}
	if d == Publish {
		line.RIDs = layers(m)
	}
	if line.Codecs = o.choose(m, kind, d); line.Codecs == 0 {
		return httpd.Fail(http.StatusUnprocessableEntity, "no-common-codec", "m-line %s offers none of the codecs that pass here: H.264 (packetization-mode 1), VP8, VP9 or AV1 (profile 0), and Opus", mid)
	}
	o.Lines = append(o.Lines, line)
	return nil
}

// rejected tells whether an m-line is switched off: its port is 0, and not because it goes with the bundle only (RFC 9143 §6), as GStreamer and
// Firefox may write. Such a line gets a port here, so that it is answered.
func rejected(m *sdp.MediaDescription) bool {
	if m.MediaName.Port.Value != 0 {
		return false
	}
	if _, bundled := m.Attribute("bundle-only"); !bundled {
		return true
	}
	m.MediaName.Port.Value = 9
	return false
}

// setDirection gives the line the wanted direction; false when the offer rules it out.
func setDirection(m *sdp.MediaDescription, d Direction) bool {
	for i, a := range m.Attributes {
		switch a.Key {
		case sdp.AttrKeySendRecv, string(d):
			m.Attributes[i].Key = string(d)
			return true
		case sdp.AttrKeySendOnly, sdp.AttrKeyRecvOnly, sdp.AttrKeyInactive:
			return false
		}
	}
	m.Attributes = append(m.Attributes, sdp.Attribute{Key: string(d)}) // none means sendrecv
	return true
}

// layers are the RIDs of a=simulcast:send (RFC 8853 §5.1), alternatives and pauses left aside, at most 3.
func layers(m *sdp.MediaDescription) []string {
	value, ok := m.Attribute("simulcast")
	if !ok {
		return []string{""}
	}
	fields := strings.Fields(value)
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] != "send" {
			continue
		}
		var rids []string
		for _, stream := range strings.Split(fields[i+1], ";") {
			rid, _, _ := strings.Cut(stream, ",")
			if rid = strings.TrimPrefix(rid, "~"); rid != "" && len(rid) <= 16 && len(rids) < 3 && !slices.Contains(rids, rid) {
				rids = append(rids, rid)
			}
		}
		if len(rids) > 0 {
			return bestFirst(rids)
		}
	}
	return []string{""}
}

// bestFirst orders the usual names of layers; others keep the order of the offer.
func bestFirst(rids []string) []string {
	rank := map[string]int{"f": 1, "h": 2, "m": 3, "q": 4, "l": 5}
	for _, r := range rids {
		if rank[r] == 0 {
			return rids
		}
	}
	for i := range rids {
		for j := i; j > 0 && rank[rids[j]] < rank[rids[j-1]]; j-- {
			rids[j], rids[j-1] = rids[j-1], rids[j]
		}
	}
	return rids
}

// checkTransport makes sure that a connection is possible, before anything is built.
func (o *Offer) checkTransport() error {
	has := func(key string) bool {
		if _, ok := o.parsed.Attribute(key); ok {
			return true
		}
		for _, m := range o.parsed.MediaDescriptions {
			if _, ok := m.Attribute(key); ok {
				return true
			}
		}
		return false
	}
	for _, key := range []string{"ice-ufrag", "ice-pwd", "fingerprint"} {
		if !has(key) {
			return invalid("it has no %s", key)
		}
	}
	return nil
}

// Count is the number of lines of a kind.
func (o *Offer) Count(kind webrtc.RTPCodecType) int {
	n := 0
	for _, l := range o.Lines {
		if l.Kind == kind {
			n++
		}
	}
	return n
}

// RIDs are the layers of the first video line, nil without video.
func (o *Offer) RIDs() []string {
	for _, l := range o.Lines {
		if l.Kind == webrtc.RTPCodecTypeVideo {
			return l.RIDs
		}
	}
	return nil
}
