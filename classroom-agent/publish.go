package agent

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/recorder/libav"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
)

const (
	publishWait  = 500 * time.Millisecond // first pause before another try
	publishMost  = 4 * time.Second
	publishSetUp = 10 * time.Second
)

// publisher keeps one camera on air: it asks for a grant, publishes, and does both again whenever the connection is lost.
type publisher struct {
	feed   *feed
	voice  *feed // whose microphone goes with it; nil for none
	server string
	grant  func(context.Context) (*link.Join, error)
	shift  func() time.Duration // the server's clock minus rtsp.Now
	log    *slog.Logger

	detour bool // the straight way did not connect: the relays are tried too

	mu      sync.Mutex
	state   OnAirState
	problem string
	rate    meter
}

// errOver means that the server will not take this lesson any more.
var errOver = errors.New("the lesson is over")

// run returns nil when ctx ends, errOver when the lesson did.
func (p *publisher) run(ctx context.Context) error {
	for !p.feed.ready() {
		if !sleep(ctx, 50*time.Millisecond) {
			return nil
		}
	}
	wait := publishWait
	for {
		began := time.Now()
		err := p.once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		code := problemCode(err)
		if over[code] {
			return errOver
		}
		p.set(OnAirLost, code)
		p.log.Warn("the camera is off air; it is published again", "source", p.feed.cfg.Name, "error", err)
		if time.Since(began) > 20*time.Second {
			wait = publishWait
		}
		if errors.Is(err, errForgotten) {
			continue // the server has just answered: it is there
		}
		if !sleep(ctx, wait) {
			return nil
		}
		wait = min(2*wait, publishMost)
	}
}

// over are the refusals that no repetition will change.
var over = map[string]bool{"lesson-ended": true, "already-ended": true, "not-live": true}

// once publishes until the connection ends.
func (p *publisher) once(ctx context.Context) error {
	join, err := p.grant(ctx)
	if err != nil {
		return err
	}
	layers := []string{"h", "l"}
	video := client.NewVideo(layers[:len(p.feed.streams)]...)
	if len(p.feed.streams) == 1 {
		video = client.NewVideo()
	}
	options := client.PublishOptions{Source: p.feed.cfg.Name, Video: video, OnKeyframeRequest: func(rid string) {
		l := mainLayer
		if rid == "l" {
			l = subLayer
		}
		p.feed.streams[l].wantKey.Store(true)
	}}
	if p.voice != nil {
		options.Audio = client.NewAudio()
	}
	setUp, cancel := context.WithTimeout(ctx, publishSetUp)
	defer cancel()
	lesson := client.Lesson{Server: p.server, ID: join.Lesson.ID, Grant: join.Grant, Log: p.log}
	if p.detour {
		for _, s := range join.ICEServers {
			lesson.ICEServers = append(lesson.ICEServers, client.ICEServer(s))
		}
	}
	pub, err := lesson.Publish(setUp, options)
	if err != nil {
		p.detour = true
		return err
	}
	defer func() { _ = pub.Close() }()
	s := sender{video: video, audio: options.Audio, offset: rand.Uint32(), shift: p.shift(), started: make([]bool, len(video)), rate: &p.rate}
	defer p.feed.attach(&outlet{picture: s.picture})()
	if p.voice != nil {
		defer p.voice.attach(&outlet{sound: s.sound})()
	}
	p.set(OnAirLive, "")
	p.log.Info("the camera is on air", "source", p.feed.cfg.Name)
	return p.hold(ctx, pub, join)
}

// hold returns when the connection is lost, or the server has forgotten it.
func (p *publisher) hold(ctx context.Context, pub *client.Publication, join *link.Join) error {
	ask := probe{server: p.server, join: join, session: pub.Session()}
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-pub.Done():
			return pub.Err()
		case <-tick.C:
			if ask.forgotten(ctx) {
				return errForgotten
			}
		}
	}
}

func (p *publisher) set(s OnAirState, problem string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state, p.problem = s, problem
}

// source is what the local page shows.
func (p *publisher) source() OnSource {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := OnSource{Name: p.feed.cfg.Name, State: p.state, Problem: p.problem, Layers: []string{""}}
	if len(p.feed.streams) > 1 {
		o.Layers = []string{"h", "l"}
	}
	_, o.Bitrate = p.rate.read()
	return o
}

// sender writes what a feed shows into the encodings of a connection. RTP time runs with the time at which things were filmed, for all layers and
// the sound alike; the sender reports tell that time on the server's clock, so that classrooms whose clocks are wrong can be lined up.
type sender struct {
	video   []*client.Encoding
	audio   *client.Encoding
	offset  uint32
	shift   time.Duration
	started []bool // by layer: a decoder begins at a keyframe
	rate    *meter // may be nil
}

func (s *sender) picture(l layer, p picture) {
	if int(l) >= len(s.video) || (!s.started[l] && !p.key) {
		return
	}
	s.started[l] = true
	// An error here means that the connection is ending: its own end tells why.
	_ = s.video[l].WriteFrame(p.nalus, s.offset+rtpTime(p.at, 90_000), time.Unix(0, int64(p.at+s.shift)))
	if s.rate != nil {
		n := 0
		for _, nalu := range p.nalus {
			n += len(nalu)
		}
		s.rate.bytes(n)
	}
}

func (s *sender) sound(p libav.OpusPacket) {
	s.audio.SetLevel(p.Level)
	_ = s.audio.WriteFrame([][]byte{p.Data}, s.offset+rtpTime(p.Time, 48_000), time.Unix(0, int64(p.Time+s.shift)))
	if s.rate != nil {
		s.rate.bytes(len(p.Data))
	}
}

// rtpTime is a Unix time on an RTP clock, rounded.
func rtpTime(at time.Duration, rate int64) uint32 {
	whole, rest := int64(at/time.Second), int64(at%time.Second)
	return uint32(whole*rate + (rest*rate+int64(time.Second)/2)/int64(time.Second))
}

// problemCode is the code of a refusal; everything else means that the server is away.
func problemCode(err error) string {
	if err == nil {
		return ""
	}
	var p *httpd.Problem
	if errors.As(err, &p) {
		return p.Code
	}
	return "server-away"
}
