package signal

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden states anew")

// fixture is one golden file: the TypeScript reducer of the pages is tested against the same files.
type fixture struct {
	Name   string  `json:"name"`
	Events []Event `json:"events"`
	State  *State  `json:"state"`
}

var start = time.Date(2026, 11, 22, 2, 20, 0, 0, time.UTC)

// numbered gives events the sequence and times of a log.
func numbered(events ...Event) []Event {
	for i := range events {
		events[i].Seq = uint64(i + 1)
		events[i].Time = start.Add(time.Duration(i) * 1500 * time.Millisecond)
	}
	return events
}

var (
	chen   = Participant{ID: "chen", Name: "陈老师", Role: grant.Lecturer, School: "minghu", Sources: []string{"camera", "screen"}}
	qing   = Participant{ID: "room-qing", Name: "青山 三年级互动教室", Role: grant.Room, School: "qingshan", Room: "qing", Sources: []string{"room-qing"}}
	shi    = Participant{ID: "room-shi", Name: "石桥 三年级互动教室", Role: grant.Room, School: "shiqiao", Room: "shi", Sources: []string{"room-shi"}}
	xiaoyu = Participant{ID: "xiaoyu", Name: "小雨", Role: grant.Student, School: "qingshan"}
	li     = Participant{ID: "li", Name: "李教研员", Role: grant.Observer}

	camera = Source{ID: "camera", Slot: LecturerSlot, Participant: "chen", Name: "陈老师", School: "minghu", Video: true, Audio: true, Layers: []string{"h", "l"}}
	screen = Source{ID: "screen", Slot: CoursewareSlot, Participant: "chen", Name: "陈老师", School: "minghu", Video: true, Layers: []string{""}}
	guest  = Source{ID: "room-qing", Slot: GuestSlot, Participant: "room-qing", Name: "青山 三年级互动教室", School: "qingshan", Room: "qing", Video: true, Audio: true, Layers: []string{"h", "l"}}
)

func scenes() map[string][]Event {
	words := []Event{New(LessonStarted, "", nil), New(ParticipantJoined, "chen", chen), New(Said, "stranger", Words{"谁？"})}
	for i := range 52 {
		words = append(words, New(Said, "chen", Words{fmt.Sprintf("第 %d 句\n\"好\" <b>&", i+1)}))
	}
	return map[string][]Event{
		"empty": {},
		"lesson": {
			New(LessonStarted, "", nil), New(ParticipantJoined, "chen", chen), New(SourceUp, "chen", camera), New(ParticipantJoined, "room-qing", qing),
			New(ParticipantJoined, "xiaoyu", xiaoyu), New(SourceUp, "chen", screen), New(SlideShown, "chen", Slide{1, "分数的初步认识"}), New(SourceUp, "room-qing", guest),
			New(HandRaised, "xiaoyu", Ref{"xiaoyu"}), New(HandRaised, "room-qing", Ref{"room-qing"}), New(FloorGiven, "chen", Ref{"room-qing"}),
			New(Said, "xiaoyu", Words{"老师好"}), New(SlideShown, "chen", Slide{Page: 2}),
		},
		"floor-goes-round": {
			New(LessonStarted, "", nil), New(ParticipantJoined, "room-qing", qing), New(ParticipantJoined, "room-shi", shi), New(SourceUp, "room-qing", guest),
			New(FloorGiven, "chen", Ref{"room-qing"}), New(FloorGiven, "chen", Ref{"room-shi"}), New(FloorReturned, "chen", nil), New(FloorGiven, "chen", Ref{"room-qing"}),
		},
		"forbid": {
			New(LessonStarted, "", nil), New(ParticipantJoined, "room-qing", qing), New(ParticipantJoined, "xiaoyu", xiaoyu), New(HandRaised, "xiaoyu", Ref{"xiaoyu"}),
			New(HandRaised, "room-qing", Ref{"room-qing"}), New(FloorGiven, "chen", Ref{"room-qing"}), New(Forbidden, "chen", nil), New(Allowed, "chen", nil), New(HandRaised, "xiaoyu", Ref{"xiaoyu"}),
		},
		"leave-with-the-floor": {
			New(LessonStarted, "", nil), New(ParticipantJoined, "room-qing", qing), New(SourceUp, "room-qing", guest), New(FloorGiven, "chen", Ref{"room-qing"}),
			New(HandRaised, "room-qing", Ref{"room-qing"}), New(ParticipantLeft, "", Ref{"room-qing"}), New(SourceDown, "", Ref{"room-qing"}),
		},
		"rejoin-and-repeats": {
			New(LessonStarted, "", nil), New(ParticipantJoined, "xiaoyu", xiaoyu), New(HandRaised, "xiaoyu", Ref{"xiaoyu"}), New(HandRaised, "xiaoyu", Ref{"xiaoyu"}),
			New(ParticipantJoined, "xiaoyu", Participant{ID: "xiaoyu", Name: "小雨雨", Role: grant.Student}), New(HandLowered, "chen", Ref{"nobody"}), New(HandLowered, "chen", Ref{"xiaoyu"}),
			New(ParticipantLeft, "", Ref{"xiaoyu"}), New(ParticipantLeft, "", Ref{"xiaoyu"}),
		},
		"words": words,
		"ended": {
			New(LessonStarted, "", nil), New(ParticipantJoined, "chen", chen), New(SourceUp, "chen", camera), New(ParticipantJoined, "room-qing", qing), New(HandRaised, "room-qing", Ref{"room-qing"}),
			New(FloorGiven, "chen", Ref{"room-qing"}), New(SlideShown, "chen", Slide{3, "练习"}), New(LessonEnded, "", nil),
		},
		"unknown-type": {New(LessonStarted, "", nil), New("stroke.drawn", "chen", map[string]any{"x": 1}), New(ParticipantJoined, "li", li)},
	}
}

