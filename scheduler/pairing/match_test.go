package pairing

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

var zone = time.FixedZone("CST", 8*3600)

// rings is a calendar with lessons of 40 minutes on school days, four weeks long.
func rings(id string, starts ...string) *timetable.Calendar {
	c := &timetable.Calendar{School: id, Name: "School " + id, Zone: zone, Term: timetable.Term{From: from, To: from + 27, Week1: from}, Overrides: map[timetable.Date]timetable.Override{}}
	b := timetable.Bells{ID: "bells-" + id, Weekdays: timetable.SchoolWeek}
	for i, s := range starts {
		at, err := timetable.ParseClock(s)
		if err != nil {
			panic(err)
		}
		b.Periods = append(b.Periods, timetable.Period{No: i + 1, Start: at, End: at + 40, Lesson: true})
	}
	c.Bells = []timetable.Bells{b}
	return c
}

func art() Need {
	return Need{ID: "n", School: b, Class: "class", Subject: "art", Grade: 3, Periods: 2, Edition: "PEP", Unit: 3, Room: "far-room", Assistant: "li",
		Line: Line{10_000, 5_000}, Language: "zh"}
}

func chen() Offer {
	return Offer{ID: "o", Teacher: "chen", School: a, Subject: "art", Grades: []int{3, 4}, Edition: "PEP", Unit: 3, Cap: 14, Load: 10, Rooms: []string{"studio"}, Languages: []string{"zh"}}
}

func asked(needs []Need, offers ...Offer) Question {
	return Question{Needs: needs, Offers: offers, From: from, To: from + 27, Policy: DefaultPolicy, Names: map[string]string{"b": "Valley", "chen": "Ms Chen"},
		Calendars: map[string]*timetable.Calendar{"a": rings("a", "08:20", "09:10", "10:20"), "b": rings("b", "08:20", "09:15", "11:20")}}
}

func against(c Candidate) (codes []string) {
	for _, r := range c.Reasons {
		codes = append(codes, r.Code)
	}
	return codes
}

func figure(t *testing.T, c Candidate, of Criterion) Figure {
	i := slices.IndexFunc(c.Figures, func(f Figure) bool { return f.Criterion == of })
	require.GreaterOrEqual(t, i, 0)
	return c.Figures[i]
}

func TestMatchSaysWhyAnOfferIsOutOfQuestion(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(*Need, *Offer, *Question)
		want   []string
		detail string
	}{
		"good":                    {func(*Need, *Offer, *Question) {}, nil, ""},
		"another grade":           {func(n *Need, _ *Offer, _ *Question) { n.Grade = 5 }, []string{OtherGrade}, "Ms Chen does not teach grade 5"},
		"another edition":         {func(n *Need, _ *Offer, _ *Question) { n.Edition = "BNU" }, []string{OtherEdition}, "Valley has the edition BNU, the teacher PEP"},
		"edition unknown":         {func(_ *Need, o *Offer, _ *Question) { o.Edition = "" }, nil, ""},
		"willing":                 {func(n *Need, o *Offer, _ *Question) { n.Edition, o.AnyEdition = "BNU", true }, nil, ""},
		"overridden":              {func(n *Need, _ *Offer, q *Question) { n.Edition, q.Policy.AnyEdition = "BNU", true }, nil, ""},
		"load at the cap":         {func(_ *Need, o *Offer, _ *Question) { o.Load = 12 }, nil, ""},
		"load above the cap":      {func(_ *Need, o *Offer, _ *Question) { o.Load = 13 }, []string{LoadExceeded}, "Ms Chen would teach 15 periods a week, 14 are allowed"},
		"no room far away":        {func(n *Need, _ *Offer, _ *Question) { n.Room = "" }, []string{RoomMissing}, "Valley has named no room for it"},
		"no room here":            {func(_ *Need, o *Offer, _ *Question) { o.Rooms = nil }, []string{RoomMissing}, "a has named no room for it"},
		"itself":                  {func(n *Need, _ *Offer, _ *Question) { n.School = a }, []string{SameSchool}, ""},
		"no bells":                {func(_ *Need, _ *Offer, q *Question) { delete(q.Calendars, "b") }, []string{NoCalendar}, "Valley has no bells in its term"},
		"teacher never can":       {func(_ *Need, o *Offer, _ *Question) { o.Free = []Cell{{1, 3}} }, []string{AllTaken}, "of 5 common slots none is free for Ms Chen, the classes and their rooms; period 2 at School b 5 minutes earlier gives 10 common slots instead of 5"},
		"everything about people": {func(n *Need, o *Offer, _ *Question) { n.Grade, n.Edition, o.Load = 9, "BNU", 14 }, []string{LoadExceeded, OtherGrade, OtherEdition}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n, o := art(), chen()
			q := asked(nil)
			c.spoil(&n, &o, &q)
			q.Needs, q.Offers = []Need{n}, []Offer{o}
			got := Match(q)
			require.Len(t, got, 1)
			require.Equal(t, c.want, against(got[0]))
			require.Equal(t, len(c.want) == 0, got[0].Fits())
			if c.detail != "" {
				require.Equal(t, c.detail, got[0].Reasons[0].Detail)
			}
		})
	}
}

