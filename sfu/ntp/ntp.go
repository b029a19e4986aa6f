// Package ntp converts between wall-clock time and the 64-bit NTP format of RTCP sender reports (RFC 3550 §4), and maps RTP timestamps to
// wall-clock time. Pure.
package ntp

import "time"

// epoch is 1970 in seconds of NTP.
const epoch = 2_208_988_800

// FromTime is t as 32.32 fixed-point seconds since 1900.
func FromTime(t time.Time) uint64 {
	n := t.UnixNano()
	secs := n / int64(time.Second)
	nanos := n % int64(time.Second)
	return uint64(secs+epoch)<<32 | uint64(nanos)<<32/uint64(time.Second)
}

// ToTime is the reverse, in UTC.
func ToTime(v uint64) time.Time {
	secs := int64(v>>32) - epoch
	nanos := int64((v&0xffffffff)*uint64(time.Second)>>32) + 1 // the fraction was cut off
	return time.Unix(secs, nanos).UTC()
}

// Mapping ties one RTP timestamp to one moment; the clock rate leads to the others. The zero Mapping knows nothing.
type Mapping struct {
	RTP  uint32
	Time time.Time
	Rate uint32 // Hz
}

// Known tells whether there is anything to map with.
func (m Mapping) Known() bool { return m.Rate != 0 && !m.Time.IsZero() }

// At is the moment of an RTP timestamp, at most 2³¹ ticks away.
func (m Mapping) At(rtp uint32) time.Time {
	ticks := int64(int32(rtp - m.RTP))
	return m.Time.Add(time.Duration(ticks * int64(time.Second) / int64(m.Rate)))
}

// RTPAt is the RTP timestamp of a moment.
func (m Mapping) RTPAt(t time.Time) uint32 {
	d := t.Sub(m.Time)
	return m.RTP + uint32(int64(d)/1000*int64(m.Rate)/1_000_000)
}
