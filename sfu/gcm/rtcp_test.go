package gcm

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What stock SRTP encrypts is opened, once, in whatever order it comes; what is changed on its way is not.
func TestOpensStockRTCP(t *testing.T) {
	for _, profile := range []srtp.ProtectionProfile{srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAeadAes256Gcm} {
		rapid.Check(t, func(t *rapid.T) {
			size, err := profile.KeyLen()
			require.NoError(t, err)
			key := rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "key")
			salt := rapid.SliceOfN(rapid.Byte(), saltSize, saltSize).Draw(t, "salt")
			ours, err := NewRTCP(key, salt)
			require.NoError(t, err)
			peer, err := srtp.CreateContext(key, salt, profile)
			require.NoError(t, err)
			var sealed, plain [][]byte
			for range rapid.IntRange(1, 40).Draw(t, "packets") {
				report := rtcp.ReceiverReport{SSRC: rapid.SampledFrom([]uint32{1, 2}).Draw(t, "ssrc"), ProfileExtensions: rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "more")}
				report.ProfileExtensions = append(report.ProfileExtensions, make([]byte, -len(report.ProfileExtensions)&3)...)
				p, err := report.Marshal()
				require.NoError(t, err)
				s, err := peer.EncryptRTCP(nil, p, nil)
				require.NoError(t, err)
				plain, sealed = append(plain, p), append(sealed, s)
			}
			order := rapid.Permutation(sequence(len(plain))).Draw(t, "order")
			for _, i := range order {
				changed := slices.Clone(sealed[i])
				changed[rapid.IntRange(0, len(changed)-1).Draw(t, "where")] ^= byte(1 << rapid.IntRange(0, 7).Draw(t, "bit"))
				_, err := ours.OpenRTCP(nil, changed)
				require.Error(t, err)
				got, err := ours.OpenRTCP(nil, sealed[i])
				require.NoError(t, err)
				require.Equal(t, plain[i], got)
				_, err = ours.OpenRTCP(nil, sealed[i])
				require.ErrorIs(t, err, ErrReplay)
			}
		})
	}
}

func sequence(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestRTCPRefusals(t *testing.T) {
	peer, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	require.NoError(t, err)
	ours, err := NewRTCP(make([]byte, 16), make([]byte, 12))
	require.NoError(t, err)
	seal := func(ssrc uint32) []byte {
		plain, err := (&rtcp.ReceiverReport{SSRC: ssrc}).Marshal()
		require.NoError(t, err)
		sealed, err := peer.EncryptRTCP(nil, plain, nil)
		require.NoError(t, err)
		return sealed
	}
	_, err = ours.OpenRTCP(nil, nil)
	require.ErrorIs(t, err, ErrMalformed)
	_, err = ours.OpenRTCP(nil, seal(1)[:27])
	require.ErrorIs(t, err, ErrMalformed)
	open := seal(1)
	open[len(open)-4] &^= 0x80
	_, err = ours.OpenRTCP(nil, open)
	require.ErrorIs(t, err, ErrMalformed, "it says that it is not encrypted")
	old := seal(1)
	for range window {
		_, err = ours.OpenRTCP(nil, seal(1))
		require.NoError(t, err)
	}
	_, err = ours.OpenRTCP(nil, old)
	require.ErrorIs(t, err, ErrReplay, "too old to tell")
	for ssrc := range uint32(mostSenders - 1) {
		_, err = ours.OpenRTCP(nil, seal(100+ssrc))
		require.NoError(t, err)
	}
	_, err = ours.OpenRTCP(nil, seal(99))
	require.ErrorIs(t, err, ErrCrowd)
	_, err = NewRTCP(make([]byte, 16), make([]byte, 14))
	require.Error(t, err)
	_, err = NewRTCP(make([]byte, 15), make([]byte, 12))
	require.Error(t, err)
}

func TestOpeningAllocatesNothing(t *testing.T) {
	peer, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	require.NoError(t, err)
	ours, err := NewRTCP(make([]byte, 16), make([]byte, 12))
	require.NoError(t, err)
	plain, err := (&rtcp.ReceiverReport{SSRC: 1}).Marshal()
	require.NoError(t, err)
	sealed, err := peer.EncryptRTCP(nil, plain, nil)
	require.NoError(t, err)
	room := make([]byte, 0, 1500)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		ours.senders = ours.senders[:0]
		if _, err := ours.OpenRTCP(room, sealed); err != nil {
			panic(err)
		}
	}))
}

// Whatever comes from outside is opened or refused.
func FuzzOpenRTCP(f *testing.F) {
	peer, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
	require.NoError(f, err)
	plain, err := (&rtcp.ReceiverReport{SSRC: 1}).Marshal()
	require.NoError(f, err)
	sealed, err := peer.EncryptRTCP(nil, plain, nil)
	require.NoError(f, err)
	f.Add(sealed)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		ours, err := NewRTCP(make([]byte, 16), make([]byte, 12))
		require.NoError(t, err)
		stock, err := srtp.CreateContext(make([]byte, 16), make([]byte, 12), srtp.ProtectionProfileAeadAes128Gcm)
		require.NoError(t, err)
		got, failed := ours.OpenRTCP(nil, b)
		want, refused := stock.DecryptRTCP(nil, b, nil)
		if failed == nil {
			require.NoError(t, refused)
			require.Equal(t, want, got)
			return
		}
		// Stock takes what says that it is not encrypted.
		require.True(t, refused != nil || binary.BigEndian.Uint32(b[len(b)-4:])>>31 == 0)
	})
}