func TestOffersOfOtherSubjectsAreLeftOut(t *testing.T) {
	o := chen()
	o.Subject = "music"
	require.Empty(t, Match(asked([]Need{art()}, o)))
	require.Empty(t, Match(asked(nil, chen())), "nothing is asked")
}

func TestSlotsAreLongEnoughOrBeginTogether(t *testing.T) {
	got := Match(asked([]Need{art()}, chen()))[0]
	var found []string
	for _, s := range got.Slots {
		if s.Weekday == 2 {
			found = append(found, fmt.Sprintf("%d-%d %s–%s of %d days %d", s.Periods[0].No, s.Periods[1].No, s.Start, s.End, s.Days, len(s.Free)))
		}
	}
	require.Equal(t, []string{"1-1 08:20–09:00 of 4 days 4"}, found, "35 minutes from 09:15 do not begin together")
	require.Len(t, got.Chosen, 2)
	require.NotEqual(t, got.Slots[got.Chosen[0]].Weekday, got.Slots[got.Chosen[1]].Weekday, "two periods a week are on two days")

	q := asked([]Need{art()}, chen())
	q.Calendars["b"].Bells[0].Periods[1] = timetable.Period{No: 2, Start: 9*60 + 10, End: 9*60 + 45, Lesson: true}
	require.Len(t, Match(q)[0].Slots, 10, "35 minutes that begin together were agreed")
	q.Policy.Minimum = 0
	require.Len(t, Match(q)[0].Slots, 5, "or not")
}

func TestWhatIsTakenIsNoSlot(t *testing.T) {
	q := asked([]Need{art()}, chen())
	free := len(Match(q)[0].Slots)
	for name, c := range map[string]struct {
		use  timetable.Use
		lost int
	}{
		"lecturer": {timetable.Use{Dimension: timetable.LecturerDim, ID: "chen"}, 1}, "assistant elsewhere": {timetable.Use{Dimension: timetable.LecturerDim, ID: "li"}, 1},
		"class": {timetable.Use{Dimension: timetable.ClassDim, ID: "class"}, 1}, "room": {timetable.Use{Dimension: timetable.RoomDim, ID: "far-room"}, 1},
		"lecturer room": {timetable.Use{Dimension: timetable.RoomDim, ID: "studio"}, 1}, "somebody else": {timetable.Use{Dimension: timetable.RoomDim, ID: "gym"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			q.Board = timetable.NewBoard(nil, nil)
			d := from + 1 // Wednesday
			q.Board.Add(timetable.Lesson{Booked: timetable.Booked{Lesson: "l", Start: d.At(500, zone), End: d.At(540, zone), Uses: []timetable.Use{c.use}}})
			require.Len(t, Match(q)[0].Slots, free-c.lost, "one of four Wednesdays is more than a tenth")
		})
	}
	q.Board = timetable.NewBoard(nil, map[timetable.Use]int{{Dimension: timetable.BandwidthDim, ID: "b"}: 2499})
	require.Equal(t, []string{AllTaken}, against(Match(q)[0]), "the line of the school carries no lesson at all")
	o := chen()
	o.Rooms = []string{"studio", "hall"}
	q = asked([]Need{art()}, o)
	q.Board = timetable.NewBoard(nil, nil)
	d := from + 1
	q.Board.Add(timetable.Lesson{Booked: timetable.Booked{Lesson: "l", Start: d.At(500, zone), End: d.At(540, zone), Uses: []timetable.Use{{Dimension: timetable.RoomDim, ID: "studio"}}}})
	require.Len(t, Match(q)[0].Slots, free, "there is another room")
}

