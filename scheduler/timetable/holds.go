package timetable

import (
	"iter"
	"time"
)

// Held are the times, from start until before end in ns since 1970, for which a use is taken in the span: once for each lesson and UTC day, in no
// order. Of a class also what its groups take.
func (b *Board) Held(u Use, from, to time.Time) iter.Seq2[int64, int64] {
	return func(yield func(int64, int64) bool) {
		for _, key := range b.keys(u) {
			n, ok := b.numbers[key]
			if !ok {
				continue
			}
			for day := dayOf(from.UnixNano()); day <= dayOf(to.UnixNano()-1); day++ {
				for _, e := range b.taken[dayUse{n, day}] {
					if !yield(e.start, e.end) {
						return
					}
				}
			}
		}
	}
}

// Limit is a capacity; not ok where there is none.
func (b *Board) Limit(u Use) (int, bool) {
	limit, ok := b.limits[u]
	return limit, ok
}

// Peak is the largest sum of a load from start until before end.
func (b *Board) Peak(u Use, start, end time.Time) int {
	most, _, _ := b.peak(Lesson{Booked: Booked{Start: start, End: end}}, u)
	return most
}
