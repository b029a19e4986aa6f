// Package gcm encrypts what leaves one connection, and decrypts the reports that come back. RTP out and RTCP in under AES-GCM (RFC 7714) are
// its own: they happen for each packet and viewer, so they do nothing else and allocate nothing. All other is stock SRTP. Keys are derived as RFC 3711 §4.3 says, without a key derivation rate. Pure.
package gcm

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"reflect"
	"slices"

	"github.com/tongtang/tongtang/sfu/prefetch"
)

// Sizes of RFC 7714 §8 and §13, bytes.
const (
	Tag      = 16
	saltSize = 12
)

// Errors of EncryptRTP.
var (
	ErrMalformed = errors.New("gcm: no RTP packet")
	ErrTooOld    = errors.New("gcm: the packet is older than the stream")
	ErrUsedUp    = errors.New("gcm: the key has encrypted 2^48 packets of the stream")
)

var errSalt = errors.New("gcm: the master salt of AES-GCM has 12 bytes")

// RTP encrypts the RTP of one connection. It may be used by one goroutine at a time.
type RTP struct {
	aead    cipher.AEAD
	salt    [saltSize]byte
	iv      [saltSize]byte
	streams []stream  // few: linear search beats a map
	room    [4]stream // of most viewers, beside what is read with it
}

// stream is one SSRC, and the index (48 bits) of its newest packet: how often the sequence number has wrapped, and the number.
type stream struct {
	ssrc  uint32
	index uint64
}

// NewRTP derives the session key of RTP from the master key (16 or 32 bytes) and salt (12 bytes) that DTLS has agreed.
func NewRTP(masterKey, masterSalt []byte) (*RTP, error) {
	if len(masterSalt) != saltSize {
		return nil, errSalt
	}
	master, err := aes.NewCipher(masterKey)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derive(master, masterSalt, labelKey, len(masterKey)))
	if err != nil {
		return nil, err
	}
	g := &RTP{}
	g.streams = g.room[:0]
	copy(g.salt[:], derive(master, masterSalt, labelSalt, saltSize))
	g.aead, err = cipher.NewGCM(block)
	return g, err
}

// keys is the memory of the key's schedule and tables, wherever the library keeps them.
func (g *RTP) keys() prefetch.Span {
	v := reflect.ValueOf(g.aead)
	if v.Kind() != reflect.Pointer {
		return prefetch.Span{}
	}
	return prefetch.Bytes(v.UnsafePointer(), v.Type().Elem().Size())
}

// Labels of RFC 3711 §4.3.2.
const (
	labelKey  = 0x00
	labelSalt = 0x02
)

// derive is the key derivation of RFC 3711 §4.3.1: AES in counter mode over the salt with the label in it.
func derive(master cipher.Block, salt []byte, label byte, size int) []byte {
	var in [aes.BlockSize]byte
	copy(in[:], salt)
	in[7] ^= label
	out := make([]byte, 0, size+aes.BlockSize)
	for i := uint16(0); len(out) < size; i++ {
		binary.BigEndian.PutUint16(in[14:], i)
		out = out[:len(out)+aes.BlockSize]
		master.Encrypt(out[len(out)-aes.BlockSize:], in[:])
	}
	return out[:size]
}

// EncryptRTP encrypts the packet in place and returns it with its tag, for which there must be room behind it. The header stays clear. A
// packet that leaves again must be the same to the bit: two packets under one number would give the key away.
func (g *RTP) EncryptRTP(packet []byte) ([]byte, error) {
	n, ok := headerSize(packet)
	if !ok || cap(packet)-len(packet) < Tag {
		return nil, ErrMalformed
	}
	ssrc := binary.BigEndian.Uint32(packet[8:])
	index, err := g.index(ssrc, binary.BigEndian.Uint16(packet[2:]))
	if err != nil {
		return nil, err
	}
	// RFC 7714 §8.1: two zero bytes, the SSRC, the packet index, all of it with the salt.
	copy(g.iv[:2], g.salt[:2])
	binary.BigEndian.PutUint32(g.iv[2:], binary.BigEndian.Uint32(g.salt[2:])^ssrc)
	binary.BigEndian.PutUint32(g.iv[6:], binary.BigEndian.Uint32(g.salt[6:])^uint32(index>>16))
	binary.BigEndian.PutUint16(g.iv[10:], binary.BigEndian.Uint16(g.salt[10:])^uint16(index))
	sealed := g.aead.Seal(packet[n:n], g.iv[:], packet[n:], packet[:n])
	return packet[:n+len(sealed)], nil
}

// index is the packet's place in its stream (RFC 3711 §3.3.1): the one nearest to the newest packet.
func (g *RTP) index(ssrc uint32, seq uint16) (uint64, error) {
	i := slices.IndexFunc(g.streams, func(s stream) bool { return s.ssrc == ssrc })
	if i < 0 {
		g.streams = append(g.streams, stream{ssrc, uint64(seq)})
		return uint64(seq), nil
	}
	s := &g.streams[i]
	ahead := int64(int16(seq - uint16(s.index)))
	if ahead < 0 && s.index < uint64(-ahead) {
		return 0, ErrTooOld
	}
	index := uint64(int64(s.index) + ahead)
	if index >= 1<<48 {
		return 0, ErrUsedUp
	}
	s.index = max(s.index, index)
	return index, nil
}

// headerSize is the length of the header with its extension (RFC 3550 §5.1, §5.3.1), bytes.
func headerSize(packet []byte) (n int, ok bool) {
	if len(packet) < 12 {
		return 0, false
	}
	n = 12 + 4*int(packet[0]&0xf)
	if packet[0]&0x10 != 0 {
		if len(packet) < n+4 {
			return 0, false
		}
		n += 4 + 4*int(binary.BigEndian.Uint16(packet[n+2:]))
	}
	return n, n <= len(packet)
}
