package ingest

import (
	"testing"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/codec"
	"github.com/tongtang/tongtang/sfu/red"
	"github.com/tongtang/tongtang/sfu/rtpring"
)

func newVoice() *Source {
	return NewSource(Media{Audio: true, Opus: 111, RED: 63}, func([]rtcp.Packet) error { return nil }, func() {})
}

// opus is the n-th packet's voice.
func opus(n uint16) []byte { return []byte{0xf8, byte(n >> 8), byte(n)} }

// say hands in the n-th packet, with the one before it.
func say(s *Source, n uint16) {
	payload := append(red.AppendHead(nil, 111, red.Block{Offset: 960, Data: opus(n - 1)}), opus(n)...)
	s.take(s.Audio, &rtp.Packet{Header: rtp.Header{PayloadType: 63, SequenceNumber: n, Timestamp: uint32(n) * 960}, Payload: payload}, 0, t0)
}

func requireVoices(t *testing.T, packets []*rtpring.Packet, numbers ...uint16) {
	t.Helper()
	require.Len(t, packets, len(numbers))
	for i, n := range numbers {
		require.Equal(t, n, uint16(packets[i].Seq))
		require.Equal(t, uint32(n)*960, packets[i].Timestamp)
		require.Equal(t, opus(n), packets[i].Payload, "plain Opus")
	}
}

func TestLostVoiceComesBack(t *testing.T) {
	s := newVoice()
	for _, n := range []uint16{10, 11, 13, 14, 17} { // 12, 15 and 16 are lost
		say(s, n)
	}
	packets, _ := s.Audio.Since(0, nil)
	requireVoices(t, packets, 10, 11, 12, 13, 14, 16, 17)
	say(s, 15)
	packets, _ = s.Audio.Since(7, nil)
	requireVoices(t, packets, 15)
}

func TestVoiceWithoutRED(t *testing.T) {
	s := newVoice()
	plain := &rtp.Packet{Header: rtp.Header{PayloadType: 111, SequenceNumber: 10, Timestamp: 9600}, Payload: opus(10)}
	s.take(s.Audio, plain, 0, t0)
	say(s, 11)
	for _, p := range []*rtp.Packet{
		{Header: rtp.Header{PayloadType: 63, SequenceNumber: 12}, Payload: []byte{0x80 | 111, 1}}, // malformed
		{Header: rtp.Header{PayloadType: 63, SequenceNumber: 12}, Payload: []byte{9, 1}},          // of something else
		{Header: rtp.Header{PayloadType: 9, SequenceNumber: 12}, Payload: []byte{1}},
	} {
		s.take(s.Audio, p, 0, t0)
	}
	packets, _ := s.Audio.Since(0, nil)
	requireVoices(t, packets, 10, 11)
}

func TestLoudness(t *testing.T) {
	s := newVoice()
	now := t0
	for n := range uint16(50) {
		h := rtp.Header{PayloadType: 111, SequenceNumber: n, Timestamp: uint32(n) * 960}
		require.NoError(t, h.SetExtension(4, []byte{0x80 | 20}))
		s.take(s.Audio, &rtp.Packet{Header: h, Payload: opus(n)}, 4, now)
		now = now.Add(20e6)
	}
	require.True(t, s.Audio.Voice.Speaking(now))
}

// A source that numbers its pictures with 7 bits is numbered with 15 from here on.
func TestPictureIDs(t *testing.T) {
	s := NewSource(Media{RIDs: []string{""}, Picture: codec.VP8}, func([]rtcp.Packet) error { return nil }, func() {})
	l := s.Video[0]
	for n := range uint16(300) {
		push(l, n, uint32(n)*3000, true, 0x90, 0x80, byte(n&0x7f), byte(n%100&1)^1, 0)
	}
	packets, _ := l.Since(0, nil)
	for n, p := range packets {
		require.Equal(t, uint16(n), p.VP8.Picture)
	}
	l = s.Video[0]
	push(l, 300, 1, true, 0x10)
	packets, _ = l.Since(300, nil)
	require.Zero(t, packets[0].VP8.Size, "malformed")
}
