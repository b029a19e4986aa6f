package client

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// PublishOptions say what is published.
type PublishOptions struct {
	Source string      // name of the source; the grant must allow it
	Video  []*Encoding // NewVideo(…), nil for none
	Audio  *Encoding   // NewAudio(), nil for none

	// OnKeyframeRequest is called, from a goroutine of the publication's, when a viewer needs a keyframe of the layer ("" without simulcast).
	OnKeyframeRequest func(rid string)
}

// Publication is one source on air. It ends by Close, or by itself when the connection is lost; then publish anew with new encodings.
type Publication struct {
	pc      *webrtc.PeerConnection
	session *session
	life    *life
	all     []*Encoding
	most    atomic.Int64 // bit/s that the server has room for; 0 unknown
	wg      sync.WaitGroup
	once    sync.Once
	closed  error
}

// Publish puts a source on air. It returns when the media connection stands, so that the first packet written is not lost. ctx bounds only
// the set-up.
func (l Lesson) Publish(ctx context.Context, o PublishOptions) (*Publication, error) {
	api, err := publisherAPI()
	if err != nil {
		return nil, err
	}
	pc, err := api.NewPeerConnection(l.configuration())
	if err != nil {
		return nil, err
	}
	p := &Publication{pc: pc, life: newLife()}
	p.life.watch(pc)
	if err := p.start(ctx, l, o); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Publication) start(ctx context.Context, l Lesson, o PublishOptions) error {
	if len(o.Video) == 0 && o.Audio == nil {
		return errors.New("a publication needs a video or an audio encoding")
	}
	var senders []*webrtc.RTPSender
	for _, encodings := range [][]*Encoding{o.Video, audio(o.Audio)} {
		if len(encodings) == 0 {
			continue
		}
		s, err := p.add(encodings)
		if err != nil {
			return err
		}
		senders = append(senders, s)
	}
	var err error
	if p.session, err = negotiate(ctx, p.pc, l, l.url("/whip", url.Values{"source": {o.Source}})); err != nil {
		return err
	}
	p.setMids()
	for _, s := range senders {
		p.listen(s, o.OnKeyframeRequest)
	}
	select {
	case <-p.life.connected:
	case <-p.life.done:
		return p.life.err
	case <-ctx.Done():
		return fmt.Errorf("no media connection: %w", ctx.Err())
	}
	p.wg.Go(p.reports)
	return nil
}

func audio(e *Encoding) []*Encoding {
	if e == nil {
		return nil
	}
	return []*Encoding{e}
}

// add makes the m-line of the encodings.
func (p *Publication) add(encodings []*Encoding) (*webrtc.RTPSender, error) {
	p.all = append(p.all, encodings...)
	t, err := p.pc.AddTransceiverFromTrack(encodings[0], webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err != nil {
		return nil, err
	}
	for _, layer := range encodings[1:] {
		if err := t.Sender().AddEncoding(layer); err != nil {
			return nil, fmt.Errorf("layer %q: %w", layer.rid, err)
		}
	}
	return t.Sender(), nil
}

func (p *Publication) setMids() {
	for _, t := range p.pc.GetTransceivers() {
		track := t.Sender().Track()
		for _, e := range p.all {
			if track != nil && e.id == track.ID() {
				e.setMid(t.Mid())
			}
		}
	}
}

// listen reads the RTCP of every encoding of a sender: it must be drained, and holds the keyframe requests.
func (p *Publication) listen(s *webrtc.RTPSender, ask func(string)) {
	for _, e := range p.all {
		if e.id != s.Track().ID() {
			continue
		}
		read := s.ReadRTCP
		if e.rid != "" {
			rid := e.rid
			read = func() ([]rtcp.Packet, interceptor.Attributes, error) { return s.ReadSimulcastRTCP(rid) }
		}
		p.wg.Go(func() {
			for {
				packets, _, err := read()
				if err != nil {
					return
				}
				p.asks(packets)
				if ask != nil && wantsKeyframe(packets, e.boundSSRC()) {
					ask(e.rid)
				}
			}
		})
	}
}

func wantsKeyframe(packets []rtcp.Packet, ssrc uint32) bool {
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.PictureLossIndication:
			if p.MediaSSRC == ssrc {
				return true
			}
		case *rtcp.FullIntraRequest:
			return true
		}
	}
	return false
}

// reports sends the sender reports: soon after the start, then every second.
func (p *Publication) reports() {
	const first, usual = 100 * time.Millisecond, time.Second
	timer := time.NewTicker(first)
	defer timer.Stop()
	counted := time.Now()
	for n := 0; ; n++ {
		select {
		case <-p.life.done:
			return
		case now := <-timer.C:
			if n == 5 {
				timer.Reset(usual)
			}
			if since := now.Sub(counted); since >= usual {
				p.keepWithin(since)
				counted = now
			}
			var packets []rtcp.Packet
			for _, e := range p.all {
				if r := e.report(now); r != nil {
					packets = append(packets, r)
				}
			}
			if len(packets) > 0 {
				_ = p.pc.WriteRTCP(packets) // the next report makes up for a lost one
			}
		}
	}
}

// Session is the id of the WHIP session.
func (p *Publication) Session() string { return p.session.id() }

// Done is closed at the end of the publication; Err then tells why: nil after Close, else ErrLost.
func (p *Publication) Done() <-chan struct{} { return p.life.done }

// Err is the reason of the end, once Done is closed.
func (p *Publication) Err() error {
	select {
	case <-p.life.done:
		return p.life.err
	default:
		return nil
	}
}

// Close takes the source off air and waits for everything to end.
func (p *Publication) Close() error {
	p.once.Do(func() {
		p.life.end(nil)
		if p.session != nil {
			p.closed = leave(p.session, p.pc, p.life)
		} else {
			p.closed = p.pc.GracefulClose()
		}
		p.wg.Wait()
	})
	return p.closed
}
