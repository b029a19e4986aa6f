package ingest

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/ntp"
	"github.com/tongtang/tongtang/sfu/rtpring"
)

// cut takes b apart into datagrams: a length in one byte, then the bytes.
func cut(b []byte) (all [][]byte) {
	for len(b) > 1 {
		n := min(int(b[0]), len(b)-1)
		all, b = append(all, b[1:1+n]), b[1+n:]
	}
	return all
}

// A publisher sends any RTP, and any sender reports: who forwards gets every packet once, and the clock of the layer knows a time.
func FuzzPublisher(f *testing.F) {
	packet := func(seq uint16, ts uint32, marker bool, payload ...byte) []byte {
		raw, _ := (&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: seq, Timestamp: ts, Marker: marker, SSRC: 7}, Payload: payload}).Marshal()
		return append([]byte{byte(len(raw))}, raw...)
	}
	report, _ := (&rtcp.SenderReport{SSRC: 7, NTPTime: ntp.FromTime(t0), RTPTime: 90}).Marshal()
	f.Add(append(append(packet(65535, 0, true, 0x65, 1), packet(0, 3600, true, 0x41)...), append([]byte{byte(len(report))}, report...)...), true)
	f.Add(append(packet(1, 0, false, 0xf8), packet(3, 0xffffffff, false)...), false)
	f.Fuzz(func(t *testing.T, raw []byte, video bool) {
		l := NewLayer("h", video, &Clock{}, func() {})
		ready := make(chan *Subscription, 1)
		s := l.Subscribe(ready, func() {})
		defer s.Unsubscribe()
		now, pos := t0, uint64(0)
		var got []*rtpring.Packet
		for _, datagram := range cut(raw) {
			now = now.Add(time.Millisecond)
			if len(datagram) > 1 && datagram[1] == 200 {
				var r rtcp.SenderReport
				if r.Unmarshal(datagram) == nil {
					l.Report(ntp.ToTime(r.NTPTime), r.RTPTime, now)
					require.True(t, l.Exact())
				}
				continue
			}
			var p rtp.Packet
			if p.Unmarshal(datagram) != nil {
				continue
			}
			l.Push(&p.Header, p.Payload, now)
			require.True(t, l.Mapping().Known())
			require.True(t, l.Active(now))
			l.Edge(now)
			select {
			case <-ready:
				s.Taken()
				got, pos = l.Since(pos, got)
			default:
			}
		}
		got, _ = l.Since(pos, got)
		require.Len(t, got, int(l.Count()))
		seen := map[uint64]bool{}
		for _, p := range got {
			require.False(t, seen[p.Seq])
			seen[p.Seq] = true
			require.True(t, video || !p.Keyframe)
		}
		if first, length, ok := l.GOP(); ok {
			packets, next, highest := l.Collect(first, 1, nil)
			require.True(t, packets[0].Keyframe)
			require.Equal(t, first+length, highest+1)
			require.Greater(t, next, first)
		}
		l.Tick(time.Second)
		require.GreaterOrEqual(t, l.Bitrate(), int64(0))
	})
}

// A publisher sends anything as its voice, in RED or not, and anything as VP8: only whole Opus packets come out of a voice, each number once.
func FuzzSource(f *testing.F) {
	packet := func(pt uint8, seq uint16, payload ...byte) []byte {
		raw, _ := (&rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: pt, SequenceNumber: seq, Timestamp: uint32(seq) * 960, SSRC: 7}, Payload: payload}).Marshal()
		return append([]byte{byte(len(raw))}, raw...)
	}
	f.Add(append(packet(63, 10, 111, 0xf8), packet(63, 12, 0x80|111, 15, 0, 2, 111, 0xf8, 1, 0xf8)...), false)
	f.Add(append(packet(111, 65535, 0xf8), packet(63, 0, 0x80|111, 15, 0, 0, 111)...), false)
	f.Add(append(packet(96, 1, 0x90, 0x80, 0x7f, 0), packet(96, 2, 0x90, 0xf0, 0, 0, 0, 1)...), true)
	f.Fuzz(func(t *testing.T, raw []byte, video bool) {
		s := NewSource(Media{RIDs: []string{""}, Picture: codec.VP8, Audio: true, Opus: 111, RED: 63}, func([]rtcp.Packet) error { return nil }, func() {})
		l := s.Audio
		if video {
			l = s.Video[0]
		}
		now := t0
		for _, datagram := range cut(raw) {
			now = now.Add(time.Millisecond)
			var p rtp.Packet
			if p.Unmarshal(datagram) == nil {
				s.take(l, &p, 1, now)
			}
		}
		packets, _ := l.Since(0, nil)
		seen := map[uint64]bool{}
		for _, p := range packets {
			require.False(t, seen[p.Seq])
			seen[p.Seq] = true
			require.LessOrEqual(t, int(p.VP8.Size), len(p.Payload))
		}
		l.Voice.Speaking(now)
	})
}
