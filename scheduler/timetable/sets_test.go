package timetable

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A school of nine years has primary bells of 40 minutes, junior bells of 45, a second campus, and one day on which all ring alike.
func TestAClassHasTheBellsOfItsStageAndCampus(t *testing.T) {
	c := school("a", "08:20")
	c.Bells = append(c.Bells,
		Bells{ID: "junior", Set: Set{Stage: "junior"}, Periods: bells("08:00")},
		Bells{ID: "junior summer", Set: Set{Stage: "junior"}, From: day("2026-10-01"), Periods: bells("07:40")},
		Bells{ID: "north", Set: Set{Campus: "north"}, From: day("2026-09-10"), Periods: bells("08:40")},
		Bells{ID: "north junior", Set: Set{"north", "junior"}, Periods: bells("08:45")},
		Bells{ID: "sports day", From: day("2026-09-17"), To: day("2026-09-17"), Periods: bells("10:00")})
	for _, x := range []struct {
		class       Set
		date, first string
	}{
		{Set{"south", "primary"}, "2026-09-16", "08:20"},
		{Set{"south", "junior"}, "2026-09-16", "08:00"},
		{Set{"south", "junior"}, "2026-10-09", "07:40"},
		{Set{"north", "primary"}, "2026-09-09", "08:20"},
		{Set{"north", "primary"}, "2026-09-16", "08:40"},
		{Set{"north", "junior"}, "2026-10-09", "08:45"},
		{Set{"north", "junior"}, "2026-09-17", "10:00"},
		{Set{"south", "junior"}, "2026-09-17", "10:00"},
		{Set{}, "2026-09-16", "08:20"},
	} {
		require.Equal(t, x.first, c.For(x.class).Day(day(x.date)).Periods[0].Start.String(), "%v on %s", x.class, x.date)
	}
	// A decision to ring one stage's bells is none for the others.
	c.Overrides[day("2026-09-16")] = Override{Kind: Ring, Bells: "north junior"}
	require.Equal(t, "08:00", c.For(Set{"south", "junior"}).Day(day("2026-09-16")).Periods[0].Start.String())
}

// A district's default calls bells by their name; each stage of each school rings its own of that name.
func TestADefaultCallsBellsByName(t *testing.T) {
	c := school("a", "08:20")
	c.Bells = append(c.Bells, Bells{ID: "1", Name: "exam", From: day("2099-01-01"), Periods: bells("09:00")},
		Bells{ID: "2", Name: "exam", Set: Set{Stage: "junior"}, From: day("2099-01-01"), Periods: bells("09:30")})
	c.Overrides = Overrides(Merge(Rules("district", []Override{{Date: day("2026-09-16"), Kind: Ring, Bells: "exam"}, {Date: day("2026-09-17"), Kind: Ring, Bells: "unknown"}}), nil))
	first := func(stage, date string) string {
		return c.For(Set{Stage: stage}).Day(day(date)).Periods[0].Start.String()
	}
	require.Equal(t, []string{"09:00", "09:30", "08:20"}, []string{first("primary", "2026-09-16"), first("junior", "2026-09-16"), first("junior", "2026-09-17")})
}

func TestCyclesHaveAnAnchor(t *testing.T) {
	term := Term{Week1: day("2026-08-31")}
	require.Equal(t, Odd, term.Cycle(2, term.Week1))
	require.Equal(t, Even, term.Cycle(2, term.Week1+9))
	require.Equal(t, Weekly, term.Cycle(1, term.Week1))
	three := term.Cycle(3, day("2026-09-23")) // week 4
	for week, holds := range map[int]bool{1: true, 2: false, 4: true, 5: false, 7: true, -2: true} {
		require.Equal(t, holds, three.Holds(week), week)
	}
	require.Equal(t, three, term.Cycle(3, day("2026-08-14")), "an anchor before the term: week -2")
}

// A district's bells ring where none of the school's own do.
func TestOwnBellsGoBeforeDefaults(t *testing.T) {
	c := school("a", "08:20")
	c.Bells[0].To = day("2026-09-30")
	c.Bells = append(c.Bells, Bells{ID: "district", Above: 1, Set: Set{Stage: "primary"}, From: day("2026-09-01"), Periods: bells("08:00")},
		Bells{ID: "state", Above: 4, From: day("2026-09-02"), To: day("2026-10-20"), Periods: bells("07:00")})
	first := func(stage, date string) string {
		return c.For(Set{Stage: stage}).Day(day(date)).Periods[0].Start.String()
	}
	require.Equal(t, []string{"08:20", "08:00", "07:00"}, []string{first("primary", "2026-09-30"), first("primary", "2026-10-08"), first("junior", "2026-10-08")})
}

func TestHoldTellsOfOneDate(t *testing.T) {
	a, b := school("a", "08:20"), school("b", "08:20")
	cals := map[string]*Calendar{"a": a, "b": b}
	c := Course{Schools: []string{"a", "b"}, Slots: []Slot{{Weekday: 3, Cycle: Odd, Periods: map[string]int{"a": 1, "b": 1}}}, Minutes: 40}
	for d := a.Term.Week1.Monday() + 2; d < a.Term.Week1+30; d += 7 {
		o, m := Hold(c, 0, d, cals)
		if a.Term.Week(d)%2 == 1 {
			require.Nil(t, m)
			require.Equal(t, d, o.Date)
			continue
		}
		require.Equal(t, OtherWeek, m.Code)
		require.Equal(t, a.Term.Week(d), m.Reason.Week)
		require.Contains(t, m.Detail, "in which the slot is not held")
	}
	_, m := Hold(c, 0, a.Term.Week1.Monday()+3, cals)
	require.Equal(t, OtherWeekday, m.Code)
}
