package egress

import (
	"context"
	"encoding/binary"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/gcm"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

var profiles = map[string]srtp.ProtectionProfile{"AES-GCM": srtp.ProtectionProfileAeadAes128Gcm, "AES-CM": srtp.ProtectionProfileAes128CmHmacSha1_80}

// cipherOf makes one end of a connection; all have the same key.
func cipherOf(t testing.TB, profile srtp.ProtectionProfile) *srtp.Context {
	t.Helper()
	c, err := srtp.CreateContext(masterKey(t, profile), masterSalt(t, profile), profile, srtp.SRTPReplayProtection(4096), srtp.SRTCPReplayProtection(64))
	require.NoError(t, err)
	return c
}

func newSocket(t testing.TB, best udpbatch.Rung) *udpbatch.Socket {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	s, err := udpbatch.New(conn, best, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s
}

// receiver is a viewer's end of the line.
type receiver struct {
	t      *testing.T
	conn   *net.UDPConn
	cipher *srtp.Context
}

func newReceiver(t *testing.T, cipher *srtp.Context) *receiver {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	return &receiver{t, conn, cipher}
}

func (r *receiver) address() netip.AddrPort { return r.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

// raw is the next datagram, packet the next one decrypted.
func (r *receiver) raw() []byte {
	r.t.Helper()
	buf := make([]byte, 2048)
	n, err := r.conn.Read(buf)
	require.NoError(r.t, err)
	return buf[:n]
}

func (r *receiver) packet() rtp.Packet {
	r.t.Helper()
	plain, err := r.cipher.DecryptRTP(nil, r.raw(), nil)
	require.NoError(r.t, err)
	var p rtp.Packet
	require.NoError(r.t, p.Unmarshal(plain))
	return p
}

// sealerOf and openerOf are the other end.
func sealerOf(t testing.TB, profile srtp.ProtectionProfile) *gcm.Sealer {
	t.Helper()
	s, err := gcm.NewSealer(profile, masterKey(t, profile), masterSalt(t, profile))
	require.NoError(t, err)
	return s
}

func openerOf(t testing.TB, profile srtp.ProtectionProfile) *gcm.Opener {
	t.Helper()
	o, err := gcm.NewOpener(profile, masterKey(t, profile), masterSalt(t, profile))
	require.NoError(t, err)
	return o
}

func masterKey(t testing.TB, profile srtp.ProtectionProfile) []byte {
	t.Helper()
	n, err := profile.KeyLen()
	require.NoError(t, err)
	return make([]byte, n)
}

func masterSalt(t testing.TB, profile srtp.ProtectionProfile) []byte {
	t.Helper()
	n, err := profile.SaltLen()
	require.NoError(t, err)
	return make([]byte, n)
}

// goDirect gives the bench's viewer its own way; pion's writer must stay silent.
func (b *bench) goDirect(s *udpbatch.Socket, out *gcm.Sealer, to netip.AddrPort) {
	b.worker.out.voice, b.worker.out.picture = s.Batch(), s.Batch()
	b.worker.counters.droppedTotal = new(total)
	b.worker.direct(b.viewer, &direct{out: out, peer: udpbatch.Peer{Addr: to}})
}

// shown makes the bench's pane live on a camera.
func (b *bench) shown() *camera {
	c := newCamera(&ingest.Clock{}, 25, func() {})
	b.worker.aim(b.pane(), c.layer, t0)
	return c
}

func TestDirectPacketsAreWholeOnEveryRung(t *testing.T) {
	for name, profile := range profiles {
		for _, rung := range []udpbatch.Rung{udpbatch.Single, udpbatch.Many, udpbatch.Grouped} {
			t.Run(name+" "+rung.String(), func(t *testing.T) {
				b, r := newBench(t), newReceiver(t, cipherOf(t, profile))
				b.goDirect(newSocket(t, rung), sealerOf(t, profile), r.address())
				c := b.shown()
				var last rtp.Packet
				for i := range 60 {
					c.shoot()
					b.deliver(c.newest())
					b.worker.advance(c.newest())
					b.worker.flush()
					p := r.packet()
					require.Equal(t, i, number(p))
					require.Equal(t, []byte{byte(i >> 8), byte(i)}, p.GetExtension(3), "transport-wide sequence number")
					require.Equal(t, uint32(7), p.SSRC)
					require.Equal(t, uint8(102), p.PayloadType)
					require.True(t, p.Marker)
					if i > 0 {
						require.Equal(t, last.SequenceNumber+1, p.SequenceNumber)
					}
					last = p
				}
				nack := &rtcp.TransportLayerNack{MediaSSRC: 7, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{last.SequenceNumber})}
				b.take(nack, c.newest().Add(time.Second))
				b.worker.flush()
				again := r.packet()
				require.Equal(t, uint32(8), again.SSRC, "repairs go the same way")
				require.Equal(t, last.Payload, again.Payload[2:])
				require.Empty(t, b.wire.packets, "nothing through pion: one key, one writer")
				require.Equal(t, total(61), b.sent)
			})
		}
	}
}

// Without RTX a repair is the very packet of before: the same sequence number must not encrypt anything else.
func TestPlainRepairIsTheSamePacket(t *testing.T) {
	b, r := newBench(t), newReceiver(t, cipherOf(t, srtp.ProtectionProfileAeadAes128Gcm))
	b.pane().port.rtxSSRC = 0
	b.goDirect(newSocket(t, udpbatch.Grouped), sealerOf(t, srtp.ProtectionProfileAeadAes128Gcm), r.address())
	c := b.shown()
	var packets [][]byte
	for range 3 {
		c.shoot()
		b.deliver(c.newest())
		b.worker.advance(c.newest())
		b.worker.flush()
		packets = append(packets, r.raw())
	}
	var header rtp.Header
	_, err := header.Unmarshal(packets[1])
	require.NoError(t, err)
	wide := b.viewer.wide
	nack := &rtcp.TransportLayerNack{MediaSSRC: 7, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{header.SequenceNumber})}
	b.take(nack, c.newest().Add(time.Second))
	b.worker.flush()
	require.Equal(t, packets[1], r.raw())
	require.Equal(t, wide, b.viewer.wide)
}

func TestPacketsFollowTheViewer(t *testing.T) {
	cipher := cipherOf(t, srtp.ProtectionProfileAeadAes128Gcm)
	b, here, there := newBench(t), newReceiver(t, cipher), newReceiver(t, cipher)
	b.goDirect(newSocket(t, udpbatch.Grouped), sealerOf(t, srtp.ProtectionProfileAeadAes128Gcm), here.address())
	move := func(a netip.AddrPort) {
		b.viewer.Move(a)
		(<-b.worker.commands)(t0)
	}
	c := b.shown()
	shoot := func() {
		c.shoot()
		b.deliver(c.newest())
		b.worker.advance(c.newest())
	}
	shoot()
	move(there.address()) // in the middle of a turn
	shoot()
	b.worker.flush()
	move(netip.AddrPort{})
	shoot()
	b.worker.flush()
	move(here.address())
	shoot()
	b.worker.flush()
	require.Equal(t, 0, number(here.packet()))
	require.Equal(t, 1, number(there.packet()))
	require.Equal(t, 3, number(here.packet()), "without an address nothing leaves, and nothing counts as sent")
	require.Equal(t, total(3), b.sent)
}

func TestSendingDirectAllocatesNothing(t *testing.T) {
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			b, r := newBench(t), newReceiver(t, nil)
			b.goDirect(newSocket(t, udpbatch.Grouped), sealerOf(t, profile), r.address())
			c := b.shown()
			c.shoot()
			b.deliver(c.newest())
			b.worker.advance(t0)
			batch, _ := c.layer.Since(0, nil)
			packet := *batch[0]
			before := b.pane().packets
			limit := 0.0
			if name == "AES-CM" {
				limit = 9 // of 10 packets: pion keeps its CTR streams in a sync.Pool, which forgets at random under the race detector
			}
			require.LessOrEqual(t, testing.AllocsPerRun(1000, func() {
				for range 10 {
					packet.Seq++
					b.pane().send(&packet, packet.Timestamp, 3, t0)
				}
				b.worker.flush()
			}), limit)
			require.Greater(t, b.pane().packets-before, uint32(10000), "they were sent")
		})
	}
}

