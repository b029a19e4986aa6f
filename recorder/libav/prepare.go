package libav

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/asticode/go-astiav"

	"github.com/tongtang/tongtang/recorder/compose"
)

// prepare opens everything that a job needs. What was opened before an error is freed by close.
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
