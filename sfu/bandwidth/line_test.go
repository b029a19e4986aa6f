package bandwidth

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// bottleneck is a simulated line that several viewers share: a rate, a drop-tail queue, delay, jitter that keeps the order, and loss.
type bottleneck struct {
	rate   float64       // bit/s
	queue  time.Duration // that it holds
	delay  time.Duration // each way
	jitter time.Duration // standard deviation of a half-normal distribution
	loss   float64
	chance *rand.Rand

	free, last time.Time
	carried    int64 // bytes
}

func (b *bottleneck) pass(bytes int, now time.Time) (time.Time, bool) {
	if b.free.Before(now) {
		b.free = now
	}
	if b.free.Sub(now) > b.queue {
		return now, false
	}
	b.free = b.free.Add(time.Duration(float64(bytes) * 8 / b.rate * float64(time.Second)))
	if b.chance.Float64() < b.loss {
		return now, false
	}
	b.carried += int64(bytes)
	at := b.free.Add(b.delay + time.Duration(math.Abs(b.chance.NormFloat64())*float64(b.jitter)))
	if at.Before(b.last) {
		at = b.last
	}
	b.last = at
	return at, true
}

// spectator is a viewer on the line, as egress serves it: panes, repairs, probes; and its receiver, that reports every 100 ms.
type spectator struct {
	Estimator
	line     *bottleneck
	panes    []Pane
	due      []float64 // bytes of each pane that are not sent yet
	seq      uint16
	lastDown time.Time

	unreported []arrival
	reports    []pending
	count      uint8

	probing      int64 // bit/s
	begun        time.Time
	since        int64 // bytes since the probe began
	media, other int64 // bytes offered: media and repairs, padding
	arrived      int64
}

type arrival struct {
	seq  uint16
	at   time.Time
	lost bool
	size int
	kind int
}

type pending struct {
	at       time.Time
	arrivals []arrival
}

const (
	mediaPacket = iota
	repairPacket
	paddingPacket
)

func (s *spectator) send(size, kind int, now time.Time) {
	s.Sent(s.seq, size, now)
	at, ok := s.line.pass(size, now)
	s.unreported = append(s.unreported, arrival{s.seq, at, !ok, size, kind})
	s.seq++
	s.since += int64(size)
	switch kind {
	case paddingPacket:
		s.other += int64(size)
	case mediaPacket:
		s.media += int64(size)
	}
	if ok && kind != paddingPacket {
		s.arrived += int64(size)
	}
}

// turn is one millisecond.
func (s *spectator) turn(ms int, now time.Time) {
	for i, p := range s.panes {
		if p.Now < 0 {
			continue
		}
		s.due[i] += float64(p.Rates[p.Now]) / 8 / 1000
		if (ms+i*7)%40 == 0 { // a picture
			for s.due[i] > 0 {
				size := min(1200, max(100, s.due[i]))
				s.send(int(size), mediaPacket, now)
				s.due[i] -= size
			}
		}
	}
	if ms%20 == 3 {
		s.send(100, mediaPacket, now)
	}
	if ms%5 == 0 && s.probing > 0 {
		s.stepProbe(now)
	}
	if ms%100 == 50 {
		s.report(now)
	}
	for len(s.reports) > 0 && !s.reports[0].at.After(now) {
		s.feed(s.reports[0].arrivals, now)
		s.reports = s.reports[1:]
	}
	if ms%100 == 77 {
		s.tryProbe(now)
	}
	if ms%500 == 99 {
		s.allocate(now)
	}
}

func (s *spectator) stepProbe(now time.Time) {
	for s.since < s.probing/8*now.Sub(s.begun).Milliseconds()/1000 {
		s.send(255, paddingPacket, now)
	}
	if now.Sub(s.begun) >= ProbeTime {
		s.probing = 0
		s.ProbeEnded(s.seq-1, now)
	}
}

func (s *spectator) viewer(now time.Time) Viewer {
	return Viewer{Line: s.Estimate(now), Voice: 50_000, Panes: s.panes, Climb: now.Sub(s.lastDown) > ClimbPause}
}

func (s *spectator) tryProbe(now time.Time) {
	v, chosen := s.viewer(now), []int{}
	for _, p := range s.panes {
		chosen = append(chosen, p.Now)
	}
	if rate := s.Probe(v.Goal(chosen), now); rate > 0 {
		s.probing, s.begun, s.since = rate, now, 0
		s.ProbeBegun(s.seq)
	}
}

func (s *spectator) allocate(now time.Time) {
	chosen, _ := Allocate(0, []Viewer{s.viewer(now)})
	for i, layer := range chosen[0] {
		p := &s.panes[i]
		if p.Now >= 0 && (layer < 0 || layer > p.Now) {
			s.lastDown = now
		}
		p.Off = layer < 0
		p.Now = layer
	}
}

// report is the receiver's: all up to the last that has arrived.
func (s *spectator) report(now time.Time) {
	n := 0
	for i, a := range s.unreported {
		if !a.lost && !a.at.After(now) {
			n = i + 1
		}
	}
	if n > 0 {
		s.reports = append(s.reports, pending{now.Add(s.line.delay), s.unreported[:n:n]})
		s.unreported = s.unreported[n:]
	}
}

func (s *spectator) feed(all []arrival, now time.Time) {
	var at []time.Time
	for _, a := range all {
		if a.lost {
			a.at = time.Time{}
		}
		at = append(at, a.at)
	}
	s.count++
	s.Feedback(feedback(all[0].seq, at, s.count), now)
	for _, a := range all {
		if a.lost && a.kind == mediaPacket {
			s.send(a.size, repairPacket, now)
		}
	}
}

