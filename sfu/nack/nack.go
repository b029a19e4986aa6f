// Package nack knows which packets of an incoming stream are missing, and when to ask for each (RFC 4585 §6.2.1): soon, and again when an answer
// is overdue. pion's generator asks at fixed times, and does not see what comes on the repair stream, so it asks for what is there. Pure.
package nack

import "time"

// Bounds of asking for lost packets.
const (
	askedMost  = 6                      // times for one packet: a storm of requests makes a bad line worse
	wantedMost = 512                    // packets at a time; more is no loss but a break
	turnFirst  = 120 * time.Millisecond // taken for the time between a request and its answer, before one is known
	turnLeast  = 30 * time.Millisecond
)

// Settle is how long a packet may be late without being lost.
const Settle = 10 * time.Millisecond

// Missing are the missing packets of one stream. The caller tells the time.
type Missing struct {
	patience time.Duration
	started  bool
	highest  uint16
	wanted   map[uint16]*want
	turn     time.Duration // between a request and its answer, smoothed
}

type want struct {
	since, last time.Time
	asked       int
}

// New makes one; after patience a packet is of no use any more.
func New(patience time.Duration) *Missing {
	return &Missing{patience: patience, wanted: map[uint16]*want{}, turn: turnFirst}
}

// Any tells whether a packet is missing that is still of use.
func (m *Missing) Any() bool { return len(m.wanted) > 0 }

// Push notes a packet that has come, as such or as a repair.
func (m *Missing) Push(seq uint16, now time.Time) {
	ahead := int16(seq - m.highest)
	switch {
	case !m.started || ahead > wantedMost || ahead < -0x4000:
		clear(m.wanted)
		m.started, m.highest = true, seq
	case ahead > 0:
		for missing := m.highest + 1; missing != seq && len(m.wanted) < wantedMost; missing++ {
			m.wanted[missing] = &want{since: now}
		}
		m.highest = seq
	default:
		if w := m.wanted[seq]; w != nil && w.asked == 1 {
			m.turn += (now.Sub(w.last) - m.turn) / 4
		}
		delete(m.wanted, seq)
	}
}

// Due appends the packets to ask for now, in no order. They count as asked for.
func (m *Missing) Due(now time.Time, into []uint16) []uint16 {
	for seq, w := range m.wanted {
		switch overdue := max(turnLeast, m.turn*5/4); {
		case now.Sub(w.since) > m.patience || w.asked == askedMost:
			delete(m.wanted, seq)
		case w.asked == 0 && now.Sub(w.since) >= Settle, w.asked > 0 && now.Sub(w.last) >= overdue:
			w.asked++
			w.last = now
			into = append(into, seq)
		}
	}
	return into
}
