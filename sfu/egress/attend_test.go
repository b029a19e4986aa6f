package egress

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/udpbatch"
)

// attended is a fan-out whose first worker has viewers of a picture and a voice; their packets go through pion to wire.
type attended struct {
	*Fanout
	wire    *wire
	camera  *camera
	voice   *ingest.Layer
	viewers []*Viewer
	spoken  uint16
	more    func()
}

// attend runs f with that many viewers, all of them live.
func attend(t *testing.T, viewers int, f func(t *testing.T, a *attended)) {
	synctest.Test(t, func(t *testing.T) {
		a := &attended{Fanout: New(2, new(total), new(total)), wire: &wire{}, camera: newCamera(&ingest.Clock{}, 1000, func() {}),
			voice: ingest.NewLayer("", false, &ingest.Clock{}, nil), more: func() {}}
		a.Fanout.more = func() { a.more() }
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { a.Run(ctx); close(ended) }()
		a.camera.shoot()
		for range viewers {
			var ports []*Port
			for i, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
				p := NewPort(kind, "pane")
				p.out, p.bound = a.wire, bound{ssrc: uint32(7 + i)}
				ports = append(ports, p)
			}
			v := a.Add(ports, func([]rtcp.Packet) error { return nil })
			v.Show([]*ingest.Layer{a.camera.layer, a.voice})
			a.viewers = append(a.viewers, v)
		}
		time.Sleep(100 * time.Millisecond)
		a.camera.shoot()
		a.speak()
		time.Sleep(1030 * time.Millisecond) // everybody is live, and the next housekeeping is far
		a.sent()
		f(t, a)
		for _, v := range a.viewers {
			v.Close()
		}
		require.Zero(t, a.workers[0].load.Load())
		cancel()
		<-ended
	})
}

func (a *attended) speak() {
	a.voice.Push(&rtp.Header{SequenceNumber: a.spoken, Timestamp: uint32(a.spoken) * 960}, []byte{0xf8}, time.Now())
	a.spoken++
}

// sent are the SSRCs of what has left since, once nobody does anything any more.
func (a *attended) sent() (ssrcs []uint32) {
	synctest.Wait()
	for _, p := range a.wire.packets {
		ssrcs = append(ssrcs, p.SSRC)
	}
	a.wire.packets = nil
	return ssrcs
}

// Whoever reads the port takes the turn; until then nobody else does.
func TestTheReaderTakesTheTurn(t *testing.T) {
	attend(t, 3, func(t *testing.T, a *attended) {
		a.Begin()
		a.camera.shoot()
		a.speak()
		require.Empty(t, a.sent(), "the worker sleeps")
		a.Work()
		require.Equal(t, []uint32{8, 8, 8, 7, 7, 7}, a.sent(), "voices first, at once")
		a.Work()
		a.End()
		require.Empty(t, a.sent(), "once")
		a.camera.shoot()
		require.Equal(t, []uint32{7, 7, 7}, a.sent(), "a packet that has come another way wakes the worker")
		a.Begin()
		a.camera.shoot() // another way, while the reader is busy with something else
		a.End()
		require.Equal(t, []uint32{7, 7, 7}, a.sent(), "nothing stays")
	})
}

// While the worker has the turn itself, the reader goes on reading, and the worker serves what comes.
func TestTheReaderNeverWaits(t *testing.T) {
	attend(t, 1, func(t *testing.T, a *attended) {
		inside, leave := make(chan struct{}), make(chan struct{})
		a.workers[0].do(func(time.Time) { close(inside); <-leave })
		<-inside
		a.Begin()
		a.camera.shoot()
		a.Work()
		a.End()
		require.Empty(t, a.sent())
		close(leave)
		require.Equal(t, []uint32{7}, a.sent())
	})
}

// A voice that comes in the middle of a picture does not wait until everybody has the picture.
func TestVoicesComeIntoThePicture(t *testing.T) {
	attend(t, 3*voiceEvery, func(t *testing.T, a *attended) {
		asked := 0
		a.more = func() {
			if asked++; asked == 2 {
				a.speak()
			}
		}
		a.Begin()
		a.camera.shoot()
		a.Work()
		a.End()
		sent := a.sent()
		require.Len(t, sent, 2*3*voiceEvery)
		before := 2*voiceEvery - 1
		require.NotContains(t, sent[:before], uint32(8))
		require.NotContains(t, sent[before:before+3*voiceEvery], uint32(7), "all voices, then the rest of the pictures")
		require.Equal(t, 3, asked)
	})
}

// The first worker serves a small crowd alone; a large one is spread.
func TestWhereViewersArePlaced(t *testing.T) {
	f := New(3, new(total), new(total))
	f.Over(newSocket(t, udpbatch.Grouped), new(total), nil, nil)
	count := func(n int) (loads []int64) {
		for range n {
			f.place()
		}
		for _, w := range f.workers {
			loads = append(loads, w.load.Load())
		}
		return loads
	}
	require.Equal(t, []int64{alone, 0, 0}, count(alone))
	require.Equal(t, []int64{alone, alone, alone}, count(2*alone))
	require.Equal(t, []int64{alone + 10, alone + 10, alone + 10}, count(30))
}
