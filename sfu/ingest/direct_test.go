package ingest

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/gcm"
)

const profile = srtp.ProtectionProfileAeadAes128Gcm

// sender is a publisher of one picture: it encrypts with stock SRTP, numbers its packets, and repairs on SSRC 8.
type sender struct {
	t    testing.TB
	srtp *srtp.Context
	n    uint16
}

const numberID = 3

func newSender(t testing.TB) *sender {
	ctx, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), profile)
	require.NoError(t, err)
	return &sender{t: t, srtp: ctx}
}

func (s *sender) packet(ssrc uint32, pt uint8, seq uint16, payload ...byte) []byte {
	p := rtp.Packet{Header: rtp.Header{Version: 2, SSRC: ssrc, PayloadType: pt, SequenceNumber: seq, Timestamp: uint32(seq) * 3000, Marker: true}, Payload: payload}
	require.NoError(s.t, p.SetExtension(numberID, binary.BigEndian.AppendUint16(nil, s.n)))
	s.n++
	raw, err := p.Marshal()
	require.NoError(s.t, err)
	sealed, err := s.srtp.EncryptRTP(nil, raw, nil)
	require.NoError(s.t, err)
	return sealed
}

// directly is a source with a stream of SSRC 7 that is read past pion.
func directly(t testing.TB) (*Source, *Layer) {
	s := NewSource(Media{RIDs: []string{""}, Picture: codec.VP8}, func([]rtcp.Packet) error { return nil }, func() {})
	opener, err := gcm.NewMediaOpener(profile, make([]byte, 16), make([]byte, 12), 64)
	require.NoError(t, err)
	s.Begin(&Stream{SSRC: 7, Layer: s.Video[0], Formats: []uint8{96}, Number: numberID, Asks: true, Repairs: func() uint32 { return 8 }})
	s.GoDirect(opener)
	s.streams[0].settled = true
	return s, s.Video[0]
}

func numbersOf(l *Layer) (seqs []uint16) {
	packets, _ := l.Since(0, nil)
	for _, p := range packets {
		seqs = append(seqs, uint16(p.Seq))
	}
	return seqs
}

// kinds of what a publisher is told.
func nacks(reports []rtcp.Packet) (asked []uint16) {
	for _, r := range reports {
		if n, ok := r.(*rtcp.TransportLayerNack); ok {
			for _, pair := range n.Nacks {
				asked = append(asked, pair.PacketList()...)
			}
		}
	}
	return asked
}

func TestPacketsPastPion(t *testing.T) {
	s, l := directly(t)
	from := newSender(t)
	require.True(t, s.Direct())
	first := from.packet(7, 96, 65535, 0x10, 0)
	require.True(t, s.Receive(first))
	require.True(t, s.Receive(first), "again: nothing for pion either")
	lost := from.packet(7, 96, 0, 0x10, 0)
	require.True(t, s.Receive(from.packet(7, 96, 1, 0x10, 0)))
	require.Len(t, s.gap, 1)
	require.False(t, s.Receive(from.packet(9, 96, 1, 0x10)), "a stream that nobody knows is pion's")
	require.True(t, s.Receive(from.packet(7, 55, 2, 0x10)), "a payload type that was not agreed")
	forged := from.packet(7, 96, 3, 0x10)
	forged[20] ^= 1
	require.True(t, s.Receive(forged))
	require.Equal(t, []uint16{65535, 1}, numbersOf(l))

	reports, next := s.answers(time.Now().Add(20 * time.Millisecond))
	require.Equal(t, []uint16{0}, nacks(reports))
	require.Equal(t, askInterval, next)
	repair := append([]byte{0, 0}, 0x10, 0)
	require.True(t, s.Receive(from.packet(8, 97, 500, repair...)))
	require.True(t, s.Receive(from.packet(8, 97, 501)), "padding")
	require.True(t, s.Receive(from.packet(8, 97, 502, 1)))
	require.Equal(t, []uint16{65535, 1, 0}, numbersOf(l))
	require.True(t, s.Receive(lost), "the packet itself, late")
	require.Equal(t, []uint16{65535, 1, 0}, numbersOf(l))
	reports, next = s.answers(time.Now().Add(time.Second))
	require.Empty(t, nacks(reports))
	require.Equal(t, numberInterval, next)
}

