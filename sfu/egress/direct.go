package egress

import (
	"errors"
	"net/netip"
	"time"

	"github.com/pion/rtp"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// Cipher encrypts the RTP of one connection in place; a srtp.Context is one. Nobody else has its key.
type Cipher interface {
	EncryptRTP(dst, plaintext []byte, header *rtp.Header) ([]byte, error)
}

// direct is a viewer's own way to the wire. Its worker alone uses it.
type direct struct {
	cipher  Cipher
	address func() netip.AddrPort
	peer    udpbatch.Peer
	parsed  rtp.Header // of the packet at hand: Cipher reads it again, and would allocate one
}

var (
	errNoAddress = errors.New("the viewer has no address now")
	errTooLong   = errors.New("the packet is longer than any line takes")
)

// overhead is the most that a header of ours and an authentication tag need, bytes.
const overhead = 64

// send encrypts a packet into the batch.
func (d *direct) send(b *udpbatch.Batch, h *rtp.Header, payload []byte) error {
	if d.peer.Addr = d.address(); !d.peer.Addr.IsValid() {
		return errNoAddress
	}
	if len(payload) > udpbatch.Room-overhead {
		return errTooLong
	}
	room := b.Room()
	n, err := h.MarshalTo(room)
	if err != nil {
		return err
	}
	n += copy(room[n:], payload)
	sealed, err := d.cipher.EncryptRTP(room, room[:n], &d.parsed)
	if err != nil {
		return err
	}
	b.Add(len(sealed), &d.peer)
	return nil
}

// GoDirect sends the viewer's media past pion from now on: encrypted with cipher, to where address points at the time. It is called before the
// first Show, once: a viewer that began with pion's writer stays with it, because two writers with one key break AES-GCM. It does nothing
// where the workers have no socket.
func (v *Viewer) GoDirect(cipher Cipher, address func() netip.AddrPort) {
	v.worker.do(func(time.Time) { v.worker.direct(v, &direct{cipher: cipher, address: address}) })
}
