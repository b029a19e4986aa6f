package rtc

import (
	"io"
	"testing"

	"github.com/pion/transport/v4/packetio"
	"github.com/stretchr/testify/require"
)

func TestStreamsOfAPublisherAreBounded(t *testing.T) {
	o, err := ReadOffer(session+video("0", "a=simulcast:send h;l\r\n")+audio("1"), Publish, 8)
	require.NoError(t, err)
	require.Equal(t, 6+spare, o.streams())
	most := 0
	s := &strangers{expected: o.streams(), told: func(n int) { most = max(most, n) }, media: map[uint32]bool{}}
	for ssrc := range uint32(100) {
		b := s.buffer(packetio.RTPBufferPacket, ssrc)
		_, err := b.Write([]byte("packet"))
		require.NoError(t, err)
		if ssrc < uint32(s.expected) {
			got := make([]byte, 10)
			n, err := b.Read(got)
			require.NoError(t, err)
			require.Equal(t, "packet", string(got[:n]))
		}
		require.NoError(t, b.Close())
		_, err = b.Read(make([]byte, 10))
		require.ErrorIs(t, err, io.EOF)
		require.NoError(t, s.buffer(packetio.RTCPBufferPacket, ssrc).Close())
	}
	require.Equal(t, 100-s.expected, most)
}
