package gcm

import (
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whoever comes to a stream late opens it, also when its numbers have just wrapped; each packet once, and none that was changed.
func TestOpensAStreamThatHasBegun(t *testing.T) {
	for _, profile := range []srtp.ProtectionProfile{srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAes128CmHmacSha1_80} {
		rapid.Check(t, func(t *rapid.T) {
			size, err := profile.KeyLen()
			require.NoError(t, err)
			salt, err := profile.SaltLen()
			require.NoError(t, err)
			peer, err := srtp.CreateContext(make([]byte, size), make([]byte, salt), profile)
			require.NoError(t, err)
			ours, err := NewMediaOpener(profile, make([]byte, size), make([]byte, salt), 64)
			require.NoError(t, err)
			seq := uint16(rapid.IntRange(0xffff-40, 0xffff).Draw(t, "first"))
			missed := rapid.IntRange(0, 40).Draw(t, "missed")
			for i := range missed + 100 {
				plain, err := (&rtp.Packet{Header: rtp.Header{Version: 2, SSRC: 7, SequenceNumber: seq + uint16(i)}, Payload: []byte{1, 2, byte(i)}}).Marshal()
				require.NoError(t, err)
				sealed, err := peer.EncryptRTP(nil, plain, nil)
				require.NoError(t, err)
				if i < missed {
					continue
				}
				var h rtp.Header
				changed := append([]byte{}, sealed...)
				changed[rapid.IntRange(12, len(changed)-1).Draw(t, "where")] ^= 1
				_, err = ours.OpenRTP(nil, changed, &h)
				require.Error(t, err)
				got, err := ours.OpenRTP(nil, sealed, &h)
				require.NoError(t, err)
				require.Equal(t, plain, got)
				require.Equal(t, seq+uint16(i), h.SequenceNumber)
				_, err = ours.OpenRTP(nil, sealed, &h)
				require.Error(t, err)
			}
		})
	}
}

func TestMediaRefusals(t *testing.T) {
	profile := srtp.ProtectionProfileAeadAes128Gcm
	peer, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), profile)
	require.NoError(t, err)
	ours, err := NewMediaOpener(profile, make([]byte, 16), make([]byte, 12), 64)
	require.NoError(t, err)
	var h rtp.Header
	for _, b := range [][]byte{nil, {0x80}, make([]byte, 12), {0xbf, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7}} {
		_, err = ours.OpenRTP(nil, b, &h)
		require.Error(t, err)
	}
	for ssrc := range uint32(mostSenders + 1) {
		plain, err := (&rtp.Packet{Header: rtp.Header{Version: 2, SSRC: ssrc}, Payload: []byte{1}}).Marshal()
		require.NoError(t, err)
		sealed, err := peer.EncryptRTP(nil, plain, nil)
		require.NoError(t, err)
		if _, err = ours.OpenRTP(nil, sealed, &h); ssrc == mostSenders {
			require.ErrorIs(t, err, ErrCrowd)
		} else {
			require.NoError(t, err)
		}
	}
	_, err = NewMediaOpener(profile, make([]byte, 15), make([]byte, 12), 64)
	require.Error(t, err)
}
