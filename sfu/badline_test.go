package sfu

import (
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/avc"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

// badLine is a line between one client and the server that loses packets: a UDP forwarder, which the client's HTTP transport
// leaves as the only way between the two.
type badLine struct {
	server  *net.UDPAddr
	down    atomic.Int64 // of 1,000 media packets from the server so many are lost
	up      atomic.Int64 // of those to the server
	setup   atomic.Int64 // of 1,000 other packets, in each direction
	dead    atomic.Bool
	outer   *net.UDPConn
	inner   *net.UDPConn
	peer    atomic.Pointer[net.UDPAddr]
	wg      sync.WaitGroup
	dropped atomic.Int64
}

// badLine makes one; lines with another seed lose other packets.
func (h *house) badLine(down int64, seed ...uint64) *badLine {
	h.t.Helper()
	local := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	b := &badLine{server: &net.UDPAddr{IP: local.IP, Port: h.server.MediaPort()}}
	b.down.Store(down)
	var err error
	b.outer, err = net.ListenUDP("udp4", local)
	require.NoError(h.t, err)
	b.inner, err = net.ListenUDP("udp4", local)
	require.NoError(h.t, err)
	b.wg.Go(func() { b.carry(b.outer, b.inner, true, append(seed, 1)[0]) })
	b.wg.Go(func() { b.carry(b.inner, b.outer, false, append(seed, 1)[0]) })
	h.t.Cleanup(b.close)
	return b
}

func (b *badLine) close() {
	_ = b.outer.Close()
	_ = b.inner.Close()
	b.wg.Wait()
}

// carry forwards one direction. Only media is lost, so that a test's setup does not depend on chance.
func (b *badLine) carry(from, to *net.UDPConn, up bool, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, 2))
	buf := make([]byte, 2000)
	for {
		n, addr, err := from.ReadFromUDP(buf)
		if err != nil {
			return
		}
		target := b.server
		if up {
			b.peer.Store(addr)
		} else {
			target = b.peer.Load()
		}
		media := buf[0] >= 128 && buf[0] <= 191
		if target == nil || b.dead.Load() {
			continue
		}
		loss := &b.down
		if up {
			loss = &b.up
		}
		if media && chance.Int64N(1000) < loss.Load() {
			b.dropped.Add(1)
			continue
		}
		if !media && chance.Int64N(1000) < b.setup.Load() {
			b.dropped.Add(1)
			continue
		}
		_, _ = to.WriteToUDP(buf[:n], target)
	}
}

var candidates = regexp.MustCompile(`(?m)^a=candidate:[^\r\n]*\r\n`)

func (b *badLine) through(l client.Lesson) client.Lesson {
	l.HTTP = &http.Client{Transport: onlyThrough(b.outer.LocalAddr().(*net.UDPAddr).Port)}
	return l
}

func TestLostPacketsAreRepaired(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 50, "640x360")}, true)
	line := h.badLine(50)
	v, err := line.through(h.grant("maths", grant.Viewer, "tv")).View(deadline(t, 5*time.Second), client.ViewOptions{KeepOrder: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	packets := collect(t, v.Tracks[0], 1500, 30*time.Second)
	missing := gaps(packets)
	t.Logf("%d lost on the line, %d of %d missing after repair", line.dropped.Load(), missing, len(packets))
	require.Greater(t, line.dropped.Load(), int64(40))
	require.Less(t, float64(missing)/float64(len(packets)), 0.008)
}

// Packets that a source's line loses are asked for, whichever way they are read.
func TestLostPacketsOfASourceAreRepaired(t *testing.T) {
	for name, cfg := range map[string]Config{"direct": {}, "through pion": {ThroughPion: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, cfg)
			h.put("maths", link.Live)
			line := h.badLine(0)
			line.up.Store(50)
			h.publish(line.through(h.grant("maths", grant.Lecturer, "chen", "camera")), "camera", map[string]*film{"": makeFilm(t, 25, "640x360")}, true)
			v, err := h.grant("maths", grant.Viewer, "tv").View(deadline(t, 5*time.Second), client.ViewOptions{KeepOrder: true})
			require.NoError(t, err)
			defer func() { require.NoError(t, v.Close()) }()
			packets := collect(t, v.Tracks[0], 1000, 30*time.Second)
			missing := gaps(packets)
			t.Logf("%d lost on the line, %d of %d missing after repair", line.dropped.Load(), missing, len(packets))
			require.Greater(t, line.dropped.Load(), int64(25))
			require.Less(t, float64(missing)/float64(len(packets)), 0.008)
			require.Equal(t, !cfg.ThroughPion, h.metric("tongtang_sfu_sources_direct") == 1)
		})
	}
}