func TestEachCriterionShowsItsFigure(t *testing.T) {
	n, o := art(), chen()
	n.School.Place, o.School.Place = Place{30.0, 104.0}, Place{30.0, 104.5}
	n.Unit, n.Line.Up = 5, 750
	q := asked([]Need{n}, o)
	q.History = map[Pair]Record{{"a", "b"}: {Held: 18, Due: 20}}
	c := Match(q)[0]
	require.Len(t, c.Figures, len(Criteria))
	for i, want := range []Figure{{SlotsCriterion, true, 2, 2, 1000, 0}, {EditionCriterion, true, 1, 1, 1000, 0}, {ProgressCriterion, true, 2, 0, 500, 0}, {OverlapCriterion, true, 40, 40, 1000, 0},
		{ShiftCriterion, true, 0, 0, 1000, 0}, {LoadCriterion, true, 12, 14, 143, 0}, {CountyCriterion, true, 1, 1, 1000, 0}, {DistanceCriterion, true, 48, 0, 520, 0},
		{NetworkCriterion, true, 750, 1500, 500, 0}, {HeldCriterion, true, 18, 20, 900, 0}, {LanguageCriterion, true, 1, 1, 1000, 0}} {
		want.Weight = DefaultWeights[want.Criterion]
		require.Equal(t, want, c.Figures[i])
	}
	require.Equal(t, (2200+1400+400+1200+800+143+800+104+250+630+400)/10, c.Score, "the weighted mean: 83.3 %")
	require.Equal(t, "held 18 of 20", figure(t, c, HeldCriterion).String())

	q = asked([]Need{art()}, chen())
	require.False(t, figure(t, Match(q)[0], HeldCriterion).Known, "a pair without a past")
	require.False(t, figure(t, Match(q)[0], DistanceCriterion).Known)
	q.Weights = Weights{EditionCriterion: 1, HeldCriterion: 99}
	require.Equal(t, 1000, Match(q)[0].Score, "what is unknown does not count")
}

func TestTooFewSlotsAskForAShiftOfBells(t *testing.T) {
	n := art()
	n.Periods = 6 // two a day, and only one period in common
	o := chen()
	o.Cap = 40
	c := Match(asked([]Need{n}, o))[0]
	require.True(t, c.Fits())
	require.Equal(t, "slots 5 of 6", figure(t, c, SlotsCriterion).String())
	require.Equal(t, "period 2 at School b 5 minutes earlier gives 10 common slots instead of 5", c.Shift.String())
	require.Equal(t, Figure{ShiftCriterion, true, 5, 0, 834, 8}, figure(t, c, ShiftCriterion))

	q := asked([]Need{art()}, chen())
	q.Calendars["b"] = rings("b", "08:45", "09:35", "13:00")
	c = Match(q)[0]
	require.Equal(t, []string{NoCommonSlot}, against(c))
	require.Equal(t, "no period of all schools has enough minutes in common with a; period 1 at School b 25 minutes earlier gives 5 common slots", c.Reasons[0].Detail)
}

func TestSeveralSchoolsShareALesson(t *testing.T) {
	one, two := art(), art()
	two.ID, two.School, two.Class, two.Room, two.Assistant, two.Unit = "n2", far, "class2", "room2", "wu", 6
	q := asked([]Need{one, two}, chen())
	q.Calendars["far"] = rings("far", "08:20", "10:20")
	c := Match(q)[0]
	require.True(t, c.Fits())
	require.Len(t, c.Slots[0].Periods, 3)
	require.Equal(t, Figure{ProgressCriterion, true, 3, 0, 250, 8}, figure(t, c, ProgressCriterion), "the one that is further apart counts")
	require.Equal(t, 0, figure(t, c, CountyCriterion).Permille)
	q.Policy.Rooms = 1
	require.Equal(t, []string{TooManyRooms}, against(Match(q)[0]))
	q.Policy.Rooms, q.Needs[1].Class = 2, "class"
	require.Equal(t, []string{ClassTwice}, against(Match(q)[0]))
	q.Needs[1].Class, q.Needs[1].Subject = "class2", "music"
	require.Equal(t, []string{OtherSubject}, against(Match(q)[0]))
}

func TestThoseThatFitComeFirstAndTheBestOfThem(t *testing.T) {
	best, tired, barred, worse := chen(), chen(), chen(), chen()
	tired.ID, tired.Load = "tired", 12
	barred.ID, barred.Cap = "barred", 0
	worse.ID, worse.Cap, worse.Grades = "worse", 0, nil
	var order []string
	for _, c := range Match(asked([]Need{art()}, worse, barred, tired, best)) {
		order = append(order, c.Offer.ID)
	}
	require.Equal(t, []string{"o", "tired", "barred", "worse"}, order)
}

