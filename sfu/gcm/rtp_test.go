package gcm

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func unhex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// RFC 3711 B.3, whose master salt is the 14 bytes of AES-CM.
func TestKeyDerivation(t *testing.T) {
	master, err := aes.NewCipher(unhex(t, "e1f97a0d3e018be0d64fa32c06de4139"))
	require.NoError(t, err)
	salt := unhex(t, "0ec675ad498afeebb6960b3aabe6")
	require.Equal(t, unhex(t, "c61e7a93744f39ee10734afe3ff7a087"), derive(master, salt, labelKey, 16))
	require.Equal(t, unhex(t, "30cbbc08863d8c85d49db34a9ae1"), derive(master, salt, labelSalt, 14))
	_, err = NewRTP(make([]byte, 16), make([]byte, 14))
	require.Error(t, err)
	_, err = NewRTP(make([]byte, 15), make([]byte, 12))
	require.Error(t, err)
}

// Packets with RFC 7714 §16.1.1's key as session key: the same bytes come out.
func TestVectorOfRFC7714(t *testing.T) {
	key, salt := unhex(t, "000102030405060708090a0b0c0d0e0f"), unhex(t, "517569642070726f2071756f")
	g, err := NewRTP(key, salt)
	require.NoError(t, err)
	g.useSession(t, key, salt)
	plain := unhex(t, "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976697361"+"20696e207061727465732074726573")
	sealed, err := g.EncryptRTP(append(make([]byte, 0, 2048), plain...))
	require.NoError(t, err)
	require.Equal(t, "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce", hex.EncodeToString(sealed))
}

// Stock SRTP makes the same bytes of the same packets, in whatever order they leave, also where the sequence numbers wrap.
func TestSameAsStockSRTP(t *testing.T) {
	for _, profile := range []srtp.ProtectionProfile{srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAeadAes256Gcm} {
		rapid.Check(t, func(t *rapid.T) {
			size, err := profile.KeyLen()
			require.NoError(t, err)
			key := rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "key")
			salt := rapid.SliceOfN(rapid.Byte(), saltSize, saltSize).Draw(t, "salt")
			ours, err := NewRTP(key, salt)
			require.NoError(t, err)
			stock, err := srtp.CreateContext(key, salt, profile)
			require.NoError(t, err)
			next := map[uint32]uint16{1: rapid.Uint16().Draw(t, "first"), 2: 65530}
			begun := map[uint32]bool{}
			for range rapid.IntRange(1, 60).Draw(t, "packets") {
				ssrc := rapid.SampledFrom([]uint32{1, 2}).Draw(t, "ssrc")
				seq := next[ssrc]
				if begun[ssrc] && rapid.Bool().Draw(t, "again") {
					seq-- // a repair
				} else {
					next[ssrc] += uint16(rapid.SampledFrom([]int{1, 1, 1, 2, 300, 20000}).Draw(t, "step"))
				}
				begun[ssrc] = true
				h := rtp.Header{Version: 2, PayloadType: 102, SequenceNumber: seq, Timestamp: 7, SSRC: ssrc, Marker: rapid.Bool().Draw(t, "marker")}
				if rapid.Bool().Draw(t, "extended") {
					require.NoError(t, h.SetExtension(3, []byte{1, 2}))
				}
				plain, err := (&rtp.Packet{Header: h, Payload: rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "payload")}).Marshal()
				require.NoError(t, err)
				want, wrong := stock.EncryptRTP(nil, plain, nil)
				got, err := ours.EncryptRTP(append(make([]byte, 0, 2048), plain...))
				if err == ErrTooOld {
					return // stock SRTP encrypts it under another packet's number
				}
				require.NoError(t, err)
				require.NoError(t, wrong)
				require.Equal(t, want, got)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	g, err := NewRTP(make([]byte, 16), make([]byte, 12))
	require.NoError(t, err)
	packet := func(seq uint16, ssrc uint32) []byte {
		b, err := (&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: seq, SSRC: ssrc}, Payload: []byte{1}}).Marshal()
		require.NoError(t, err)
		return append(make([]byte, 0, 64), b...)
	}
	manySources, longExtension := packet(1, 1), append(packet(1, 1), 0, 0, 0xff, 0xff)
	manySources[0] |= 0xf
	longExtension[0] |= 0x10
	for _, bad := range [][]byte{nil, make([]byte, 11, 64), manySources, longExtension} {
		_, err := g.EncryptRTP(bad)
		require.ErrorIs(t, err, ErrMalformed)
	}
	_, err = g.EncryptRTP(packet(1, 1)[:13:13])
	require.ErrorIs(t, err, ErrMalformed, "no room for the tag")
	_, err = g.EncryptRTP(packet(5, 1))
	require.NoError(t, err)
	_, err = g.EncryptRTP(packet(65000, 1))
	require.ErrorIs(t, err, ErrTooOld, "there is no packet before the first wrap")
	g.streams[0].index = 1<<48 - 1
	_, err = g.EncryptRTP(packet(0, 1))
	require.ErrorIs(t, err, ErrUsedUp)
}

// useSession takes session keys, as the vectors of the RFC have them, instead of deriving them.
func (g *RTP) useSession(t *testing.T, key, salt []byte) {
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	g.aead, err = cipher.NewGCM(block)
	require.NoError(t, err)
	copy(g.salt[:], salt)
}

func BenchmarkEncryptRTP(b *testing.B) {
	key, salt := make([]byte, 16), make([]byte, 12)
	h := rtp.Header{Version: 2, PayloadType: 102, SSRC: rand.Uint32()}
	if err := h.SetExtension(3, []byte{0, 0}); err != nil {
		b.Fatal(err)
	}
	room := make([]byte, 2048)
	n, err := (&rtp.Packet{Header: h, Payload: make([]byte, 1180)}).MarshalTo(room)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("ours", func(b *testing.B) {
		g, err := NewRTP(key, salt)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for range b.N {
			if _, err := g.EncryptRTP(room[:n]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("stock", func(b *testing.B) {
		c, err := srtp.CreateContext(key, salt, srtp.ProtectionProfileAeadAes128Gcm)
		if err != nil {
			b.Fatal(err)
		}
		var header rtp.Header
		b.ReportAllocs()
		for range b.N {
			if _, err := c.EncryptRTP(room, room[:n], &header); err != nil {
				b.Fatal(err)
			}
		}
	})
}
