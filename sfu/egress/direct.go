package egress

import (
	"errors"
	"net/netip"
	"time"

	"github.com/pion/rtcp"
	"github.com/tongtang/tongtang/sfu/prefetch"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// Sealer encrypts what leaves a connection, in place (gcm.Sealer). Nobody else has its key.
type Sealer interface {
	SealRTP(packet []byte) ([]byte, error)
	SealRTCP(packet []byte) ([]byte, error)
	Memory() [3]prefetch.Span // that SealRTP goes through
}

// Opener decrypts what comes in on a connection (gcm.Opener).
type Opener interface {
	OpenRTCP(into, sealed []byte) ([]byte, error)
}

// direct is a viewer's own way to the wire. Its worker alone uses it.
type direct struct {
	out  Sealer
	in   Opener
	peer udpbatch.Peer
}

var errTooLong = errors.New("the packet is longer than any line takes")

// overhead is the most that a header of ours and an authentication tag need, bytes.
const overhead = 64

// reachable tells whether something reaches the viewer.
func (d *direct) reachable() bool { return d.peer.Addr.IsValid() }

// send encrypts a packet into the batch; head is written before the payload. pad is how many bytes of padding it gets (RFC 3550 §5.1), 0 none.
func (d *direct) send(b *udpbatch.Batch, h *header, head, payload []byte, pad uint8) error {
	if len(head)+len(payload)+int(pad) > udpbatch.Room-overhead {
		return errTooLong
	}
	room := b.Room()
	n := h.write(room)
	n += copy(room[n:], head)
	n += copy(room[n:], payload)
	if pad > 0 {
		clear(room[n : n+int(pad)])
		n += int(pad)
		room[0] |= paddingBit
		room[n-1] = pad
	}
	sealed, err := d.out.SealRTP(room[:n])
	if err != nil {
		return err
	}
	b.Add(len(sealed), &d.peer)
	return nil
}

// report encrypts RTCP into the batch.
func (d *direct) report(b *udpbatch.Batch, packets []rtcp.Packet) error {
	plain, err := rtcp.Marshal(packets)
	if err != nil {
		return err
	}
	if len(plain) > udpbatch.Room-overhead {
		return errTooLong
	}
	room := b.Room()
	sealed, err := d.out.SealRTCP(room[:copy(room, plain)])
	if err != nil {
		return err
	}
	b.Add(len(sealed), &d.peer)
	return nil
}

// GoDirect sends the viewer's media and reports past pion from now on: encrypted with out, to where Move says; Receive takes what comes back,
// encrypted for in. It is called before the first Show, once: a viewer that began with pion's writer stays with it, because two writers with
// one key break AES-GCM. It does nothing where the workers have no socket.
func (v *Viewer) GoDirect(out Sealer, in Opener) {
	v.worker.do(func(time.Time) { v.worker.direct(v, &direct{out: out, in: in}) })
}

// Move tells where the viewer is from now on; an invalid address is nowhere. It comes after GoDirect.
func (v *Viewer) Move(to netip.AddrPort) {
	v.worker.do(func(time.Time) {
		if v.direct != nil {
			v.direct.peer.Addr = to
		}
	})
}
