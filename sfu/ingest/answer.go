package ingest

import (
	"slices"
	"time"

	"github.com/pion/rtcp"
	"github.com/tongtang/tongtang/sfu/nack"
)

// How often a publisher is told what came.
const (
	numberInterval = 100 * time.Millisecond // transport-wide feedback
	askInterval    = 25 * time.Millisecond  // while packets are missing
	reportInterval = time.Second
)

// Answer tells the publisher what comes and asks for what does not, until over is closed. Without loss it wakes ten times a second.
func (s *Source) Answer(over <-chan struct{}) {
	timer := time.NewTimer(numberInterval)
	defer timer.Stop()
	for {
		select {
		case <-s.gap:
			timer.Reset(nack.Settle)
			continue
		case <-timer.C:
		case <-over:
			return
		}
		reports, next := s.answers(time.Now())
		for _, r := range reports {
			_ = s.write([]rtcp.Packet{r}) // what is lost is told again in other words
		}
		timer.Reset(next)
	}
}

// answers are what the publisher is to be told now, and when to look again.
func (s *Source) answers(now time.Time) (reports []rtcp.Packet, next time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next = numberInterval
	for _, st := range s.streams {
		if s.due = st.missing.Due(now, s.due[:0]); len(s.due) > 0 {
			slices.Sort(s.due)
			reports = append(reports, &rtcp.TransportLayerNack{SenderSSRC: s.ssrc, MediaSSRC: st.SSRC, Nacks: rtcp.NackPairsFromSequenceNumbers(s.due)})
		}
		if st.missing.Any() {
			next = askInterval
		}
	}
	if now.Sub(s.numbered) >= numberInterval-askInterval {
		s.numbered = now
		reports = append(reports, s.numbers.BuildFeedbackPacket()...)
	}
	if now.Sub(s.reported) >= reportInterval-askInterval {
		s.reported = now
		if r := s.receiverReport(now); r != nil {
			reports = append(reports, r)
		}
	}
	return reports, next
}

// receiverReport is nil when nothing came.
func (s *Source) receiverReport(now time.Time) rtcp.Packet {
	r := &rtcp.ReceiverReport{SSRC: s.ssrc}
	for _, st := range s.streams {
		if block, ok := st.reception.report(st.SSRC, st.Layer.jitter(), now); ok && len(r.Reports) < mostBlocks {
			r.Reports = append(r.Reports, block)
		}
	}
	if len(r.Reports) == 0 {
		return nil
	}
	return r
}

// mostBlocks of a receiver report (RFC 3550 §6.4.1).
const mostBlocks = 31