func anyBells(t *rapid.T, id string) *timetable.Calendar {
	var starts []string
	for at := rapid.IntRange(480, 520).Draw(t, "first"); at < 700; at += 40 + rapid.IntRange(5, 40).Draw(t, "break") {
		starts = append(starts, timetable.Clock(at).String())
	}
	c := rings(id, starts...)
	if rapid.Bool().Draw(t, "season") {
		c.Bells = append(c.Bells, timetable.Bells{ID: "late", Weekdays: timetable.SchoolWeek, From: from + 14, Periods: rings(id, starts...).Bells[0].Periods})
		for i := range c.Bells[1].Periods {
			c.Bells[1].Periods[i].Start += 10
			c.Bells[1].Periods[i].End += 10
		}
	}
	c.Overrides[from+12] = timetable.Override{Date: from + 12, Kind: timetable.Like, Weekday: rapid.IntRange(1, 5).Draw(t, "make-up")}
	return c
}

// Every free date of every slot lies in the named periods of all schools, in cells that are open, and clashes with nothing; the chosen week
// has no two lessons at once and no day with too many; and what is put on the board only takes slots away.
func TestSlotsOfCandidatesCanBeHeld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, o := art(), chen()
		n.Periods, o.Cap = rapid.IntRange(1, 7).Draw(t, "periods"), 40
		cell := rapid.Custom(func(t *rapid.T) Cell {
			return Cell{rapid.IntRange(1, 5).Draw(t, "weekday"), rapid.IntRange(1, 5).Draw(t, "period")}
		})
		n.Blocked, o.Blocked = rapid.SliceOfN(cell, 0, 5).Draw(t, "class"), rapid.SliceOfN(cell, 0, 5).Draw(t, "teacher")
		q := asked([]Need{n}, o)
		q.Policy.Held = rapid.SampledFrom([]int{0, 500, 1000}).Draw(t, "held")
		q.Calendars = map[string]*timetable.Calendar{"a": anyBells(t, "a"), "b": anyBells(t, "b")}
		empty := len(Match(q)[0].Slots)
		q.Board = timetable.NewBoard(nil, nil)
		for i := range rapid.IntRange(0, 30).Draw(t, "lessons") {
			d, at := from+timetable.Date(rapid.IntRange(0, 27).Draw(t, "day")), timetable.Clock(rapid.IntRange(480, 700).Draw(t, "at"))
			u := rapid.SampledFrom([]timetable.Use{{Dimension: timetable.LecturerDim, ID: "chen"}, {Dimension: timetable.ClassDim, ID: "class"}, {Dimension: timetable.RoomDim, ID: "studio"}}).Draw(t, "use")
			q.Board.Add(timetable.Lesson{Booked: timetable.Booked{Lesson: fmt.Sprint(i), Start: d.At(at, zone), End: d.At(at+40, zone), Uses: []timetable.Use{u}}})
		}
		c := Match(q)[0]
		require.LessOrEqual(t, len(c.Slots), empty)
		require.LessOrEqual(t, len(c.Chosen), n.Periods)
		for _, s := range c.Slots {
			require.True(t, o.Open(Cell{s.Weekday, s.Periods[0].No}) && n.Open(Cell{s.Weekday, s.Periods[1].No}))
			require.GreaterOrEqual(t, len(s.Free)*1000, q.Policy.Held*s.Days)
			require.LessOrEqual(t, len(s.Free), s.Days)
			for _, d := range s.Free {
				l := timetable.Lesson{Booked: timetable.Booked{Start: d.At(0, zone), End: d.At(1439, zone), Uses: []timetable.Use{{Dimension: timetable.LecturerDim, ID: "chen"}}}}
				for i, id := range []string{"a", "b"} {
					p, ok := q.Calendars[id].Day(d).Period(s.Periods[i].No)
					require.True(t, ok)
					l.Start, l.End = later(l.Start, d.At(p.Start, zone)), earlier(l.End, d.At(p.End, zone))
				}
				require.GreaterOrEqual(t, l.End.Sub(l.Start), 35*time.Minute)
				require.Empty(t, q.Board.Check(l))
			}
		}
		on := map[int]int{}
		for i, x := range c.Chosen {
			s := c.Slots[x]
			on[s.Weekday]++
			require.LessOrEqual(t, on[s.Weekday], n.PerDay())
			for _, y := range c.Chosen[:i] {
				require.False(t, atOnce(s, c.Slots[y]))
			}
		}
		for _, f := range c.Figures {
			require.True(t, f.Permille >= 0 && f.Permille <= 1000)
		}
		require.True(t, c.Score >= 0 && c.Score <= 1000)
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
