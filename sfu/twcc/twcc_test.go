package twcc

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/stretchr/testify/require"
)

// all reads a report to its end.
func all(r Report) (packets []Packet) {
	for p, ok := r.Next(); ok; p, ok = r.Next() {
		packets = append(packets, p)
	}
	return packets
}

func marshal(t testing.TB, f rtcp.TransportLayerCC) []byte {
	t.Helper()
	f.Header = rtcp.Header{Count: format, Type: payloadType}
	n := f.MarshalSize()
	f.Header.Length, f.Header.Padding = uint16(n/4-1), false
	b, err := f.Marshal()
	require.NoError(t, err)
	return b
}

func delta(us int64) *rtcp.RecvDelta {
	kind := uint16(rtcp.TypeTCCPacketReceivedSmallDelta)
	if us < 0 || us > 255*250 {
		kind = rtcp.TypeTCCPacketReceivedLargeDelta
	}
	return &rtcp.RecvDelta{Type: kind, Delta: us}
}

func TestReadsEveryKindOfChunk(t *testing.T) {
	b := marshal(t, rtcp.TransportLayerCC{
		BaseSequenceNumber: 65534, PacketStatusCount: 2 + 14 + 7, ReferenceTime: 10, FbPktCount: 9,
		PacketChunks: []rtcp.PacketStatusChunk{
			&rtcp.RunLengthChunk{PacketStatusSymbol: 1, RunLength: 2},
			&rtcp.StatusVectorChunk{Type: 1, SymbolSize: 0, SymbolList: []uint16{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
			&rtcp.StatusVectorChunk{Type: 1, SymbolSize: 1, SymbolList: []uint16{2, 0, 1, 0, 0, 2, 0}},
		},
		RecvDeltas: []*rtcp.RecvDelta{delta(250), delta(500), delta(1000), delta(63750), delta(-2000), delta(0), delta(100_000)},
	})
	r, ok := Read(b)
	require.True(t, ok)
	require.Equal(t, uint8(9), r.Number)
	got := all(r)
	require.Len(t, got, 23)
	came := map[uint16]time.Duration{}
	for i, p := range got {
		require.Equal(t, uint16(65534+i), p.Seq)
		if p.Came {
			came[p.Seq] = p.At - 640*time.Millisecond
		}
	}
	require.Equal(t, map[uint16]time.Duration{65534: 250 * time.Microsecond, 65535: 750 * time.Microsecond, 1: 1750 * time.Microsecond,
		13: 65500 * time.Microsecond, 14: 63500 * time.Microsecond, 16: 63500 * time.Microsecond, 19: 163500 * time.Microsecond}, came)
}

func TestNegativeReferenceTime(t *testing.T) {
	b := marshal(t, rtcp.TransportLayerCC{PacketStatusCount: 1, ReferenceTime: 0xffffff,
		PacketChunks: []rtcp.PacketStatusChunk{&rtcp.RunLengthChunk{PacketStatusSymbol: 1, RunLength: 1}}, RecvDeltas: []*rtcp.RecvDelta{delta(0)}})
	r, ok := Read(b)
	require.True(t, ok)
	require.Equal(t, []Packet{{Came: true, At: -64 * time.Millisecond}}, all(r))
}

func TestRefusesWhatIsCut(t *testing.T) {
	whole := marshal(t, rtcp.TransportLayerCC{PacketStatusCount: 20, PacketChunks: []rtcp.PacketStatusChunk{
		&rtcp.RunLengthChunk{PacketStatusSymbol: 0, RunLength: 10}, &rtcp.RunLengthChunk{PacketStatusSymbol: 0, RunLength: 10}}})
	_, ok := Read(whole)
	require.True(t, ok)
	for n := range len(whole) - 1 {
		_, ok := Read(whole[:n])
		require.False(t, ok, n)
	}
	nothing := append([]byte(nil), whole...)
	nothing[20], nothing[21] = 0, 0
	_, ok = Read(nothing)
	require.False(t, ok)
	_, ok = Read(append([]byte{0x81}, whole[1:]...))
	require.False(t, ok, "a NACK")
}

func TestReadingAllocatesNothing(t *testing.T) {
	b := marshal(t, rtcp.TransportLayerCC{PacketStatusCount: 14, PacketChunks: []rtcp.PacketStatusChunk{
		&rtcp.StatusVectorChunk{Type: 1, SymbolSize: 0, SymbolList: []uint16{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}}})
	require.Zero(t, testing.AllocsPerRun(100, func() {
		r, _ := Read(b)
		for _, ok := r.Next(); ok; _, ok = r.Next() {
			continue
		}
	}))
}

// Whatever comes: no more packets than announced, in order; and where pion reads the same bytes, the same figures.
func FuzzRead(f *testing.F) {
	f.Add([]byte{0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xf0, 0, 20, 0, 0, 1, 1, 0x20, 20, 0, 0})
	f.Add([]byte{0xaf, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 5, 0, 9, 0, 0, 1, 1, 0xd4, 0x10, 0x80, 0, 1, 2, 3, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, ok := Read(b)
		if !ok {
			return
		}
		packets := all(r)
		require.LessOrEqual(t, len(packets), r.Count)
		for i, p := range packets {
			if p.Seq != r.Base+uint16(i) {
				t.Fatalf("packet %d has number %d", i, p.Seq)
			}
		}
		var theirs rtcp.TransportLayerCC
		if theirs.Unmarshal(b) != nil || len(packets) < r.Count {
			return
		}
		require.Equal(t, theirs.FbPktCount, r.Number)
		deltas := theirs.RecvDeltas
		at := time.Duration(int32(theirs.ReferenceTime<<8)>>8) * 64 * time.Millisecond
		for _, p := range packets {
			if p.Came && len(deltas) > 0 {
				at += time.Duration(deltas[0].Delta) * time.Microsecond
				deltas = deltas[1:]
				if p.At != at {
					t.Fatalf("packet %d came at %v, not %v", p.Seq, at, p.At)
				}
			}
		}
	})
}
