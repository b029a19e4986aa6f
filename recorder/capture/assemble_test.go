package capture

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/stretchr/testify/require"
)

// stream makes the packets of some pictures; every fourth is a keyframe with its parameter sets.
func stream(pictures int) []*rtp.Packet {
	p := rtp.NewPacketizer(1200, 102, 1, &codecs.H264Payloader{}, rtp.NewFixedSequencer(65530), 90000)
	var all []*rtp.Packet
	for i := range pictures {
		slice := bytes.Repeat([]byte{byte(i)}, 3000)
		au := append([]byte{0, 0, 0, 1, 0x41}, slice...)
		if i%4 == 0 {
			au = append([]byte{0, 0, 0, 1, 0x67, 66, 0, 31, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 0, 1, 0x65}, slice...)
		}
		all = append(all, p.Packetize(au, 3600)...)
	}
	return all
}

func assemble(packets []*rtp.Packet) (pics []picture, losses int) {
	a := newAssembler()
	for _, p := range packets {
		done, lost := a.push(p)
		pics = append(pics, done...)
		if lost {
			losses++
		}
	}
	return pics, losses
}

func TestAssemble(t *testing.T) {
	pics, losses := assemble(stream(9))
	require.Zero(t, losses)
	require.Len(t, pics, 9)
	for i, p := range pics {
		require.Equal(t, i%4 == 0, p.key)
		require.Equal(t, []byte{0x67, 66, 0, 31, 1}, p.format.SPS)
		require.Equal(t, []byte{0x68, 2}, p.format.PPS)
		require.Len(t, p.data, 4+3001)
		if i > 0 {
			require.EqualValues(t, 3600, p.timestamp-pics[i-1].timestamp)
		}
	}
}

// Whatever is lost: no picture comes out that refers to something missing.
func TestAssembleWithLoss(t *testing.T) {
	packets := stream(40)
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var kept []*rtp.Packet
		for _, p := range packets {
			if r.Float64() > 0.03 {
				kept = append(kept, p)
			}
		}
		pics, _ := assemble(kept)
		last := -1
		for _, p := range pics {
			n := int(p.data[5])
			require.Len(t, p.data, 4+3001, "a whole picture")
			require.True(t, p.key || n == last+1, "seed %d: picture %d after %d", seed, n, last)
			last = n
		}
	}
}

func TestAssembleBeginsAtAKeyframe(t *testing.T) {
	pics, _ := assemble(stream(9)[7:])
	require.True(t, pics[0].key)
	require.Len(t, pics, 5)
}

// A sender that forgets the marker, and one that sends its parameter sets in packets of their own.
func TestAssembleWithoutMarker(t *testing.T) {
	packets := stream(9)
	for _, p := range packets {
		p.Marker = false
	}
	pics, _ := assemble(packets)
	require.Len(t, pics, 8, "the last one is still open")
}

// A server under pressure drops the end of a picture and closes the gap in the sequence numbers.
func TestAssembleWithHiddenLoss(t *testing.T) {
	packets := stream(12)
	var kept []*rtp.Packet
	for _, p := range packets {
		if p.Timestamp == packets[0].Timestamp+3600 && p.Marker { // the end of the second picture
			continue
		}
		p.SequenceNumber = uint16(len(kept))
		kept = append(kept, p)
	}
	pics, losses := assemble(kept)
	require.Equal(t, 1, losses)
	require.Len(t, pics, 1+8, "the first keyframe, and everything from the second one on")
	for _, p := range pics {
		require.Len(t, p.data, 4+3001)
	}
}

func TestAssembleKeepsSeveralParameterSets(t *testing.T) {
	a := newAssembler()
	var pics []picture
	for i, nalu := range [][]byte{{0x67, 66, 0, 31}, {0x68, 1}, {0x68, 2}, {0x65, 9, 9}} {
		done, _ := a.push(&rtp.Packet{Header: rtp.Header{SequenceNumber: uint16(i), Marker: i == 3}, Payload: nalu})
		pics = append(pics, done...)
	}
	require.Len(t, pics, 1)
	require.Equal(t, []byte{0x68, 1}, pics[0].format.PPS)
	require.Contains(t, string(pics[0].data), string([]byte{0x68, 2}), "the decoder needs the second one too")
}
