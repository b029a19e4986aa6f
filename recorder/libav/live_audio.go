package libav

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/asticode/go-astiav"
)

const (
	opusRate  = 48_000
	opusFrame = 960 // samples: 20 ms

	// The clocks of camera and computer drift apart, and lines lose packets. Up to this much the packets are numbered on evenly; beyond it a
	// frame is left out, or the time leaps.
	opusSlack = 1440     // samples: 30 ms
	opusBack  = opusRate // samples: 1 s; who goes back further than that begins anew
)

// LiveSound says what the microphone of a camera sends.
type LiveSound struct {
	Codec    LiveCodec
	Config   []byte // AudioSpecificConfig of AAC (ISO/IEC 14496-3)
	Rate     int    // Hz
	Channels int
}

// OpusPacket is 20 ms of sound.
type OpusPacket struct {
	Time time.Duration // of its first sample, on the clock of what was pushed; goes back only when that clock did, by more than 1 s
	Data []byte

	Level float64 // RMS of the last 100 ms, dBFS
}

// LiveAudio turns a microphone into Opus and measures its level.
type LiveAudio struct {
	dec    *astiav.CodecContext
	graph  *liveGraph // nil until the first sound came
	enc    *astiav.CodecContext
	meter  liveMeter
	packet *astiav.Packet
	frame  *astiav.Frame
	cut    *astiav.Frame

	in, out int64 // samples at 48 kHz pushed and cut since the graph was made
	inTime  int64 // time of sample `in`, in ticks of 48 kHz
	next    int64 // time of the next packet
	running bool  // next is set
}

