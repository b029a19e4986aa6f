package libav

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/asticode/go-astiav"
	"golang.org/x/sync/errgroup"

	"github.com/tongtang/tongtang/recorder/compose"
)

// segmentSeconds is the length of an HLS segment.
const segmentSeconds = 4

// DefaultRenditions are what a course resource offers; the first one is also the MP4's.
var DefaultRenditions = []Rendition{
	{Name: "720p", Width: 1280, Height: 720, VideoBitrate: 1_800_000, AudioBitrate: 128_000},
	{Name: "360p", Width: 640, Height: 360, VideoBitrate: 500_000, AudioBitrate: 64_000},
}

// Material opens what was captured of a source for the stretches of the plan in which it is used. It is asked before composing begins; nil
// where there is nothing.
type Material interface {
	Video(source string, used []compose.Stretch) Feed
	Audio(source string, used []compose.Stretch) Feed
}

// Job is one recording to be made.
type Job struct {
	Plan       compose.Plan
	Material   Material
	Dir        string // is filled with hls/master.m3u8 …, video.mp4 (not yet ready for the web) and poster.jpg
	Renditions []Rendition
	Preset     string                                  // of x264; "" veryfast
	Progress   func(percent float64, secsLeft float64) // called about once a second, from one goroutine
}

// Result tells what was made.
type Result struct {
	Frames     int64 // pictures in each rendition: what the plan's duration asks for
	Broken     int   // pictures and packets that could not be decoded
	Renditions []Made
}

// Compose makes the recording: decoders, compositor, mixer and encoders run in goroutines of their own, and have ended when it returns.
func Compose(ctx context.Context, job Job) (Result, error) {
	if frameCount(job.Plan.Duration) == 0 || len(job.Plan.Scenes) == 0 {
		return Result{}, errors.New("there is nothing to compose")
	}
	if job.Preset == "" {
		job.Preset = "veryfast"
	}
	fewArenas()
	defer giveBack()
	w := &work{job: job, start: time.Now()}
	defer w.close()
	if err := w.prepare(); err != nil {
		return Result{}, err
	}
	if err := w.run(ctx); err != nil {
		return Result{}, err
	}
	return w.result()
}

// work is a job with everything that was opened for it.
type work struct {
	job      Job
	start    time.Time
	films    map[string]*film
	mixer    *mixer
	director *director
	video    []*encoder
	audio    []*encoder
	muxers   []*muxer
	encoded  atomic.Int64 // pictures of the first rendition
}

func (w *work) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	decoding, stop := context.WithCancel(ctx)
	films := &errgroup.Group{}
	for _, f := range w.films {
		f.started = true
		films.Go(func() error { return f.run(decoding) })
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return w.director.run(gctx) })
	g.Go(func() error { return w.mixer.run(gctx) })
	for i := range w.video {
		g.Go(func() error { return w.encode(gctx, i) })
	}
	done := make(chan struct{})
	reporter := &errgroup.Group{}
	reporter.Go(func() error { w.report(done); return nil })
	err := g.Wait()
	close(done)
	_ = reporter.Wait()
	stop()
	if ferr := films.Wait(); err == nil && !errors.Is(ferr, context.Canceled) {
		err = ferr
	}
	return err
}

// encode encodes one rendition's pictures.
func (w *work) encode(ctx context.Context, i int) error {
	for {
		select {
		case f, more := <-w.director.frames[i]:
			if !more {
				if err := ctx.Err(); err != nil {
					return err
				}
				return w.video[i].encode(nil)
			}
			f.SetPictureType(astiav.PictureTypeNone)
			err := w.video[i].encode(f)
			f.Free()
			if err != nil {
				return err
			}
			if i == 0 {
				w.encoded.Add(1)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (w *work) report(done <-chan struct{}) {
	if w.job.Progress == nil {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			part := float64(w.encoded.Load()) / float64(frameCount(w.job.Plan.Duration))
			left := 0.0
			if part > 0 {
				left = time.Since(w.start).Seconds() * (1 - part) / part
			}
			w.job.Progress(100*part, left)
		}
	}
}

// result finishes the files and checks that they are complete.
func (w *work) result() (Result, error) {
	r := Result{Frames: frameCount(w.job.Plan.Duration)}
	for _, m := range w.muxers {
		if err := m.finish(); err != nil {
			return r, err
		}
	}
	for i, e := range w.video {
		name := w.job.Renditions[i].Name
		if e.count != r.Frames {
			return r, fmt.Errorf("rendition %s has %d pictures, %d were expected", name, e.count, r.Frames)
		}
		made, err := measure(filepath.Join(w.job.Dir, "hls", name), w.job.Renditions[i], avcCodec(e.ctx.ExtraData()))
		if err == nil {
			err = made.complete(float64(r.Frames)/frameRate, e.bytes+w.audio[i].bytes)
		}
		if err != nil {
			return r, err
		}
		r.Renditions = append(r.Renditions, made)
	}
	for _, f := range w.films {
		r.Broken += f.decoder.broken
	}
	for _, v := range w.mixer.voices {
		r.Broken += v.decoder.broken
	}
	return r, writeMaster(filepath.Join(w.job.Dir, "hls"), r.Renditions)
}

func (w *work) close() {
	if w.director != nil {
		w.director.close()
	}
	for _, f := range w.films {
		f.close()
	}
	if w.mixer != nil {
		w.mixer.close()
	}
	for _, e := range append(w.video, w.audio...) {
		e.close()
	}
	for _, m := range w.muxers {
		m.close()
	}
}
