// Package camera is an IP camera made of films: a real RTSP server that plays each film in a loop, bound to the wall clock. The film's position is
// (Unix time) mod (film length), so a frame code burnt into the film tells anybody who sees it when the camera sent it. The demo and the tests use it.
package camera

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/bluenviron/gortsplib/v4"
	"github.com/bluenviron/gortsplib/v4/pkg/base"
	"golang.org/x/sync/errgroup"
)

// Config describes one camera.
type Config struct {
	Listen  string // host:port of the RTSP server; port 0 takes a free one
	Streams []Stream
}

// Stream is one RTSP path of the camera.
type Stream struct {
	Path  string // "/main"
	Film  string // MP4 with H.264 or H.265, and AAC if it has a voice
	Voice string // optional WAV, G.711 A-law or µ-law, 8 kHz mono, instead of the film's own sound
}

// Camera serves its streams over RTSP, TCP interleaved only.
type Camera struct {
	listener net.Listener
	server   *gortsplib.Server
	players  map[string]*player
}

// New reads the films and takes the address; nobody is served before Run.
func New(cfg Config) (*Camera, error) {
	if len(cfg.Streams) == 0 {
		return nil, errors.New("a camera needs at least one stream")
	}
	c := &Camera{players: map[string]*player{}}
	for _, s := range cfg.Streams {
		f, err := readFilm(s.Film, s.Voice)
		if err != nil {
			return nil, err
		}
		c.players["/"+strings.Trim(s.Path, "/")] = newPlayer(f)
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("camera: %w", err)
	}
	c.listener = l
	return c, nil
}

// URL is the address of one stream.
func (c *Camera) URL(path string) string {
	return "rtsp://" + c.listener.Addr().String() + "/" + strings.Trim(path, "/")
}

// Run serves until ctx ends.
func (c *Camera) Run(ctx context.Context) error {
	c.server = &gortsplib.Server{
		Handler:        handler{c},
		RTSPAddress:    c.listener.Addr().String(),
		Listen:         func(string, string) (net.Listener, error) { return c.listener, nil },
		WriteQueueSize: 2048, // packets; a keyframe of 2 MB
		ReadTimeout:    10 * time.Second,
		WriteTimeout:   10 * time.Second,
		// Its reports carry nanoseconds where RFC 3550 §4 wants fractions of 2⁻³² s; the players send their own.
		DisableRTCPSenderReports: true,
	}
	if err := c.server.Start(); err != nil {
		_ = c.listener.Close()
		return fmt.Errorf("camera: %w", err)
	}
	defer c.server.Close()
	g, ctx := errgroup.WithContext(ctx)
	for _, p := range c.players {
		if err := p.open(c.server); err != nil {
			return fmt.Errorf("camera: %w", err)
		}
		defer p.close()
		g.Go(func() error { return p.playVideo(ctx) })
		if p.film.Load().audio != nil {
			g.Go(func() error { return p.playAudio(ctx) })
		}
		g.Go(func() error { return p.report(ctx) })
	}
	if err := g.Wait(); ctx.Err() == nil {
		return err
	}
	return nil
}

// Swap goes on with another film of the same codec, as a camera does whose picture settings were changed: the readers stay connected, the new
// parameter sets come in-band. The sound stays.
func (c *Camera) Swap(path, file string) error {
	p := c.player(path)
	if p == nil {
		return fmt.Errorf("camera has no stream %s", path)
	}
	f, err := readFilm(file, "")
	if err != nil {
		return err
	}
	return p.swap(f)
}

// Pause lets the stream fall silent, or go on, while its connections stay: a camera that hangs.
func (c *Camera) Pause(path string, paused bool) {
	if p := c.player(path); p != nil {
		p.paused.Store(paused)
	}
}

func (c *Camera) player(path string) *player { return c.players["/"+strings.Trim(path, "/")] }

// handler answers the RTSP requests; gortsplib finds its methods by their signatures.
type handler struct{ c *Camera }

func (h handler) find(path string) (*base.Response, *gortsplib.ServerStream, error) {
	p := h.c.player(path)
	if p == nil || p.stream.Load() == nil {
		return &base.Response{StatusCode: base.StatusNotFound}, nil, nil
	}
	return &base.Response{StatusCode: base.StatusOK}, p.stream.Load(), nil
}

// OnDescribe answers with the stream's SDP.
func (h handler) OnDescribe(ctx *gortsplib.ServerHandlerOnDescribeCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return h.find(ctx.Path)
}

// OnSetup prepares one track.
func (h handler) OnSetup(ctx *gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return h.find(ctx.Path)
}

// OnPlay starts the tracks that were set up.
func (h handler) OnPlay(*gortsplib.ServerHandlerOnPlayCtx) (*base.Response, error) {
	return &base.Response{StatusCode: base.StatusOK}, nil
}
