package quality

import "time"

// Jitter is the interarrival jitter of RFC 3550 §6.4.1, in the integers of its appendix A.8. The zero value is ready.
type Jitter struct {
	seen    bool
	transit int32
	scaled  int32 // 16 times the jitter, ticks
}

// Packet takes a packet: its timestamp, and its arrival in ticks of the same rate from any beginning. Packets that were sent again are left out:
// they tell of the repair, not of the line.
func (j *Jitter) Packet(timestamp, arrival uint32) {
	transit := int32(arrival - timestamp)
	d := transit - j.transit
	j.transit = transit
	if !j.seen {
		j.seen = true
		return
	}
	if d < 0 {
		d = -d
	}
	if d < 0 || d > maxDeviation {
		d = maxDeviation
	}
	j.scaled += d - (j.scaled+8)>>4
}

// maxDeviation of one packet, ticks, so that a sender whose timestamps jump is not a jitter of hours.
const maxDeviation = 10 * 90000

// Ticks is the jitter now, in ticks of the clock rate: what a receiver report carries.
func (j *Jitter) Ticks() uint32 { return uint32(j.scaled >> 4) }

// Duration of ticks at a clock rate, Hz.
func Duration(ticks, rate uint32) time.Duration {
	if rate == 0 {
		return 0
	}
	return time.Duration(ticks) * time.Second / time.Duration(rate)
}
