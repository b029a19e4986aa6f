package gcm

import (
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/tongtang/tongtang/sfu/prefetch"
)

// Sealer encrypts all that we send on one connection. It may be used by one goroutine at a time, and nobody else may have its key.
type Sealer struct {
	rtp    *RTP          // nil: the profile is another one, and stock encrypts everything
	stock  *srtp.Context // RTCP
	header rtp.Header    // of the packet at hand: stock reads it again, and would allocate one
	report rtcp.Header
}

// NewSealer makes one of our master key and salt, as DTLS has agreed them (RFC 5764 §4.2).
func NewSealer(profile srtp.ProtectionProfile, masterKey, masterSalt []byte) (s *Sealer, err error) {
	s = &Sealer{}
	if s.stock, err = srtp.CreateContext(masterKey, masterSalt, profile); err != nil {
		return nil, err
	}
	switch profile {
	case srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAeadAes256Gcm:
		s.rtp, err = NewRTP(masterKey, masterSalt)
	}
	return s, err
}

// Memory is what SealRTP goes through.
func (s *Sealer) Memory() (m [3]prefetch.Span) {
	if s.rtp != nil {
		m = [3]prefetch.Span{prefetch.First(s, 8), prefetch.Of(s.rtp), s.rtp.keys()}
	}
	return m
}

// SealRTP encrypts a packet in place; there must be 16 bytes of room behind it.
func (s *Sealer) SealRTP(packet []byte) ([]byte, error) {
	if s.rtp != nil {
		return s.rtp.EncryptRTP(packet)
	}
	return s.stock.EncryptRTP(packet[:0], packet, &s.header)
}

// SealRTCP encrypts a compound packet in place; there must be 32 bytes of room behind it.
func (s *Sealer) SealRTCP(packet []byte) ([]byte, error) {
	return s.stock.EncryptRTCP(packet[:0], packet, &s.report)
}

// Opener decrypts the reports that come in on one connection. It may be used by one goroutine at a time.
type Opener struct {
	rtcp   *RTCP         // nil: the profile is another one
	stock  *srtp.Context // for it
	header rtcp.Header   // of the packet at hand
}

// NewOpener makes one of the peer's master key and salt.
func NewOpener(profile srtp.ProtectionProfile, masterKey, masterSalt []byte) (o *Opener, err error) {
	o = &Opener{}
	switch profile {
	case srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAeadAes256Gcm:
		o.rtcp, err = NewRTCP(masterKey, masterSalt)
	default:
		o.stock, err = srtp.CreateContext(masterKey, masterSalt, profile, srtp.SRTCPReplayProtection(window))
	}
	return o, err
}

// OpenRTCP appends a compound packet, decrypted, to into. A packet is taken once.
func (o *Opener) OpenRTCP(into, sealed []byte) ([]byte, error) {
	if o.rtcp != nil {
		return o.rtcp.OpenRTCP(into, sealed)
	}
	return o.stock.DecryptRTCP(into, sealed, &o.header)
}
