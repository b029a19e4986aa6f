package bench

import (
	"context"
	"fmt"

	"github.com/tongtang/tongtang/sfu/bench/load"
)

// crowdSize of the tables that grow with something else than viewers; 16 sources share it evenly.
const crowdSize = 96

// sources measures the cost with more sources, each watched by its share of the viewers in one pane.
func (r *run) sources(ctx context.Context) error {
	t := r.table(fmt.Sprintf("Growth with sources (%d viewers, each sees one)", crowdSize), costHead...)
	for _, n := range []int{1, 4, 16} {
		name := func(i int) string { return fmt.Sprintf("camera-%d", i%n) }
		if err := r.grown(ctx, t, fmt.Sprint(n), func(s *site) error {
			for i := range n {
				if err := s.publish(ctx, name(i), load.Film{Layers: []int{r.Bitrate}}); err != nil {
					return err
				}
			}
			if err := pause(ctx, r.Settle/2); err != nil { // until all are on air
				return err
			}
			return s.watch(ctx, crowdSize, r.Sample, name)
		}); err != nil {
			return fmt.Errorf("%d sources: %w", n, err)
		}
	}
	return nil
}

// layers measures the cost of a source with more simulcast layers.
func (r *run) layers(ctx context.Context) error {
	t := r.table(fmt.Sprintf("Growth with layers (%d viewers of one source)", crowdSize), costHead...)
	all := []int{r.Bitrate, r.Bitrate / 3, r.Bitrate / 10}
	for n := 1; n <= len(all); n++ {
		if err := r.grown(ctx, t, fmt.Sprint(n), func(s *site) error {
			if err := s.publish(ctx, "camera", load.Film{Layers: all[:n]}); err != nil {
				return err
			}
			return s.watch(ctx, crowdSize, r.Sample, theStage)
		}); err != nil {
			return fmt.Errorf("%d layers: %w", n, err)
		}
	}
	return nil
}

// grown measures one step on a fresh server.
func (r *run) grown(ctx context.Context, t *table, name string, prepare func(*site) error) error {
	s, err := begin(ctx, r.Pace, r.Ours)
	if err != nil {
		return err
	}
	defer s.end()
	if err := prepare(s); err != nil {
		return err
	}
	if err := pause(ctx, r.Settle); err != nil {
		return err
	}
	ws, err := s.steady(ctx, r.Options)
	if err != nil {
		return err
	}
	r.growthRow(t, name, ws, none)
	return nil
}
