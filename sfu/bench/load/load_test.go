package load

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// decoded is what a receiver of the feedback learns: the arrival of each number, 0 for lost.
func decoded(t require.TestingT, b []byte) (first uint16, at []time.Duration) {
	var f rtcp.TransportLayerCC
	require.NoError(t, f.Unmarshal(b))
	require.Equal(t, uint32(7), f.SenderSSRC)
	require.Equal(t, uint32(9), f.MediaSSRC)
	var symbols []uint16
	for _, c := range f.PacketChunks {
		switch c := c.(type) {
		case *rtcp.RunLengthChunk:
			for range c.RunLength {
				symbols = append(symbols, c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			symbols = append(symbols, c.SymbolList...)
		}
	}
	now, deltas := time.Duration(f.ReferenceTime)*referenceUnit, f.RecvDeltas
	for _, s := range symbols[:f.PacketStatusCount] {
		if s == rtcp.TypeTCCPacketNotReceived {
			at = append(at, 0)
			continue
		}
		now += time.Duration(deltas[0].Delta) * time.Microsecond
		deltas = deltas[1:]
		at = append(at, now)
	}
	require.Empty(t, deltas)
	return f.BaseSequenceNumber, at
}

// Whatever arrives when, pion's decoder reads the same from the feedback, to the quarter of a millisecond.
func TestFeedbackTellsWhatArrived(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w wide
		first := rapid.Uint16().Draw(t, "first")
		now := time.Duration(rapid.Int64Range(1, int64(10*time.Minute)).Draw(t, "start"))
		var want []time.Duration
		for i := range rapid.IntRange(1, 300).Draw(t, "numbers") {
			gap := rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 1000), rapid.IntRange(0, 3_000_000)).Draw(t, "µs")
			if now += time.Duration(gap) * time.Microsecond; i > 0 && rapid.IntRange(0, 9).Draw(t, "lost") == 0 {
				want = append(want, 0)
				continue
			}
			w.arrived(first+uint16(i), now)
			want = append(want, now)
		}
		for len(want) > 1 && want[len(want)-1] == 0 {
			want = want[:len(want)-1] // nobody knows of it yet
		}
		base, at := decoded(t, w.feedback(nil, 7, 9))
		require.Equal(t, first, base)
		require.Len(t, at, len(want))
		for i := range want {
			require.InDelta(t, float64(want[i]), float64(at[i]), float64(deltaUnit), i)
		}
		require.False(t, w.pending())
	})
}

func TestFeedbackGoesOn(t *testing.T) {
	var w wide
	now := time.Second
	w.arrived(65534, now)
	w.arrived(1, now) // 65535 and 0 are lost
	base, at := decoded(t, w.feedback(nil, 7, 9))
	require.Equal(t, uint16(65534), base)
	require.Equal(t, []time.Duration{now, 0, 0, now}, at)
	w.arrived(0, now) // told as lost already
	require.False(t, w.pending())
	w.arrived(3, now)
	base, at = decoded(t, w.feedback(nil, 7, 9))
	require.Equal(t, uint16(2), base)
	require.Equal(t, []time.Duration{0, now}, at)
	w.arrived(20000, now) // a jump
	base, at = decoded(t, w.feedback(nil, 7, 9))
	require.Equal(t, uint16(20000), base)
	require.Len(t, at, 1)
	for i := range uint16(keep / 2) {
		require.False(t, w.full())
		w.arrived(20001+i, now)
	}
	require.True(t, w.full())
}

