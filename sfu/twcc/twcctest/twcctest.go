// Package twcctest writes transport-wide feedback for tests, as a receiver would.
package twcctest

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/stretchr/testify/require"
)

// Start is the zero of the receivers' clock.
var Start = time.Unix(1_000_000, 0)

// Message is the report of a receiver to whom the packets from first on came at these times, the zero time for one that did not.
func Message(t testing.TB, first uint16, arrivals []time.Time, number uint8) []byte {
	t.Helper()
	f := Report(first, arrivals, number)
	b, err := f.Marshal()
	require.NoError(t, err)
	return b
}

// Report is the same for who reads it by pion.
func Report(first uint16, arrivals []time.Time, number uint8) *rtcp.TransportLayerCC {
	f := &rtcp.TransportLayerCC{Header: rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback},
		BaseSequenceNumber: first, PacketStatusCount: uint16(len(arrivals)), FbPktCount: number}
	last := time.Duration(-1) // after Start
	for _, at := range arrivals {
		symbol := uint16(rtcp.TypeTCCPacketNotReceived)
		if !at.IsZero() {
			came := at.Sub(Start).Truncate(rtcp.TypeTCCDeltaScaleFactor * time.Microsecond)
			if last < 0 {
				last = came.Truncate(64 * time.Millisecond)
				f.ReferenceTime = uint32(last / (64 * time.Millisecond))
			}
			symbol = rtcp.TypeTCCPacketReceivedLargeDelta
			f.RecvDeltas = append(f.RecvDeltas, &rtcp.RecvDelta{Type: symbol, Delta: (came - last).Microseconds()})
			last = came
		}
		f.PacketChunks = append(f.PacketChunks, &rtcp.RunLengthChunk{PacketStatusSymbol: symbol, RunLength: 1})
	}
	f.Header.Length = uint16(f.MarshalSize()/4 - 1)
	return f
}
