package camera

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sort"
	"sync/atomic"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/description"
	"github.com/bluenviron/gortsplib/v4/pkg/format"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// player sends one film over and over on one RTSP path.
type player struct {
	film   atomic.Pointer[film]
	stream atomic.Pointer[gortsplib.ServerStream]
	paused atomic.Bool

	video, audio           *description.Media
	videoEncode            func([][]byte) ([]*rtp.Packet, error)
	audioEncode            func([]byte) ([]*rtp.Packet, error)
	videoStart, audioStart uint32 // random offsets of the RTP timestamps (RFC 3550 §5.1)
	videoSent, audioSent   counter
}

// counter is what a sender report tells about a track.
type counter struct{ packets, octets atomic.Uint32 }

func newPlayer(f *film) *player {
	p := &player{videoStart: rand.Uint32(), audioStart: rand.Uint32()}
	p.film.Store(f)
	return p
}

func (p *player) open(s *gortsplib.Server) error {
	f := p.film.Load()
	desc := &description.Session{Title: "camera"}
	var err error
	if p.video, p.videoEncode, err = videoMedia(f.video); err != nil {
		return err
	}
	desc.Medias = append(desc.Medias, p.video)
	if f.audio != nil {
		if p.audio, p.audioEncode, err = audioMedia(f.audio); err != nil {
			return err
		}
		desc.Medias = append(desc.Medias, p.audio)
	}
	st := &gortsplib.ServerStream{Server: s, Desc: desc}
	if err := st.Initialize(); err != nil {
		return err
	}
	p.stream.Store(st)
	return nil
}

func (p *player) close() { p.stream.Load().Close() }

func videoMedia(v *videoTrack) (*description.Media, func([][]byte) ([]*rtp.Packet, error), error) {
	m := &description.Media{Type: description.MediaTypeVideo}
	if v.hevc {
		f := &format.H265{PayloadTyp: 96}
		for _, n := range v.params {
			switch n[0] >> 1 & 0x3f {
			case 32:
				f.VPS = n
			case 33:
				f.SPS = n
			case 34:
				f.PPS = n
			}
		}
		m.Formats = []format.Format{f}
		e, err := f.CreateEncoder()
		if err != nil {
			return nil, nil, err
		}
		return m, e.Encode, nil
	}
	f := &format.H264{PayloadTyp: 96, PacketizationMode: 1}
	for _, n := range v.params {
		switch n[0] & 0x1f {
		case 7:
			f.SPS = n
		case 8:
			f.PPS = n
		}
	}
	m.Formats = []format.Format{f}
	e, err := f.CreateEncoder()
	if err != nil {
		return nil, nil, err
	}
	return m, e.Encode, nil
}

func audioMedia(a *audioTrack) (*description.Media, func([]byte) ([]*rtp.Packet, error), error) {
	m := &description.Media{Type: description.MediaTypeAudio}
	if a.config == nil {
		f := &format.G711{MULaw: a.muLaw, SampleRate: 8000, ChannelCount: 1, PayloadTyp: 8}
		if a.muLaw {
			f.PayloadTyp = 0
		}
		m.Formats = []format.Format{f}
		e, err := f.CreateEncoder()
		if err != nil {
			return nil, nil, err
		}
		return m, e.Encode, nil
	}
	var config mpeg4audio.AudioSpecificConfig
	if err := config.Unmarshal(a.config); err != nil {
		return nil, nil, fmt.Errorf("AAC configuration: %w", err)
	}
	f := &format.MPEG4Audio{PayloadTyp: 97, Config: &config, SizeLength: 13, IndexLength: 3, IndexDeltaLength: 3}
	m.Formats = []format.Format{f}
	e, err := f.CreateEncoder()
	if err != nil {
		return nil, nil, err
	}
	return m, func(unit []byte) ([]*rtp.Packet, error) { return e.Encode([][]byte{unit}) }, nil
}

func (p *player) swap(f *film) error {
	if f.video.hevc != p.film.Load().video.hevc {
		return errors.New("a camera does not change its codec under way")
	}
	next := *f
	next.audio = p.film.Load().audio
	p.film.Store(&next)
	return nil
}

// ticks is a Unix time in units of an RTP clock; an RTP timestamp is its low 32 bits.
func ticks(t time.Duration, rate int) int64 {
	r := time.Duration(rate)
	return int64(t/time.Second*r + t%time.Second*r/time.Second)
}

// fromTicks is the Unix time of ticks.
func fromTicks(n int64, rate int) time.Duration {
	r := int64(rate)
	return time.Duration(n/r)*time.Second + time.Duration(n%r)*time.Second/time.Duration(r)
}

