// Package seqmap writes one unbroken line of RTP sequence numbers and timestamps while what stands behind it changes from one source or
// layer to another. A receiver sees a single stream; so do the picture ids of VP8. Pure.
package seqmap

// Line is the numbering of one outgoing stream.
type Line struct {
	started bool
	from    uint64 // first incoming sequence number of the present input; older ones are not forwarded
	seqOff  uint16
	tsOff   uint32
	lastSeq uint16 // highest sent
	lastTS  uint32 // newest sent
}

// New starts a line; RFC 3550 §5.1 wants both numbers random.
func New(seq uint16, ts uint32) Line {
	return Line{lastSeq: seq - 1, lastTS: ts}
}

// Switch makes the packet in (extended sequence number) of another input the next one of the line. The incoming timestamp ts goes out as
// elapsed ticks after the newest sent: elapsed is the wall-clock time between the two pictures, at least 1 tick, so that the line keeps
// time with the world.
func (l *Line) Switch(in uint64, ts uint32, elapsed uint32) {
	if !l.started {
		elapsed = 0
	} else if elapsed == 0 || int32(elapsed) < 0 {
		elapsed = 1
	}
	l.from = in
	l.seqOff = l.lastSeq + 1 - uint16(in)
	l.tsOff = l.lastTS + elapsed - ts
	l.started = true
}

// Skip makes the packet in the next one of the line with timestamps unchanged: what was not sent of the same input leaves no gap.
func (l *Line) Skip(in uint64) {
	l.from = in
	l.seqOff = l.lastSeq + 1 - uint16(in)
}

// Start drops packets before in from now on (those that were handed over in another way).
func (l *Line) Start(in uint64) { l.from = max(l.from, in) }

// Delay moves all later timestamps of the present input by ticks into the future.
func (l *Line) Delay(ticks uint32) { l.tsOff += ticks }

// Next is the number that the first packet gets after a Switch or Skip.
func (l *Line) Next() uint16 { return l.lastSeq + 1 }

// Map gives a packet of the present input its outgoing numbers; ok is false for one that belongs before the switch.
func (l *Line) Map(in uint64, ts uint32) (seq uint16, out uint32, ok bool) {
	if !l.started || in < l.from {
		return 0, 0, false
	}
	seq, out = uint16(in)+l.seqOff, ts+l.tsOff
	if int16(seq-l.lastSeq) > 0 {
		l.lastSeq = seq
	}
	if int32(out-l.lastTS) > 0 {
		l.lastTS = out
	}
	return seq, out, true
}

// Out is the outgoing timestamp that belongs to an incoming one of the present input.
func (l *Line) Out(ts uint32) uint32 { return ts + l.tsOff }
