package timetable

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func planned(id string) Dated {
	l := onBoard(id, 60, 100, Use{LecturerDim, "chen"}, Use{RoomDim, "1"})
	return Dated{Lesson: l, Course: "c", Subject: "english", Lead: "a", Receivers: []Receiver{{"b", "c1"}, {"b", "c2"}}, State: Planned}
}

var now = minute(0)

func code(t require.TestingT, err error) string {
	var no *ChangeError
	require.ErrorAs(t, err, &no)
	require.NotEmpty(t, no.Error())
	return no.Code
}

func TestSubstitution(t *testing.T) {
	l := planned("l1")
	s, err := Substitute(l, "wang", " ill ", now)
	require.NoError(t, err)
	require.Equal(t, []any{"wang", "chen", "ill", 1}, []any{s.Lecturer(), s.InsteadOf, s.Reason, s.Sequence})
	require.Equal(t, "chen", l.Lecturer(), "the lesson handed in stays as it is")
	s, err = Substitute(s, "zhou", "ill too", now)
	require.NoError(t, err)
	require.Equal(t, "chen", s.InsteadOf, "the one by plan")
	s, err = Substitute(s, "chen", "well again", now)
	require.NoError(t, err)
	require.Empty(t, s.InsteadOf)
	l.Uses = append(l.Uses, Use{AssistantDim, "li"})
	for _, who := range []string{"", "chen", "li"} {
		_, err = Substitute(l, who, "x", now)
		require.Equal(t, NobodyNew, code(t, err))
	}
}

func TestMoving(t *testing.T) {
	l, err := Move(planned("l1"), minute(200), minute(240), "sports day", now)
	require.NoError(t, err)
	require.Equal(t, minute(60), l.MovedFrom)
	l, err = Move(l, minute(300), minute(340), "again", now)
	require.NoError(t, err)
	require.Equal(t, []any{minute(60), minute(300), 2}, []any{l.MovedFrom, l.Start, l.Sequence}, "the time by plan is kept")
	l, err = Move(l, minute(60), minute(100), "back", now)
	require.NoError(t, err)
	require.True(t, l.MovedFrom.IsZero())
	for _, at := range [][2]int{{200, 200}, {200, 190}, {-10, 30}, {0, 40}} {
		_, err = Move(planned("l1"), minute(at[0]), minute(at[1]), "x", now)
		require.Equal(t, TimeWrong, code(t, err))
	}
}

func TestOnlyAPlannedLessonToComeChangesAndNotWithoutAReason(t *testing.T) {
	for name, try := range map[string]func(Dated, string, time.Time) (Dated, error){
		"substitute": func(l Dated, why string, now time.Time) (Dated, error) { return Substitute(l, "wang", why, now) },
		"move": func(l Dated, why string, now time.Time) (Dated, error) {
			return Move(l, minute(200), minute(240), why, now)
		},
		"cancel": func(l Dated, why string, _ time.Time) (Dated, error) { return Cancel(l, why) },
	} {
		for _, state := range []State{Live, Ended, Cancelled, Missed} {
			l := planned("l1")
			l.State = state
			_, err := try(l, "x", now)
			require.Equal(t, NotPlanned, code(t, err), name)
		}
		_, err := try(planned("l1"), "x", minute(60))
		if name == "cancel" {
			require.NoError(t, err, "also when nobody came")
		} else {
			require.Equal(t, AlreadyBegun, code(t, err), name)
		}
		got, err := try(planned("l1"), " ", now)
		require.Equal(t, ReasonMissing, code(t, err), name)
		require.Equal(t, planned("l1"), got, "what is refused changes nothing")
	}
}

func TestAMakeUpLessonIsLinkedWithWhatItReplaces(t *testing.T) {
	lost, err := Cancel(planned("l1"), "snow")
	require.NoError(t, err)
	extra := planned("x1")
	was, by, err := MakeUp(lost, extra, now)
	require.NoError(t, err)
	require.Equal(t, []string{"x1", "l1"}, []string{was.ReplacedBy, by.Replaces})
	_, _, err = MakeUp(was, planned("x2"), now)
	require.Equal(t, AlreadyMadeUp, code(t, err))
	gone, err := Cancel(by, "snow again")
	require.NoError(t, err)
	gone, second, err := MakeUp(gone, planned("x2"), now)
	require.NoError(t, err, "a cancelled make-up lesson is made up for")
	require.Equal(t, []string{"x2", "x1", "l1"}, []string{gone.ReplacedBy, second.Replaces, gone.Replaces})

	other := extra
	other.Course = "d"
	past := extra
	past.Start, past.End = minute(-40), minute(0)
	live := extra
	live.State = Live
	for want, pair := range map[string][2]Dated{NotLost: {planned("l2"), extra}, WrongLesson: {lost, other}, TimeWrong: {lost, past}, NotPlanned: {lost, live}} {
		_, _, err = MakeUp(pair[0], pair[1], now)
		require.Equal(t, want, code(t, err))
	}
	_, _, err = MakeUp(lost, lost, now)
	require.Equal(t, WrongLesson, code(t, err))
}

