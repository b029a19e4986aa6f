package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"github.com/tongtang/tongtang/sfu/bench/load"
)

// warmUp viewers bring a server to life before its memory is looked at.
const warmUp = 5

// cost measures CPU, memory, allocations and delay with the number of viewers. The first step is measured beside plain pion, window by window.
func (r *run) cost(ctx context.Context) error {
	ours, err := r.warm(ctx, r.Ours)
	if err != nil {
		return err
	}
	defer ours.end()
	before, err := ours.restingRSS(ctx, r.Settle)
	if err != nil {
		return err
	}
	growth := r.table("Growth with viewers (one source)", costHead...)
	first := r.Viewers[0]
	ws, err := r.beside(ctx, ours, growth, first)
	if err != nil {
		return err
	}
	r.growthRow(growth, fmt.Sprint(first), ws, (ws.rss()-before)/float64(first-warmUp))
	r.firstFigures(ws)
	atFirst := ws.costs().median()
	for _, n := range r.Viewers[1:] {
		r.tell("%d viewers", n)
		ws, err := r.step(ctx, ours, n)
		if err != nil {
			return fmt.Errorf("%d viewers: %w", n, err)
		}
		each := (ws.rss() - before) / float64(n-warmUp)
		r.growthRow(growth, fmt.Sprint(n), ws, each)
		aim := none
		if n == 800 {
			aim = 3.1
		}
		r.figure(of(fmt.Sprintf("CPU for each packet, %d viewers", n), "µs", ws.costs(), atFirst, aim))
		if n == 200 {
			spread := ws.each(func(w window) float64 { return (float64(w.rss) - before) / float64(n-warmUp) / 1024 })
			f := of("memory for each watching viewer, 200 viewers", "KiB", spread, 350, 250)
			f.decimals = 0
			r.figure(f)
		}
	}
	return nil
}