// NewLiveAudio opens the decoder; the rest follows from the first sound.
func NewLiveAudio(s LiveSound) (*LiveAudio, error) {
	codec, dec, err := liveDecoder(s.Codec)
	if err != nil {
		return nil, err
	}
	a := &LiveAudio{dec: dec, packet: astiav.AllocPacket(), frame: astiav.AllocFrame(), cut: astiav.AllocFrame()}
	if err := a.dec.SetExtraData(s.Config); err != nil {
		a.Close()
		return nil, fmt.Errorf("configure %s decoder: %w", s.Codec, err)
	}
	dec.SetSampleRate(s.Rate)
	dec.SetChannels(s.Channels)
	dec.SetChannelLayout(astiav.ChannelLayoutMono)
	if s.Channels > 1 {
		dec.SetChannelLayout(astiav.ChannelLayoutStereo)
	}
	dec.SetThreadCount(1)
	if err := liveOpen(dec, codec, nil); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// Push converts one packet of the camera; at is the time of its first sample. A broken packet is an error after which one may go on.
func (a *LiveAudio) Push(data []byte, at time.Duration) ([]OpusPacket, error) {
	if err := liveFill(a.packet, data); err != nil {
		return nil, err
	}
	if err := a.dec.SendPacket(a.packet); err != nil {
		return nil, fmt.Errorf("decode sound: %w", err)
	}
	var out []OpusPacket
	for at := liveTicks(at, opusRate); ; {
		if err := a.dec.ReceiveFrame(a.frame); errors.Is(err, astiav.ErrEagain) {
			return out, nil
		} else if err != nil {
			return out, fmt.Errorf("decode sound: %w", err)
		}
		n := int64(a.frame.NbSamples()) * opusRate / int64(a.frame.SampleRate())
		packets, err := a.feed(at, n)
		out = append(out, packets...)
		if err != nil {
			return out, err
		}
		at += n
	}
}

// feed resamples the decoded frame, which lasts n samples at 48 kHz, and encodes what is complete.
func (a *LiveAudio) feed(at, n int64) ([]OpusPacket, error) {
	defer a.frame.Unref()
	if err := a.prepare(); err != nil {
		return nil, err
	}
	a.inTime = at
	a.frame.SetPts(a.in)
	if err := a.graph.src.BuffersrcAddFrame(a.frame, 0); err != nil {
		return nil, fmt.Errorf("resample: %w", err)
	}
	var out []OpusPacket
	for {
		if err := a.graph.sink.BuffersinkGetFrame(a.cut, 0); errors.Is(err, astiav.ErrEagain) {
			a.in += n
			return out, nil
		} else if err != nil {
			return out, fmt.Errorf("resample: %w", err)
		}
		packets, err := a.encode()
		a.cut.Unref()
		out = append(out, packets...)
		if err != nil {
			return out, err
		}
	}
}

// encode takes one cut of 20 ms.
func (a *LiveAudio) encode() ([]OpusPacket, error) {
	if err := a.meter.add(a.cut); err != nil {
		return nil, err
	}
	ideal := a.inTime + a.out - a.in
	a.out += opusFrame
	if !a.running {
		a.running, a.next = true, ideal
	}
	switch {
	case ideal-a.next > opusSlack, ideal-a.next < -opusBack:
		a.next = ideal
	case ideal-a.next < -opusSlack:
		return nil, nil
	}
	at := a.next
	a.next += opusFrame
	a.cut.SetPts(at)
	if err := a.enc.SendFrame(a.cut); err != nil {
		return nil, fmt.Errorf("encode Opus: %w", err)
	}
	var out []OpusPacket
	for {
		if err := a.enc.ReceivePacket(a.packet); errors.Is(err, astiav.ErrEagain) {
			return out, nil
		} else if err != nil {
			return out, fmt.Errorf("encode Opus: %w", err)
		}
		out = append(out, OpusPacket{Time: liveTime(at, opusRate), Data: a.packet.Data(), Level: a.meter.db()})
		a.packet.Unref()
	}
}

// prepare makes the resampler and, once, the encoder, for the frame at hand; a camera whose sound changes gets a new resampler.
func (a *LiveAudio) prepare() error {
	is := liveShape{a.frame.SampleRate(), a.frame.ChannelLayout().String(), a.frame.SampleFormat().Name()}
	if a.graph != nil && a.graph.shape == is {
		return nil
	}
	a.graph.close()
	a.graph, a.in, a.out = nil, 0, 0
	if a.enc == nil {
		if err := a.openEncoder(a.frame.ChannelLayout().NbChannels()); err != nil {
			return err
		}
	}
	var err error
	a.graph, err = newLiveGraph(is, a.enc.ChannelLayout().String())
	return err
}

func (a *LiveAudio) openEncoder(channels int) error {
	codec := astiav.FindEncoderByName("libopus")
	if codec == nil {
		return errors.New("libavcodec has no Opus encoder")
	}
	enc := astiav.AllocCodecContext(codec)
	layout, bitrate := astiav.ChannelLayoutMono, int64(48_000)
	if channels > 1 {
		channels, layout, bitrate = 2, astiav.ChannelLayoutStereo, 96_000
	}
	enc.SetChannels(channels)
	enc.SetChannelLayout(layout)
	enc.SetSampleRate(opusRate)
	enc.SetSampleFormat(astiav.SampleFormatS16)
	enc.SetTimeBase(astiav.NewRational(1, opusRate))
	enc.SetBitRate(bitrate)
	if err := liveOpen(enc, codec, map[string]string{"application": "lowdelay", "frame_duration": "20"}); err != nil {
		enc.Free()
		return err
	}
	a.enc = enc
	return a.meter.open(channels, layout)
}

// Level is the loudness of the last 100 ms, RMS in dBFS; -96 is silence.
func (a *LiveAudio) Level() float64 { return a.meter.db() }

// Close frees everything.
func (a *LiveAudio) Close() {
	a.graph.close()
	a.meter.close()
	a.dec.Free()
	if a.enc != nil {
		a.enc.Free()
	}
	a.packet.Free()
	a.frame.Free()
	a.cut.Free()
}

// liveShape is what a resampler is made for.
type liveShape struct {
	rate           int
	layout, format string
}

// liveGraph resamples to 48 kHz and cuts into frames of 20 ms.
type liveGraph struct {
	shape     liveShape
	graph     *astiav.FilterGraph
	src, sink *astiav.FilterContext
}

func newLiveGraph(s liveShape, layout string) (*liveGraph, error) {
	g := &liveGraph{shape: s, graph: astiav.AllocFilterGraph()}
	if g.graph == nil {
		return nil, errors.New("no memory for a resampler")
	}
	if err := g.build(layout); err != nil {
		g.close()
		return nil, fmt.Errorf("make resampler for %d Hz %s %s: %w", s.rate, s.layout, s.format, err)
	}
	return g, nil
}

func (g *liveGraph) build(layout string) (err error) {
	g.graph.SetThreadCount(1)
	if g.src, err = g.graph.NewFilterContext(astiav.FindFilterByName("abuffer"), "in", astiav.FilterArgs{
		"channel_layout": g.shape.layout, "sample_fmt": g.shape.format, "sample_rate": strconv.Itoa(g.shape.rate), "time_base": "1/48000",
	}); err != nil {
		return err
	}
	if g.sink, err = g.graph.NewFilterContext(astiav.FindFilterByName("abuffersink"), "out", nil); err != nil {
		return err
	}
	outputs, inputs := astiav.AllocFilterInOut(), astiav.AllocFilterInOut()
	defer func() { outputs.Free(); inputs.Free() }()
	outputs.SetName("in")
	outputs.SetFilterContext(g.src)
	inputs.SetName("out")
	inputs.SetFilterContext(g.sink)
	chain := fmt.Sprintf("aresample=%d,aformat=sample_fmts=s16:channel_layouts=%s,asetnsamples=n=%d:p=0", opusRate, layout, opusFrame)
	if err := g.graph.Parse(chain, inputs, outputs); err != nil {
		return err
	}
	return g.graph.Configure()
}

func (g *liveGraph) close() {
	if g == nil {
		return
	}
	for _, c := range []*astiav.FilterContext{g.src, g.sink} {
		if c != nil {
			c.Free()
		}
	}
	g.graph.Free()
}