func TestStreamCountsGaps(t *testing.T) {
	s := stream{rate: 90000}
	at := func(seq uint16, now time.Duration) bool {
		return s.arrived(&header{ssrc: 5, seq: seq, timestamp: uint32(now.Seconds() * 90000)}, now)
	}
	now := time.Second
	require.True(t, at(65533, now))
	require.True(t, at(65534, now))
	require.False(t, at(65534, now), "twice")
	require.True(t, at(2, now)) // 65535, 0 and 1 are missing
	require.Empty(t, s.ask(now), "they may be late")
	require.True(t, at(0, now))
	require.Equal(t, []uint16{65535, 1}, s.ask(now+firstAsk))
	require.Empty(t, s.ask(now+firstAsk), "asked for")
	require.True(t, s.repaired(65535))
	require.Equal(t, 2, s.repairs)
	require.False(t, s.repaired(65535))
	require.Equal(t, []uint16{1}, s.ask(now+secondAsk))
	require.Empty(t, s.ask(now+giveUp), "never more than twice")
	require.Zero(t, s.expire(now+giveUp))
	r := s.report(now + giveUp)
	require.Equal(t, uint32(1), r.TotalLost)
	require.Equal(t, uint8(256/6), r.FractionLost)
	require.Equal(t, uint32(1<<16|2), r.LastSequenceNumber)
	require.Equal(t, 1, s.expire(now+giveUp+1))
	require.Zero(t, s.report(now+giveUp).FractionLost, "since the report before")
	require.True(t, at(3+maxMissing+10, now))
	require.Equal(t, 10, s.expire(now), "of a long gap some are lost at once")
}

func TestPictureIsWholeWhenEveryPacketIsThere(t *testing.T) {
	packet := func(p *picture, seq uint16, timestamp uint32, marker bool, payload ...byte) bool {
		return p.add(&rtp.Header{SequenceNumber: seq, Timestamp: timestamp, Marker: marker}, payload)
	}
	var p picture
	require.False(t, packet(&p, 1, 0, true, 0x41, 0), "no keyframe")
	require.False(t, packet(&p, 2, 3000, false, 0x67, 0x42))
	require.False(t, packet(&p, 3, 3000, false, 0x68, 0xce))
	require.False(t, packet(&p, 4, 3000, false, 0x7c, 0x85))
	require.False(t, packet(&p, 6, 3000, true, 0x7c, 0x45), "5 is missing")
	require.True(t, packet(&p, 5, 3000, false, 0x7c, 0x05))
	require.False(t, packet(&p, 5, 3000, false, 0x7c, 0x05), "once")
	p = picture{}
	require.False(t, packet(&p, 9, 3000, true, 0x68, 0xce), "no picture in it")
	require.False(t, packet(&p, 10, 6000, false, 0x78, 0, 4, 0x67, 0x42, 0xe0, 0x1f))
	require.True(t, packet(&p, 11, 6000, true, 0x65, 0x88))
}

func TestHeaderIsReadAsPionWritesIt(t *testing.T) {
	p := rtp.Packet{Header: rtp.Header{Version: 2, Marker: true, PayloadType: 102, SequenceNumber: 65000, Timestamp: 7, SSRC: 8, CSRC: []uint32{1, 2}}, Payload: make([]byte, 9)}
	require.NoError(t, p.SetExtension(1, []byte{1, 2, 3}))
	require.NoError(t, p.SetExtension(3, []byte{0x12, 0x34}))
	b, err := p.Marshal()
	require.NoError(t, err)
	var h header
	require.True(t, h.parse(b, 3))
	require.Equal(t, header{payloadType: 102, marker: true, seq: 65000, timestamp: 7, ssrc: 8, wide: 0x1234, hasWide: true}, h)
	h = header{}
	require.True(t, h.parse(b, 2))
	require.False(t, h.hasWide)
	require.False(t, h.parse(b[:24], 3), "cut")
	require.False(t, h.parse(b[:8], 3))
}

func TestFilmIsCutIntoPictures(t *testing.T) {
	stream := []byte{0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2, 0, 0, 1, 0x65, 3, 4, 0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x41, 5}
	require.Equal(t, [][][]byte{{{0x67, 1}, {0x68, 2}, {0x65, 3, 4}}, {{0x41, 5}}}, Frames(stream))
	require.Empty(t, Frames(nil))
}