func unixNow() time.Duration { return time.Duration(time.Now().UnixNano()) }

// playVideo sends each frame at its decoding time. RTP time is the Unix time at which the frame is shown, so it runs on evenly over every seam.
func (p *player) playVideo(ctx context.Context) error {
	first := p.film.Load()
	var now *film
	var loop time.Duration
	var i int
	var waitKey bool
	for {
		if f := p.film.Load(); f != now {
			waitKey = now != nil // another picture size can begin at a keyframe only
			now = f
			t := unixNow()
			loop = t - t%f.length
			i = sort.Search(len(f.video.frames), func(i int) bool { return f.video.frames[i].at >= t-loop })
		}
		if i >= len(now.video.frames) {
			i, loop = 0, loop+now.length
		}
		fr := now.video.frames[i]
		i++
		if err := sleepUntil(ctx, loop+fr.at); err != nil {
			return err
		}
		if p.paused.Load() || p.film.Load() != now || (waitKey && !fr.key) {
			continue
		}
		waitKey = false
		nalus := fr.nalus
		if fr.key && now != first {
			nalus = append(append([][]byte(nil), now.video.params...), nalus...)
		}
		if err := p.sendVideo(loop+fr.pts, nalus); err != nil {
			return err
		}
	}
}

func (p *player) sendVideo(at time.Duration, nalus [][]byte) error {
	packets, err := p.videoEncode(nalus)
	if err != nil {
		return fmt.Errorf("packetise picture: %w", err)
	}
	return p.write(p.video, &p.videoSent, packets, p.videoStart+uint32(ticks(at, 90_000)))
}

// playAudio sends an unbroken row of equal frames; which one of the film's is sent follows from the time, so voice and picture stay together
// within half a frame.
func (p *player) playAudio(ctx context.Context) error {
	a := p.film.Load().audio
	unit := fromTicks(int64(a.perUnit), a.rate)
	for n := ticks(unixNow(), a.rate) / int64(a.perUnit); ; n++ {
		samples := n * int64(a.perUnit)
		at := fromTicks(samples, a.rate)
		if err := sleepUntil(ctx, at+unit); err != nil { // a frame is complete when its last sample was heard
			return err
		}
		if p.paused.Load() {
			continue
		}
		i := int((at%p.film.Load().length + unit/2) / unit)
		packets, err := p.audioEncode(a.units[i%len(a.units)])
		if err != nil {
			return fmt.Errorf("packetise sound: %w", err)
		}
		if err := p.write(p.audio, &p.audioSent, packets, p.audioStart+uint32(samples)); err != nil {
			return err
		}
	}
}

func (p *player) write(m *description.Media, sent *counter, packets []*rtp.Packet, timestamp uint32) error {
	st := p.stream.Load()
	for _, pkt := range packets {
		pkt.Timestamp = timestamp
		sent.packets.Add(1)
		sent.octets.Add(uint32(len(pkt.Payload)))
		if err := st.WritePacketRTP(m, pkt); err != nil {
			return err
		}
	}
	return nil
}

// report sends sender reports (RFC 3550 §6.4.1) every second: which RTP time belongs to which wall-clock time.
func (p *player) report(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if p.paused.Load() {
			continue
		}
		t := unixNow()
		if err := p.writeReport(p.video, &p.videoSent, t, p.videoStart+uint32(ticks(t, 90_000))); err != nil {
			return err
		}
		if a := p.film.Load().audio; a != nil {
			if err := p.writeReport(p.audio, &p.audioSent, t, p.audioStart+uint32(ticks(t, a.rate))); err != nil {
				return err
			}
		}
	}
}

func (p *player) writeReport(m *description.Media, sent *counter, t time.Duration, rtpTime uint32) error {
	const toNTP = 2_208_988_800 // seconds from 1900 to 1970
	st := p.stream.Load()
	ssrc := st.Stats().Medias[m].Formats[m.Formats[0]].LocalSSRC
	return st.WritePacketRTCP(m, &rtcp.SenderReport{
		SSRC:        ssrc,
		NTPTime:     uint64(t/time.Second+toNTP)<<32 | uint64(t%time.Second)<<32/uint64(time.Second),
		RTPTime:     rtpTime,
		PacketCount: sent.packets.Load(),
		OctetCount:  sent.octets.Load(),
	})
}

func sleepUntil(ctx context.Context, unix time.Duration) error {
	t := time.NewTimer(unix - unixNow())
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
