package bench

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/tongtang/tongtang/sfu/bench/load"
)

// warmUp viewers bring a server to life before its memory is looked at.
const warmUp = 5

// besideUpTo is the largest crowd that plain pion is measured with: more is too much for it, or for the machine.
const besideUpTo = 200

// cost measures CPU, memory, allocations and delay with the number of viewers. Small steps are measured beside plain pion, window by window.
func (r *run) cost(ctx context.Context) error {
	ours, err := r.warm(ctx, "ours", r.Ours)
	if err != nil {
		return err
	}
	defer ours.end()
	t := r.table("Growth with viewers (one source)", costHead...)
	atFirst := none
	for i, n := range r.Viewers {
		r.tell("%d viewers", n)
		ws, err := r.step(ctx, ours, n, i == 0, t)
		if err != nil {
			return fmt.Errorf("%d viewers: %w", n, err)
		}
		if i == 0 {
			atFirst = ws.costs().median()
			continue
		}
		r.laterFigures(n, ws, atFirst, ours)
	}
	return nil
}

// step measures n viewers, the small crowds beside plain pion.
func (r *run) step(ctx context.Context, ours *site, n int, first bool, t *table) (windows, error) {
	sites := []*site{ours}
	if first || n <= besideUpTo {
		plain, err := r.rivals(ctx, first)
		defer func() {
			for _, s := range plain {
				s.end()
			}
		}()
		if err != nil {
			return nil, err
		}
		sites = append(plain[:len(plain):len(plain)], ours)
	}
	all, err := r.turns(ctx, sites, n)
	if err != nil {
		return nil, err
	}
	for i, s := range sites {
		r.growthRow(t, strings.TrimSuffix(fmt.Sprintf("%d, %s", n, s.name), ", ours"), all[i], s.growth(all[i], n).median())
	}
	if first {
		r.firstFigures(n, all)
	}
	return all[len(all)-1], r.profile(ctx, ours, n)
}

// rivals are plain pion as it is and, where asked, the same with transport-wide numbers, which ours has, too.
func (r *run) rivals(ctx context.Context, both bool) (sites []*site, err error) {
	s, err := r.warm(ctx, "plain pion", r.Plain)
	if err != nil {
		return nil, fmt.Errorf("plain pion: %w", err)
	}
	sites = append(sites, s)
	if both {
		if s, err = r.warm(ctx, "plain pion, numbered", r.Numbered); err != nil {
			return sites, fmt.Errorf("plain pion: %w", err)
		}
		sites = append(sites, s)
	}
	return sites, nil
}

