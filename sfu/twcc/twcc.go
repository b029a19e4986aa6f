// Package twcc reads transport-wide feedback, the RTCP of which every viewer sends ten packets a second, where it lies: without allocating
// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). Pure.
package twcc

import (
	"encoding/binary"
	"time"
)

const (
	payloadType = 205 // transport layer feedback (RFC 4585 §6.1)
	format      = 15
	headerSize  = 20
)

// Is tells whether an RTCP packet is transport-wide feedback.
func Is(b []byte) bool {
	return len(b) >= 2 && b[0]>>6 == 2 && b[0]&0x1f == format && b[1] == payloadType
}

// Packet is what a report says of one packet.
type Packet struct {
	Seq  uint16 // its transport-wide sequence number
	Came bool
	At   time.Duration // when it came, in the receiver's clock: only differences mean something. 0 unless it came
}

// Report is one report. It reads from the bytes that it was made of, once.
type Report struct {
	Number uint8 // counts the reports of a receiver
	Base   uint16
	Count  int // packets that it speaks of

	at     time.Duration
	chunks []byte
	deltas []byte
	seq    uint16
	left   int    // packets not told yet
	chunk  uint16 // the rest of the present chunk
	run    int    // packets left of it
	width  int    // bits of a symbol of a vector, 0 for a run
}

// Read makes a Report of an RTCP packet; false when it is none, or cut.
func Read(b []byte) (Report, bool) {
	if !Is(b) || len(b) < headerSize {
		return Report{}, false
	}
	r := Report{Number: b[19], Base: binary.BigEndian.Uint16(b[12:]), Count: int(binary.BigEndian.Uint16(b[14:]))}
	reference := int32(uint32(b[16])<<24|uint32(b[17])<<16|uint32(b[18])<<8) >> 8
	r.at = time.Duration(reference) * 64 * time.Millisecond
	r.seq, r.left = r.Base, r.Count
	rest := b[headerSize:]
	end := 0
	for told := 0; told < r.Count; end += 2 {
		if len(rest) < end+2 {
			return Report{}, false
		}
		n, _ := length(binary.BigEndian.Uint16(rest[end:]))
		if n == 0 {
			return Report{}, false // a run of nothing: it would never end
		}
		told += n
	}
	r.chunks, r.deltas = rest[:end], rest[end:]
	return r, true
}

// length is how many packets a chunk speaks of, and the bits of each symbol, 0 for a run.
func length(chunk uint16) (packets, width int) {
	switch chunk >> 14 {
	case 2:
		return 14, 1
	case 3:
		return 7, 2
	}
	return int(chunk & 0x1fff), 0
}

// Symbols of a packet.
const (
	missing = iota
	smallDelta
	largeDelta
)

// Next is the next packet; false when all have been told, or the report contradicts itself.
func (r *Report) Next() (Packet, bool) {
	if r.left == 0 {
		return Packet{}, false
	}
	if r.run == 0 {
		r.chunk = binary.BigEndian.Uint16(r.chunks)
		r.chunks = r.chunks[2:]
		r.run, r.width = length(r.chunk)
	}
	p := Packet{Seq: r.seq}
	switch r.symbol() {
	case smallDelta:
		if len(r.deltas) < 1 {
			return r.broken()
		}
		r.at += time.Duration(r.deltas[0]) * tick
		r.deltas = r.deltas[1:]
		p.Came, p.At = true, r.at
	case largeDelta:
		if len(r.deltas) < 2 {
			return r.broken()
		}
		r.at += time.Duration(int16(binary.BigEndian.Uint16(r.deltas))) * tick
		r.deltas = r.deltas[2:]
		p.Came, p.At = true, r.at
	}
	r.run--
	r.left--
	r.seq++
	return p, true
}

// tick is the unit of a delta.
const tick = 250 * time.Microsecond

func (r *Report) symbol() uint16 {
	if r.width == 0 {
		return r.chunk >> 13 & 3
	}
	return r.chunk >> ((r.run - 1) * r.width) & (1<<r.width - 1)
}

func (r *Report) broken() (Packet, bool) {
	r.left = 0
	return Packet{}, false
}
