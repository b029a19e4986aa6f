package quality

import (
	"cmp"
	"slices"
)

// Down is a row of a viewer.
type Down struct {
	Session                                        string
	At                                             int64 // ms
	Ms, Bytes                                      int
	Expected, Lost                                 int
	RTT, Jitter                                    int // µs, 0 unknown
	PageMs, Freezes, FrozenMs, ConcealedMs, Frames int
}

// Up is a row of a layer that a room sends.
type Up struct {
	At             int64 // ms
	Ms, Bytes      int
	Expected, Lost int
	RTT, Jitter    int // µs, 0 unknown
}

// Figures of a line over some time. A figure that nobody told is 0, and Loss then means nothing either.
type Figures struct {
	Loss    float64 // 0–1
	RTT     float64 // ms
	Jitter  float64 // ms
	Bitrate float64 // bit/s
}

// Step is one piece of time of a room.
type Step struct {
	N       int // counted from the beginning
	Word    Word
	Viewers int
	Figures         // of the viewer in the middle, of two the worse
	Freezes int     // of that viewer
	Frozen  float64 // share of the time
	FPS     float64 // pictures that it saw in a second
	Up      *Figures
}

// Summary of a room over the lesson, over every viewer's steps.
type Summary struct {
	Loss, LossP95    float64
	RTT, RTTP95      float64 // ms
	FreezesPerMinute float64
}

// Room turns the rows of one room into steps of step ms from begin on.
func Room(down []Down, up []Up, begin, step int64) ([]Step, Summary) {
	at := map[int]*moment{}
	get := func(t int64) *moment {
		n := int((t - begin) / step)
		if t < begin {
			return nil
		}
		if at[n] == nil {
			at[n] = &moment{viewers: map[string]*sum{}}
		}
		return at[n]
	}
	for _, d := range down {
		if m := get(d.At); m != nil {
			m.addDown(d)
		}
	}
	for _, u := range up {
		if m := get(u.At); m != nil {
			m.addUp(u)
		}
	}
	var steps []Step
	var all []judged
	for n, m := range at {
		s, viewers := m.step(n)
		if s.Word != "" {
			steps = append(steps, s)
		}
		all = append(all, viewers...)
	}
	slices.SortFunc(steps, func(a, b Step) int { return a.N - b.N })
	return steps, summary(all)
}

// moment gathers the rows of one step.
type moment struct {
	viewers map[string]*sum
	up      sum
}

// sum of rows.
type sum struct {
	ms, bytes, expected, lost                      int
	rtt, rtts, jitter, jitters                     int
	pageMs, freezes, frozenMs, concealedMs, frames int
}

func (s *sum) line(ms, bytes, expected, lost, rtt, jitter int) {
	s.ms, s.bytes, s.expected, s.lost = s.ms+ms, s.bytes+bytes, s.expected+expected, s.lost+lost
	if rtt > 0 {
		s.rtt, s.rtts = s.rtt+rtt, s.rtts+1
	}
	if jitter > 0 {
		s.jitter, s.jitters = s.jitter+jitter, s.jitters+1
	}
}

func (m *moment) addDown(d Down) {
	s := m.viewers[d.Session]
	if s == nil {
		s = &sum{}
		m.viewers[d.Session] = s
	}
	s.line(d.Ms, d.Bytes, d.Expected, d.Lost, d.RTT, d.Jitter)
	s.pageMs, s.freezes, s.frozenMs = s.pageMs+d.PageMs, s.freezes+d.Freezes, s.frozenMs+d.FrozenMs
	s.concealedMs, s.frames = s.concealedMs+d.ConcealedMs, s.frames+d.Frames
}

func (m *moment) addUp(u Up) {
	m.up.line(0, u.Bytes, u.Expected, u.Lost, u.RTT, u.Jitter)
	m.up.ms = max(m.up.ms, u.Ms) // layers run side by side
}

// judged is one viewer in one step.
type judged struct {
	word Word
	sum  *sum
	Figures
}

func (m *moment) step(n int) (Step, []judged) {
	var viewers []judged
	for _, s := range m.viewers {
		if s.expected == 0 && s.pageMs == 0 {
			continue // nothing was sent, or nobody told
		}
		viewers = append(viewers, judged{word: s.down(), sum: s, Figures: s.figures()})
	}
	slices.SortFunc(viewers, func(a, b judged) int {
		return cmp.Or(cmp.Compare(badness(a.word), badness(b.word)), cmp.Compare(a.Loss, b.Loss), cmp.Compare(a.RTT, b.RTT))
	})
	s := Step{N: n, Viewers: len(viewers)}
	if len(viewers) > 0 {
		middle := viewers[len(viewers)/2]
		s.Word, s.Figures, s.Freezes, s.Frozen = middle.word, middle.Figures, middle.sum.freezes, share(middle.sum.frozenMs, middle.sum.pageMs)
		s.FPS = middle.sum.fps()
	}
	if m.up.expected > 0 {
		f := m.up.figures()
		s.Up = &f
		s.Word = worse(s.Word, m.up.upWord())
	}
	return s, viewers
}

func (s *sum) fps() float64 {
	if s.pageMs == 0 {
		return 0
	}
	return float64(s.frames) * 1000 / float64(s.pageMs)
}

func (s *sum) figures() Figures {
	f := Figures{Loss: share(s.lost, s.expected)}
	if s.rtts > 0 {
		f.RTT = float64(s.rtt) / float64(s.rtts) / 1000
	}
	if s.jitters > 0 {
		f.Jitter = float64(s.jitter) / float64(s.jitters) / 1000
	}
	if s.ms > 0 {
		f.Bitrate = float64(s.bytes) * 8000 / float64(s.ms)
	}
	return f
}

func summary(all []judged) Summary {
	var loss, rtt []float64
	var freezes, pageMs int
	for _, j := range all {
		if j.sum.expected > 0 {
			loss = append(loss, j.Loss)
		}
		if j.RTT > 0 {
			rtt = append(rtt, j.RTT)
		}
		freezes, pageMs = freezes+j.sum.freezes, pageMs+j.sum.pageMs
	}
	s := Summary{Loss: quantile(loss, 0.5), LossP95: quantile(loss, 0.95), RTT: quantile(rtt, 0.5), RTTP95: quantile(rtt, 0.95)}
	if pageMs > 0 {
		s.FreezesPerMinute = float64(freezes) * 60_000 / float64(pageMs)
	}
	return s
}

// quantile by the nearest rank; 0 of nothing.
func quantile(xs []float64, q float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	slices.Sort(xs)
	n := int(q * float64(len(xs)))
	if float64(n) < q*float64(len(xs)) {
		n++
	}
	return xs[max(0, n-1)]
}