// Through the workers' own goroutines: voice and picture, until the viewer leaves.
func TestGoDirect(t *testing.T) {
	var packets, bytes, dropped total
	var turns atomic.Int64
	f := New(2, &packets, &bytes)
	f.Over(newSocket(t, udpbatch.Grouped), &dropped, func() { turns.Add(1) }, nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	var ports []*Port
	through := &wire{}
	for i, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		p := NewPort(kind, "pane")
		p.out, p.bound = through, bound{ssrc: uint32(7 + i)}
		ports = append(ports, p)
	}
	v := f.Add(ports, func([]rtcp.Packet) error { return nil })
	r := newReceiver(t, cipherOf(t, srtp.ProtectionProfileAeadAes128Gcm))
	v.GoDirect(sealerOf(t, srtp.ProtectionProfileAeadAes128Gcm), openerOf(t, srtp.ProtectionProfileAeadAes128Gcm))
	v.Move(r.address())
	c, voice := newCamera(&ingest.Clock{}, 25, func() {}), ingest.NewLayer("", false, &ingest.Clock{}, nil)
	c.shoot()
	v.Show([]*ingest.Layer{c.layer, voice})
	seen := map[uint32]int{}
	for n := uint16(0); seen[7] < 20 || seen[8] < 20; n++ {
		c.shoot()
		voice.Push(&rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 960}, []byte{0xf8}, c.newest())
		b := r.raw()
		if b[1] >= 200 && b[1] < 208 { // RTCP (RFC 5761 §4)
			plain, err := r.cipher.DecryptRTCP(nil, b, nil)
			require.NoError(t, err)
			reports, err := rtcp.Unmarshal(plain)
			require.NoError(t, err)
			require.IsType(t, &rtcp.SenderReport{}, reports[0])
			continue
		}
		seen[binary.BigEndian.Uint32(b[8:])]++
	}
	v.Close()
	cancel()
	<-done
	require.Empty(t, through.packets)
	require.Zero(t, dropped)
	require.Positive(t, turns.Load())
}