func (r *run) warm(ctx context.Context, start func(context.Context) (*Server, error)) (*site, error) {
	s, err := begin(ctx, start)
	if err != nil {
		return nil, err
	}
	if err = s.publish(ctx, "camera", load.Film{Layers: []int{r.Bitrate}}); err == nil {
		err = pause(ctx, r.Settle/2) // plain pion has tracks for viewers once their first packets are there
	}
	if err == nil {
		err = s.watch(ctx, warmUp, r.Sample, theStage)
	}
	if err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// restingRSS is the median of some seconds: the heap breathes. What the start-up needed is given back before (plain pion cannot, and needs little).
func (s *site) restingRSS(ctx context.Context, d time.Duration) (float64, error) {
	if err := s.free(ctx); err != nil {
		return 0, err
	}
	var all series
	for range 10 {
		if err := pause(ctx, d/5); err != nil {
			return 0, err
		}
		m, err := readMemory(s.PID)
		if err != nil {
			return 0, err
		}
		all = append(all, float64(m.rss))
	}
	return all.median(), nil
}

// beside measures n viewers of ours and of plain pion in turn: while one is measured, the other's source is silent.
func (r *run) beside(ctx context.Context, ours *site, growth *table, n int) (windows, error) {
	plain, err := r.warm(ctx, r.Plain)
	if err != nil {
		return nil, fmt.Errorf("plain pion: %w", err)
	}
	defer plain.end()
	sites := []*site{plain, ours}
	before, err := plain.restingRSS(ctx, r.Settle)
	if err != nil {
		return nil, err
	}
	r.tell("%d viewers, ours and plain pion in turn", n)
	plain.pause(true)
	if err := ours.watch(ctx, n, r.Sample, theStage); err != nil {
		return nil, err
	}
	ours.pause(true)
	plain.pause(false)
	if err := plain.watch(ctx, n, r.Sample, theStage); err != nil {
		return nil, fmt.Errorf("plain pion: %w", err)
	}
	r.facts = append(r.facts, fmt.Sprintf("SRTP: ours %s, plain pion %s.", ours.crowd.Viewers()[0].Profile(), plain.crowd.Viewers()[0].Profile()))
	var all [2]windows
	scrape, err := ours.scrapeMallocs(ctx)
	if err != nil {
		return nil, err
	}
	for range r.Windows {
		for i, s := range sites {
			sites[1-i].pause(true)
			s.pause(false)
			if err := pause(ctx, r.Settle/2); err != nil {
				return nil, err
			}
			w, err := s.measure(ctx, r.Window, scrape)
			if err != nil {
				return nil, err
			}
			if w.rate == 0 {
				return nil, errors.New("the server forwarded nothing")
			}
			all[i] = append(all[i], w)
		}
	}
	ours.pause(false)
	r.growthRow(growth, fmt.Sprintf("%d, plain pion", n), all[0], (all[0].rss()-before)/float64(n-warmUp))
	r.compare(n, all[0], all[1])
	return all[1], r.profile(ctx, ours, n)
}

// compare prints the ratio: the windows of one turn belong together.
func (r *run) compare(n int, plain, ours windows) {
	r.figure(of(fmt.Sprintf("CPU for each packet, %d viewers, plain pion", n), "µs", plain.costs(), none, none))
	r.figure(of(fmt.Sprintf("CPU for each packet, %d viewers", n), "µs", ours.costs(), plain.costs().median()/4, 4.5))
	var ratios series
	for i := range ours {
		ratios = append(ratios, ours[i].cost/plain[i].cost)
	}
	f := of("the same as a share of plain pion's", "", ratios, 1./4, 1./6)
	f.value, f.decimals = ours.costs().median()/plain.costs().median(), 3
	r.figure(f)
}

// firstFigures are those that are asked for at the first step.
func (r *run) firstFigures(ws windows) {
	n := r.Viewers[0]
	f := of("heap allocations for each packet, feedback included", "", ws.each(func(w window) float64 { return w.mallocs }), none, none)
	f.decimals, f.remark = 3, "0 on the packet path: TestForwardingAllocatesNothing"
	r.figure(f)
	r.figure(of(fmt.Sprintf("delay p50, %d viewers", n), "ms", ws.delay(0.5), 2, 1))
	r.figure(of(fmt.Sprintf("delay p99, %d viewers", n), "ms", ws.delay(0.99), 12, 5))
	r.facts = append(r.facts, "Delay: from before the publisher's encryption and system call until a viewer has decrypted the packet; both wake-ups and the burst of a frame are in it.")
}

// step brings the load to n viewers and measures.
func (r *run) step(ctx context.Context, s *site, n int) (windows, error) {
	if err := s.watch(ctx, n, r.Sample, theStage); err != nil {
		return nil, err
	}
	if err := pause(ctx, r.Settle); err != nil {
		return nil, err
	}
	ws, err := s.steady(ctx, r.Options)
	if err != nil {
		return nil, err
	}
	return ws, r.profile(ctx, s, n)
}

// profile keeps CPU and heap profiles of the step, after its windows.
func (r *run) profile(ctx context.Context, s *site, viewers int) error {
	if r.Profile == "" {
		return nil
	}
	for kind, path := range map[string]string{"cpu": "profile?seconds=5", "heap": "heap", "allocs": "allocs?seconds=5"} {
		file := filepath.Join(r.Profile, fmt.Sprintf("%s-%d.pprof", kind, viewers))
		if err := download(ctx, s.URL+"/debug/pprof/"+path, file); err != nil {
			return err
		}
	}
	return nil
}

var costHead = []string{"", "µs/packet", "min–max", "packets/s", "cores", "arrived", "lost", "allocs/packet", "delay p50", "p99 ms", "RSS MiB", "peak MiB", "KiB/viewer"}

func (r *run) growthRow(t *table, name string, ws windows, each float64) {
	last := ws[len(ws)-1]
	var lost int64
	for _, w := range ws {
		lost += w.lost
	}
	growth := "–"
	if !math.IsNaN(each) {
		growth = fmt.Sprintf("%.0f", each/1024)
	}
	t.row(name, fmt.Sprintf("%.2f", ws.costs().median()), fmt.Sprintf("%.2f–%.2f", ws.costs().min(), ws.costs().max()), fmt.Sprintf("%.0f", ws.rate()),
		fmt.Sprintf("%.2f", ws.each(func(w window) float64 { return w.busy }).median()),
		fmt.Sprintf("%.1f %%", 100*ws.each(func(w window) float64 { return w.arrived }).median()), fmt.Sprint(lost),
		fmt.Sprintf("%.3f", ws.each(func(w window) float64 { return w.mallocs }).median()),
		fmt.Sprintf("%.2f", ws.delay(0.5).median()), fmt.Sprintf("%.2f", ws.delay(0.99).median()), mib(last.rss), mib(last.peak), growth)
	r.tell("%s: %s", t.title, t.rows[len(t.rows)-1])
}
