package ingest

import (
	"errors"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/ntp"
	"github.com/tongtang/tongtang/sfu/red"
)

// mtu bounds an incoming packet, bytes.
const mtu = 1500

// Media is what an offer announced.
type Media struct {
	RIDs      []string // layers of the picture, best first; none without a picture
	Picture   codec.Codec
	Audio     bool
	Opus, RED uint8 // payload types; 0 without

	Limit *Limit            // nil: none
	Over  func(dropped int) // told once a second that the source is over it
}

// Source is what one publisher sends: at most one voice, and one picture in layers, best first.
type Source struct {
	Video []*Layer
	Audio *Layer

	media  Media
	blocks []red.Block // of the voice's reader

	mu    sync.Mutex
	ssrcs map[*Layer]uint32
	write func([]rtcp.Packet) error
	begun func()
}

// NewSource makes the layers that were announced. write sends RTCP to the publisher; begun is called when the first packet of a layer
// has come.
func NewSource(m Media, write func([]rtcp.Packet) error, begun func()) *Source {
	s := &Source{media: m, ssrcs: map[*Layer]uint32{}, write: write, begun: begun}
	clock := &Clock{}
	for _, rid := range m.RIDs {
		var l *Layer
		l = NewLayer(rid, true, clock, func() { s.askKeyframe(l) })
		l.Codec = m.Picture
		s.Video = append(s.Video, l)
	}
	if m.Audio {
		s.Audio = NewLayer("", false, clock, nil)
	}
	return s
}

// Layers are all of them.
func (s *Source) Layers() []*Layer {
	all := append([]*Layer{}, s.Video...)
	if s.Audio != nil {
		all = append(all, s.Audio)
	}
	return all
}

// Layer finds the layer of an incoming track, nil when the offer did not announce it.
func (s *Source) Layer(kind webrtc.RTPCodecType, rid string) *Layer {
	if kind == webrtc.RTPCodecTypeAudio {
		return s.Audio
	}
	for _, l := range s.Video {
		if l.RID == rid {
			return l
		}
	}
	return nil
}

func (s *Source) askKeyframe(l *Layer) {
	s.mu.Lock()
	ssrc := s.ssrcs[l]
	s.mu.Unlock()
	if ssrc != 0 {
		_ = s.write([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}) // asked for again if it is lost
	}
}

// Read takes in what a track receives, until it ends. levelID is the header extension that tells how loud a voice is (RFC 6464), 0 none.
func (s *Source) Read(l *Layer, track *webrtc.TrackRemote, levelID uint8) {
	s.mu.Lock()
	s.ssrcs[l] = uint32(track.SSRC())
	s.mu.Unlock()
	if l.Video {
		l.RequestKeyframe(time.Now())
	}
	buf, first := make([]byte, mtu), true
	for {
		n, _, err := track.Read(buf)
		if errors.Is(err, webrtc.ErrCodecNotFound) {
			continue // a payload type that was not agreed
		}
		if err != nil {
			return
		}
		var p rtp.Packet
		if s.within(n) && p.Unmarshal(buf[:n]) == nil {
			s.take(l, &p, levelID, time.Now())
			if first {
				first = false
				s.begun()
			}
		}
	}
}

// within tells whether a packet keeps the source's limit.
func (s *Source) within(bytes int) bool {
	if s.media.Limit == nil {
		return true
	}
	ok, tell := s.media.Limit.Take(bytes, time.Now())
	if tell > 0 {
		s.media.Over(tell)
	}
	return ok
}

// ReadReports takes in the sender reports for a layer, until its receiver ends.
func (s *Source) ReadReports(l *Layer, read func() ([]rtcp.Packet, error)) {
	for {
		packets, err := read()
		if err != nil {
			return
		}
		for _, p := range packets {
			if r, ok := p.(*rtcp.SenderReport); ok && s.isOf(l, r.SSRC) {
				l.Report(ntp.ToTime(r.NTPTime), r.RTPTime, time.Now())
			}
		}
	}
}

func (s *Source) isOf(l *Layer, ssrc uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ssrcs[l] == ssrc
}
