package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/tongtang/tongtang/sfu/bench/load"
)

// Browser is a real one, which shows a real film.
type Browser struct {
	Missing string // why there is none; then nothing else is set

	// Film is H.264 (annex B, access unit delimiters) with a GOP of 4 s.
	Film func(ctx context.Context) (stream []byte, framesPerSecond int, err error)
	// Join watches that many times, period apart, and returns the times from the POST of the offer to the first picture.
	Join func(ctx context.Context, whep, grant string, joins int, period time.Duration) ([]time.Duration, error)
}

// browserJoins are as many tenths of the GOP.
const browserJoins = 10

// browser measures the first picture in a browser, whose source ignores requests for keyframes.
func (r *run) browser(ctx context.Context) error {
	if r.Browser.Missing != "" || r.Browser.Join == nil {
		r.fact("First picture in Chromium: not measured. " + r.Browser.Missing)
		return nil
	}
	stream, rate, err := r.Browser.Film(ctx)
	if err != nil {
		return fmt.Errorf("film: %w", err)
	}
	s, err := begin(ctx, r.Pace, r.Ours)
	if err != nil {
		return err
	}
	defer s.end()
	l, err := s.Publish("camera")
	if err != nil {
		return err
	}
	film, err := load.PublishFilm(ctx, l, "camera", load.Frames(stream), rate)
	if err != nil {
		return err
	}
	s.sources = append(s.sources, film)
	if err := pause(ctx, longGOP+r.Settle); err != nil {
		return err
	}
	// 3 is prime to 10, so that every tenth of the GOP is hit once.
	all, err := r.Browser.Join(ctx, s.View.Server+"/live/"+s.View.ID+"/whep", s.View.Grant, browserJoins, longGOP*3/browserJoins)
	if err != nil {
		return err
	}
	ms := milliseconds(all)
	f := r.spread(fmt.Sprintf("POST → first picture in Chromium, p50 of %d joins", len(ms)), ms, 0.5, 500, 300)
	f.decimals, f.remark = 0, fmt.Sprintf("the first %.0f, with the start of its decoder", ms[0])
	r.figure(f)
	return nil
}
