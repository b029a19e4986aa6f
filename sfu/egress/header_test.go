package egress

import (
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A header that stands ready is to the byte what is marshalled anew for each packet.
func TestFrozenHeaders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := NewPort(webrtc.RTPCodecTypeVideo, "pane-0")
		p.setUp(bound{ssrc: rapid.Uint32().Draw(t, "ssrc"), rtxSSRC: rapid.Uint32().Draw(t, "rtx"), twccID: uint8(rapid.IntRange(0, 20).Draw(t, "twcc")), captureID: 1})
		for range 5 {
			h := rapid.SampledFrom([]*header{&p.header, &p.stamped, &p.repairs}).Draw(t, "header")
			h.PayloadType, h.SequenceNumber = uint8(rapid.IntRange(0, 127).Draw(t, "pt")), rapid.Uint16().Draw(t, "seq")
			h.Timestamp, h.Marker = rapid.Uint32().Draw(t, "ts"), rapid.Bool().Draw(t, "marker")
			copy(p.twcc[:], rapid.SliceOfN(rapid.Byte(), 2, 2).Draw(t, "number"))
			want, err := h.Marshal()
			require.NoError(t, err)
			room := make([]byte, 100)
			require.Equal(t, want, room[:h.write(room)])
			var back rtp.Header
			_, err = back.Unmarshal(want)
			require.NoError(t, err)
		}
		require.Zero(t, p.stamped.frozen)
		require.NotZero(t, p.header.frozen)
	})
}