// A viewer's sealed RTCP reaches its pane; what is not the viewer's, or comes again, does nothing.
func TestFeedbackIsOpened(t *testing.T) {
	for name, profile := range profiles {
		t.Run(name, func(t *testing.T) {
			b, r := newBench(t), newReceiver(t, cipherOf(t, profile))
			b.goDirect(newSocket(t, udpbatch.Grouped), sealerOf(t, profile), r.address())
			b.viewer.direct.in = openerOf(t, profile)
			c := b.shown()
			c.shoot()
			b.deliver(c.newest())
			b.worker.advance(c.newest())
			b.worker.flush()
			first := r.packet()
			plain, err := rtcp.Marshal([]rtcp.Packet{
				&rtcp.ReceiverReport{SSRC: 1},
				&rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: 7, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{first.SequenceNumber})},
			})
			require.NoError(t, err)
			sealed, err := cipherOf(t, profile).EncryptRTCP(nil, plain, nil)
			require.NoError(t, err)
			deliver := func(b *bench, letter []byte, at time.Duration) float64 {
				before := b.sent
				b.viewer.Receive(letter)
				b.worker.readMail(c.newest().Add(at))
				b.worker.flush()
				return float64(b.sent - before)
			}
			forged := append([]byte(nil), sealed...)
			forged[len(forged)-6] ^= 1
			require.Zero(t, deliver(b, forged, time.Second))
			require.Zero(t, deliver(b, sealed[:9], time.Second))
			require.Equal(t, 1.0, deliver(b, sealed, time.Second))
			require.Equal(t, first.Payload, r.packet().Payload[2:])
			require.Zero(t, deliver(b, sealed, 2*time.Second), "a replay")
			require.Empty(t, b.worker.mail, "a worker that turns reads it anyway")
			b.worker.turned.Store(0)
			b.viewer.Receive(sealed)
			require.Len(t, b.worker.mail, 1)
			require.False(t, b.worker.inbox.put(b.viewer, make([]byte, inboxSize+1)), "the inbox is bounded")
		})
	}
}

// Packets of nearly one size are padded to one group; a receiver takes the padding off.
func TestPacketsOfAFrameArePadded(t *testing.T) {
	b, r := newBench(t), newReceiver(t, cipherOf(t, srtp.ProtectionProfileAeadAes128Gcm))
	b.goDirect(newSocket(t, udpbatch.Grouped), sealerOf(t, srtp.ProtectionProfileAeadAes128Gcm), r.address())
	b.pane().port.rtxSSRC = 0
	layer := ingest.NewLayer("", true, &ingest.Clock{}, func() {})
	b.worker.aim(b.pane(), layer, t0)
	sizes := []int{900, 900, 901, 903, 700}
	for i := range 2 { // the first is the catch-up of a newcomer
		for j, size := range sizes {
			payload := make([]byte, size)
			payload[0] = byte(0x65 - 0x24*i)
			layer.Push(&rtp.Header{SequenceNumber: uint16(i*len(sizes) + j), Timestamp: uint32(1000 + 3600*i), Marker: j == len(sizes)-1}, payload, t0.Add(time.Duration(i)*40*time.Millisecond))
		}
		b.deliver(t0.Add(time.Duration(i) * 40 * time.Millisecond))
		b.worker.advance(t0.Add(time.Duration(i) * 40 * time.Millisecond))
		b.worker.flush()
	}
	var lengths []int
	var padded []byte
	for i := range 2 * len(sizes) {
		raw := r.raw()
		plain, err := r.cipher.DecryptRTP(nil, raw, nil)
		require.NoError(t, err)
		var p rtp.Packet
		require.NoError(t, p.Unmarshal(plain))
		require.Len(t, p.Payload, sizes[i%len(sizes)])
		if i >= len(sizes) {
			lengths = append(lengths, len(raw))
		}
		if i == len(sizes) {
			padded = raw
		}
	}
	require.Equal(t, []int{lengths[3], lengths[3], lengths[3], lengths[3]}, lengths[:4])
	require.Equal(t, lengths[3]-203, lengths[4])
	var header rtp.Header
	_, err := header.Unmarshal(padded)
	require.NoError(t, err)
	b.take(&rtcp.TransportLayerNack{MediaSSRC: 7, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{header.SequenceNumber})}, t0.Add(time.Second))
	b.worker.flush()
	require.Equal(t, padded, r.raw(), "its repair without RTX is the same packet")
}