func TestTheLedgerCountsEachPeriodOnce(t *testing.T) {
	state := func(id string, s State) Dated {
		l := planned(id)
		l.State = s
		return l
	}
	snow, held := state("snow", Cancelled), state("held-1", Ended)
	held.Replaces, snow.ReplacedBy = "snow", "held-1"
	sick, again, lostAgain := state("sick", Cancelled), state("again", Cancelled), state("nobody", Missed)
	sick.ReplacedBy, again.Replaces = "again", "sick"
	stood := state("stood", Ended)
	stood.Uses = []Use{{LecturerDim, "wang"}}
	stood.InsteadOf = "chen"
	stood.Receivers = stood.Receivers[:1]
	late := state("late", Ended)
	late.Start = minute(500)
	a := Ledger([]Required{{Receiver{"b", "c1"}, "english", 8}, {Receiver{"b", "c3"}, "music", 2}},
		[]Dated{snow, held, sick, again, lostAgain, stood, state("open", Planned), state("on air", Live), late}, minute(400))
	c1 := Tally{Required: 8, Planned: 3, Delivered: 2, Substituted: 1, MadeUp: 1, Cancelled: 3, Missed: 1, Lost: 2}
	require.Len(t, a.Lines, 3)
	require.Equal(t, c1, a.Lines[0].Tally)
	require.Equal(t, Tally{Delivered: 1, Substituted: 1}, a.Lines[0].Lecturers["wang"])
	require.Equal(t, 0, a.Lines[1].Required, "c2 gets english that nothing requires")
	require.Equal(t, Line{Receiver{"b", "c3"}, "music", Tally{Required: 2}, map[string]Tally{}}, a.Lines[2], "nobody teaches it")
	require.Equal(t, 10, a.Schools["b"].Required)
	require.Equal(t, 3, a.Schools["b"].Delivered)
	require.Equal(t, 1, a.Lecturers["chen"].Delivered, "one lesson to two classes is one period of work")
	require.Equal(t, a.Lecturers["chen"].Delivered+1, a.Leads["a"].Delivered)
	rate, ok := c1.Rate()
	require.True(t, ok)
	require.Equal(t, 250, rate)
	_, ok = a.Lines[1].Rate()
	require.False(t, ok)
}

// However lessons change, the ledger's sums agree: lines, schools and subjects add up to the same, and each period of the plan is open,
// delivered, or lost.
func TestTheLedgerAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Dated
		for i := range rapid.IntRange(0, 12).Draw(t, "lessons") {
			l := planned(string(rune('a' + i)))
			l.Subject = rapid.SampledFrom([]string{"english", "music"}).Draw(t, "subject")
			l.Receivers = l.Receivers[:rapid.IntRange(1, 2).Draw(t, "classes")]
			list = append(list, l)
		}
		plan := 0
		for _, l := range list {
			plan += len(l.Receivers)
		}
		extra := 0
		for range rapid.IntRange(0, 30).Draw(t, "changes") {
			if len(list) == 0 {
				break
			}
			i := rapid.IntRange(0, len(list)-1).Draw(t, "which")
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				list[i], _ = Cancel(list[i], "x")
			case 1:
				list[i], _ = Substitute(list[i], rapid.SampledFrom([]string{"chen", "wang"}).Draw(t, "who"), "x", now)
			case 2:
				if list[i].State == Planned {
					list[i].State = rapid.SampledFrom([]State{Ended, Missed}).Draw(t, "how it went")
				}
			default:
				x := planned("x" + string(rune('a'+extra)))
				x.Subject, x.Receivers = list[i].Subject, list[i].Receivers
				if was, by, err := MakeUp(list[i], x, now); err == nil {
					extra++
					list[i] = was
					list = append(list, by)
				}
			}
		}
		a := Ledger([]Required{{Receiver{"b", "c1"}, "english", 5}}, list, minute(1000))
		var lines, schools, subjects Tally
		for _, l := range a.Lines {
			lines.add(l.Tally)
			sum := Tally{Required: l.Required}
			for _, by := range l.Lecturers {
				sum.add(by)
			}
			require.Equal(t, l.Tally, sum)
		}
		for _, s := range a.Schools {
			schools.add(s)
		}
		for _, s := range a.Subjects {
			subjects.add(s)
		}
		require.Equal(t, lines, schools)
		require.Equal(t, lines, subjects)
		require.Equal(t, plan, lines.Delivered+lines.Planned+lines.Lost)
	})
}

func TestRequiredPeriodsFollowTheDaysThatAreTaught(t *testing.T) {
	c := school("a", "08:20")
	from := day("2026-09-07")
	require.Equal(t, 8, RequiredPeriods(c, 4, from, from+13))
	for d := from; d < from+5; d++ {
		c.Overrides[d] = Override{Kind: Off}
	}
	require.Equal(t, 4, RequiredPeriods(c, 4, from, from+13), "a week of holiday")
	c.Overrides[from+5] = Override{Kind: Like, Weekday: 1}
	require.Equal(t, 5, RequiredPeriods(c, 4, from, from+13), "a make-up Saturday: 4.8")
	require.Equal(t, 0, RequiredPeriods(c, 4, c.Term.To+1, c.Term.To+30))
}
