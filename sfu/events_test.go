package sfu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

func jsonOf(t *testing.T, v any) string {
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	return string(raw)
}

// replayed is the state that the log on the bus adds up to.
func (h *house) replayed(lesson string) (*signal.State, []signal.Event) {
	h.t.Helper()
	ctx := deadline(h.t, 5*time.Second)
	stream, err := h.bus.JS.Stream(ctx, bus.LessonLogStream)
	require.NoError(h.t, err)
	c, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{FilterSubjects: []string{bus.LogSubject(lesson)}})
	require.NoError(h.t, err)
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(bus.LogSubject(lesson)))
	require.NoError(h.t, err)
	st := signal.NewState()
	var events []signal.Event
	for range info.State.Subjects[bus.LogSubject(lesson)] {
		m, err := c.Next()
		require.NoError(h.t, err)
		var e signal.Event
		require.NoError(h.t, json.Unmarshal(m.Data(), &e))
		require.NoError(h.t, st.Apply(e), "the log has no gap")
		events = append(events, e)
	}
	return st, events
}

func TestEverybodySeesTheSameState(t *testing.T) {
	h := newHouse(t, Config{LeaveGrace: 100 * time.Millisecond})
	h.put("maths", link.Live)
	ctx := deadline(t, 20*time.Second)
	chen := h.join(h.grant("maths", grant.Lecturer, "chen", "camera"))
	early := h.join(h.grant("maths", grant.Student, "early"))
	room := h.join(h.grant("maths", grant.Room, "room", "room-a"))
	recorder := h.join(h.grant("maths", grant.Recorder, "rec"))

	send := func(n *told, c signal.CommandType, data any) uint64 {
		seq, err := n.Send(ctx, c, data)
		require.NoError(t, err)
		return seq
	}
	send(early, signal.RaiseHand, nil)
	send(room, signal.RaiseHand, nil)
	send(chen, signal.GiveFloor, signal.Ref{ID: "room"})
	send(chen, signal.ShowSlide, signal.Slide{Page: 2, Title: "练习"})
	for i := range 20 {
		send(early, signal.Say, signal.Words{Text: fmt.Sprint("words ", i)})
	}
	last := send(chen, signal.Forbid, nil)
	var p *httpd.Problem
	_, err := early.Send(ctx, signal.RaiseHand, nil)
	require.ErrorAs(t, err, &p)
	require.Equal(t, "interaction-forbidden", p.Code)
	_, err = recorder.Send(ctx, signal.Say, signal.Words{Text: "I only listen"})
	require.ErrorAs(t, err, &p)
	require.Equal(t, "not-allowed", p.Code)

	late := h.join(h.grant("maths", grant.Observer, "late"))
	everybody := []*told{chen, early, room, recorder, late}
	same := func(more uint64) {
		for _, n := range everybody {
			eventually(t, 5*time.Second, func() bool { return n.State().Seq >= last+more }, "all events")
		}
		want, _ := h.replayed("maths")
		for i, n := range everybody {
			require.Equal(t, jsonOf(t, want), jsonOf(t, n.State()), "participant %d", i)
		}
	}
	same(1)

	// One leaves for good; the others see it after the grace. One comes back within the grace: nothing happened.
	early.Close()
	everybody = []*told{chen, room, recorder, late}
	room.Close()
	room = h.join(h.grant("maths", grant.Room, "room", "room-a"))
	everybody[1] = room
	same(2)
	require.Contains(t, late.State().Participants, "room")
	require.NotContains(t, late.State().Participants, "early")
	require.NotContains(t, late.State().Participants, "rec", "a recorder is no participant")
}

func TestReturningListenerGetsWhatItMissed(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	ctx := deadline(t, 20*time.Second)
	chen := h.join(h.grant("maths", grant.Lecturer, "chen"))
	for i := range 10 {
		_, err := chen.Send(ctx, signal.ShowSlide, signal.Slide{Page: i + 1})
		require.NoError(t, err)
	}
	dial := func(after string) []signal.Down {
		token := h.grant("maths", grant.Viewer, "tv").Grant
		conn, _, err := websocket.Dial(ctx, h.web.URL+"/live/maths/events"+after, &websocket.DialOptions{Subprotocols: []string{"tongtang.events", "grant." + token}})
		require.NoError(t, err)
		require.Equal(t, "tongtang.events", conn.Subprotocol(), "as a browser does")
		defer func() { _ = conn.Close(websocket.StatusNormalClosure, "") }()
		var got []signal.Down
		for {
			read, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			var d signal.Down
			err := wsjson.Read(read, conn, &d)
			cancel()
			if err != nil {
				return got
			}
			got = append(got, d)
		}
	}
	got := dial("")
	require.Len(t, got, 1)
	require.Equal(t, uint64(12), got[0].State.Seq)
	got = dial("?after=9")
	require.Len(t, got, 3)
	require.Equal(t, uint64(10), got[0].Event.Seq)
	require.Empty(t, dial("?after=12"))
	got = dial("?after=999")
	require.Len(t, got, 1)
	require.NotNil(t, got[0].State, "it knows more than the log: the whole state")
}

