package libav

import (
	"fmt"
	"sync"
	"time"

	"github.com/asticode/go-astiav"
)

// The live_*.go files convert what a camera sends, packet by packet, with as little delay as the codecs allow: sound to Opus, H.265 to H.264, a
// keyframe to its brightness. A converter belongs to one goroutine, and must be closed.

// LiveCodec names what a camera sends.
type LiveCodec string

// The codecs that can be converted.
const (
	LiveAAC   LiveCodec = "AAC"
	LiveALaw  LiveCodec = "G711A"
	LiveMuLaw LiveCodec = "G711U"
	LiveG722  LiveCodec = "G722"
	LiveLPCM  LiveCodec = "L16"
	LiveOpus  LiveCodec = "Opus"
	LiveH264  LiveCodec = "H264"
	LiveH265  LiveCodec = "H265"
)

var liveDecoders = map[LiveCodec]astiav.CodecID{
	LiveAAC: astiav.CodecIDAac, LiveALaw: astiav.CodecIDPcmAlaw, LiveMuLaw: astiav.CodecIDPcmMulaw, LiveG722: astiav.CodecIDAdpcmG722,
	LiveLPCM: astiav.CodecIDPcmS16Be, LiveOpus: astiav.CodecIDOpus, LiveH264: astiav.CodecIDH264, LiveH265: astiav.CodecIDHevc,
}

// liveSilence keeps libav's own messages off the console: every fault comes back as an error.
var liveSilence = sync.OnceFunc(func() { astiav.SetLogLevel(astiav.LogLevelQuiet) })

// liveDecoder allocates a decoder that is not opened yet.
func liveDecoder(c LiveCodec) (*astiav.Codec, *astiav.CodecContext, error) {
	liveSilence()
	id, known := liveDecoders[c]
	if !known {
		return nil, nil, fmt.Errorf("there is no conversion from %q", c)
	}
	codec := astiav.FindDecoder(id)
	if codec == nil {
		return nil, nil, fmt.Errorf("libavcodec has no decoder for %s", c)
	}
	ctx := astiav.AllocCodecContext(codec)
	if ctx == nil {
		return nil, nil, fmt.Errorf("no memory for a %s decoder", c)
	}
	return codec, ctx, nil
}

// livePadding is AV_INPUT_BUFFER_PADDING_SIZE: decoders read so far past the end of their input.
const livePadding = 64

// liveFill puts data into the packet, zero bytes behind it.
func liveFill(p *astiav.Packet, data []byte) error {
	p.Unref()
	padded := make([]byte, len(data)+livePadding)
	copy(padded, data)
	if err := p.FromData(padded); err != nil {
		return fmt.Errorf("fill packet: %w", err)
	}
	p.SetSize(len(data))
	return nil
}

// liveOpen opens a codec with options by name.
func liveOpen(ctx *astiav.CodecContext, codec *astiav.Codec, options map[string]string) error {
	d := astiav.NewDictionary()
	defer d.Free()
	for k, v := range options {
		if err := d.Set(k, v, 0); err != nil {
			return fmt.Errorf("option %s of %s: %w", k, codec.Name(), err)
		}
	}
	if err := ctx.Open(codec, d); err != nil {
		return fmt.Errorf("open %s: %w", codec.Name(), err)
	}
	return nil
}

// liveTicks and liveTime go between a duration and a clock of rate ticks a second.
func liveTicks(d time.Duration, rate int64) int64 {
	return int64(d/time.Second)*rate + int64(d%time.Second)*rate/int64(time.Second)
}

func liveTime(ticks, rate int64) time.Duration {
	return time.Duration(ticks/rate)*time.Second + time.Duration(ticks%rate)*time.Second/time.Duration(rate)
}
