// Package rtpring keeps the last packets of one layer of a source: in the order of arrival for the fan-out, by sequence number for repairs,
// and from the last keyframe on for newcomers. Pure: no lock, no clock.
package rtpring

import "github.com/tongtang/tongtang/sfu/vp8"

// Packet is one received RTP packet. Nobody changes it after Push, so that every viewer sends from the same bytes.
type Packet struct {
	Seq       uint64 // extended sequence number: counts on where the 16 bits wrap (RFC 3550 appendix A.1)
	Timestamp uint32
	Marker    bool
	Keyframe  bool           // a decoder can start here
	VP8       vp8.Descriptor // of a VP8 payload, its picture id with 15 bits
	Payload   []byte
}

// Ring holds at most its size of packets.
type Ring struct {
	bySeq    []*Packet
	arrivals []*Packet
	count    uint64 // packets that ever arrived
	highest  uint64
	gop      uint64 // Seq of the first packet of the last keyframe, 0 none
	gopTS    uint32
}

// New makes a ring; size is a power of two.
func New(size int) *Ring {
	if size <= 0 || size&(size-1) != 0 {
		panic("the size of a ring is a power of two")
	}
	return &Ring{bySeq: make([]*Packet, size), arrivals: make([]*Packet, size)}
}

// Extend gives a 16-bit sequence number its place near the highest one seen.
func (r *Ring) Extend(seq uint16) uint64 {
	if r.count == 0 {
		return 1<<16 | uint64(seq)
	}
	return r.highest + uint64(int64(int16(seq-uint16(r.highest))))
}

// Push adds a packet whose Seq is from Extend. It returns false for one that is there already or too old to matter.
func (r *Ring) Push(p *Packet) bool {
	size := uint64(len(r.bySeq))
	slot := p.Seq & (size - 1)
	if old := r.bySeq[slot]; old != nil && old.Seq >= p.Seq {
		return false
	}
	if r.count > 0 && p.Seq+size <= r.highest {
		return false
	}
	r.bySeq[slot] = p
	r.arrivals[r.count&(size-1)] = p
	r.count++
	r.highest = max(r.highest, p.Seq)
	r.noteKeyframe(p)
	return true
}

// noteKeyframe remembers where the group of pictures begins: at the first packet of the keyframe, also when a later one of it came first.
func (r *Ring) noteKeyframe(p *Packet) {
	if p.Keyframe && (p.Seq > r.gop && (r.gop == 0 || p.Timestamp != r.gopTS) || p.Timestamp == r.gopTS && p.Seq < r.gop) {
		r.gop, r.gopTS = p.Seq, p.Timestamp
	}
}

// Get returns the packet of this extended sequence number, nil when it never came or is gone. After a jump of the numbers older packets may
// still lie in their slots: they are gone too.
func (r *Ring) Get(seq uint64) *Packet {
	size := uint64(len(r.bySeq))
	if p := r.bySeq[seq&(size-1)]; p != nil && p.Seq == seq && seq+size > r.highest {
		return p
	}
	return nil
}

// Highest is the highest sequence number so far, 0 before the first packet.
func (r *Ring) Highest() uint64 { return r.highest }

// Count is how many packets have arrived; it is the position of the next one.
func (r *Ring) Count() uint64 { return r.count }

// Since appends the packets from position pos on, in the order of arrival, and returns the next position. Who is too late gets what is left.
func (r *Ring) Since(pos uint64, into []*Packet) ([]*Packet, uint64) {
	size := uint64(len(r.arrivals))
	if pos+size < r.count {
		pos = r.count - size
	}
	for ; pos < r.count; pos++ {
		into = append(into, r.arrivals[pos&(size-1)])
	}
	return into, r.count
}

// GOP is the sequence number with which the current group of pictures begins, and whether all of it is still here (a lost packet inside
// does not count).
func (r *Ring) GOP() (first uint64, ok bool) {
	if r.gop == 0 || r.Get(r.gop) == nil {
		return 0, false
	}
	return r.gop, true
}

// Collect appends at most limit packets from sequence number seq on, in order, leaving out what is missing, and returns the next sequence
// number to ask for.
func (r *Ring) Collect(seq uint64, limit int, into []*Packet) ([]*Packet, uint64) {
	size := uint64(len(r.bySeq))
	if seq+size <= r.highest {
		seq = r.highest - size + 1
	}
	for ; seq <= r.highest && limit > 0; seq++ {
		if p := r.Get(seq); p != nil {
			into = append(into, p)
			limit--
		}
	}
	return into, seq
}