// kill -9 in the middle of a lesson: the lesson goes on where it was, and who does not come back is gone after a while.
func TestLessonOutlivesARestart(t *testing.T) {
	h := newHouse(t, Config{ReturnGrace: 1500 * time.Millisecond})
	h.put("maths", link.Live)
	ctx := deadline(t, 30*time.Second)
	f := makeFilm(t, 50, "160x90")
	chen := h.join(h.grant("maths", grant.Lecturer, "chen"))
	h.join(h.grant("maths", grant.Room, "room", "room-a")).Close() // does not come back
	air := h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": f}, true)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "screen"), "screen", map[string]*film{"": f}, false)
	_, err := chen.Send(ctx, signal.ShowSlide, signal.Slide{Page: 7})
	require.NoError(t, err)

	eventually(t, 8*time.Second, func() bool {
		st := chen.State()
		return len(st.Sources) == 2 && st.Slide != nil
	}, "both sources are on air")
	before := jsonOf(t, chen.State())
	h.close()
	air.stop()
	h.start()
	l, err := h.server.lesson(ctx, "maths")
	require.NoError(t, err)
	require.Equal(t, before, jsonOf(t, l.log.State()), "the same state")

	// The lecturer's page comes back by itself. The camera is put on air again, the screen is not.
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": f}, true)
	eventually(t, 8*time.Second, func() bool {
		st := chen.State()
		_, camera := st.Sources["camera"]
		_, screen := st.Sources["screen"]
		_, room := st.Participants["room"]
		_, there := st.Participants["chen"]
		return camera && !screen && !room && there
	}, "who is back stays, who is not is gone")
	require.Equal(t, 7, chen.State().Slide.Page)
	h.replayed("maths")
}

func TestEndOfALesson(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	f := makeFilm(t, 50, "160x90")
	air := h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": f}, true)
	student := h.join(h.grant("maths", grant.Student, "xiaoyu"))
	v, err := h.grant("maths", grant.Student, "xiaoyu").View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.NoError(t, err)
	defer func() { _ = v.Close() }()
	<-v.Connected()
	h.put("maths", link.Ended)
	for name, done := range map[string]<-chan struct{}{"events": student.Done(), "view": v.Done(), "publication": air.Done()} {
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatalf("the %s did not end", name)
		}
	}
	var p *httpd.Problem
	require.ErrorAs(t, student.Err(), &p)
	require.Equal(t, "lesson-ended", p.Code)
	require.True(t, student.State().Ended, "everybody heard of the end")
	_, err = h.grant("maths", grant.Student, "xiaoyu").View(deadline(t, 5*time.Second), client.ViewOptions{})
	require.ErrorAs(t, err, &p)
	require.Equal(t, http.StatusGone, p.Status)
	st, events := h.replayed("maths")
	require.True(t, st.Ended)
	require.Equal(t, signal.LessonEnded, events[len(events)-1].Type)
}

// A lesson that ended while no SFU ran: its log is completed at the next start.
func TestEndWhileAway(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.join(h.grant("maths", grant.Student, "xiaoyu")).Close()
	h.stop()
	require.NoError(t, <-h.done)
	h.put("maths", link.Ended)
	h.web.Close()
	h.bus.Close()
	h.start()
	eventually(t, 5*time.Second, func() bool { st, _ := h.replayed("maths"); return st.Ended }, "the end is in the log")
}

func TestCommandsAreBounded(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	ctx := deadline(t, 10*time.Second)
	n := h.join(h.grant("maths", grant.Student, "xiaoyu"))
	refused := 0
	for range 2 * commandBurst {
		_, err := n.Send(ctx, signal.RaiseHand, nil)
		var p *httpd.Problem
		if errors.As(err, &p) {
			require.Equal(t, "too-many-commands", p.Code)
			refused++
		}
	}
	require.Positive(t, refused)

	token := h.grant("maths", grant.Student, "xiaoyu").Grant
	conn, _, err := websocket.Dial(ctx, h.web.URL+"/live/maths/events", &websocket.DialOptions{Subprotocols: []string{"tongtang.events", "grant." + token}})
	require.NoError(t, err)
	defer func() { _ = conn.CloseNow() }()
	require.NoError(t, conn.Write(ctx, websocket.MessageText, []byte("no json")))
	eventually(t, 5*time.Second, func() bool {
		var d signal.Down
		require.NoError(t, wsjson.Read(ctx, conn, &d))
		return d.Type == "refused" && d.Problem.Code == "command-invalid"
	}, "refused")
	require.NoError(t, conn.Write(ctx, websocket.MessageText, []byte(`{"ref":"`+strings.Repeat("x", maxCommand)+`"}`)))
	for err == nil {
		_, _, err = conn.Read(ctx)
	}
	require.Equal(t, websocket.StatusMessageTooBig, websocket.CloseStatus(err))
}
