package ingest

import (
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

var t0 = time.Unix(1_000_000, 0)

func push(l *Layer, seq uint16, ts uint32, marker bool, payload ...byte) {
	l.Push(&rtp.Header{SequenceNumber: seq, Timestamp: ts, Marker: marker}, payload, t0.Add(time.Duration(ts)*time.Second/90000))
}

func TestForwardersAreWokenOncePerFrame(t *testing.T) {
	l := NewLayer("h", true, &Clock{}, nil)
	ready := make(chan *Subscription, 10)
	s := l.Subscribe(ready, func() {})
	push(l, 1, 0, false, 0x65, 1)
	push(l, 2, 0, false, 0x65, 2)
	require.Empty(t, ready, "in the middle of a frame")
	push(l, 3, 0, true, 0x65, 3)
	require.Len(t, ready, 1)
	push(l, 4, 3600, true, 0x41, 4)
	require.Len(t, ready, 1, "who has not looked yet is not woken again")
	(<-ready).Taken()
	push(l, 6, 10800, false, 0x41, 6)
	push(l, 7, 10800, false, 0x41, 7)
	require.Empty(t, ready)
	push(l, 5, 7200, true, 0x41, 5)
	require.Len(t, ready, 1, "a late packet goes at once")
	(<-ready).Taken()
	push(l, 8, 10800, false, 0x41, 8)
	push(l, 9, 14400, false, 0x41, 9)
	require.Len(t, ready, 1, "the end of the frame before was lost")
	(<-ready).Taken()
	for i := range uint16(2 * group) {
		push(l, 10+i, 18000, false, 0x41, 1)
	}
	require.Len(t, ready, 1, "a long frame leaves in groups")
	s.Unsubscribe()
	(<-ready).Taken()
	push(l, 99, 21600, true, 0x41, 1)
	require.Empty(t, ready)
}

func TestFullQueueLosesOnlyTheWakeUp(t *testing.T) {
	l := NewLayer("", false, &Clock{}, nil)
	ready := make(chan *Subscription) // nobody reads
	s := l.Subscribe(ready, func() {})
	push(l, 1, 0, false, 1)
	push(l, 2, 960, false, 2)
	require.False(t, s.pending.Load())
	packets, _ := l.Since(0, nil)
	require.Len(t, packets, 2)
}

func TestKeyframeRequestsAreThrottled(t *testing.T) {
	asked := 0
	l := NewLayer("h", true, &Clock{}, func() { asked++ })
	for ms := range 1000 {
		l.RequestKeyframe(t0.Add(time.Duration(ms) * time.Millisecond))
	}
	require.Equal(t, 2, asked)
}

func TestObedience(t *testing.T) {
	var o obedience
	require.False(t, o.yes(t0), "not known")
	for i := range 2 {
		at := t0.Add(time.Duration(i) * time.Minute)
		o.asked(at)
		o.keyframe(at.Add(100 * time.Millisecond))
	}
	require.True(t, o.yes(t0), "a browser")
	o.asked(t0)
	require.True(t, o.yes(t0.Add(500*time.Millisecond)))
	require.False(t, o.yes(t0.Add(time.Second)), "it has stopped answering")
	o.keyframe(t0.Add(2 * time.Second))
	require.False(t, o.yes(t0.Add(2*time.Second)), "a keyframe of its own accord is no answer")
}

// A publisher's clock may be wrong by minutes; its layers share one offset, the least delay that any report showed.
func TestClockOfAPublisher(t *testing.T) {
	wrong := -7 * time.Minute
	c := &Clock{}
	video, audio := NewLayer("", true, c, nil), NewLayer("", false, c, nil)
	require.False(t, video.Mapping().Known())
	push(video, 1, 0, true, 0x65, 1)
	require.True(t, video.Mapping().Known(), "by arrival, until a report comes")
	require.False(t, video.Exact())
	for i, delay := range []time.Duration{80, 20, 50} {
		at := t0.Add(time.Duration(i) * time.Second)
		video.Report(at.Add(wrong), uint32(i*90000), at.Add(delay*time.Millisecond))
		audio.Report(at.Add(wrong), uint32(i*48000), at.Add(delay*time.Millisecond))
	}
	require.True(t, video.Exact())
	want := t0.Add(2*time.Second + 20*time.Millisecond)
	require.WithinDuration(t, want, video.Mapping().At(2*90000), time.Millisecond)
	require.WithinDuration(t, want, audio.Mapping().At(2*48000), time.Millisecond)
}

func TestBitrateAndActivity(t *testing.T) {
	l := NewLayer("h", true, &Clock{}, nil)
	require.False(t, l.Active(t0))
	for i := range uint16(100) {
		push(l, i, uint32(i)*900, true, make([]byte, 1250)...)
	}
	l.Tick(time.Second)
	require.Equal(t, int64(1_000_000), l.Bitrate())
	require.True(t, l.Active(t0.Add(2*time.Second)))
	require.False(t, l.Active(t0.Add(4*time.Second)))
}

func TestTally(t *testing.T) {
	l := NewLayer("h", true, &Clock{}, nil)
	require.Equal(t, Tally{}, l.Tally(), "nothing has come yet")
	for i := range uint16(100) {
		if i%10 != 5 {
			push(l, 65500+i, uint32(i)*900, true, make([]byte, 100)...)
		}
	}
	push(l, 65505, 5*900, true, make([]byte, 100)...) // a repair
	push(l, 65505, 5*900, true, make([]byte, 100)...) // and again
	require.Equal(t, Tally{Packets: 91, Bytes: 9100, Expected: 100, Lost: 9}, l.Tally(), "a repair is neither a loss nor jitter")
	l.Push(&rtp.Header{SequenceNumber: 64, Timestamp: 90_000, Marker: true}, []byte{0x41}, t0.Add(1160*time.Millisecond))
	require.Equal(t, Tally{Packets: 1, Bytes: 1, Expected: 1, Jitter: 10 * time.Millisecond}, l.Tally(), "160 ms late: a sixteenth of it")
}
