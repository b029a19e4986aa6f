package compose

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tongtang/tongtang/recorder/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

var t0 = time.Date(2026, 11, 22, 8, 20, 0, 0, time.UTC)

const sec = time.Second

// story is a lesson log, written shortly.
type story []signal.Event

func (s story) at(secs float64, typ signal.EventType, data any) story {
	raw, _ := json.Marshal(data)
	return append(s, signal.Event{Seq: uint64(len(s) + 1), Time: t0.Add(time.Duration(secs * 1e9)), Type: typ, Data: raw})
}

func (s story) up(secs float64, id string, slot signal.Slot, who string) story {
	return s.at(secs, signal.SourceUp, signal.Source{ID: id, Slot: slot, Participant: who, Video: true, Audio: true})
}

func (s story) down(secs float64, id string) story {
	return s.at(secs, signal.SourceDown, signal.Ref{ID: id})
}

// captured says from when to when there are pictures of a source.
func captured(source string, spans ...float64) Material {
	m := Material{Source: source}
	for i := 0; i+1 < len(spans); i += 2 {
		m.Video = append(m.Video, Stretch{t0.Add(time.Duration(spans[i] * 1e9)), t0.Add(time.Duration(spans[i+1] * 1e9))})
	}
	m.Audio = m.Video
	return m
}

func show(scenes []Scene) string {
	var parts []string
	for _, s := range scenes {
		parts = append(parts, fmt.Sprintf("%g-%g %s|%s|%s", s.From.Seconds(), s.To.Seconds(), s.Main, s.Inset, s.Guest))
	}
	return strings.Join(parts, "; ")
}

func hear(voices []Voice) string {
	var parts []string
	for _, v := range voices {
		parts = append(parts, fmt.Sprintf("%s %g-%g", v.Source, v.From.Seconds(), v.To.Seconds()))
	}
	return strings.Join(parts, "; ")
}

func TestPlan(t *testing.T) {
	const L, C, G = signal.LecturerSlot, signal.CoursewareSlot, signal.GuestSlot
	for name, c := range map[string]struct {
		log    story
		of     []Material
		scenes string
		voices string
	}{
		"lecturer alone": {story{}.up(0, "camera", L, "t"), []Material{captured("camera", 0, 100)},
			"0-100 camera||", "camera 0-100"},
		"captures start late": {story{}.up(0, "camera", L, "t"), []Material{captured("camera", 7, 100)},
			"0-100 camera||", "camera 0-100"},
		"nothing at all":                 {story{}, nil, "0-100 ||", ""},
		"in the log, but never captured": {story{}.up(0, "camera", L, "t"), nil, "0-100 ||", "camera 0-100"},
		"courseware in between": {story{}.up(0, "camera", L, "t").up(20, "screen", C, "t").down(50, "screen"),
			[]Material{captured("camera", 0, 100), captured("screen", 21, 50)},
			"0-21 camera||; 21-50 screen|camera|; 50-100 camera||", "camera 0-100; screen 20-50"},
		"courseware flickers": {story{}.up(0, "camera", L, "t").up(20, "screen", C, "t").down(30, "screen").up(32, "screen", C, "t"),
			[]Material{captured("camera", 0, 100), captured("screen", 20, 100)},
			"0-20 camera||; 20-100 screen|camera|", "camera 0-100; screen 20-100"},
		"the lecturer goes away and comes back": {story{}.up(0, "camera", L, "t").down(40, "camera").up(60, "camera", L, "t"),
			[]Material{captured("camera", 0, 40, 60, 100)}, "0-100 camera||", "camera 0-40; camera 60-100"},
		"the main camera before the others": {story{}.up(0, "camera2", L, "t").up(10, "camera", L, "t").down(30, "camera"),
			[]Material{captured("camera", 10, 30), captured("camera2", 0, 100)},
			"0-10 camera2||; 10-30 camera||; 30-100 camera2||", "camera2 0-10; camera 10-30; camera2 30-100"},
		"a guest with and without the floor": {story{}.up(0, "camera", L, "t").up(5, "room-a", G, "a").up(5, "room-b", G, "b").
			at(10, signal.FloorGiven, signal.Ref{ID: "a"}).at(20, signal.FloorGiven, signal.Ref{ID: "b"}).at(30, signal.FloorReturned, nil),
			[]Material{captured("camera", 0, 100), captured("room-a", 5, 100), captured("room-b", 5, 100)},
			"0-10 camera||; 10-20 camera||room-a; 20-30 camera||room-b; 30-100 camera||", "camera 0-100; room-a 10-20; room-b 20-30"},
		"the floor of somebody without a picture": {story{}.up(0, "camera", L, "t").at(10, signal.FloorGiven, signal.Ref{ID: "a"}),
			[]Material{captured("camera", 0, 100)}, "0-100 camera||", "camera 0-100"},
		"interaction forbidden takes the floor": {story{}.up(0, "camera", L, "t").up(0, "room-a", G, "a").at(10, signal.FloorGiven, signal.Ref{ID: "a"}).at(20, signal.Forbidden, nil),
			[]Material{captured("camera", 0, 100), captured("room-a", 0, 100)},
			"0-10 camera||; 10-20 camera||room-a; 20-100 camera||", "camera 0-100; room-a 10-20"},
		"only a guest": {story{}.up(0, "room-a", G, "a").at(10, signal.FloorGiven, signal.Ref{ID: "a"}),
			[]Material{captured("room-a", 0, 100)}, "0-10 ||; 10-100 ||room-a", "room-a 10-100"},
		"captured without a log": {story{}, []Material{captured("camera", 2, 100), captured("screen", 30, 60), captured("room-a", 0, 100)},
			"0-30 camera||; 30-60 screen|camera|; 60-100 camera||", "camera 2-100; screen 30-60"},
		"everything before the start and after the end": {story{}.up(-50, "camera", L, "t").at(150, signal.LessonEnded, nil),
			[]Material{captured("camera", -50, 150)}, "0-100 camera||", "camera 0-100"},
	} {
		t.Run(name, func(t *testing.T) {
			p := Make(Input{Start: t0, End: t0.Add(100 * sec), Events: c.log, Material: c.of})
			require.Equal(t, c.scenes, show(p.Scenes))
			require.Equal(t, c.voices, hear(p.Voices))
			require.Equal(t, 100*sec, p.Duration)
		})
	}
}

