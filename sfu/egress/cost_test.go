package egress

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// BenchmarkFrame forwards a frame of 7 packets (720p, 2 Mbit/s) to 100 viewers, from the layer's ring to the receivers' sockets, whose
// queues soon are full. An operation is one packet.
func BenchmarkFrame(b *testing.B) {
	const viewers, packets = 100, 7
	for _, rung := range []udpbatch.Rung{udpbatch.Single, udpbatch.Many, udpbatch.Grouped} {
		b.Run(rung.String(), func(b *testing.B) {
			socket := newSocket(b, rung)
			w := newWorker(new(total), new(total))
			w.out.voice, w.out.picture = socket.Batch(), socket.Batch()
			w.counters.droppedTotal = new(total)
			layer := ingest.NewLayer("h", true, &ingest.Clock{}, func() {})
			for i := range viewers {
				port := NewPort(webrtc.RTPCodecTypeVideo, "pane-0")
				port.out, port.bound = &wire{}, bound{ssrc: rand.Uint32(), pt: 102, twccID: 3}
				v := &Viewer{worker: w, writeRTCP: func([]rtcp.Packet) error { return nil }}
				v.panes = []*pane{newPane(v, port)}
				w.viewers = append(w.viewers, v)
				w.direct(v, &direct{out: sealerOf(b, srtp.ProtectionProfileAeadAes128Gcm), peer: udpbatch.Peer{Addr: sink(b)}})
				if i == 0 {
					push(layer, 0, 1)
				}
				w.aim(v.panes[0], layer, t0)
			}
			w.advance(t0)
			feed := w.feeds[layer]
			b.ReportAllocs()
			b.ResetTimer()
			seq := uint16(1)
			for n := 0; n < b.N; n += viewers * packets {
				b.StopTimer()
				push(layer, seq, packets)
				seq += packets
				b.StartTimer()
				w.forward(feed.subscription)
				w.flush()
			}
		})
	}
}

// push shoots a picture of n packets; the first is a keyframe.
func push(l *ingest.Layer, seq uint16, n int) {
	for i := range n {
		payload := make([]byte, 1180)
		payload[0] = 0x41
		if seq == 0 {
			payload[0] = 0x65
		}
		l.Push(&rtp.Header{SequenceNumber: seq + uint16(i), Timestamp: uint32(seq) * 400, Marker: i == n-1}, payload, t0)
	}
}

// sink is an address where packets arrive; nobody reads them.
func sink(b *testing.B) netip.AddrPort {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(b, err)
	b.Cleanup(func() { _ = conn.Close() })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}
