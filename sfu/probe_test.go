package sfu

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/avc"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

// A line that was bad gets the large layer again once it is good: probes find out, nobody waits for the estimate to grow by itself.
func TestClimbsBackAfterABadLine(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"h": makeFilm(t, 25, "640x360"), "l": makeFilm(t, 25, "160x90")}, true)
	student := h.grant("maths", grant.Student, "xiaoyu")
	who, line := h.join(student), h.badLine(0)
	v, err := line.through(student).View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	require.NoError(t, who.Watch(deadline(t, 5*time.Second), v.Session()))
	video := watchTrack(t, v.Tracks[0])
	watchTrack(t, v.Tracks[1])
	shows := func(layer string) func() bool {
		return func() bool { p, ok := who.lastPanes(); return ok && p.Video[0].Layer == layer }
	}
	eventually(t, 10*time.Second, shows("h"), "the large layer on a good line")
	line.down.Store(400)
	eventually(t, 30*time.Second, shows("l"), "the small layer on a bad one")
	time.Sleep(5 * time.Second)
	line.down.Store(0)
	good := time.Now()
	n := video.count()
	eventually(t, 60*time.Second, shows("h"), "the large layer again")
	t.Logf("the large layer is back after %v", time.Since(good))
	eventually(t, 10*time.Second, func() bool { return video.count() > n+50 }, "its packets")
}

// The floor moves to a room: its picture stands in the pane from a keyframe on, and the stream has no gap. How long it takes is measured, not
// judged: cameras here send a keyframe every 4 s and answer no request.
func TestFloorMovesAtAKeyframe(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 100, "160x90")}, true)
	qing, shi := h.grant("maths", grant.Room, "qing", "room-qing"), h.grant("maths", grant.Room, "shi", "room-shi")
	other, same := makeFilm(t, 100, "176x144"), makeFilm(t, 100, "160x90")
	h.publish(qing, "room-qing", map[string]*film{"": same}, true)
	h.publish(shi, "room-shi", map[string]*film{"": other}, true)
	h.join(shi)
	lecturer := h.join(h.grant("maths", grant.Lecturer, "desk"))
	student := h.grant("maths", grant.Student, "xiaoyu")
	who := h.join(student)
	v, err := student.View(deadline(t, 5*time.Second), client.ViewOptions{Video: 3, Audio: 2, KeepOrder: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	require.NoError(t, who.Watch(deadline(t, 5*time.Second), v.Session()))
	pane := watchTrack(t, v.Tracks[2])
	eventually(t, 10*time.Second, func() bool { return pane.count() > 60 }, "the first room")

	_, err = lecturer.Send(deadline(t, 5*time.Second), signal.GiveFloor, signal.Ref{ID: "shi"})
	require.NoError(t, err)
	parameters := other.pictures[0][0] // its SPS: nobody else sends it
	switched := func() int {
		packets, _ := pane.all()
		for i, p := range packets {
			if bytes.Contains(p.Payload, parameters) {
				return i
			}
		}
		return -1
	}
	eventually(t, 10*time.Second, func() bool { return switched() >= 0 && pane.count() > switched()+60 }, "the room with the floor")
	pane.stop()
	packets, at := pane.all()
	require.True(t, avc.StartsKeyframe(packets[switched()].Payload))
	requireUnbroken(t, packets)
	for _, e := range who.State().Turns {
		require.Equal(t, 1, e)
	}
	who.mu.Lock()
	defer who.mu.Unlock()
	for _, e := range who.seen {
		if e.Type == signal.FloorGiven {
			t.Logf("the picture came %v after the event", at[switched()].Sub(e.Time))
		}
	}
}
