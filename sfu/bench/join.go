package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tongtang/tongtang/sfu/bench/load"
)

// longGOP is that of a camera which ignores requests for keyframes.
const longGOP = 4 * time.Second

// join measures the time from the POST to the first whole picture, at moments spread over the GOP.
func (r *run) join(ctx context.Context) error {
	s, err := begin(ctx, r.Pace, r.Ours)
	if err != nil {
		return err
	}
	defer s.end()
	if err := s.publish(ctx, "camera", load.Film{Layers: []int{r.Bitrate}, GOP: longGOP}); err != nil {
		return err
	}
	if err := pause(ctx, longGOP+r.Settle); err != nil {
		return err
	}
	var answered, connected, pictured []time.Duration
	var leaving sync.WaitGroup
	defer leaving.Wait()
	start := time.Now()
	for i := range r.Joins {
		// 7 is prime to 60, so that every sixtieth of the GOP is hit once.
		if err := pause(ctx, time.Until(start.Add(time.Duration(i)*longGOP*7/60))); err != nil {
			return err
		}
		v, err := s.crowd.Join(ctx, s.View, load.Options{Prompt: true, Decrypt: true})
		if err != nil {
			return err
		}
		select {
		case <-v.FirstPicture():
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * longGOP):
			return fmt.Errorf("join %d has seen no whole picture within %v", i, 2*longGOP)
		}
		<-v.Connected()
		answered, connected, pictured = append(answered, v.AnswerAfter()), append(connected, v.ConnectedAfter()), append(pictured, v.PictureAfter())
		leaving.Go(v.Leave)
	}
	whole := milliseconds(pictured)
	r.figure(r.spread(fmt.Sprintf("POST → whole first picture, p50 of %d joins", r.Joins), whole, 0.5, 80, 40))
	r.figure(r.spread(fmt.Sprintf("POST → whole first picture, p99 of %d joins", r.Joins), whole, 0.99, 200, 100))
	t := r.table("Joining, ms from the POST (source with a GOP of 4 s that ignores PLI)", spreadHead("until")...)
	for _, phase := range []struct {
		name string
		all  []time.Duration
	}{{"answer", answered}, {"ICE and DTLS through", connected}, {"whole first picture", pictured}} {
		t.spread(phase.name, milliseconds(phase.all))
	}
	return nil
}

// spread is a percentile with the range of all values.
func (r *run) spread(name string, s series, p, must, aim float64) figure {
	return figure{name: name, unit: "ms", value: s.percentile(p), min: s.min(), max: s.max(), must: must, aim: aim, decimals: 1}
}

// Numbers of the rush.
const (
	rushTime  = 5 * time.Second
	residents = 20 // viewers that are there before
)

// rush lets a school come in at once.
func (r *run) rush(ctx context.Context) error {
	s, err := begin(ctx, r.Pace, r.Ours)
	if err != nil {
		return err
	}
	defer s.end()
	if err := s.publish(ctx, "camera", load.Film{Layers: []int{r.Bitrate}}); err != nil {
		return err
	}
	if err := s.watch(ctx, residents, residents, theStage); err != nil {
		return err
	}
	if err := pause(ctx, r.Settle); err != nil {
		return err
	}
	old := s.crowd.Viewers()
	for _, v := range old {
		v.Stall()
	}
	cpu, err := cpuTime(s.PID)
	if err != nil {
		return err
	}
	var joining sync.WaitGroup
	failed := make(chan error, r.Rush)
	start := time.Now()
	for i := range r.Rush {
		joining.Go(func() {
			err := pause(ctx, time.Until(start.Add(time.Duration(i)*rushTime/time.Duration(r.Rush))))
			if err == nil {
				_, err = s.crowd.Join(ctx, s.View, load.Options{})
			}
			if err != nil {
				failed <- err
			}
		})
	}
	joining.Wait()
	asked := time.Since(start)
	waiting, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	_ = s.crowd.Settled(waiting) // who did not make it is counted
	settled := time.Since(start)
	spent, err := cpuTime(s.PID)
	if err != nil {
		return err
	}
	if err := pause(ctx, r.Settle); err != nil {
		return err
	}
	var newcomers, stalls, oldStalls series
	for _, v := range s.crowd.Viewers() {
		stall := v.Stall().Seconds() * 1000
		if slices.Contains(old, v) {
			oldStalls = append(oldStalls, stall)
		} else if d := v.PictureAfter(); d > 0 {
			newcomers = append(newcomers, d.Seconds()*1000)
			stalls = append(stalls, stall)
		}
	}
	f := single(fmt.Sprintf("%d viewers join within 5 s: viewers without video", r.Rush), "", float64(r.Rush-len(newcomers)), 0, 0)
	f.decimals = 0
	if n := len(failed); n > 0 {
		f.remark = fmt.Sprintf("%d refused: %v", n, <-failed)
	}
	r.figure(f)
	r.figure(r.spread("… longest stall of those who watched already", oldStalls, 1, 200, none))
	r.figure(r.spread("… longest stall of anybody", append(stalls, oldStalls...), 1, 200, none))
	t := r.table("The rush", "last offer after s", "all see video after s", "first picture p50 ms", "p99 ms", "server CPU s", "peak MiB")
	m, err := readMemory(s.PID)
	if err != nil {
		return err
	}
	t.row(fmt.Sprintf("%.1f", asked.Seconds()), fmt.Sprintf("%.1f", settled.Seconds()), fmt.Sprintf("%.0f", newcomers.percentile(0.5)),
		fmt.Sprintf("%.0f", newcomers.percentile(0.99)), fmt.Sprintf("%.1f", (spent-cpu).Seconds()), mib(m.peak))
	return nil
}
