package load

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtcp"
)

// keep is how many transport-wide numbers can wait for a feedback.
const keep = 1024

// Units of transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
const (
	deltaUnit     = 250 * time.Microsecond
	referenceUnit = 64 * time.Millisecond
)

// wide collects the arrivals of transport-wide numbers until the next feedback.
type wide struct {
	started bool
	next    uint16 // first number that was not told yet
	count   int    // numbers from next on, arrived or not
	at      [keep]time.Duration
	known   [keep]bool
	serial  uint8
}

func (w *wide) pending() bool { return w.count > 0 }
func (w *wide) full() bool    { return w.count >= keep/2 }

func (w *wide) arrived(seq uint16, now time.Duration) {
	if !w.started {
		w.started, w.next = true, seq
	}
	step := int(int16(seq - w.next))
	if step < 0 {
		return // told as lost already
	}
	if step >= keep { // a jump: begin anew
		w.next, w.count, step = seq, 0, 0
		clear(w.known[:])
	}
	w.count = max(w.count, step+1)
	w.at[seq%keep], w.known[seq%keep] = now, true
}

// Symbols of a packet's status.
const (
	lost  = 0
	small = 1 // delta of one byte
	large = 2 // of two
)

// feedback appends a transport-wide feedback packet for everything pending.
func (w *wide) feedback(b []byte, sender, media uint32) []byte {
	var symbols [keep]uint8
	var deltas [keep]int16
	reference := w.deltas(symbols[:w.count], deltas[:w.count])
	b = append(b, 0x80|15, 205, 0, 0)
	b = binary.BigEndian.AppendUint32(b, sender)
	b = binary.BigEndian.AppendUint32(b, media)
	b = binary.BigEndian.AppendUint16(b, w.next)
	b = binary.BigEndian.AppendUint16(b, uint16(w.count))
	b = append(b, byte(reference>>16), byte(reference>>8), byte(reference), w.serial)
	b = appendChunks(b, symbols[:w.count])
	for i, s := range symbols[:w.count] {
		switch s {
		case small:
			b = append(b, byte(deltas[i]))
		case large:
			b = binary.BigEndian.AppendUint16(b, uint16(deltas[i]))
		}
	}
	if pad := -len(b) & 3; pad > 0 {
		b = append(b, make([]byte, pad)...)
		b[0] |= 0x20
		b[len(b)-1] = byte(pad)
	}
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)/4-1))
	w.serial++
	for i := range w.count {
		w.known[(w.next+uint16(i))%keep] = false
	}
	w.next += uint16(w.count)
	w.count = 0
	return b
}

// deltas fills in what is told of each packet and returns the reference time.
func (w *wide) deltas(symbols []uint8, deltas []int16) (reference uint32) {
	var last int64 // in units of a delta
	begun := false
	for i := range symbols {
		slot := (w.next + uint16(i)) % keep
		if !w.known[slot] {
			continue
		}
		if !begun {
			begun, reference = true, uint32(w.at[slot]/referenceUnit)
			last = int64(reference) * int64(referenceUnit/deltaUnit)
		}
		d := int64(w.at[slot]/deltaUnit) - last
		d = max(-1<<15, min(1<<15-1, d))
		last += d
		deltas[i], symbols[i] = int16(d), large
		if d >= 0 && d < 256 {
			symbols[i] = small
		}
	}
	return reference & 0xffffff
}

// appendChunks writes the symbols: runs, or vectors of 14 one-bit or 7 two-bit symbols.
func appendChunks(b []byte, symbols []uint8) []byte {
	for len(symbols) > 0 {
		run := 1
		for run < len(symbols) && symbols[run] == symbols[0] {
			run++
		}
		var chunk uint16
		n := 0
		switch oneBit := onlySmall(symbols[:min(14, len(symbols))]); {
		case run >= 14 || run == len(symbols) || !oneBit && run >= 7:
			chunk, n = uint16(symbols[0])<<13|uint16(run), run
		case oneBit:
			chunk, n = 1<<15, min(14, len(symbols))
			for i, s := range symbols[:n] {
				chunk |= uint16(s) << (13 - i)
			}
		default:
			chunk, n = 3<<14, min(7, len(symbols))
			for i, s := range symbols[:n] {
				chunk |= uint16(s) << (12 - 2*i)
			}
		}
		b = binary.BigEndian.AppendUint16(b, chunk)
		symbols = symbols[n:]
	}
	return b
}

func onlySmall(symbols []uint8) bool {
	for _, s := range symbols {
		if s > small {
			return false
		}
	}
	return true
}

// receiverReport tells of the streams that have begun (RFC 3550 §6.4.2).
func receiverReport(sender uint32, now time.Duration, streams ...*stream) []byte {
	r := &rtcp.ReceiverReport{SSRC: sender}
	for _, s := range streams {
		if s.started {
			r.Reports = append(r.Reports, s.report(now))
		}
	}
	return marshal(r, &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{Source: sender,
		Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: "load"}}}}})
}

func (s *stream) report(now time.Duration) rtcp.ReceptionReport {
	expected := s.highest - s.base + 1
	r := rtcp.ReceptionReport{SSRC: s.ssrc, LastSequenceNumber: s.highest - 1<<16, TotalLost: expected - min(expected, s.got),
		Jitter: uint32(s.jitter), LastSenderReport: s.reported}
	if s.reported != 0 {
		r.Delay = uint32((now - s.reportedAt).Seconds() * 65536)
	}
	if due, got := expected-s.expectedThen, s.got-s.gotThen; due > got {
		r.FractionLost = uint8(min(255, (due-got)*256/due))
	}
	s.expectedThen, s.gotThen = expected, s.got
	return r
}

// marshal cannot fail: every packet here is short and complete.
func marshal(packets ...rtcp.Packet) []byte {
	b, err := rtcp.Marshal(packets)
	if err != nil {
		panic(err)
	}
	return b
}

// eachSenderReport finds the sender reports of a compound packet: SSRC, and the middle 32 bits of the NTP time.
func eachSenderReport(b []byte, found func(ssrc, middle uint32)) {
	for len(b) >= 8 {
		n := 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1)
		if n > len(b) {
			return
		}
		if b[1] == 200 && n >= 28 {
			found(binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[10:]))
		}
		b = b[n:]
	}
}