// No packet overtakes those that pion has in its queue.
func TestFirstPacketsComeThroughPion(t *testing.T) {
	s, l := directly(t)
	st, from := s.streams[0], newSender(t)
	st.settled = false
	through := func(seq uint16) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.arrive(st, &rtp.Packet{Header: rtp.Header{SequenceNumber: seq}, Payload: []byte{0x10}}, false, time.Now())
	}
	require.False(t, s.Receive(from.packet(7, 96, 65534, 0x10)))
	require.False(t, s.Receive(from.packet(7, 96, 65535, 0x10)), "the first is in pion's queue")
	through(65534)
	require.False(t, s.Receive(from.packet(7, 96, 0, 0x10)), "one is in pion's queue")
	require.False(t, s.Receive(from.packet(8, 97, 1, 255, 255, 0x10)))
	through(65535)
	through(0)
	require.True(t, s.Receive(from.packet(7, 96, 1, 0x10)))
	require.True(t, s.Receive(from.packet(7, 96, 3, 0x10)))
	require.Equal(t, []uint16{65534, 65535, 0, 1, 3}, numbersOf(l))
}

// What the publisher is told of its packets: those that it sent twice count once more, repairs do not.
func TestReportsToPublishers(t *testing.T) {
	s, l := directly(t)
	from, st := newSender(t), s.streams[0]
	for seq := range uint16(100) {
		if packet := from.packet(7, 96, 1000+seq, 0x10); seq%4 != 1 {
			require.True(t, s.Receive(packet))
		}
	}
	require.True(t, s.Receive(from.packet(8, 97, 1, 1001>>8, 1001&0xff, 0x10)))
	at := time.Now()
	s.report(st, &rtcp.SenderReport{SSRC: 7, NTPTime: 0x11112222_33334444, RTPTime: 5}, at)
	require.True(t, l.Exact())
	reports, _ := s.answers(at.Add(500 * time.Millisecond))
	require.Len(t, reports, 3, "what is missing, the numbers, and the receiver report")
	rr := reports[2].(*rtcp.ReceiverReport).Reports[0]
	require.Equal(t, uint32(7), rr.SSRC)
	require.Equal(t, uint32(1099), rr.LastSequenceNumber)
	require.Equal(t, uint32(25), rr.TotalLost)
	require.Equal(t, uint8(64), rr.FractionLost)
	require.Equal(t, uint32(0x22223333), rr.LastSenderReport)
	require.InDelta(t, 32768, rr.Delay, 70)
	_, err := rtcp.Marshal(reports)
	require.NoError(t, err)
	numbers := reports[1].(*rtcp.TransportLayerCC)
	require.Equal(t, uint16(101), numbers.PacketStatusCount)
	require.Len(t, numbers.RecvDeltas, 76)

	reports, _ = s.answers(at.Add(2 * time.Second))
	for _, r := range reports {
		_, is := r.(*rtcp.ReceiverReport)
		require.False(t, is, "nothing has come")
	}
	for seq := range uint16(100) {
		require.True(t, s.Receive(from.packet(7, 96, 1100+seq, 0x10)))
	}
	reports, _ = s.answers(at.Add(4 * time.Second))
	rr = reports[len(reports)-1].(*rtcp.ReceiverReport).Reports[0]
	require.Zero(t, rr.FractionLost)
	require.Equal(t, uint32(25), rr.TotalLost)
}

// A publisher that starts its encoder anew goes on under another SSRC; the layer's keyframes are asked of the new one.
func TestNewestStream(t *testing.T) {
	s, l := directly(t)
	s.Begin(&Stream{SSRC: 70, Layer: l, Formats: []uint8{96}, settled: true})
	require.Equal(t, uint32(70), s.newest(l))
	from := newSender(t)
	require.True(t, s.Receive(from.packet(70, 96, 1, 0x10)))
	require.True(t, s.Receive(from.packet(7, 96, 1, 0x10)))
}

// Receiving allocates no more than the ring's entry and a share of the memory that packets lie in.
func TestReceivingHardlyAllocates(t *testing.T) {
	s, _ := directly(t)
	from := newSender(t)
	packets := make([][]byte, 2000)
	for i := range packets {
		packets[i] = from.packet(7, 96, uint16(i), make([]byte, 1000)...)
	}
	i := 0
	require.LessOrEqual(t, testing.AllocsPerRun(len(packets)-1, func() {
		s.Receive(packets[i])
		i++
	}), 5.0)
}

// Whatever comes from the publisher's address is taken, dropped, or left to pion.
func FuzzReceive(f *testing.F) {
	from := newSender(f)
	f.Add(from.packet(7, 96, 1, 0x10, 0))
	f.Add(from.packet(8, 97, 1, 0, 9, 0x10, 0))
	good := from.packet(7, 96, 9, 0x10, 0)
	f.Add(append([]byte{0xbf, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7}, make([]byte, 80)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 12 { // the port hands on no less
			return
		}
		s, l := directly(t)
		known := b[8] == 0 && b[9] == 0 && b[10] == 0 && (b[11] == 7 || b[11] == 8)
		require.Equal(t, known, s.Receive(b))
		require.True(t, s.Receive(good), "what was wrong stops nothing")
		require.NotEmpty(t, numbersOf(l))
		s.answers(time.Now())
	})
}
