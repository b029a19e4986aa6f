package timetable

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func minute(n int) time.Time { return time.Date(2026, 9, 7, 0, n, 0, 0, time.UTC) }

func onBoard(id string, from, to int, uses ...Use) Lesson {
	return Lesson{Booked: Booked{Lesson: id, Start: minute(from), End: minute(to), Uses: uses}}
}

func (l Lesson) with(loads ...Load) Lesson {
	l.Loads = loads
	return l
}

func said(list []Conflict) []string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = c.String()
	}
	return words
}

func TestBoardTellsWhoWhatAndWhen(t *testing.T) {
	b := NewBoard(nil, nil)
	b.Add(onBoard("l1", 0, 40, Use{LecturerDim, "chen"}, Use{RoomDim, "1"}, Use{DeviceDim, "recorder-car"}))
	b.Add(onBoard("l2", 40, 80, Use{AssistantDim, "chen"}))
	require.Equal(t, []string{"lecturer chen is in l1 from 2026-09-07 00:00 to 00:40",
		"lecturer chen is in l2 from 2026-09-07 00:40 to 01:20 (assistant chen)",
		"room 1 is in l1 from 2026-09-07 00:00 to 00:40", "device recorder-car is in l1 from 2026-09-07 00:00 to 00:40"},
		said(b.Check(onBoard("new", 30, 50, Use{LecturerDim, "chen"}, Use{RoomDim, "1"}, Use{DeviceDim, "recorder-car"}, Use{ClassDim, "1"}))))
	require.Empty(t, b.Check(onBoard("new", 80, 120, Use{LecturerDim, "chen"})), "one begins when the other ends")
	require.Empty(t, b.Check(onBoard("l1", 0, 40, Use{RoomDim, "1"})), "a lesson is not in its own way")
	b.Remove("l1")
	b.Remove("never there")
	require.Empty(t, b.Check(onBoard("new", 0, 40, Use{RoomDim, "1"}, Use{LecturerDim, "chen"})))
	b.Add(onBoard("l2", 200, 240))
	require.Empty(t, b.Check(onBoard("new", 40, 80, Use{LecturerDim, "chen"})), "the lesson was replaced")
	require.Equal(t, 1, b.Len())
}

func TestGroupsThatSharePupilsClash(t *testing.T) {
	b := NewBoard([]Group{
		{ID: "physics", Classes: []string{"c1", "c2"}, Band: "elective"}, {ID: "history", Classes: []string{"c1", "c2"}, Band: "elective"},
		{ID: "choir", Classes: []string{"c2", "c3"}, Pupils: []string{"li"}}, {ID: "chess", Classes: []string{"c3"}, Pupils: []string{"wu"}},
	}, nil)
	b.Add(onBoard("l1", 0, 40, Use{GroupDim, "physics"}))
	b.Add(onBoard("l2", 0, 40, Use{GroupDim, "choir"}))
	in := func(u Use) (ids []string) {
		for _, c := range b.Check(onBoard("new", 0, 40, u)) {
			require.Equal(t, u, c.Use)
			ids = append(ids, c.Lessons[0])
		}
		return ids
	}
	require.Equal(t, []string{"l1", "l2"}, in(Use{GroupDim, "physics"}), "the group itself, and the choir with pupils of c2")
	require.Equal(t, []string{"l2"}, in(Use{GroupDim, "history"}), "of the same band as physics, but not as the choir")
	require.Equal(t, []string{"l1", "l2"}, in(Use{ClassDim, "c2"}), "the whole class")
	require.Equal(t, []string{"l1"}, in(Use{ClassDim, "c1"}))
	require.Empty(t, in(Use{GroupDim, "chess"}), "no pupil is in both")
	require.Empty(t, in(Use{GroupDim, "unknown"}))
	b.Add(onBoard("l3", 0, 40, Use{ClassDim, "c3"}))
	require.Equal(t, []string{"l2", "l3"}, in(Use{ClassDim, "c3"}))
	require.Equal(t, []string{"l3"}, in(Use{GroupDim, "chess"}))
}

func TestCapacitiesAreShared(t *testing.T) {
	line, recorders := Use{BandwidthDim, "school"}, Use{RecorderDim, "county"}
	b := NewBoard(nil, map[Use]int{line: 10_000, recorders: 2})
	b.Add(onBoard("l1", 0, 40).with(Load{line, 4000}, Load{recorders, 1}))
	b.Add(onBoard("l2", 20, 60).with(Load{line, 4000}, Load{recorders, 1}))
	b.Add(onBoard("l3", 60, 100).with(Load{line, 4000}))
	require.Empty(t, b.Check(onBoard("new", 0, 20).with(Load{line, 6000}, Load{recorders, 1})))
	require.Empty(t, b.Check(onBoard("new", 0, 100).with(Load{line, 2000}, Load{Use{RecorderDim, "other"}, 9})))
	require.Equal(t, []string{"bandwidth of school: 10001 of 10000 from 2026-09-07 00:20 to 00:40, with l1, l2",
		"recorder of county: 3 of 2 from 2026-09-07 00:20 to 00:40, with l1, l2"},
		said(b.Check(onBoard("new", 0, 100).with(Load{line, 2001}, Load{recorders, 1}))))
	require.Equal(t, []string{"bandwidth of school: 10001 of 10000 from 2026-09-07 04:00 to 04:10"},
		said(b.Check(onBoard("alone", 240, 250).with(Load{line, 10_001}))))
	require.Empty(t, b.Check(onBoard("new", 20, 40).with(Load{recorders, 0})), "who takes nothing is not in the way")
}

