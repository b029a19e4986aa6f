package sfu

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/avc"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

// pupil is a grant of a school with a contract of so many kbit/s down; 0 the node's.
func (h *house) pupil(lesson, who, school string, down int) client.Lesson {
	h.t.Helper()
	token, err := h.signer.Sign(grant.Claims{Lesson: lesson, Role: grant.Student, Name: who, School: school, SchoolDown: down,
		RegisteredClaims: jwt.RegisteredClaims{Subject: who}}, time.Hour)
	require.NoError(h.t, err)
	l := h.grant(lesson, grant.Student, who)
	l.Grant = token
	return l
}

// audience is one who watches with four panes and hears what is said about them.
type audience struct {
	*told
	view   *client.View
	meters []*meter
}

func (h *house) watch(l client.Lesson) *audience {
	h.t.Helper()
	v, err := l.View(deadline(h.t, 5*time.Second), client.ViewOptions{Video: 4, Audio: 1})
	require.NoError(h.t, err)
	h.t.Cleanup(func() { _ = v.Close() })
	a := &audience{told: h.join(l), view: v}
	require.NoError(h.t, a.Watch(deadline(h.t, 5*time.Second), v.Session()))
	for _, track := range v.Tracks {
		a.meters = append(a.meters, watchTrack(h.t, track))
	}
	return a
}

// shows tells whether the video panes have these layers; "-" is none.
func (a *audience) shows(layers ...string) func() bool {
	return func() bool {
		p, ok := a.lastPanes()
		if !ok {
			return false
		}
		for i, want := range layers {
			has := p.Video[i].Layer
			if p.Video[i].Reason == signal.BandwidthReason {
				has = "-"
			}
			if has != want {
				return false
			}
		}
		return true
	}
}

func (n *told) school(id string) (signal.School, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := len(n.schools) - 1; i >= 0; i-- {
		if n.schools[i].ID == id {
			return n.schools[i], true
		}
	}
	return signal.School{}, false
}

// Two viewers of one school share a contract of 1 Mbit/s in two lessons: they hear everything and see the lecturer, small. Another school
// sees everything. Those whom it concerns are told, also when it is over.
func TestSchoolBudget(t *testing.T) {
	h := newHouse(t, Config{})
	big, small := makeFilm(t, 25, "640x360"), makeFilm(t, 25, "160x90")
	for _, lesson := range []string{"maths", "art"} {
		h.put(lesson, link.Live)
		h.publish(h.grant(lesson, grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"h": big, "l": small}, true)
		h.publish(h.grant(lesson, grant.Room, "shi", "room-shi"), "room-shi", map[string]*film{"h": big, "l": small}, false)
	}
	lecturer := h.join(h.grant("maths", grant.Lecturer, "desk"))
	rich := h.watch(h.pupil("maths", "li", "shiqiao", 20_000))
	eventually(t, 10*time.Second, rich.shows("h", "", "l"), "everything")
	one, two := h.watch(h.pupil("maths", "wang", "qingshan", 1000)), h.watch(h.pupil("art", "zhao", "qingshan", 1000))
	for _, a := range []*audience{one, two} {
		eventually(t, 10*time.Second, a.shows("l", "", "-"), "the small layer of the lecturer alone")
		n := a.meters[4].count()
		eventually(t, 5*time.Second, func() bool { return a.meters[4].count() > n+50 }, "the voice")
	}
	require.True(t, rich.shows("h", "", "l")(), "the other school has everything")
	for _, n := range []*told{lecturer, one.told} {
		eventually(t, 10*time.Second, func() bool { s, _ := n.school("qingshan"); return s.Down == signal.ShortPictures }, "it is told")
	}
	_, heard := rich.school("qingshan")
	require.False(t, heard, "it is no concern of another school's")
	late := h.join(h.grant("maths", grant.Observer, "late"))
	eventually(t, 5*time.Second, func() bool { s, _ := late.school("qingshan"); return s.Down == signal.ShortPictures }, "who comes later hears of it")

	require.NoError(t, two.view.Close())
	require.NoError(t, one.view.Close())
	eventually(t, 15*time.Second, func() bool { s, ok := lecturer.school("qingshan"); return ok && s.Down == "" }, "and that it is over")
}