func TestChapters(t *testing.T) {
	log := story{}.
		at(-5, signal.SlideShown, signal.Slide{Page: 1, Title: "  标题\n页 "}).
		at(0.5, signal.ParticipantJoined, signal.Participant{ID: "a", Name: "青山小学"}).
		at(20, signal.SlideShown, signal.Slide{Page: 2}).
		at(20.5, signal.SlideShown, signal.Slide{Page: 3}). // leafing
		at(21, signal.SlideShown, signal.Slide{Page: 4}).
		at(40, signal.FloorGiven, signal.Ref{ID: "a"}).
		at(45, signal.FloorReturned, nil).
		at(50, signal.SlideShown, signal.Slide{Page: 4}). // the same again
		at(60, signal.SlideShown, signal.Slide{Page: 5, Title: "a < b & c"})
	p := Make(Input{Start: t0, End: t0.Add(100 * sec), Events: log})
	require.Equal(t, []link.Chapter{{Start: 0, Title: "标题 页", Kind: "slide"}, {Start: 21, Title: "4", Kind: "slide"},
		{Start: 40, Title: "青山小学", Kind: "floor"}, {Start: 60, Title: "a < b & c", Kind: "slide"}}, p.Chapters)
	require.Equal(t, `WEBVTT

00:00:00.000 --> 00:00:21.000
标题 页

00:00:21.000 --> 00:00:40.000
4

00:00:40.000 --> 00:01:00.000
青山小学

00:01:00.000 --> 00:01:40.000
a &lt; b &amp; c
`, WebVTT(p.Chapters, p.Duration))
}

func TestLayers(t *testing.T) {
	for _, size := range [][2]int{{1280, 720}, {640, 360}, {1920, 1080}} {
		layers := Scene{Main: "screen", Inset: "camera", Guest: "room-a"}.Layers(size[0], size[1])
		require.Len(t, layers, 3)
		inset, guest := layers[1], layers[2]
		require.LessOrEqual(t, inset.Y+inset.H, guest.Y, "they do not cover each other")
		for _, l := range layers {
			require.Zero(t, l.X%2+l.Y%2+l.W%2+l.H%2)
			require.LessOrEqual(t, l.X+l.W, size[0])
			require.LessOrEqual(t, l.Y+l.H, size[1])
		}
		require.InDelta(t, size[0]/4, guest.W, 2)
	}
	require.Len(t, Scene{Main: "camera", Guest: "camera"}.Layers(1280, 720), 1, "nobody is shown twice")
}

// Whatever happens in a lesson: the scenes cover it without a gap, and nobody speaks without the floor.
func TestAnyLesson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var log story
		at := 0.0
		ids := []string{"camera", "screen", "room-a", "room-b"}
		slots := map[string]signal.Slot{"camera": signal.LecturerSlot, "screen": signal.CoursewareSlot, "room-a": signal.GuestSlot, "room-b": signal.GuestSlot}
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			at += float64(rapid.IntRange(0, 4000).Draw(t, "ms")) / 1000
			id := rapid.SampledFrom(ids).Draw(t, "id")
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				log = log.up(at, id, slots[id], "p-"+id)
			case 1:
				log = log.down(at, id)
			case 2:
				log = log.at(at, signal.FloorGiven, signal.Ref{ID: "p-" + id})
			case 3:
				log = log.at(at, signal.FloorReturned, nil)
			case 4:
				log = log.at(at, signal.SlideShown, signal.Slide{Page: rapid.IntRange(1, 9).Draw(t, "page")})
			}
		}
		length := time.Duration(rapid.IntRange(0, 100).Draw(t, "length")) * sec
		var of []Material
		for _, id := range ids {
			if rapid.Bool().Draw(t, "captured") {
				from := float64(rapid.IntRange(-5, 100).Draw(t, "from"))
				of = append(of, captured(id, from, from+float64(rapid.IntRange(0, 50).Draw(t, "for"))))
			}
		}
		p := Make(Input{Start: t0, End: t0.Add(length), Events: log, Material: of})
		at0 := time.Duration(0)
		for _, s := range p.Scenes {
			require.Equal(t, at0, s.From)
			require.Greater(t, s.To, s.From)
			at0 = s.To
		}
		require.Equal(t, length, at0)
		for _, v := range p.Voices {
			require.Less(t, v.From, v.To)
			require.LessOrEqual(t, v.To, length)
		}
	})
}