// A camera with a long group of pictures that answers no keyframe request: a newcomer sees its picture at once all the same.
func TestNewcomerStartsAtOnce(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	air := h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 100, "640x360")}, true)
	time.Sleep(2500 * time.Millisecond) // the last keyframe is long ago
	var firsts []time.Duration
	for range 5 {
		begin := time.Now()
		v, err := h.grant("maths", grant.Viewer, "tv").View(deadline(t, 5*time.Second), client.ViewOptions{KeepOrder: true})
		require.NoError(t, err)
		ctx := deadline(t, 5*time.Second)
		var first time.Duration
		var key, last uint32
		pictures, begun := 0, time.Time{}
		for pictures < 90 {
			p, err := v.Tracks[0].ReadRTP(ctx)
			require.NoError(t, err)
			if begun.IsZero() {
				require.True(t, avc.StartsKeyframe(p.Payload))
				key, last, begun = p.Timestamp, p.Timestamp, time.Now()
			}
			require.GreaterOrEqual(t, int32(p.Timestamp-last), int32(0), "time runs on")
			last = p.Timestamp
			if p.Marker {
				pictures++
				if first == 0 {
					first = time.Since(begin)
				}
			}
		}
		firsts = append(firsts, first)
		// The cached seconds were played in a moment: the stream's time runs with the world's.
		require.InDelta(t, time.Since(begun).Seconds(), float64(last-key)/90000, 0.35)
		require.NoError(t, v.Close())
	}
	t.Logf("whole first picture after %v", firsts)
	for _, d := range firsts {
		require.Less(t, d, 500*time.Millisecond)
	}
	require.NotEmpty(t, air.asked, "the camera was asked as well")
}

// A source that comes back under its name takes its place without a break for the viewers.
func TestSourceComesBack(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	f := makeFilm(t, 25, "160x90")
	chen := h.grant("maths", grant.Lecturer, "chen", "camera")
	h.publish(chen, "camera", map[string]*film{"h": f, "l": f}, true)
	student := h.join(h.grant("maths", grant.Student, "xiaoyu"))
	v, err := h.grant("maths", grant.Recorder, "rec").View(deadline(t, 5*time.Second), client.ViewOptions{Source: "camera", KeepOrder: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	video, audio := watchTrack(t, v.Tracks[0]), watchTrack(t, v.Tracks[1])
	eventually(t, 8*time.Second, func() bool { return video.count() > 100 && audio.count() > 100 }, "the first session")

	second := h.publish(chen, "camera", map[string]*film{"": f}, true) // without the old one having ended
	n := video.count()
	eventually(t, 8*time.Second, func() bool { return video.count() > n+100 }, "the second session")
	second.stop()
	eventually(t, 5*time.Second, func() bool { return len(student.State().Sources) == 0 }, "off air")
	n = video.count()
	h.publish(chen, "camera", map[string]*film{"": f}, true) // after a pause
	eventually(t, 8*time.Second, func() bool { return video.count() > n+100 }, "the third session")
	video.stop()
	audio.stop()
	for _, m := range []*meter{video, audio} {
		packets, _ := m.all()
		requireUnbroken(t, packets)
	}
	ups, downs := 0, 0
	for _, e := range student.seen {
		switch e.Type {
		case signal.SourceUp:
			ups++
		case signal.SourceDown:
			downs++
		}
	}
	require.Equal(t, []int{2, 1}, []int{ups, downs}, "the takeover was no end of the source")
}

// requireNobody: nothing of a session is left, and the figures say so.
func (h *house) requireNobody() {
	h.t.Helper()
	eventually(h.t, 10*time.Second, func() bool {
		h.server.places.mu.Lock()
		taken := len(h.server.places.taken)
		h.server.places.mu.Unlock()
		return taken == 0 && h.metric("tongtang_sfu_viewers") == 0 && h.metric("tongtang_sfu_viewers_direct") == 0 &&
			h.metric("tongtang_sfu_sources") == 0 && h.metric("tongtang_sfu_sources_direct") == 0
	}, "no session is counted any more")
}

// Who vanishes without a word is freed within 30 s, viewer and source alike.
func TestVanished(t *testing.T) {
	t.Parallel()
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	f := makeFilm(t, 50, "160x90")
	student := h.join(h.grant("maths", grant.Student, "xiaoyu"))
	one, two := h.badLine(0), h.badLine(0)
	h.publish(one.through(h.grant("maths", grant.Lecturer, "chen", "camera")), "camera", map[string]*film{"": f}, true)
	v, err := two.through(h.grant("maths", grant.Viewer, "tv")).View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	defer func() { _ = v.Close() }()
	collect(t, v.Tracks[0], 10, 5*time.Second)
	l, err := h.server.lesson(t.Context(), "maths")
	require.NoError(t, err)
	h.requireDirect(1)
	one.dead.Store(true)
	two.dead.Store(true)
	gone := time.Now()
	eventually(t, 30*time.Second, func() bool {
		return l.session(v.Session()) == nil && len(student.State().Sources) == 0
	}, "freed")
	t.Logf("freed after %v", time.Since(gone))
	h.requireNobody()
	<-v.Done()
	require.ErrorIs(t, v.Err(), client.ErrLost)
}

// A line that loses too much gets the small layer, and the voice goes on.
func TestBadLineGetsTheSmallLayer(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"h": makeFilm(t, 25, "640x360"), "l": makeFilm(t, 25, "160x90")}, true)
	student := h.grant("maths", grant.Student, "xiaoyu")
	who, line := h.join(student), h.badLine(0)
	v, err := line.through(student).View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	require.NoError(t, who.Watch(deadline(t, 5*time.Second), v.Session()))
	watchTrack(t, v.Tracks[0])
	voice := watchTrack(t, v.Tracks[1])
	shows := func(layer string) func() bool {
		return func() bool { p, ok := who.lastPanes(); return ok && p.Video[0].Layer == layer }
	}
	eventually(t, 5*time.Second, shows("h"), "the large layer on a good line")
	line.down.Store(400)
	eventually(t, 30*time.Second, shows("l"), "the small layer on a bad one")
	n := voice.count()
	eventually(t, 5*time.Second, func() bool { return voice.count() > n+20 }, "the voice goes on")
}
