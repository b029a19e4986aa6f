package signal

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/httpd"
)

func requireJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	return string(raw)
}

// A message of a participant is refused with a problem, or becomes events that the log can hold: they apply, and survive their JSON. Looking
// changes nothing.
func FuzzCommand(f *testing.F) {
	for _, seed := range []string{
		`{"ref":"1","type":"hand.raise"}`, `{"type":"hand.lower","data":{"id":"room-shi"}}`, `{"type":"floor.give","data":{"id":"room-qing"}}`, `{"type":"floor.return"}`,
		`{"type":"slide.show","data":{"page":3,"title":"练习"}}`, `{"type":"say","data":{"text":"好\u0000"}}`, `{"type":"interaction.forbid","data":null}`, `{"type":"interaction.allow"}`, `{"type":"x","data":[]}`,
	} {
		for who := range byte(5) {
			f.Add([]byte(seed), who)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte, who byte) {
		var up Up
		if json.Unmarshal(raw, &up) != nil {
			return
		}
		s := NewState()
		for _, e := range numbered(New(LessonStarted, "", nil), New(ParticipantJoined, "", chen), New(ParticipantJoined, "", qing), New(ParticipantJoined, "", shi),
			New(ParticipantJoined, "", xiaoyu), New(ParticipantJoined, "", li), New(HandRaised, "room-shi", Ref{"room-shi"}), New(FloorGiven, "chen", Ref{"room-qing"})) {
			require.NoError(t, s.Apply(e))
		}
		author := []Participant{chen, qing, shi, xiaoyu, li}[int(who)%5]
		before := requireJSON(t, s)
		events, err := Check(s, author, up)
		require.Equal(t, before, requireJSON(t, s))
		if err != nil {
			var p *httpd.Problem
			require.True(t, errors.As(err, &p), "%v", err)
			require.True(t, p.Status >= 400 && p.Status < 500 && p.Code != "", "%v", p)
			require.Empty(t, events)
			return
		}
		for _, e := range events {
			require.Equal(t, author.ID, e.Author)
			e.Seq = s.Seq + 1
			var again Event
			require.NoError(t, json.Unmarshal([]byte(requireJSON(t, e)), &again))
			other := s.Clone()
			require.NoError(t, s.Apply(e))
			require.NoError(t, other.Apply(again))
			require.Equal(t, requireJSON(t, s), requireJSON(t, other))
			require.LessOrEqual(t, len(s.Said), saidKept)
		}
	})
}

// An entry of the log of any content is applied, or refused and leaves the state as it was; and the state survives its JSON.
func FuzzApply(f *testing.F) {
	for _, seed := range []string{
		`{"type":"participant.joined","data":{"id":"x","name":"y","role":"room","sources":["camera"]}}`, `{"type":"participant.left","data":{"id":"room-qing"}}`, `{"type":"source.up","data":{"id":"camera"}}`,
		`{"type":"said","author":"chen","data":{"text":"好"}}`, `{"type":"floor.given","data":{"id":"z"}}`, `{"type":"slide.shown","data":{"page":-1}}`, `{"type":"lesson.ended"}`, `{"type":"later","data":7}`, `{"type":"hand.raised","data":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var e Event
		if json.Unmarshal(raw, &e) != nil {
			return
		}
		s := NewState()
		for _, e := range numbered(New(LessonStarted, "", nil), New(ParticipantJoined, "", chen), New(ParticipantJoined, "", qing), New(HandRaised, "room-qing", Ref{"room-qing"})) {
			require.NoError(t, s.Apply(e))
		}
		before, copied := requireJSON(t, s), s.Clone()
		e.Seq = s.Seq + 1
		err := s.Apply(e)
		require.Equal(t, before, requireJSON(t, copied), "a clone shares nothing")
		if err != nil {
			require.Equal(t, before, requireJSON(t, s))
			return
		}
		require.Equal(t, e.Seq, s.Seq)
		var again State
		after := requireJSON(t, s)
		require.NoError(t, json.Unmarshal([]byte(after), &again))
		require.Equal(t, after, requireJSON(t, &again))
		require.Error(t, s.Apply(e), "twice")
	})
}