// Nothing at all is sent on a pane that is not shown; the voice goes on; shown again, it begins at a keyframe.
func TestPausedPanes(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	f := makeFilm(t, 50, "160x90")
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": f}, true)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "screen"), "screen", map[string]*film{"": f}, false)
	a := h.watch(h.pupil("maths", "wang", "qingshan", 0))
	eventually(t, 10*time.Second, func() bool { return a.meters[0].count() > 50 && a.meters[1].count() > 50 && a.meters[4].count() > 50 }, "everything comes")
	send := func(mids ...string) error {
		_, err := a.Send(deadline(t, 5*time.Second), "pane.pause", signal.Pause{Session: a.view.Session(), Mids: mids})
		return err
	}
	require.NoError(t, send(a.view.Tracks[0].Mid()))
	eventually(t, 5*time.Second, func() bool {
		p, _ := a.lastPanes()
		return p.Video[0].Reason == signal.PausedReason && p.Video[1].Reason == ""
	}, "it is told")
	var still int
	eventually(t, 5*time.Second, func() bool { n := a.meters[0].count(); quiet := n == still; still = n; return quiet && n > 0 }, "what was on its way")
	screen, voice := a.meters[1].count(), a.meters[4].count()
	eventually(t, 10*time.Second, func() bool { return a.meters[1].count() > screen+50 && a.meters[4].count() > voice+50 }, "the rest goes on")
	require.Equal(t, still, a.meters[0].count(), "nothing comes")

	again := time.Now()
	require.NoError(t, send())
	eventually(t, 5*time.Second, func() bool { return a.meters[0].count() > still }, "it comes again")
	packets, at := a.meters[0].all()
	t.Logf("the picture is back after %v", at[still].Sub(again))
	require.True(t, avc.StartsKeyframe(packets[still].Payload))
	eventually(t, 5*time.Second, func() bool { return a.meters[0].count() > still+50 }, "and goes on")
	a.meters[0].stop()
	packets, _ = a.meters[0].all()
	requireUnbroken(t, packets)

	require.Error(t, send(a.view.Tracks[4].Mid()), "a voice is never paused")
	require.Error(t, send("none"))
	_, err := h.join(h.pupil("maths", "li", "shiqiao", 0)).Send(deadline(t, 5*time.Second), "pane.pause", signal.Pause{Session: a.view.Session()})
	require.Error(t, err, "nobody pauses another's panes")
}

// The sources of a school share what it may send: our own client leaves out its large layer, the voice and the small one go on, and it comes
// back with a keyframe. The lecturer is told.
func TestSchoolUplink(t *testing.T) {
	h := newHouse(t, Config{SchoolUp: 600_000, SchoolDown: -1})
	h.put("maths", link.Live)
	chen := h.grant("maths", grant.Lecturer, "chen", "camera")
	air := h.publish(chen, "camera", map[string]*film{"h": makeFilm(t, 25, "640x360"), "l": makeFilm(t, 25, "160x90")}, true)
	lecturer := h.join(chen)
	a := h.watch(h.pupil("maths", "wang", "qingshan", 0))
	eventually(t, 20*time.Second, a.shows("l"), "the large layer does not come any more")
	eventually(t, 20*time.Second, func() bool { s, _ := lecturer.school("school-chen"); return s.Up == signal.ShortPictures }, "it is told")
	n, voice := a.meters[0].count(), a.meters[4].count()
	eventually(t, 5*time.Second, func() bool { return a.meters[0].count() > n+50 && a.meters[4].count() > voice+50 }, "the rest goes on")

	h.server.schools.mu.Lock()
	h.server.schools.up = 0
	h.server.schools.mu.Unlock()
	eventually(t, 20*time.Second, a.shows("h"), "it is back when there is room")
	eventually(t, 20*time.Second, func() bool { s, _ := lecturer.school("school-chen"); return s.Up == "" }, "and that is told")
	a.meters[0].stop()
	packets, _ := a.meters[0].all()
	requireUnbroken(t, packets)
	require.NotNil(t, air)
}

// The gauges of the schools that take part, and of no others.
func TestSchoolGauges(t *testing.T) {
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 25, "160x90")}, true)
	a := h.watch(h.pupil("maths", "wang", "qingshan", 2000))
	eventually(t, 10*time.Second, func() bool { return h.gauge("tongtang_sfu_school_down_bits", "qingshan") > 50_000 }, "what leaves for it")
	require.InDelta(t, 2e6, h.gauge("tongtang_sfu_school_down_limit_bits", "qingshan"), 0)
	require.InDelta(t, 4e6, h.gauge("tongtang_sfu_school_up_limit_bits", "school-chen"), 0)
	eventually(t, 10*time.Second, func() bool { return h.gauge("tongtang_sfu_school_up_bits", "school-chen") > 50_000 }, "what comes of it")
	require.NoError(t, a.view.Close())
	eventually(t, 10*time.Second, func() bool { return h.gauge("tongtang_sfu_school_down_bits", "qingshan") == -1 }, "who has gone has no gauge")
}

// gauge is the value for a school, -1 none.
func (h *house) gauge(name, school string) float64 {
	families, err := h.reg.Gather()
	require.NoError(h.t, err)
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			if m.GetLabel()[0].GetValue() == school {
				return m.GetGauge().GetValue()
			}
		}
	}
	return -1
}

// A contract that changes while a lesson runs is the newest grant's, whoever asks next; a grant that says none means the node's.
func TestNewestGrantTellsTheContract(t *testing.T) {
	b, at := newSchools(Config{SchoolDown: 10_000_000, SchoolUp: 4_000_000}), time.Now()
	asks := func(signed time.Time, down, up int) [2]int64 {
		s := b.of(&peer{claims: &grant.Claims{School: "qingshan", SchoolDown: down, SchoolUp: up, RegisteredClaims: jwt.RegisteredClaims{IssuedAt: jwt.NewNumericDate(signed)}}})
		return [2]int64{s.down, s.up}
	}
	require.Equal(t, [2]int64{6_000_000, 4_000_000}, asks(at, 6000, 0))
	require.Equal(t, [2]int64{10_000_000, 1_000_000}, asks(at.Add(time.Minute), 0, 1000))
	require.Equal(t, [2]int64{10_000_000, 1_000_000}, asks(at, 6000, 0), "the older grant still says what it said")
	require.Equal(t, [2]int64{10_000_000, 4_000_000}, asks(at.Add(2*time.Minute), 0, 0))
}
