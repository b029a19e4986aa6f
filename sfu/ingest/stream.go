package ingest

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtcp"
	"github.com/tongtang/tongtang/sfu/nack"
)

// Stream is one SSRC of a layer. A publisher that starts its encoder anew may go on with another one.
type Stream struct {
	SSRC    uint32
	Layer   *Layer
	Formats []uint8       // payload types that may come; others are ignored
	LevelID uint8         // header extension that tells how loud a voice is (RFC 6464), 0 none
	Number  uint8         // header extension of the transport-wide sequence number, 0 none
	Asks    bool          // NACK was agreed
	Repairs func() uint32 // SSRC on which lost packets come again (RFC 4588), 0 while it is not known; nil: nowhere

	missing   *nack.Missing
	reception reception
	settled   bool // the packets that pion had are all here: the others may come past it
}

// settles tells whether a packet may come past pion: the first ones wait in pion's queue, and none must overtake them.
func (st *Stream) settles(seq uint16, repair bool) bool {
	if !repair && st.reception.begun && seq == uint16(st.reception.highest)+1 {
		st.settled = true
	}
	return st.settled
}

// patience with a lost packet: a recorder still wants it when no viewer does.
const patience = time.Second

// repairs tells whether packets of ssrc repair this stream.
func (st *Stream) repairs(ssrc uint32) bool {
	return st.Repairs != nil && ssrc != 0 && st.Repairs() == ssrc
}

// reception is what a receiver report tells of a stream (RFC 3550 §6.4.1 and appendix A.3).
type reception struct {
	begun          bool
	first, highest uint32 // sequence numbers, extended
	received       uint32
	expectedBefore uint32 // at the last report
	receivedBefore uint32
	sent           uint32 // the middle of the NTP time of the newest sender report, 0 before one came
	sentReached    time.Time
}

// packet counts one that came as such, not as a repair.
func (r *reception) packet(seq uint16) {
	if !r.begun {
		r.begun, r.first, r.highest = true, uint32(seq), uint32(seq)
	}
	if ahead := int16(seq - uint16(r.highest)); ahead > 0 {
		r.highest += uint32(ahead)
	}
	r.received++
}

// sender takes the time of a sender report.
func (r *reception) sender(ntp uint64, now time.Time) { r.sent, r.sentReached = uint32(ntp>>16), now }

// report is the block about the stream; false when nothing has come since the last one.
func (r *reception) report(ssrc, jitter uint32, now time.Time) (rtcp.ReceptionReport, bool) {
	if r.received == r.receivedBefore {
		return rtcp.ReceptionReport{}, false
	}
	expected := r.highest - r.first + 1
	lost := int64(expected) - int64(r.received)
	interval := int64(expected - r.expectedBefore)
	missed := interval - int64(r.received-r.receivedBefore)
	b := rtcp.ReceptionReport{SSRC: ssrc, LastSequenceNumber: r.highest, Jitter: jitter,
		TotalLost: uint32(min(max(lost, 0), 1<<23-1))} // 24 bits, signed; pion's has no sign
	if interval > 0 && missed > 0 {
		b.FractionLost = uint8(min(missed<<8/interval, 255))
	}
	if r.sent != 0 {
		b.LastSenderReport, b.Delay = r.sent, uint32(now.Sub(r.sentReached).Seconds()*65536)
	}
	r.expectedBefore, r.receivedBefore = expected, r.received
	return b, true
}

// original is the number of the packet that a repair brings again, and its payload; false when it is padding.
func original(payload []byte) (seq uint16, rest []byte, ok bool) {
	if len(payload) < 2 {
		return 0, nil, false
	}
	return binary.BigEndian.Uint16(payload), payload[2:], true
}
