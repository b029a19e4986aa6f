// Package codec names the codecs that pass, in the order in which a publisher is asked for them. Pure.
package codec

import (
	"strings"

	"github.com/tongtang/tongtang/sfu/av1"
	"github.com/tongtang/tongtang/sfu/avc"
	"github.com/tongtang/tongtang/sfu/vp8"
	"github.com/tongtang/tongtang/sfu/vp9"
)

// Codec is one of them. The zero value is none.
type Codec uint8

// The codecs; of the pictures the best liked first: cameras speak H.264, and recordings keep it as it is.
const (
	None Codec = iota
	H264
	VP8
	VP9
	AV1
	Opus
	count
)

// Count is one more than the highest codec: the size of a table by codec.
const Count = int(count)

// Video are those of pictures, the best liked first.
var Video = []Codec{H264, VP8, VP9, AV1}

var names = [Count]string{H264: "h264", VP8: "vp8", VP9: "vp9", AV1: "av1", Opus: "opus"}

// String is the encoding name of SDP in lower case.
func (c Codec) String() string {
	if int(c) < Count {
		return names[c]
	}
	return ""
}

// Named finds a codec by its name in SDP, None for one that does not pass.
func Named(name string) Codec {
	for c, n := range names {
		if n != "" && strings.EqualFold(n, name) {
			return Codec(c)
		}
	}
	return None
}

// MIME is the media type, such as video/H264.
func (c Codec) MIME() string {
	switch c {
	case None:
		return ""
	case Opus:
		return "audio/opus"
	}
	return "video/" + strings.ToUpper(c.String())
}

// Rate is the RTP clock, Hz.
func (c Codec) Rate() uint32 {
	if c == Opus {
		return 48_000
	}
	return 90_000
}

// StartsKeyframe tells whether an RTP payload carries the beginning of a picture at which a decoder can start.
func (c Codec) StartsKeyframe(payload []byte) bool {
	switch c {
	case H264:
		return avc.StartsKeyframe(payload)
	case VP8:
		return vp8.StartsKeyframe(payload)
	case VP9:
		return vp9.StartsKeyframe(payload)
	case AV1:
		return av1.StartsKeyframe(payload)
	}
	return false
}

// Set is a set of codecs.
type Set uint8

// With adds a codec.
func (s Set) With(c Codec) Set { return s | 1<<c }

// Has tells whether a codec is in the set.
func (s Set) Has(c Codec) bool { return s>>c&1 != 0 }
