package timetable

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReasonsSayItAll(t *testing.T) {
	spring := func(id, name string, starts ...string) *Calendar {
		c := school(id, starts...)
		c.Name, c.Term = name, Term{From: day("2026-02-23"), To: day("2026-07-10"), Week1: day("2026-02-23")}
		return c
	}
	a, b := spring("a", "A", "08:20", "09:10", "10:05"), spring("b", "B", "08:20", "09:10", "10:05")
	b.Bells[0].Name = "winter"
	b.Bells = append(b.Bells, Bells{ID: "s", Name: "summer", From: day("2026-05-01"), Periods: bells("08:20", "09:10", "10:20")},
		Bells{ID: "x", Name: "exam", Periods: bells("08:20", "09:10", "09:50"), To: day("2026-01-01")},
		Bells{ID: "half", Periods: bells("08:20"), From: day("2026-06-05"), To: day("2026-06-05")})
	a.Overrides[day("2026-05-15")] = Override{Kind: Off, Name: "运动会"}
	a.Overrides[day("2026-05-23")] = Override{Kind: Like, Weekday: 5, Name: "端午节调休"}
	b.Overrides[day("2026-05-22")] = Override{Kind: Like, Weekday: 1, Name: "端午节调休"}
	b.Overrides[day("2026-05-29")] = Override{Kind: Ring, Bells: "x"}
	friday := Course{Schools: []string{"a", "b"}, From: day("2026-05-08"), To: day("2026-07-17"), Minutes: 40,
		Slots: []Slot{{Weekday: 5, Periods: map[string]int{"a": 3, "b": 3}}}}
	_, lost := Expand(friday, calendars(a, b))
	said := map[string]string{}
	for _, m := range lost {
		said[m.Date.String()] = m.Detail
	}
	require.Equal(t, "B has its summer bells from 1 May: period 3 starts 10:20, overlap 25 of 40 minutes", said["2026-05-08"])
	require.Equal(t, "A has no lessons on 15 May (运动会)", said["2026-05-15"], "an off day of the lead school is one of the slot's weekday")
	require.Equal(t, "B teaches 22 May like a Monday, not like a Friday (端午节调休)", said["2026-05-22"])
	require.Equal(t, "B teaches 23 May like a Saturday, not like a Friday", said["2026-05-23"])
	require.Equal(t, "B has its exam bells on 29 May: period 3 ends 10:30, overlap 25 of 40 minutes", said["2026-05-29"])
	require.Equal(t, "B has its bells on 5 June: no period 3", said["2026-06-05"])
	require.Equal(t, "A has its term from 23 February 2026 to 10 July 2026", said["2026-07-17"])

	m := lost[0]
	require.Equal(t, Reason{Name: "B", Bells: "summer", From: day("2026-05-01"), Period: 3, Start: clock("10:20"), End: clock("11:00"), Edge: Starts,
		Overlap: 25, Needed: 40, Other: Side{"a", "A", 3, clock("10:05"), clock("10:45")}}, m.Reason)
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	var back Misfit
	require.NoError(t, json.Unmarshal(raw, &back))
	require.Equal(t, m, back, "it is kept as JSON")
	require.Equal(t, "b", m.School)
	require.Equal(t, OverlapTooShort, m.Code)
}

// The school that changed its bells is the reason, though it leads.
func TestTheLeadSchoolsSeasonIsTheReason(t *testing.T) {
	a, b := school("a", "08:20"), school("b", "08:20")
	a.Bells = append(a.Bells, Bells{ID: "w", Name: "winter", From: day("2026-10-01"), Periods: bells("08:40")})
	c := Course{Schools: []string{"a", "b"}, From: day("2026-10-05"), To: day("2026-10-05"), Minutes: 40, Slots: []Slot{{Weekday: 1, Periods: map[string]int{"a": 1, "b": 1}}}}
	_, lost := Expand(c, calendars(a, b))
	require.Equal(t, "a", lost[0].School)
	require.Equal(t, "a has its winter bells from 1 October: period 1 starts 08:40, overlap 20 of 40 minutes", lost[0].Detail)
	c.Minutes = 50
	_, lost = Expand(c, calendars(a, b))
	require.Equal(t, "a has its winter bells from 1 October: period 1 is 08:40–09:20, overlap 40 of 50 minutes", lost[0].Detail)
}
