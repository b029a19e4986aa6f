package bench

import (
	"math"
	"slices"
	"time"
)

// series is measurements of one thing.
type series []float64

func (s series) sorted() series { return slices.Sorted(slices.Values(s)) }

// percentile is the value that the share p of all does not exceed (nearest rank); NaN of nothing.
func (s series) percentile(p float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	rank := int(math.Ceil(p * float64(len(s))))
	return s.sorted()[max(0, min(len(s), rank)-1)]
}

// median is the middle, of an even number the mean of the two in the middle.
func (s series) median() float64 {
	n := len(s)
	if n == 0 {
		return math.NaN()
	}
	sorted := s.sorted()
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func (s series) min() float64 { return s.percentile(0) }
func (s series) max() float64 { return s.percentile(1) }

func milliseconds(all []time.Duration) (s series) {
	for _, d := range all {
		s = append(s, float64(d)/float64(time.Millisecond))
	}
	return s
}
