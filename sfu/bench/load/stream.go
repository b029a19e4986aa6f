package load

import "time"

// Limits of a stream's gaps.
const (
	maxMissing = 512
	firstAsk   = 10 * time.Millisecond  // a packet that is late is not lost yet
	secondAsk  = 100 * time.Millisecond // and once more
	giveUp     = time.Second
)

// missing is a packet that has not come.
type missing struct {
	seq   uint16
	since time.Duration
	asked int
}

// stream follows the sequence numbers of one SSRC.
type stream struct {
	rate    float64 // of the RTP clock, Hz
	ssrc    uint32
	started bool
	base    uint32 // first and highest number, extended (RFC 3550 A.1)
	highest uint32
	got     uint32
	missing []missing
	dropped int // packets of a gap too long to be asked for
	repairs int // packets that came late, asked for or not

	jitter  float64 // RFC 3550 A.8, in units of the clock
	transit float64

	expectedThen, gotThen uint32 // at the last receiver report
	reported              uint32 // middle of the last sender report's time
	reportedAt            time.Duration
}

// arrived takes a packet; false for one that was here already.
func (s *stream) arrived(h *header, now time.Duration) bool {
	if !s.started || s.ssrc != h.ssrc {
		*s = stream{rate: s.rate, ssrc: h.ssrc, started: true, base: 1<<16 + uint32(h.seq), highest: 1<<16 + uint32(h.seq), got: 1}
		return true
	}
	step := int16(h.seq - uint16(s.highest))
	if step <= 0 {
		return s.repaired(h.seq)
	}
	for i := int16(1); i < step; i++ {
		if len(s.missing) == maxMissing {
			s.dropped += int(step - i)
			break
		}
		s.missing = append(s.missing, missing{seq: uint16(s.highest) + uint16(i), since: now})
	}
	s.highest += uint32(step)
	s.got++
	s.vary(h.timestamp, now)
	return true
}

// vary follows the jitter.
func (s *stream) vary(timestamp uint32, now time.Duration) {
	transit := now.Seconds()*s.rate - float64(timestamp)
	if d := transit - s.transit; s.got > 2 && d < s.rate && d > -s.rate {
		s.jitter += (max(d, -d) - s.jitter) / 16
	}
	s.transit = transit
}

// repaired takes a packet that comes late; false if it was not missing.
func (s *stream) repaired(seq uint16) bool {
	for i, m := range s.missing {
		if m.seq == seq {
			s.missing = append(s.missing[:i], s.missing[i+1:]...)
			s.got++
			s.repairs++
			return true
		}
	}
	return false
}

// ask lists the packets to be asked for now: each at most twice.
func (s *stream) ask(now time.Duration) (seqs []uint16) {
	for i := range s.missing {
		m := &s.missing[i]
		if age := now - m.since; m.asked == 0 && age >= firstAsk || m.asked == 1 && age >= secondAsk {
			m.asked++
			seqs = append(seqs, m.seq)
		}
	}
	return seqs
}

// expire counts the packets that will not come any more.
func (s *stream) expire(now time.Duration) (lost int) {
	for len(s.missing) > 0 && now-s.missing[0].since > giveUp {
		s.missing = s.missing[1:]
		lost++
	}
	lost, s.dropped = lost+s.dropped, 0
	return lost
}
