package signal

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
)

func TestWhoMayDoWhat(t *testing.T) {
	base := func(more ...Event) *State {
		s := NewState()
		for _, e := range numbered(append([]Event{
			New(LessonStarted, "", nil), New(ParticipantJoined, "", chen), New(ParticipantJoined, "", qing), New(ParticipantJoined, "", shi),
			New(ParticipantJoined, "", xiaoyu), New(ParticipantJoined, "", li), New(HandRaised, "room-shi", Ref{"room-shi"}),
		}, more...)...) {
			require.NoError(t, s.Apply(e))
		}
		return s
	}
	plain := base()
	forbidden := base(New(Forbidden, "chen", nil))
	qingHasIt := base(New(FloorGiven, "chen", Ref{"room-qing"}))
	long := func(n int) string { return `{"text":"` + strings.Repeat("字", n) + `"}` }

	for _, c := range []struct {
		name   string
		state  *State
		author Participant
		up     string
		data   string
		want   string // event type, "" nothing to do, or "!code"
	}{
		{"student raises", plain, xiaoyu, "hand.raise", ``, "hand.raised"},
		{"room raises again", plain, shi, "hand.raise", ``, ""},
		{"who has the floor needs no hand", qingHasIt, qing, "hand.raise", ``, ""},
		{"lecturer raises no hand", plain, chen, "hand.raise", ``, "!not-allowed"},
		{"observer raises no hand", plain, li, "hand.raise", ``, "!not-allowed"},
		{"forbidden", forbidden, xiaoyu, "hand.raise", ``, "!interaction-forbidden"},
		{"lowers own", plain, shi, "hand.lower", ``, "hand.lowered"},
		{"lowers none", plain, qing, "hand.lower", `null`, ""},
		{"lowers another's", plain, xiaoyu, "hand.lower", `{"id":"room-shi"}`, "!not-allowed"},
		{"lecturer lowers another's", plain, chen, "hand.lower", `{"id":"room-shi"}`, "hand.lowered"},
		{"floor", plain, chen, "floor.give", `{"id":"room-shi"}`, "floor.given"},
		{"floor by a student", plain, xiaoyu, "floor.give", `{"id":"xiaoyu"}`, "!not-allowed"},
		{"floor to one without a source", plain, chen, "floor.give", `{"id":"xiaoyu"}`, "!no-source"},
		{"floor to the lecturer", plain, chen, "floor.give", `{"id":"chen"}`, "!no-source"},
		{"floor to nobody", plain, chen, "floor.give", `{"id":"x"}`, "!participant-unknown"},
		{"floor without data", plain, chen, "floor.give", ``, "!command-invalid"},
		{"floor twice", qingHasIt, chen, "floor.give", `{"id":"room-qing"}`, ""},
		{"floor while forbidden", forbidden, chen, "floor.give", `{"id":"room-qing"}`, "!interaction-forbidden"},
		{"return by lecturer", qingHasIt, chen, "floor.return", ``, "floor.returned"},
		{"return by holder", qingHasIt, qing, "floor.return", ``, "floor.returned"},
		{"return by another", qingHasIt, shi, "floor.return", ``, "!not-allowed"},
		{"return nothing", plain, shi, "floor.return", ``, ""},
		{"slide", plain, chen, "slide.show", `{"page":3,"title":" 练习 "}`, "slide.shown"},
		{"slide zero", plain, chen, "slide.show", `{"page":0}`, "!command-invalid"},
		{"slide with a typo", plain, chen, "slide.show", `{"pgae":1}`, "!command-invalid"},
		{"slide title too long", plain, chen, "slide.show", `{"page":1,"title":"` + strings.Repeat("字", 201) + `"}`, "!command-invalid"},
		{"slide by a room", plain, qing, "slide.show", `{"page":3}`, "!not-allowed"},
		{"words", plain, xiaoyu, "say", long(500), "said"},
		{"too many words", plain, xiaoyu, "say", long(501), "!command-invalid"},
		{"no words", plain, xiaoyu, "say", `{"text":"  "}`, "!command-invalid"},
		{"control characters", plain, xiaoyu, "say", `{"text":"a\u0000b"}`, "!command-invalid"},
		{"words of an observer", plain, li, "say", `{"text":"好"}`, "said"},
		{"words while forbidden", forbidden, xiaoyu, "say", `{"text":"好"}`, "!interaction-forbidden"},
		{"lecturer speaks while forbidden", forbidden, chen, "say", `{"text":"好"}`, "said"},
		{"forbid", plain, chen, "interaction.forbid", ``, "interaction.forbidden"},
		{"forbid again", forbidden, chen, "interaction.forbid", ``, ""},
		{"pupils cannot undo it", forbidden, xiaoyu, "interaction.allow", ``, "!not-allowed"},
		{"allow", forbidden, chen, "interaction.allow", ``, "interaction.allowed"},
		{"unknown", plain, chen, "lesson.explode", ``, "!command-unknown"},
		{"a viewer", plain, Participant{ID: "v", Role: grant.Viewer}, "say", `{"text":"好"}`, "!not-allowed"},
		{"a recorder", plain, Participant{ID: "r", Role: grant.Recorder}, "hand.raise", ``, "!not-allowed"},
		{"before the lesson", NewState(), chen, "say", `{"text":"好"}`, "!not-live"},
	} {
		t.Run(c.name, func(t *testing.T) {
			events, err := Check(c.state, c.author, Up{Type: c.up, Data: json.RawMessage(c.data)})
			if code, refused := strings.CutPrefix(c.want, "!"); refused {
				var p *httpd.Problem
				require.True(t, errors.As(err, &p), "%v", err)
				require.Equal(t, code, p.Code)
				require.Empty(t, events)
				return
			}
			require.NoError(t, err)
			if c.want == "" {
				require.Empty(t, events)
				return
			}
			require.Len(t, events, 1)
			require.Equal(t, EventType(c.want), events[0].Type)
			require.Equal(t, c.author.ID, events[0].Author)
		})
	}
}
