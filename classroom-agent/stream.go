package agent

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tongtang/tongtang/classroom-agent/rtsp"
	"github.com/tongtang/tongtang/recorder/libav"
)

const (
	queueFrames = 50 // of a stream, before conversion; when it is full, everything up to the next keyframe is left out
	retryFirst  = time.Second
	retryMost   = 5 * time.Second
	retryWrong  = 10 * time.Second // what a person must mend
	retryLocked = 30 * time.Second // cameras lock out whoever tries wrong passwords too often
	convertRate = 4_000_000        // bit/s at most, of converted H.265
)

// stream is one RTSP stream of a camera. read and work run side by side; work is the only one that hands pictures on.
type stream struct {
	feed   *feed
	layer  layer
	source rtsp.Source
	queue  chan rtsp.Video

	// Of the reading goroutine.
	skipping bool // a frame was left out: wait for a keyframe
	lastAt   time.Duration
	back     int // how often time went back in the last 100 frames: B-frames
	frames   int

	mu        sync.Mutex
	cond      CameraState
	detail    string
	shown     bool // a picture came since the start
	info      Stream
	reordered bool // H.264 with B-frames, which browsers do not play: converted
	rate      meter
	lastKey   rtsp.Video

	wantKey atomic.Bool // somebody needs a keyframe; only converted pictures can have one made
}

func newStream(f *feed, l layer, s rtsp.Source) *stream {
	return &stream{feed: f, layer: l, source: s, queue: make(chan rtsp.Video, queueFrames), cond: CameraConnecting}
}

// read keeps the stream connected.
func (s *stream) read(ctx context.Context) error {
	wait := retryFirst
	for {
		began := time.Now()
		s.begin()
		err := s.source.Read(ctx, s)
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(began) > time.Minute {
			wait = retryFirst
		}
		pause := wait
		wait = min(2*wait, retryMost)
		var f *rtsp.Fault
		if errors.As(err, &f) {
			pause = s.failed(f, pause)
		}
		if !sleep(ctx, pause) {
			return nil
		}
	}
}

// begin forgets what was true of the connection before.
func (s *stream) begin() {
	s.skipping, s.lastAt, s.back, s.frames = false, 0, 0, 0
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reordered = false
}

// failed notes why the stream ended and returns how long to wait.
func (s *stream) failed(f *rtsp.Fault, pause time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.detail
	s.cond, s.detail = CameraLost, f.Code
	if f.Wrong {
		s.cond, pause = CameraWrong, retryWrong
	}
	if f.Code == "password-wrong" {
		pause = retryLocked
	}
	if before != f.Code {
		s.feed.log.Warn("camera stream is away; it is tried again", "layer", layerNames[s.layer], "code", f.Code, "error", f.Err)
	}
	return pause
}

var layerNames = map[layer]string{mainLayer: "main", subLayer: "sub"}

// Received implements rtsp.Sink.
func (s *stream) Received(n int) { s.rate.bytes(n) }

// Microphone implements rtsp.Sink.
func (s *stream) Microphone(m libav.LiveSound) { s.feed.mic.announce(m, s.feed.log) }

// Sound implements rtsp.Sink.
func (s *stream) Sound(data []byte, at time.Duration) {
	if packets := s.feed.mic.push(data, at, s.feed.log); len(packets) > 0 {
		s.feed.deliverSound(packets)
	}
}

// Video implements rtsp.Sink.
func (s *stream) Video(v rtsp.Video) {
	s.rate.frame()
	s.note(v)
	if s.skipping && !v.Key {
		return
	}
	select {
	case s.queue <- v:
		s.skipping = false
	default:
		s.skipping = true
	}
}

// note keeps what the page shows of the picture.
func (s *stream) note(v rtsp.Video) {
	if s.frames++; s.frames%100 == 0 {
		s.back = 0
	}
	if v.At < s.lastAt {
		s.back++
	}
	s.lastAt = v.At
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cond != CameraOK {
		s.feed.log.Info("camera stream is here", "layer", layerNames[s.layer], "codec", v.Codec, "width", v.Width, "height", v.Height)
	}
	s.cond, s.detail, s.shown = CameraOK, "", true
	s.reordered = s.reordered || s.back > 4
	s.info = Stream{Codec: string(v.Codec), Converted: v.Codec != libav.LiveH264 || s.reordered, Width: v.Width, Height: v.Height}
	if v.Key {
		s.lastKey = v
	}
}

// work hands the pictures on, converted if need be.
func (s *stream) work(ctx context.Context) error {
	c := converter{stream: s}
	defer c.close()
	for {
		select {
		case <-ctx.Done():
			return nil
		case v := <-s.queue:
			c.push(v)
		}
	}
}

func (s *stream) converted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.info.Converted
}

// seen tells whether a picture came since the start.
func (s *stream) seen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown
}

func (s *stream) condition() (CameraState, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cond, s.detail
}

// state is nil before the first picture.
func (s *stream) state() *Stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.shown {
		return nil
	}
	info := s.info
	info.FPS, info.Bitrate = s.rate.read()
	return &info
}

// keyframe is the last one, false when it is older than 15 s.
func (s *stream) keyframe() (rtsp.Video, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastKey, s.lastKey.At > 0 && rtsp.Now()-s.lastKey.At < 15*time.Second
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
