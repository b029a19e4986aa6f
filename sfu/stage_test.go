package sfu

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/avc"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

// told keeps what the events connection of a participant heard.
type told struct {
	*client.Events
	mu    sync.Mutex
	panes []signal.Panes
	speak []string
	at    []time.Time
	seen  []signal.Event

	schools []signal.School
}

func (h *house) join(l client.Lesson) *told {
	h.t.Helper()
	n := &told{}
	ev, err := l.Events(deadline(h.t, 5*time.Second), func(d signal.Down) {
		n.mu.Lock()
		defer n.mu.Unlock()
		if d.Panes != nil {
			n.panes = append(n.panes, *d.Panes)
			n.at = append(n.at, time.Now())
		}
		if d.School != nil {
			n.schools = append(n.schools, *d.School)
		}
		if d.Speaking != nil {
			n.speak = d.Speaking.Sources
		}
		if d.Event != nil {
			n.seen = append(n.seen, *d.Event)
		}
	})
	require.NoError(h.t, err)
	n.Events = ev
	h.t.Cleanup(ev.Close)
	return n
}

func (n *told) lastSpeaking() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.speak
}

func (n *told) lastPanes() (signal.Panes, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.panes) == 0 {
		return signal.Panes{}, false
	}
	return n.panes[len(n.panes)-1], true
}

func eventually(t *testing.T, within time.Duration, ok func() bool, what string) {
	t.Helper()
	require.Eventually(t, ok, within, 5*time.Millisecond, what)
}

// meter keeps the packets of a track as they come.
type meter struct {
	mu      sync.Mutex
	packets []*rtp.Packet
	at      []time.Time
	stop    func()
}

func watchTrack(t *testing.T, track *client.Track) *meter {
	m := &meter{}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			p, err := track.ReadRTP(ctx)
			if err != nil {
				return
			}
			m.mu.Lock()
			m.packets, m.at = append(m.packets, p), append(m.at, time.Now())
			m.mu.Unlock()
		}
	})
	m.stop = func() { cancel(); wg.Wait() }
	t.Cleanup(m.stop)
	return m
}

func (m *meter) all() ([]*rtp.Packet, []time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]*rtp.Packet{}, m.packets...), append([]time.Time{}, m.at...)
}

func (m *meter) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.packets)
}

// A lesson with a lecturer, a screen and two rooms: everybody sees the stage, the floor moves panes and voices within 500 ms, and no track
// breaks.
func TestStageAndFloor(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	big, small := makeFilm(t, 50, "320x180"), makeFilm(t, 50, "160x90")
	chen := h.grant("maths", grant.Lecturer, "chen", "camera", "screen")
	h.publish(chen, "camera", map[string]*film{"h": big, "l": small}, true)
	h.publish(chen, "screen", map[string]*film{"": big}, false)
	qing, shi := h.grant("maths", grant.Room, "qing", "room-qing"), h.grant("maths", grant.Room, "shi", "room-shi")
	h.publish(qing, "room-qing", map[string]*film{"h": big, "l": small}, true)
	h.publish(shi, "room-shi", map[string]*film{"h": big, "l": small}, true)
	h.join(qing)
	h.join(shi)
	lecturer := h.join(h.grant("maths", grant.Lecturer, "desk"))

	student := h.grant("maths", grant.Student, "xiaoyu")
	who := h.join(student)
	v, err := student.View(deadline(t, 5*time.Second), client.ViewOptions{Video: 4, Audio: 2, KeepOrder: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	require.NoError(t, who.Watch(deadline(t, 5*time.Second), v.Session()))
	var meters []*meter
	for _, track := range v.Tracks {
		meters = append(meters, watchTrack(t, track))
	}
	shows := func(video []string, layers []string, audio []string) func() bool {
		return func() bool {
			p, ok := who.lastPanes()
			if !ok {
				return false
			}
			for i := range video {
				if p.Video[i].Source != video[i] || p.Video[i].Layer != layers[i] {
					return false
				}
			}
			for i := range audio {
				if p.Audio[i].Source != audio[i] {
					return false
				}
			}
			return true
		}
	}
	eventually(t, 8*time.Second, shows([]string{"camera", "screen", "room-qing", "room-shi"}, []string{"h", "", "l", "l"}, []string{"camera", ""}), "the stage")
	time.Sleep(1500 * time.Millisecond)
	require.Zero(t, meters[5].count(), "nobody has the floor: no second voice")
	for i := range 5 {
		require.NotZero(t, meters[i].count(), "track %d", i)
	}

	// The lecturer gives the floor to 石桥: its voice and picture are there at once.
	before := meters[2].count()
	tap := time.Now()
	_, err = lecturer.Send(deadline(t, 2*time.Second), signal.GiveFloor, signal.Ref{ID: "shi"})
	require.NoError(t, err)
	eventually(t, 2*time.Second, func() bool { return meters[5].count() > 0 }, "the voice")
	_, at := meters[5].all()
	t.Logf("voice after %v", at[0].Sub(tap))
	require.Less(t, at[0].Sub(tap), 500*time.Millisecond)
	eventually(t, time.Second, shows([]string{"camera", "screen", "room-shi", "room-qing"}, []string{"h", "", "h", "l"}, []string{"camera", "room-shi"}), "the floor's panes")
	eventually(t, 2*time.Second, func() bool {
		packets, at := meters[2].all()
		for i := before; i < len(packets); i++ {
			if avc.StartsKeyframe(packets[i].Payload) && at[i].After(tap) {
				t.Logf("picture after %v", at[i].Sub(tap))
				return at[i].Sub(tap) < 500*time.Millisecond
			}
		}
		return false
	}, "the picture of the floor")

	_, err = lecturer.Send(deadline(t, 2*time.Second), signal.ReturnFloor, nil)
	require.NoError(t, err)
	eventually(t, time.Second, shows([]string{"camera", "screen"}, []string{"h", ""}, []string{"camera", ""}), "the floor is returned")
	time.Sleep(500 * time.Millisecond)
	n := meters[5].count()
	time.Sleep(300 * time.Millisecond)
	require.LessOrEqual(t, meters[5].count(), n+1, "the second voice is silent again")

	for i, m := range meters {
		m.stop()
		packets, _ := m.all()
		t.Logf("track %d: %d packets", i, len(packets))
		requireUnbroken(t, packets)
	}
}

// Pictures, voices and other panes line up: the sender reports give each packet the time at which it was made.
func TestTimesLineUp(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	f := makeFilm(t, 25, "160x90")
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"h": f, "l": f}, true)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "screen"), "screen", map[string]*film{"": f}, false)
	v, err := h.grant("maths", grant.Recorder, "rec").View(deadline(t, 5*time.Second), client.ViewOptions{Video: 2, Audio: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	var meters []*meter
	for _, track := range v.Tracks {
		meters = append(meters, watchTrack(t, track))
	}
	eventually(t, 10*time.Second, func() bool {
		for i, m := range meters {
			if m.count() < 60 || !v.Tracks[i].Mapping().Known() {
				return false
			}
		}
		return true
	}, "packets and reports on every track")
	time.Sleep(2500 * time.Millisecond)
	for i, m := range meters {
		m.stop()
		packets, at := m.all()
		least := time.Hour // on a busy machine some packets are late, but none is early
		for n := len(packets) - 40; n < len(packets); n++ {
			least = min(least, at[n].Sub(v.Tracks[i].Mapping().At(packets[n].Timestamp)))
		}
		require.InDelta(t, 0, least.Seconds(), 0.08, "track %d", i)
	}
}
