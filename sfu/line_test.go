package sfu

import (
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/avc"
	"github.com/tongtang/tongtang/sfu/client"
)

// collect reads n packets of a track.
func collect(t *testing.T, track *client.Track, n int, within time.Duration) []*rtp.Packet {
	t.Helper()
	ctx := deadline(t, within)
	var got []*rtp.Packet
	for len(got) < n {
		p, err := track.ReadRTP(ctx)
		require.NoError(t, err, "after %d of %d packets", len(got), n)
		got = append(got, p)
	}
	return got
}

// requireUnbroken: one SSRC, no gap in the sequence, time never back.
func requireUnbroken(t *testing.T, packets []*rtp.Packet) {
	t.Helper()
	for i, p := range packets[1:] {
		last := packets[i]
		require.Equal(t, last.SSRC, p.SSRC)
		require.Equal(t, last.SequenceNumber+1, p.SequenceNumber, "packet %d", i+1)
		require.GreaterOrEqual(t, int32(p.Timestamp-last.Timestamp), int32(0), "packet %d", i+1)
	}
}

func TestThinLine(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	f := makeFilm(t, 50, "320x180")
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": f}, true)
	time.Sleep(time.Second) // the newcomer finds a second of pictures

	begin := time.Now()
	v, err := h.grant("maths", grant.Student, "xiaoyu").View(deadline(t, 5*time.Second), client.ViewOptions{KeepOrder: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	video := collect(t, v.Tracks[0], 200, 10*time.Second)
	t.Logf("first packet at %v", time.Since(begin))
	require.True(t, avc.StartsKeyframe(video[0].Payload), "begins with a keyframe")
	requireUnbroken(t, video)
	requireUnbroken(t, collect(t, v.Tracks[1], 50, 5*time.Second))
}
