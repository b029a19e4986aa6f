package libav

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
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

func (w *work) prepare() error {
	if err := w.openFilms(); err != nil {
		return err
	}
	for _, r := range w.job.Renditions {
		v, err := newVideoEncoder(r, w.job.Preset)
		if err != nil {
			return err
		}
		w.video = append(w.video, v)
		a, err := newAudioEncoder(r.AudioBitrate)
		if err != nil {
			return err
		}
		w.audio = append(w.audio, a)
	}
	if err := w.openMuxers(); err != nil {
		return err
	}
	voices, err := w.openVoices()
	if err != nil {
		return err
	}
	seconds := make(chan struct{}, 2)
	w.mixer = &mixer{voices: voices, encoders: w.audio, total: samples(time.Duration(frameCount(w.job.Plan.Duration)) * framePeriod), seconds: seconds}
	w.director = &director{plan: w.job.Plan, films: w.films, out: w.job.Renditions, seconds: seconds, poster: w.poster}
	for range w.job.Renditions {
		w.director.frames = append(w.director.frames, make(chan *astiav.Frame, 8))
	}
	return nil
}

func (w *work) openFilms() error {
	w.films = map[string]*film{}
	for source, used := range pictureUse(w.job.Plan) {
		feed := w.job.Material.Video(source, used)
		if feed == nil {
			continue
		}
		f, err := newFilm(feed)
		if err != nil {
			feed.Close()
			return err
		}
		w.films[source] = f
	}
	return nil
}

// pictureUse lists when each source is in the picture.
func pictureUse(p compose.Plan) map[string][]compose.Stretch {
	use := map[string][]compose.Stretch{}
	for _, s := range p.Scenes {
		for _, source := range []string{s.Main, s.Inset, s.Guest} {
			if source != "" {
				use[source] = append(use[source], compose.Stretch{From: p.Start.Add(s.From), To: p.Start.Add(s.To)})
			}
		}
	}
	return use
}

func (w *work) openVoices() ([]*voice, error) {
	p := w.job.Plan
	used, spans := map[string][]compose.Stretch{}, map[string][]span{}
	for _, v := range p.Voices {
		used[v.Source] = append(used[v.Source], compose.Stretch{From: p.Start.Add(v.From), To: p.Start.Add(v.To)})
		spans[v.Source] = append(spans[v.Source], span{samples(v.From), samples(v.To)})
	}
	var all []*voice
	for source, u := range used {
		feed := w.job.Material.Audio(source, u)
		if feed == nil {
			continue
		}
		v, err := newVoice(feed, spans[source])
		if err != nil {
			feed.Close()
			(&mixer{voices: all}).close()
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

func (w *work) openMuxers() error {
	for i, r := range w.job.Renditions {
		dir := filepath.Join(w.job.Dir, "hls", r.Name)
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return fmt.Errorf("make the result's folder: %w", err)
		}
		m, err := newMuxer("hls", filepath.Join(dir, "index.m3u8"), map[string]string{
			"hls_time": strconv.Itoa(segmentSeconds), "hls_playlist_type": "vod", "hls_list_size": "0", "hls_segment_type": "fmp4",
			"hls_segment_filename": filepath.Join(dir, "%05d.m4s"), "hls_fmp4_init_filename": "init.mp4", "hls_flags": "independent_segments",
		}, w.video[i].ctx, w.audio[i].ctx)
		if err != nil {
			return err
		}
		w.muxers = append(w.muxers, m)
		into := []*muxer{m}
		if i == 0 {
			whole, err := newMuxer("mp4", filepath.Join(w.job.Dir, "video.mp4"), nil, w.video[0].ctx, w.audio[0].ctx)
			if err != nil {
				return err
			}
			w.muxers = append(w.muxers, whole)
			into = append(into, whole)
		}
		w.video[i].sink, w.audio[i].sink = writeAll(into, pictureStream), writeAll(into, soundStream)
	}
	return nil
}

func writeAll(into []*muxer, stream int) func(*astiav.Packet) error {
	return func(p *astiav.Packet) error {
		if stream == pictureStream {
			p.SetDuration(1) // x264 leaves it open; a picture lasts one tick
		}
		for _, m := range into {
			if err := m.write(stream, p); err != nil {
				return err
			}
		}
		return nil
	}
}

func (w *work) poster(f *astiav.Frame) error {
	raw, err := jpeg(f)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.job.Dir, "poster.jpg"), raw, 0o640)
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
