package rtsp

import (
	"bytes"
	"fmt"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h265"
	"github.com/pion/rtp"

	"github.com/tongtang/tongtang/recorder/libav"
)

// depacketiser returns what turns the packets of a format into calls of the sink; nil for a format that is of no use.
func depacketiser(f format.Format, sink Sink) (func(*rtp.Packet, time.Duration), error) {
	switch f := f.(type) {
	case *format.H264:
		d, err := f.CreateDecoder()
		if err != nil {
			return nil, err
		}
		v := newAssembler(libav.LiveH264, sink, f.SPS, f.PPS)
		return func(p *rtp.Packet, at time.Duration) {
			nalus, err := d.Decode(p)
			v.unit(nalus, err, at)
		}, nil
	case *format.H265:
		d, err := f.CreateDecoder()
		if err != nil {
			return nil, err
		}
		v := newAssembler(libav.LiveH265, sink, f.VPS, f.SPS, f.PPS)
		return func(p *rtp.Packet, at time.Duration) {
			nalus, err := d.Decode(p)
			v.unit(nalus, err, at)
		}, nil
	}
	return microphone(f, sink)
}

// microphone does the same for sound.
func microphone(f format.Format, sink Sink) (func(*rtp.Packet, time.Duration), error) {
	announce := func(s libav.LiveSound, decode func(*rtp.Packet) ([]byte, error)) func(*rtp.Packet, time.Duration) {
		first := true
		return func(p *rtp.Packet, at time.Duration) {
			if first {
				sink.Microphone(s)
				first = false
			}
			if data, err := decode(p); err == nil && len(data) > 0 {
				sink.Sound(data, at)
			}
		}
	}
	switch f := f.(type) {
	case *format.MPEG4Audio:
		if f.Config == nil || f.Config.SampleRate == 0 {
			return nil, nil
		}
		return aac(f, sink)
	case *format.G711:
		d, err := f.CreateDecoder()
		if err != nil {
			return nil, err
		}
		s := libav.LiveSound{Codec: libav.LiveALaw, Rate: f.SampleRate, Channels: f.ChannelCount}
		if f.MULaw {
			s.Codec = libav.LiveMuLaw
		}
		return announce(s, d.Decode), nil
	case *format.G722:
		d, err := f.CreateDecoder()
		if err != nil {
			return nil, err
		}
		return announce(libav.LiveSound{Codec: libav.LiveG722, Rate: 16_000, Channels: 1}, d.Decode), nil
	case *format.LPCM:
		if f.BitDepth != 16 {
			return nil, nil
		}
		d, err := f.CreateDecoder()
		if err != nil {
			return nil, err
		}
		return announce(libav.LiveSound{Codec: libav.LiveLPCM, Rate: f.SampleRate, Channels: f.ChannelCount}, d.Decode), nil
	case *format.Opus:
		d, err := f.CreateDecoder()
		if err != nil {
			return nil, err
		}
		return announce(libav.LiveSound{Codec: libav.LiveOpus, Rate: 48_000, Channels: max(1, f.ChannelCount)}, d.Decode), nil
	}
	return nil, nil
}

func aac(f *format.MPEG4Audio, sink Sink) (func(*rtp.Packet, time.Duration), error) {
	d, err := f.CreateDecoder()
	if err != nil {
		return nil, err
	}
	config, err := f.Config.Marshal()
	if err != nil {
		return nil, fmt.Errorf("AAC configuration: %w", err)
	}
	first := true
	return func(p *rtp.Packet, at time.Duration) {
		if first {
			sink.Microphone(libav.LiveSound{Codec: libav.LiveAAC, Config: config, Rate: f.Config.SampleRate, Channels: f.Config.ChannelCount})
			first = false
		}
		units, err := d.Decode(p)
		if err != nil {
			return
		}
		for i, u := range units {
			sink.Sound(u, at+time.Duration(i)*1024*time.Second/time.Duration(f.ClockRate()))
		}
	}, nil
}

// assembler puts the parameter sets before every keyframe: many cameras send them in the SDP only, and change them in-band.
type assembler struct {
	codec  libav.LiveCodec
	sink   Sink
	params map[byte][]byte // NAL unit type → last seen
	order  []byte          // of their types before a keyframe
	width  int
	height int
}

func newAssembler(codec libav.LiveCodec, sink Sink, params ...[]byte) *assembler {
	a := &assembler{codec: codec, sink: sink, params: map[byte][]byte{}, order: []byte{7, 8}}
	if codec == libav.LiveH265 {
		a.order = []byte{32, 33, 34}
	}
	for _, p := range params {
		if len(p) > 0 {
			a.remember(p)
		}
	}
	return a
}

func (a *assembler) kind(nalu []byte) byte {
	if a.codec == libav.LiveH265 {
		return nalu[0] >> 1 & 0x3f
	}
	return nalu[0] & 0x1f
}

func (a *assembler) isParams(kind byte) bool { return bytes.IndexByte(a.order, kind) >= 0 }

// needless is an access unit delimiter or filler.
func (a *assembler) needless(kind byte) bool {
	if a.codec == libav.LiveH265 {
		return kind == 35 || kind == 38
	}
	return kind == 9 || kind == 12
}

func (a *assembler) isKey(kind byte) bool {
	if a.codec == libav.LiveH265 {
		return kind >= 16 && kind <= 21 // BLA, IDR, CRA
	}
	return kind == 5
}

func (a *assembler) remember(nalu []byte) {
	kind := a.kind(nalu)
	if bytes.Equal(a.params[kind], nalu) {
		return
	}
	a.params[kind] = nalu
	switch {
	case a.codec == libav.LiveH264 && kind == 7:
		var s h264.SPS
		if s.Unmarshal(nalu) == nil {
			a.width, a.height = s.Width(), s.Height()
		}
	case a.codec == libav.LiveH265 && kind == 33:
		var s h265.SPS
		if s.Unmarshal(nalu) == nil {
			a.width, a.height = s.Width(), s.Height()
		}
	}
}

// unit takes the NAL units of one access unit, or the depacketiser's error: most of them only say that more packets are needed.
func (a *assembler) unit(nalus [][]byte, err error, at time.Duration) {
	if err != nil {
		return
	}
	out := make([][]byte, 0, len(nalus)+len(a.order))
	key, has := false, 0
	for _, n := range nalus {
		if len(n) == 0 || a.needless(a.kind(n)) {
			continue
		}
		kind := a.kind(n)
		if a.isParams(kind) {
			a.remember(n)
			has++
		}
		key = key || a.isKey(kind)
		out = append(out, n)
	}
	if len(out) == 0 {
		return
	}
	if key && has < len(a.order) {
		out = a.withParams(out)
	}
	a.sink.Video(Video{Codec: a.codec, At: at, Key: key, NALUs: out, Width: a.width, Height: a.height})
}

func (a *assembler) withParams(nalus [][]byte) [][]byte {
	out := make([][]byte, 0, len(nalus)+len(a.order))
	for _, kind := range a.order {
		if p := a.params[kind]; p != nil {
			out = append(out, p)
		}
	}
	for _, n := range nalus {
		if !a.isParams(a.kind(n)) {
			out = append(out, n)
		}
	}
	return out
}
