// Package quality adds up what is known of a line: what a receiver reports of it, and how the packets of a source arrive. The sums of ten
// seconds are one row of the quality record. Pure: no I/O, no clock, no lock.
package quality

// Reported follows the report blocks that a receiver sends about one stream (RFC 3550 §6.4.1). The zero value is ready.
type Reported struct {
	seen    bool
	highest uint32 // extended sequence number
	lost    uint32 // 24 bits
	debt    int32  // of the losses: below zero while packets that counted as lost have come after all
}

// Block takes one: the extended highest sequence number and the cumulative number of lost packets (24 bits, signed). It returns how many packets
// should have come since the block before, and how many of them did not. The first block only begins the count, and so does one of a receiver
// that began anew.
func (r *Reported) Block(highest, lost uint32) (expected, gone int) {
	ahead, more := int32(highest-r.highest), int32((lost-r.lost)<<8)>>8
	if r.seen && ahead < 0 && ahead > -maxStep {
		return 0, 0 // an old block
	}
	begins := !r.seen || ahead < 0 || ahead > maxStep
	r.seen, r.highest, r.lost = true, highest, lost
	if begins {
		r.debt = 0
		return 0, 0
	}
	if r.debt += more; r.debt > 0 {
		gone, r.debt = int(r.debt), 0
	}
	return int(ahead), min(gone, int(ahead))
}

// maxStep is the most packets between two reports; more means that somebody counts anew.
const maxStep = 1 << 16

// Gaps counts what is missing in an incoming stream after all repairs. The zero value is ready.
type Gaps struct {
	highest  uint64
	received uint64
	debt     int64
}

// Begin notes the extended sequence number of the first packet.
func (g *Gaps) Begin(first uint64) { *g = Gaps{highest: first - 1} }

// Settle takes the highest extended sequence number and the number of different packets since Begin. It returns how many packets should have come
// since it was called before, and how many did not. A packet that comes late is taken from the losses that follow.
func (g *Gaps) Settle(highest, received uint64) (expected, gone int) {
	ahead, came := int64(highest-g.highest), int64(received-g.received)
	g.highest, g.received = highest, received
	if ahead-came > maxStep/2 { // half of all numbers at once: the sender counts anew
		return int(came), 0
	}
	if g.debt += ahead - came; g.debt > 0 {
		gone, g.debt = int(g.debt), 0
	}
	return int(ahead), min(gone, int(ahead))
}