func TestGoldenStates(t *testing.T) {
	for name, events := range scenes() {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name+".json")
			s := NewState()
			for _, e := range numbered(events...) {
				require.NoError(t, s.Apply(e))
			}
			if *update {
				raw, err := json.MarshalIndent(fixture{name, events, s}, "", "  ")
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(file, append(raw, '\n'), 0o644))
			}
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			var want fixture
			require.NoError(t, json.Unmarshal(raw, &want))
			replayed := NewState()
			for _, e := range want.Events {
				require.NoError(t, replayed.Apply(e))
			}
			require.JSONEq(t, text(t, want.State), text(t, s))
			require.Equal(t, text(t, want.State), text(t, replayed))
		})
	}
}

func text(t require.TestingT, v any) string {
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	return string(raw)
}

func TestApplyRefusesAndStaysUnchanged(t *testing.T) {
	s := NewState()
	require.NoError(t, s.Apply(numbered(New(LessonStarted, "", nil))[0]))
	before := text(t, s)
	for name, e := range map[string]Event{
		"a gap":       {Seq: 3, Type: LessonEnded},
		"a repeat":    {Seq: 1, Type: LessonEnded},
		"broken data": {Seq: 2, Type: HandRaised, Data: json.RawMessage(`{`)},
		"no data":     {Seq: 2, Type: Said},
	} {
		require.Error(t, s.Apply(e), name)
		require.Equal(t, before, text(t, s), name)
	}
}

// Whatever happens in whatever order: who applied it live, who replays the log, and who starts from a state in the middle hold the same bytes.
func TestReplayEqualsLive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := []Participant{chen, qing, shi, xiaoyu, li, {ID: "viewer", Role: grant.Viewer}}
		server := []Event{
			New(ParticipantJoined, "", qing), New(ParticipantJoined, "", shi), New(ParticipantJoined, "", xiaoyu), New(ParticipantLeft, "", Ref{"room-qing"}),
			New(SourceUp, "", camera), New(SourceUp, "", guest), New(SourceDown, "", Ref{"room-qing"}), New(LessonEnded, "", nil),
		}
		commands := []Up{
			{Type: "hand.raise"}, {Type: "hand.lower"}, {Type: "hand.lower", Data: json.RawMessage(`{"id":"xiaoyu"}`)},
			{Type: "floor.give", Data: json.RawMessage(`{"id":"room-qing"}`)}, {Type: "floor.give", Data: json.RawMessage(`{"id":"room-shi"}`)}, {Type: "floor.return"},
			{Type: "slide.show", Data: json.RawMessage(`{"page":2,"title":"x"}`)}, {Type: "say", Data: json.RawMessage(`{"text":"hello"}`)},
			{Type: "interaction.forbid"}, {Type: "interaction.allow"}, {Type: "nonsense"},
		}
		live := NewState()
		var log []Event
		add := func(events ...Event) {
			for _, e := range events {
				e.Seq, e.Time = live.Seq+1, start.Add(time.Duration(live.Seq)*time.Second)
				require.NoError(t, live.Apply(e))
				log = append(log, e)
			}
		}
		add(New(LessonStarted, "", nil), New(ParticipantJoined, "", chen))
		cut := rapid.IntRange(0, 80).Draw(t, "cut")
		var snapshot []byte
		for i := range rapid.IntRange(1, 80).Draw(t, "steps") {
			if i == cut {
				snapshot = []byte(text(t, live))
			}
			if rapid.IntRange(0, 3).Draw(t, "who") == 0 {
				add(rapid.SampledFrom(server).Draw(t, "event"))
				continue
			}
			events, _ := Check(live, rapid.SampledFrom(people).Draw(t, "author"), rapid.SampledFrom(commands).Draw(t, "command"))
			add(events...)
		}
		replayed := NewState()
		later := NewState()
		if snapshot != nil {
			require.NoError(t, json.Unmarshal(snapshot, later))
		}
		for _, e := range log {
			var read Event
			require.NoError(t, json.Unmarshal([]byte(text(t, e)), &read))
			require.NoError(t, replayed.Apply(read))
			if e.Seq > later.Seq {
				require.NoError(t, later.Apply(read))
			}
		}
		require.Equal(t, text(t, live), text(t, replayed))
		require.Equal(t, text(t, live), text(t, later))
		require.Equal(t, text(t, live), text(t, live.Clone()))
	})
}