// turns brings every site to n viewers and measures them in turn: while one is measured, the sources of the others are silent.
func (r *run) turns(ctx context.Context, sites []*site, n int) ([]windows, error) {
	only := func(s *site) {
		for _, other := range sites {
			other.pause(other != s)
		}
	}
	for _, s := range sites {
		only(s)
		if err := s.watch(ctx, n, r.Sample, theStage); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if err := pause(ctx, r.Settle); err != nil {
		return nil, err
	}
	all := make([]windows, len(sites))
	for range r.Windows {
		for i, s := range sites {
			if len(sites) > 1 {
				only(s)
				if err := pause(ctx, r.Settle/2); err != nil {
					return nil, err
				}
			}
			w, err := s.measure(ctx, r.Window)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			all[i] = append(all[i], w)
		}
	}
	return all, nil
}

// growth is how much memory each viewer more than those of the warm-up took, bytes.
func (s *site) growth(ws windows, viewers int) series {
	return ws.each(func(w window) float64 { return (float64(w.rss) - s.resting) / float64(max(1, viewers-warmUp)) })
}

// warm starts a server with its source and a few viewers, and looks at its memory.
func (r *run) warm(ctx context.Context, name string, start func(context.Context) (*Server, error)) (*site, error) {
	s, err := begin(ctx, r.Pace, start)
	if err != nil {
		return nil, err
	}
	s.name, s.loss = name, r.Loss
	if err = s.publish(ctx, "camera", load.Film{Layers: []int{r.Bitrate}}); err == nil {
		err = pause(ctx, r.Settle/2) // plain pion has tracks for viewers once their first packets are there
	}
	if err == nil {
		err = s.watch(ctx, warmUp, r.Sample, theStage)
	}
	if err == nil {
		s.resting, err = s.restingRSS(ctx, r.Settle)
	}
	if err != nil {
		s.end()
		return nil, err
	}
	s.pause(true)
	r.fact(fmt.Sprintf("SRTP of %s: %s.", name, s.crowd.Viewers()[0].Profile()))
	return s, s.scrapeMallocs(ctx)
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

// firstFigures are those that are asked for at the first step. The windows of one turn belong together.
func (r *run) firstFigures(n int, all []windows) {
	plain, numbered, ours := all[0], all[1], all[2]
	r.fact("Delay: from before the publisher's encryption and system call until a viewer has decrypted the packet; both wake-ups and the burst of a frame are in it.")
	r.figure(cost(n, ", plain pion", plain, none, none))
	r.figure(cost(n, ", plain pion with transport-wide numbers", numbered, none, none))
	r.figure(cost(n, "", ours, plain.costs().median()/4, 4.5))
	r.figure(share("… as a share of plain pion's", ours, plain, 1./4, 1./6))
	r.figure(share("… as a share of plain pion's with transport-wide numbers", ours, numbered, none, none))
	f := of("heap allocations for each packet, feedback included", "", ours.each(func(w window) float64 { return w.mallocs }), none, none)
	f.decimals, f.remark = 3, "0 on the packet path: TestForwardingAllocatesNothing"
	r.figure(f)
	r.figure(of(fmt.Sprintf("delay p50, %d viewers", n), "ms", ours.delay(0.5), 2, 1))
	r.figure(of(fmt.Sprintf("delay p99, %d viewers", n), "ms", ours.delay(0.99), 12, 5))
}

func (r *run) laterFigures(n int, ws windows, atFirst float64, ours *site) {
	aim := none
	if n == 800 {
		aim = 3.1
	}
	r.figure(cost(n, "", ws, atFirst, aim))
	if n != 200 {
		return
	}
	each := ours.growth(ws, n)
	for i := range each {
		each[i] /= 1024
	}
	f := of("memory for each watching viewer, 200 viewers", "KiB", each, 350, 250)
	f.decimals = 0
	r.figure(f)
}

func cost(n int, whose string, ws windows, must, aim float64) figure {
	f := of(fmt.Sprintf("CPU for each packet, %d viewers%s", n, whose), "µs", ws.costs(), must, aim)
	if arrived := ws.each(func(w window) float64 { return w.arrived }).median(); arrived < 0.98 {
		f.remark = fmt.Sprintf("only %.0f %% arrived: the machine was too busy", 100*arrived)
	}
	return f
}

func share(name string, ours, plain windows, must, aim float64) figure {
	var ratios series
	for i := range ours {
		ratios = append(ratios, ours[i].cost/plain[i].cost)
	}
	f := of(name, "", ratios, must, aim)
	f.value, f.decimals = ours.costs().median()/plain.costs().median(), 3
	return f
}

// profileTime is how long a CPU profile lasts, s.
const profileTime = 5

// profile keeps profiles of the step, after its windows: CPU, the heap, and what was allocated in the meantime (pprof -base the file before).
func (r *run) profile(ctx context.Context, s *site, viewers int) error {
	if r.Profile == "" {
		return nil
	}
	for _, p := range []struct{ file, path string }{{"allocs-before", "allocs"}, {"cpu", fmt.Sprintf("profile?seconds=%d", profileTime)}, {"allocs", "allocs"}, {"heap", "heap"}} {
		if err := s.free(ctx); err != nil { // a collection: profiles of the heap are as of the last one
			return err
		}
		file := filepath.Join(r.Profile, fmt.Sprintf("%s-%d.pprof", p.file, viewers))
		if err := download(ctx, s.URL+"/debug/pprof/"+p.path, file); err != nil {
			return err
		}
	}
	return nil
}

var costHead = []string{"", "µs/packet", "min–max", "packets/s", "cores", "load cores", "arrived", "lost", "repaired", "allocs/packet", "delay p50", "p99 ms", "RSS MiB", "peak MiB", "KiB/viewer"}

func (r *run) growthRow(t *table, name string, ws windows, each float64) {
	last := ws[len(ws)-1]
	var lost, repaired int64
	for _, w := range ws {
		lost, repaired = lost+w.lost, repaired+w.repaired
	}
	growth := "–"
	if !math.IsNaN(each) {
		growth = fmt.Sprintf("%.0f", each/1024)
	}
	t.row(name, fmt.Sprintf("%.2f", ws.costs().median()), fmt.Sprintf("%.2f–%.2f", ws.costs().min(), ws.costs().max()), fmt.Sprintf("%.0f", ws.rate()),
		fmt.Sprintf("%.2f", ws.each(func(w window) float64 { return w.busy }).median()), fmt.Sprintf("%.2f", ws.each(func(w window) float64 { return w.loadBusy }).median()),
		fmt.Sprintf("%.1f %%", 100*ws.each(func(w window) float64 { return w.arrived }).median()), fmt.Sprint(lost), fmt.Sprint(repaired),
		fmt.Sprintf("%.3f", ws.each(func(w window) float64 { return w.mallocs }).median()),
		fmt.Sprintf("%.2f", ws.delay(0.5).median()), fmt.Sprintf("%.2f", ws.delay(0.99).median()), mib(last.rss), mib(last.peak), growth)
	r.tell("%s: %s", t.title, t.rows[len(t.rows)-1])
}
