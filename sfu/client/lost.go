package client

import "time"

// Bounds of asking for lost packets.
const (
	askedMost  = 6                      // times for one packet: a storm of requests makes a bad line worse
	wantedMost = 512                    // packets at a time; more is no loss but a break
	turnFirst  = 120 * time.Millisecond // taken for the time between a request and its answer, before one is known
	turnLeast  = 30 * time.Millisecond
	settleTime = 10 * time.Millisecond // that a packet may be late without being lost
)

// lost knows which packets of a stream are missing, and when to ask for each: soon, and again when an answer is overdue. pion's generator asks at
// fixed times and does not see what comes on the repair stream, so it asks for what is there. Pure: the caller tells the time.
type lost struct {
	patience time.Duration // after which a packet is of no use
	started  bool
	highest  uint16
	wanted   map[uint16]*want
	turn     time.Duration // between a request and its answer, smoothed
}

type want struct {
	since, last time.Time
	asked       int
}

func newLost(patience time.Duration) *lost {
	return &lost{patience: patience, wanted: map[uint16]*want{}, turn: turnFirst}
}

// push notes a packet that has come, as such or as a repair.
func (l *lost) push(seq uint16, now time.Time) {
	ahead := int16(seq - l.highest)
	switch {
	case !l.started || ahead > wantedMost || ahead < -0x4000:
		clear(l.wanted)
		l.started, l.highest = true, seq
	case ahead > 0:
		for missing := l.highest + 1; missing != seq && len(l.wanted) < wantedMost; missing++ {
			l.wanted[missing] = &want{since: now}
		}
		l.highest = seq
	default:
		if w := l.wanted[seq]; w != nil && w.asked == 1 {
			l.turn += (now.Sub(w.last) - l.turn) / 4
		}
		delete(l.wanted, seq)
	}
}

// due appends the packets to ask for now. They count as asked for.
func (l *lost) due(now time.Time, into []uint16) []uint16 {
	for seq, w := range l.wanted {
		switch overdue := max(turnLeast, l.turn*5/4); {
		case now.Sub(w.since) > l.patience || w.asked == askedMost:
			delete(l.wanted, seq)
		case w.asked == 0 && now.Sub(w.since) >= settleTime, w.asked > 0 && now.Sub(w.last) >= overdue:
			w.asked++
			w.last = now
			into = append(into, seq)
		}
	}
	return into
}
