package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/tongtang/tongtang/sfu/bench/load"
)

// idle measures what a viewer costs to whom nothing is sent: the source is there, and silent.
func (r *run) idle(ctx context.Context) error {
	s, err := begin(ctx, r.Pace, r.Ours)
	if err != nil {
		return err
	}
	defer s.end()
	if err := s.publish(ctx, "camera", load.Film{Layers: []int{r.Bitrate}}); err != nil {
		return err
	}
	if err := s.watch(ctx, 1, 1, theStage); err != nil {
		return err
	}
	s.pause(true)
	empty, err := s.idleRate(ctx, r.Options)
	if err != nil {
		return err
	}
	s.pause(false)
	if err := s.watch(ctx, r.Idle+1, r.Sample, theStage); err != nil {
		return err
	}
	s.pause(true)
	full, err := s.idleRate(ctx, r.Options)
	if err != nil {
		return err
	}
	var each series
	for _, rate := range full {
		each = append(each, (rate-empty.median())*1000/float64(r.Idle))
	}
	r.figure(of(fmt.Sprintf("idle viewer, CPU a second (of %d)", r.Idle), "ms", each, 0.3, none))
	return nil
}

// idleRate is the share of a core that the server needs, one value a window, after things have calmed down.
func (s *site) idleRate(ctx context.Context, o Options) (rates series, err error) {
	if err := pause(ctx, o.Settle); err != nil {
		return nil, err
	}
	for range o.Windows {
		from, err := cpuTime(s.PID)
		if err != nil {
			return nil, err
		}
		begun := time.Now()
		if err := pause(ctx, o.Window); err != nil {
			return nil, err
		}
		to, err := cpuTime(s.PID)
		if err != nil {
			return nil, err
		}
		rates = append(rates, (to-from).Seconds()/time.Since(begun).Seconds())
	}
	return rates, nil
}
