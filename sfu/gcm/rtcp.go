package gcm

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"slices"
)

// Errors of OpenRTCP.
var (
	ErrForged = errors.New("gcm: the packet is not the peer's")
	ErrReplay = errors.New("gcm: the packet has come before, or is too old to tell")
	ErrCrowd  = errors.New("gcm: the peer speaks for too many sources")
)

const (
	labelRTCPKey  = 0x03
	labelRTCPSalt = 0x05

	rtcpHeader  = 8  // bytes that stay clear
	rtcpTrailer = 4  // E and the index
	window      = 64 // packets (RFC 3711 §3.3.2)
	mostSenders = 64 // SSRCs of one peer
)

// RTCP decrypts the reports of one connection (RFC 7714 §9). It may be used by one goroutine at a time.
type RTCP struct {
	aead    cipher.AEAD
	salt    [saltSize]byte
	iv      [saltSize]byte
	clear   [rtcpHeader + rtcpTrailer]byte // what is authenticated only
	senders []sender
}

// sender is one SSRC: its newest index, and which of the 64 up to it have come (bit 0 is the newest).
type sender struct {
	ssrc, newest uint32
	came         uint64
}

// NewRTCP derives the session key of RTCP from the peer's master key and salt.
func NewRTCP(masterKey, masterSalt []byte) (*RTCP, error) {
	if len(masterSalt) != saltSize {
		return nil, errSalt
	}
	master, err := aes.NewCipher(masterKey)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derive(master, masterSalt, labelRTCPKey, len(masterKey)))
	if err != nil {
		return nil, err
	}
	r := &RTCP{}
	copy(r.salt[:], derive(master, masterSalt, labelRTCPSalt, saltSize))
	r.aead, err = cipher.NewGCM(block)
	return r, err
}

// OpenRTCP appends the compound packet to into. A packet is taken once.
func (r *RTCP) OpenRTCP(into, sealed []byte) ([]byte, error) {
	end := len(sealed) - rtcpTrailer
	if end < rtcpHeader+Tag || sealed[end]&0x80 == 0 { // E: what is not encrypted is nothing that we agreed to
		return nil, ErrMalformed
	}
	ssrc, index := binary.BigEndian.Uint32(sealed[4:]), binary.BigEndian.Uint32(sealed[end:])&^(1<<31)
	i := slices.IndexFunc(r.senders, func(s sender) bool { return s.ssrc == ssrc })
	if i >= 0 && !r.senders[i].isNew(index) {
		return nil, ErrReplay
	}
	copy(r.clear[:], sealed[:rtcpHeader])
	copy(r.clear[rtcpHeader:], sealed[end:])
	// RFC 7714 §9.1: two zero bytes, the SSRC, two zero bytes, the index, all of it with the salt.
	r.iv = r.salt
	binary.BigEndian.PutUint32(r.iv[2:], binary.BigEndian.Uint32(r.salt[2:])^ssrc)
	binary.BigEndian.PutUint32(r.iv[8:], binary.BigEndian.Uint32(r.salt[8:])^index)
	plain, err := r.aead.Open(append(into, sealed[:rtcpHeader]...), r.iv[:], sealed[rtcpHeader:end], r.clear[:])
	if err != nil {
		return nil, ErrForged
	}
	switch {
	case i >= 0:
		r.senders[i].take(index)
	case len(r.senders) == mostSenders:
		return nil, ErrCrowd
	default:
		r.senders = append(r.senders, sender{ssrc: ssrc, newest: index, came: 1})
	}
	return plain, nil
}

// isNew tells whether a packet with the index has not come yet.
func (s *sender) isNew(index uint32) bool {
	behind := s.newest - index
	return index > s.newest || behind < window && s.came&(1<<behind) == 0
}

func (s *sender) take(index uint32) {
	if index > s.newest {
		s.came, s.newest = s.came<<(index-s.newest)|1, index
		return
	}
	s.came |= 1 << (s.newest - index)
}
