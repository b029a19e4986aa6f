package libav

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/asticode/go-astiav"
)

// Unit is one picture of H.264 (Annex B, with the parameter sets before each keyframe) or one Opus packet, as it was captured. At counts from
// the beginning of the recording and may be negative.
type Unit struct {
	At   time.Duration
	Data []byte
}

// Feed gives the units of a track in the order of decoding, io.EOF after the last. One goroutine reads it.
type Feed interface {
	Next() (Unit, error)
	Close()
}

// microseconds is the time base in which decoders work.
const microseconds = 1_000_000

// feedDecoder turns the units of a feed into frames.
type feedDecoder struct {
	feed   Feed
	ctx    *astiav.CodecContext
	packet *astiav.Packet
	ended  bool
	broken int // units that the decoder refused
}

func newFeedDecoder(feed Feed, codec *astiav.Codec, channels int) (*feedDecoder, error) {
	liveSilence()
	if codec == nil {
		return nil, errors.New("libavcodec lacks a decoder for H.264 or Opus")
	}
	d := &feedDecoder{feed: feed, ctx: astiav.AllocCodecContext(codec), packet: astiav.AllocPacket()}
	d.ctx.SetTimeBase(astiav.NewRational(1, microseconds))
	if channels > 0 {
		d.ctx.SetChannels(channels)
		d.ctx.SetSampleRate(mixRate)
		d.ctx.SetChannelLayout(astiav.ChannelLayoutStereo)
	} else {
		d.ctx.SetThreadCount(2)
	}
	if err := liveOpen(d.ctx, codec, nil); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// next puts the next frame into f; io.EOF after the last. What cannot be decoded is passed over: a recording with a blemish is worth more
// than none.
func (d *feedDecoder) next(f *astiav.Frame) error {
	for {
		err := d.ctx.ReceiveFrame(f)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, astiav.ErrEof) || d.ended:
			return io.EOF
		case !errors.Is(err, astiav.ErrEagain):
			d.broken++
		}
		if err := d.push(); err != nil {
			return err
		}
	}
}

func (d *feedDecoder) push() error {
	u, err := d.feed.Next()
	if errors.Is(err, io.EOF) {
		if err := d.ctx.SendPacket(nil); err != nil {
			d.ended = true
		}
		return nil
	}
	if err != nil {
		return err
	}
	if err := liveFill(d.packet, u.Data); err != nil {
		return err
	}
	at := u.At.Microseconds()
	d.packet.SetPts(at)
	d.packet.SetDts(at)
	if err := d.ctx.SendPacket(d.packet); errors.Is(err, astiav.ErrEagain) {
		return fmt.Errorf("decoder is full and gives nothing: %w", err)
	} else if err != nil {
		d.broken++
	}
	return nil
}

func (d *feedDecoder) close() {
	d.feed.Close()
	d.packet.Free()
	d.ctx.Free()
}
