package libav

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/asticode/go-astiav"
)

// Rendition is one size of the recording.
type Rendition struct {
	Name          string // folder of its HLS segments, such as 720p
	Width, Height int    // pixels
	VideoBitrate  int    // bit/s at most, averaged over two seconds; a still slide takes far less
	AudioBitrate  int    // bit/s
}

// keyframeEvery is the distance of keyframes in pictures: an HLS segment. It is the same in all renditions, so that a player can change.
const keyframeEvery = segmentSeconds * frameRate

// encoder turns frames into packets and counts them.
type encoder struct {
	ctx    *astiav.CodecContext
	packet *astiav.Packet
	count  int64 // packets
	bytes  int64 // of all packets
	sink   func(*astiav.Packet) error
}

func (e *encoder) close() {
	e.packet.Free()
	e.ctx.Free()
}

// encode takes a frame, nil at the end, and hands on what is ready.
func (e *encoder) encode(f *astiav.Frame) error {
	if err := e.ctx.SendFrame(f); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	for {
		err := e.ctx.ReceivePacket(e.packet)
		if errors.Is(err, astiav.ErrEagain) || errors.Is(err, astiav.ErrEof) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		e.count++
		e.bytes += int64(e.packet.Size())
		err = e.sink(e.packet)
		e.packet.Unref()
		if err != nil {
			return err
		}
	}
}

func newVideoEncoder(r Rendition, preset string) (*encoder, error) {
	codec := astiav.FindEncoderByName("libx264")
	if codec == nil {
		return nil, errors.New("libavcodec has no H.264 encoder (libx264)")
	}
	ctx := astiav.AllocCodecContext(codec)
	ctx.SetWidth(r.Width)
	ctx.SetHeight(r.Height)
	ctx.SetPixelFormat(astiav.PixelFormatYuv420P)
	ctx.SetSampleAspectRatio(astiav.NewRational(1, 1))
	ctx.SetTimeBase(astiav.NewRational(1, frameRate))
	ctx.SetFramerate(astiav.NewRational(frameRate, 1))
	ctx.SetFlags(ctx.Flags().Add(astiav.CodecContextFlagGlobalHeader))
	gop := strconv.Itoa(keyframeEvery)
	err := liveOpen(ctx, codec, map[string]string{
		"preset": preset, "profile": "high", "crf": "22", "maxrate": strconv.Itoa(r.VideoBitrate), "bufsize": strconv.Itoa(2 * r.VideoBitrate),
		"g": gop, "keyint_min": gop, "sc_threshold": "0",
	})
	return opened(ctx, err)
}

func newAudioEncoder(bitrate int) (*encoder, error) {
	codec := astiav.FindEncoderByName("aac")
	if codec == nil {
		return nil, errors.New("libavcodec has no AAC encoder")
	}
	ctx := astiav.AllocCodecContext(codec)
	ctx.SetChannels(2)
	ctx.SetChannelLayout(astiav.ChannelLayoutStereo)
	ctx.SetSampleRate(mixRate)
	ctx.SetSampleFormat(astiav.SampleFormatFltp)
	ctx.SetTimeBase(astiav.NewRational(1, mixRate))
	ctx.SetBitRate(int64(bitrate))
	ctx.SetFlags(ctx.Flags().Add(astiav.CodecContextFlagGlobalHeader))
	return opened(ctx, liveOpen(ctx, codec, nil))
}

func opened(ctx *astiav.CodecContext, err error) (*encoder, error) {
	if err != nil {
		ctx.Free()
		return nil, err
	}
	return &encoder{ctx: ctx, packet: astiav.AllocPacket()}, nil
}

// jpeg encodes one frame.
func jpeg(f *astiav.Frame) ([]byte, error) {
	codec := astiav.FindEncoder(astiav.CodecIDMjpeg)
	if codec == nil {
		return nil, errors.New("libavcodec has no JPEG encoder")
	}
	scale, err := astiav.CreateSoftwareScaleContext(f.Width(), f.Height(), f.PixelFormat(), f.Width(), f.Height(), astiav.PixelFormatYuvj420P,
		astiav.NewSoftwareScaleContextFlags(astiav.SoftwareScaleContextFlagBilinear))
	if err != nil {
		return nil, fmt.Errorf("convert the poster: %w", err)
	}
	defer scale.Free()
	full := astiav.AllocFrame()
	defer full.Free()
	if err := scale.ScaleFrame(f, full); err != nil {
		return nil, fmt.Errorf("convert the poster: %w", err)
	}
	full.SetPts(0)
	ctx := astiav.AllocCodecContext(codec)
	ctx.SetWidth(f.Width())
	ctx.SetHeight(f.Height())
	ctx.SetPixelFormat(astiav.PixelFormatYuvj420P)
	ctx.SetTimeBase(astiav.NewRational(1, frameRate))
	e, err := opened(ctx, liveOpen(ctx, codec, map[string]string{"qmin": "3", "qmax": "5"}))
	if err != nil {
		return nil, err
	}
	defer e.close()
	var raw []byte
	e.sink = func(p *astiav.Packet) error { raw = append(raw, p.Data()...); return nil }
	return raw, errors.Join(e.encode(full), e.encode(nil))
}
