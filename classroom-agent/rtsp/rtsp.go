// Package rtsp reads one stream of an IP camera: RTSP over TCP, H.264 or H.265, and the microphone if wanted. It hands over whole access units with the
// time at which they were in front of the camera, parameter sets before every keyframe.
package rtsp

import (
	"context"
	"net"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"github.com/tongtang/tongtang/recorder/libav"
)

// Video is one access unit.
type Video struct {
	Codec         libav.LiveCodec // LiveH264 or LiveH265
	At            time.Duration   // when it was filmed, on the clock of Now
	Key           bool
	NALUs         [][]byte // without delimiters; parameter sets before a keyframe
	Width, Height int      // pixels; 0 before the first parameter sets
}

// Sink takes what the camera sends. All methods are called from one goroutine and must not block.
type Sink interface {
	// Video is called for every picture, in the order of decoding.
	Video(Video)
	// Microphone is called once for each connection, before the first Sound.
	Microphone(libav.LiveSound)
	// Sound is called for every frame of the microphone.
	Sound(data []byte, at time.Duration)
	// Received counts bytes as they come.
	Received(bytes int)
}

// Source is one stream of a camera.
type Source struct {
	Address    string // rtsp:// or rtsps://, with user:password@ if needed
	Microphone bool   // read the sound too
	Clock      *Clock // of the camera, shared by its streams
}

const (
	silence = 5 * time.Second // without a packet: the camera hangs
	patient = 5 * time.Second // for each answer
)

// Read connects and reads until ctx ends or something fails: then the error is a *Fault.
func (s Source) Read(ctx context.Context, sink Sink) error {
	u, err := base.ParseURL(s.Address)
	if err != nil {
		return &Fault{Code: "address-invalid", Wrong: true, Err: err}
	}
	tcp := gortsplib.TransportTCP
	c := &gortsplib.Client{
		Scheme: u.Scheme, Host: u.Host, Transport: &tcp, ReadTimeout: silence, WriteTimeout: patient, UserAgent: "tongtang",
		DialContext: func(dial context.Context, network, address string) (net.Conn, error) {
			dial, cancel := context.WithTimeout(dial, patient)
			defer cancel()
			return (&net.Dialer{}).DialContext(dial, network, address)
		},
	}
	if err := c.Start2(); err != nil {
		return fault(err)
	}
	stop := context.AfterFunc(ctx, c.Close)
	defer func() { stop(); c.Close() }()

	desc, _, err := c.Describe(u)
	if err != nil {
		return fault(err)
	}
	tracks, err := s.choose(desc, sink)
	if err != nil {
		return err
	}
	for _, t := range tracks {
		defer t.track.Close()
		if _, err := c.Setup(desc.BaseURL, t.media, 0, 0); err != nil {
			return fault(err)
		}
		c.OnPacketRTP(t.media, t.format, func(p *rtp.Packet) {
			sink.Received(len(p.Payload))
			t.packet(p, t.track.Wall(p.Timestamp, Now()))
		})
		c.OnPacketRTCP(t.media, func(p rtcp.Packet) {
			if sr, ok := p.(*rtcp.SenderReport); ok {
				t.track.Report(sr.RTPTime, sr.NTPTime)
			}
		})
	}
	if _, err := c.Play(nil); err != nil {
		return fault(err)
	}
	return fault(c.Wait())
}

// chosen is one track that is read.
type chosen struct {
	media  *description.Media
	format format.Format
	track  *Track
	packet func(*rtp.Packet, time.Duration)
}

func (s Source) choose(desc *description.Session, sink Sink) ([]chosen, error) {
	var out []chosen
	pictures := false
	for _, m := range desc.Medias {
		if m.IsBackChannel {
			continue
		}
		pictures = pictures || m.Type == description.MediaTypeVideo
		for _, f := range m.Formats {
			packet, err := depacketiser(f, sink)
			switch {
			case err != nil:
				return nil, &Fault{Code: "codec-unknown", Wrong: true, Err: err}
			case packet == nil:
				continue
			case m.Type == description.MediaTypeVideo && (len(out) == 0 || out[0].media.Type != description.MediaTypeVideo):
				out = append([]chosen{{m, f, s.Clock.NewTrack(f.ClockRate()), packet}}, out...)
			case m.Type == description.MediaTypeAudio && s.Microphone && (len(out) == 0 || out[len(out)-1].media.Type != description.MediaTypeAudio):
				out = append(out, chosen{m, f, s.Clock.NewTrack(f.ClockRate()), packet})
			}
		}
	}
	if len(out) > 0 && out[0].media.Type == description.MediaTypeVideo {
		return out, nil
	}
	for _, t := range out {
		t.track.Close()
	}
	if pictures {
		return nil, &Fault{Code: "codec-unknown", Wrong: true}
	}
	return nil, &Fault{Code: "no-video", Wrong: true}
}
