package gcm

import (
	"slices"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// MediaOpener decrypts the RTP that comes in on one connection: stock SRTP, for there is one publisher for many viewers. It may be used by one
// goroutine at a time.
type MediaOpener struct {
	stock *srtp.Context
	begun []uint32 // SSRCs of which a packet was opened
}

// NewMediaOpener makes one of the peer's master key and salt. late is how many packets a packet may come behind later ones.
func NewMediaOpener(profile srtp.ProtectionProfile, masterKey, masterSalt []byte, late uint) (*MediaOpener, error) {
	stock, err := srtp.CreateContext(masterKey, masterSalt, profile, srtp.SRTPReplayProtection(late))
	return &MediaOpener{stock: stock}, err
}

// OpenRTP appends a packet, decrypted, to into, and reads its header. A packet is taken once. Somebody else may have opened the first packets of
// a stream, and seen its sequence numbers wrap, once.
func (o *MediaOpener) OpenRTP(into, sealed []byte, header *rtp.Header) ([]byte, error) {
	plain, err := o.stock.DecryptRTP(into, sealed, header)
	if slices.Contains(o.begun, header.SSRC) {
		return plain, err
	}
	if len(o.begun) == mostSenders {
		return nil, ErrCrowd
	}
	if err != nil {
		o.stock.SetROC(header.SSRC, 1)
		if plain, err = o.stock.DecryptRTP(into, sealed, header); err != nil {
			o.stock.SetROC(header.SSRC, 0)
			return nil, err
		}
	}
	o.begun = append(o.begun, header.SSRC)
	return plain, nil
}
