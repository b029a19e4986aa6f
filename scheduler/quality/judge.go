// Package quality judges how the lines of a lesson's rooms were, from the rows of the quality record: figures and a word for each step of time,
// and the figures of the whole lesson. Pure.
package quality

import "slices"

// Word is a line in one word.
type Word string

const (
	Good Word = "good"
	Fair Word = "fair" // a class notices
	Poor Word = "poor" // a class cannot follow
)

// Limits above which a line is no longer good, or fair. The page judges its own connection by the same (web/src/live/quality.ts).
type Limits struct {
	Loss      float64 // share of the packets before repair
	RTT       float64 // ms
	Frozen    float64 // share of the time in which the picture stood still
	Concealed float64 // share of the time in which voice was made up
	UpLoss    float64 // share of what a room sends, after repair
}

var (
	FairFrom = Limits{Loss: 0.02, RTT: 250, Frozen: 0.05, Concealed: 0.03, UpLoss: 0.005}
	PoorFrom = Limits{Loss: 0.08, RTT: 600, Frozen: 0.3, Concealed: 0.12, UpLoss: 0.03}
)

// noPicture: whoever is sent more than this (bit/s) and decodes nothing has no picture.
const noPicture = 150_000

// down is the word for a viewer.
func (s *sum) down() Word {
	f := s.figures()
	if s.pageMs >= 5000 && s.frames == 0 && f.Bitrate > noPicture {
		return Poor
	}
	past := func(l Limits) bool {
		return f.Loss > l.Loss || f.RTT > l.RTT || share(s.frozenMs, s.pageMs) > l.Frozen || share(s.concealedMs, s.pageMs) > l.Concealed
	}
	return wordOf(past)
}

// upWord is the word for what a room sends.
func (s *sum) upWord() Word {
	f := s.figures()
	return wordOf(func(l Limits) bool { return f.Loss > l.UpLoss || f.RTT > l.RTT })
}

func wordOf(past func(Limits) bool) Word {
	switch {
	case past(PoorFrom):
		return Poor
	case past(FairFrom):
		return Fair
	}
	return Good
}

func badness(w Word) int { return slices.Index([]Word{"", Good, Fair, Poor}, w) }

func worse(a, b Word) Word {
	if badness(a) > badness(b) {
		return a
	}
	return b
}

func share(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return min(1, float64(part)/float64(whole))
}
