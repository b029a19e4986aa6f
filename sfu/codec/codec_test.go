package codec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	for _, c := range append([]Codec{Opus}, Video...) {
		require.Equal(t, c, Named(c.String()))
	}
	require.Equal(t, H264, Named("H264"))
	require.Equal(t, None, Named(""))
	require.Equal(t, None, Named("H265"))
	require.Empty(t, Codec(77).String())
	require.Equal(t, "video/VP8", VP8.MIME())
	require.Equal(t, "audio/opus", Opus.MIME())
	require.Empty(t, None.MIME())
	require.EqualValues(t, 90_000, AV1.Rate())
	require.EqualValues(t, 48_000, Opus.Rate())
}

func TestStartsKeyframe(t *testing.T) {
	for c, payload := range map[Codec][]byte{H264: {0x65, 1}, VP8: {0x10, 0x50}, VP9: {0x08, 0x82}, AV1: {0x28, 11}} {
		require.True(t, c.StartsKeyframe(payload), c)
		require.False(t, c.StartsKeyframe(nil), c)
		require.False(t, Opus.StartsKeyframe(payload))
	}
}

func TestSet(t *testing.T) {
	s := Set(0).With(VP8).With(AV1)
	for _, c := range Video {
		require.Equal(t, c == VP8 || c == AV1, s.Has(c), c)
	}
}