// field is a line and those behind it.
type field struct {
	t    *testing.T
	line *bottleneck
	all  []*spectator
	now  time.Time
	ms   int
}

func newField(t *testing.T, seed uint64, line bottleneck, viewers int, panes ...Pane) *field {
	line.chance = rand.New(rand.NewPCG(seed, uint64(viewers)))
	f := &field{t: t, line: &line, now: time.Unix(1_000_000, 0)}
	for i := range viewers {
		s := &spectator{line: f.line, panes: append([]Pane{}, panes...), due: make([]float64, len(panes)), seq: 65000 + uint16(i*100)}
		f.all = append(f.all, s)
	}
	return f
}

func (f *field) run(d time.Duration) {
	for range d.Milliseconds() {
		for i, s := range f.all {
			s.turn(f.ms+i*13, f.now)
		}
		f.ms++
		f.now = f.now.Add(time.Millisecond)
	}
}

// until runs until ok, at most so long, and returns how long.
func (f *field) until(most time.Duration, ok func() bool) time.Duration {
	begun := f.now
	for f.now.Sub(begun) < most && !ok() {
		f.run(20 * time.Millisecond)
	}
	return f.now.Sub(begun)
}

// used is the share of what the line can carry that is used during d; padded how much padding there is to each byte of media.
func (f *field) used(d time.Duration) (used, padded float64) {
	var media, other, arrived int64
	for _, s := range f.all {
		s.media, s.other, s.arrived = 0, 0, 0
	}
	f.run(d)
	for _, s := range f.all {
		media, other, arrived = media+s.media, other+s.other, arrived+s.arrived
	}
	f.t.Logf("loss %.0f %%: %.2f of %.2f Mbit/s, padding %.1f %% of the media", f.line.loss*100, float64(arrived)*8/d.Seconds()/1e6, f.line.rate/1e6, 100*float64(other)/float64(media))
	return float64(arrived) * 8 / d.Seconds() / f.line.rate / (1 - f.line.loss), float64(other) / float64(media)
}

func stagePanes() []Pane {
	tile := Pane{Class: Tile, Rates: []int64{1_000_000, 250_000}, Best: 1}
	return []Pane{{Class: Lecturer, Rates: []int64{2_500_000, 300_000}}, {Class: Courseware, Rates: []int64{800_000}}, tile, tile, tile}
}

var rural = bottleneck{rate: 10e6, queue: 300 * time.Millisecond, delay: 30 * time.Millisecond, jitter: 5 * time.Millisecond}

// Three viewers share a school's 10 Mbit/s and would take 13.2.
func TestThreeShareALine(t *testing.T) {
	for _, loss := range []float64{0, 0.02, 0.05, 0.10, 0.20} {
		line := rural
		line.loss = loss
		f := newField(t, 1, line, 3, stagePanes()...)
		f.run(20 * time.Second)
		used, padded := f.used(40 * time.Second)
		if loss <= 0.05 {
			require.Greater(t, used, 0.7, "loss %v", loss)
		}
		require.Greater(t, used, 0.5, "loss %v", loss)
		require.Less(t, padded, 0.05)
	}
}

// Nothing is held back on a good line, and once everybody has what it is worth there is no padding at all.
func TestGoodLineCarriesAll(t *testing.T) {
	line := rural
	line.rate = 30e6
	f := newField(t, 1, line, 1, stagePanes()...)
	f.run(10 * time.Second)
	used, padded := f.used(20 * time.Second)
	require.Greater(t, used*30, 4.0)
	require.Zero(t, padded)
}

// Ten bad seconds: the viewer is soon under what the line carries, and soon back.
func TestDropAndRecovery(t *testing.T) {
	var ups []time.Duration
	for _, queue := range []time.Duration{50 * time.Millisecond, 300 * time.Millisecond, time.Second} {
		for _, loss := range []float64{0, 0.03} {
			for seed := range uint64(3) {
				line := rural
				line.queue, line.loss = queue, loss
				f := newField(t, seed, line, 1, stagePanes()...)
				s := f.all[0]
				f.run(15 * time.Second)
				require.Zero(t, s.panes[0].Now, "the large layer")
				s.media, s.other = 0, 0
				f.line.rate = 1e6
				down := f.until(10*time.Second, func() bool { return float64(s.Estimate(f.now)) < f.line.rate })
				f.run(10*time.Second - down)
				require.Equal(t, 1, s.panes[0].Now)
				f.line.rate = 10e6
				up := f.until(60*time.Second, func() bool { return s.panes[0].Now == 0 })
				t.Logf("queue %v, loss %v: under the line after %v, back after %v", queue, loss, down, up)
				require.LessOrEqual(t, down, 2*time.Second)
				require.LessOrEqual(t, up, 8*time.Second)
				require.Less(t, float64(s.other), 0.15*float64(s.media))
				ups = append(ups, up)
			}
		}
	}
	slices.Sort(ups)
	require.LessOrEqual(t, ups[len(ups)/2], 5*time.Second)
}

// A line that stays thin is probed seldom.
func TestProbesBackOff(t *testing.T) {
	line := rural
	line.rate = 1.2e6
	f := newField(t, 1, line, 1, stagePanes()...)
	f.run(120 * time.Second)
	used, padded := f.used(60 * time.Second)
	require.Less(t, padded, 0.02)
	require.Greater(t, used, 0.5)
}