var anyUse = rapid.Custom(func(t *rapid.T) Use {
	dims := []Dimension{LecturerDim, AssistantDim, RoomDim, ClassDim, GroupDim, DeviceDim}
	return Use{rapid.SampledFrom(dims).Draw(t, "dimension"), rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "id")}
})

var testGroups = []Group{{ID: "1", Classes: []string{"1", "2"}, Band: "x"}, {ID: "2", Classes: []string{"1", "2"}, Band: "x"}, {ID: "3", Classes: []string{"2", "3"}}}

var testLimits = map[Use]int{{BandwidthDim, "1"}: 5, {BandwidthDim, "2"}: 7, {RecorderDim, ""}: 2}

func anyLesson(id string) *rapid.Generator[Lesson] {
	return rapid.Custom(func(t *rapid.T) Lesson {
		from := rapid.IntRange(-300, 3000).Draw(t, "from") // over two midnights
		l := onBoard(id, from, from+rapid.IntRange(1, 200).Draw(t, "long"))
		for range rapid.IntRange(1, 4).Draw(t, "uses") {
			u := anyUse.Draw(t, "use")
			if !slices.ContainsFunc(l.Uses, func(o Use) bool { return o.Key() == u.Key() }) {
				l.Uses = append(l.Uses, u)
			}
		}
		return l.with(Load{Use{BandwidthDim, rapid.SampledFrom([]string{"1", "2"}).Draw(t, "school")}, rapid.IntRange(0, 3).Draw(t, "amount")},
			Load{Use{RecorderDim, ""}, rapid.IntRange(0, 1).Draw(t, "recorders")})
	})
}

// clashing says by definition whether two uses cannot go on at once.
func clashing(u, v Use) bool {
	byID := map[string]Group{"1": testGroups[0], "2": testGroups[1], "3": testGroups[2]}
	switch {
	case u.Dimension == GroupDim && v.Dimension == GroupDim:
		return byID[u.ID].Overlaps(byID[v.ID])
	case u.Dimension == GroupDim && v.Dimension == ClassDim:
		return slices.Contains(byID[u.ID].Classes, v.ID)
	case u.Dimension == ClassDim && v.Dimension == GroupDim:
		return slices.Contains(byID[v.ID].Classes, u.ID)
	}
	return u.Key() == v.Key()
}

// The board finds exactly what comparing each with each, and adding up minute by minute, finds; also after lessons were taken off.
func TestBoardFindsWhatComparingFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := NewBoard(testGroups, testLimits)
		all := map[string]Lesson{}
		for i := range rapid.IntRange(0, 25).Draw(t, "lessons") {
			id := fmt.Sprint("l", i%20) // some are replaced
			all[id] = anyLesson(id).Draw(t, id)
			b.Add(all[id])
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "removed") {
			delete(all, fmt.Sprint("l", i))
			b.Remove(fmt.Sprint("l", i))
		}
		require.Equal(t, len(all), b.Len())
		l := anyLesson("new").Draw(t, "new")
		if len(all) > 0 && rapid.Bool().Draw(t, "on the board already") {
			id := slices.Sorted(maps.Keys(all))[0]
			l.Lesson = id
			delete(all, id)
		}
		var want, got []string
		for _, u := range l.Uses {
			for id, o := range all {
				if o.Start.Before(l.End) && l.Start.Before(o.End) && slices.ContainsFunc(o.Uses, func(v Use) bool { return clashing(u, v) }) {
					want = append(want, fmt.Sprint(u, id))
				}
			}
		}
		for _, load := range l.Loads {
			most := 0
			for at := l.Start; load.Amount > 0 && at.Before(l.End); at = at.Add(time.Minute) {
				sum := load.Amount
				for _, o := range all {
					for _, v := range o.Loads {
						if v.Use == load.Use && !o.Start.After(at) && at.Before(o.End) {
							sum += v.Amount
						}
					}
				}
				most = max(most, sum)
			}
			if most > testLimits[load.Use] {
				want = append(want, fmt.Sprint(load.Use, most))
			}
		}
		for _, c := range b.Check(l) {
			require.True(t, c.Start.Before(l.End) && l.Start.Before(c.End) && c.Start.Before(c.End))
			if c.Capacity() {
				got = append(got, fmt.Sprint(c.Use, c.Amount))
			} else {
				got = append(got, fmt.Sprint(c.Use, c.Lessons[0]))
			}
		}
		require.ElementsMatch(t, want, got)
	})
}
