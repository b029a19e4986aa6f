package timetable

import "slices"

// profile is the sum of the loads of one capacity over a day, in order of time. What is not said is 0.
type profile []level

// level is the sum from an instant (ns since 1970) until that of the next level.
type level struct {
	at  int64
	sum int
}

// add changes the sum from start until before end.
func (p profile) add(start, end int64, amount int) profile {
	p, i := p.cut(start)
	p, j := p.cut(end)
	for k := i; k < j; k++ {
		p[k].sum += amount
	}
	return p
}

// cut makes a level begin at the instant and tells its index.
func (p profile) cut(at int64) (profile, int) {
	i, ok := p.find(at)
	if ok {
		return p, i
	}
	l := level{at: at}
	if i > 0 {
		l.sum = p[i-1].sum
	}
	return slices.Insert(p, i, l), i
}

func (p profile) find(at int64) (int, bool) {
	return slices.BinarySearchFunc(p, at, func(l level, at int64) int {
		switch {
		case l.at < at:
			return -1
		case l.at > at:
			return 1
		}
		return 0
	})
}

// peak is the largest sum from start until before end, and the first while of it.
func (p profile) peak(start, end int64) (most int, from, to int64) {
	i, ok := p.find(start)
	if !ok {
		i-- // the level that began before
	}
	from, to = start, end
	for ; i < len(p) && (i < 0 || p[i].at < end); i++ {
		if i < 0 {
			continue
		}
		switch until := p.until(i, end); {
		case p[i].sum > most:
			most, from, to = p[i].sum, max(p[i].at, start), until
		case p[i].sum == most && p[i].at == to:
			to = until
		}
	}
	return most, from, to
}

// until is where level i ends, at the latest at end.
func (p profile) until(i int, end int64) int64 {
	if i+1 < len(p) {
		return min(p[i+1].at, end)
	}
	return end
}
