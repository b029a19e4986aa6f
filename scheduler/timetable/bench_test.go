package timetable

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// county is a term of 20 weeks with two seasons of bells and three make-up days; the courses come to 100,000 dated lessons.
func county() (courses []Course, cals map[string]*Calendar) {
	cals = map[string]*Calendar{}
	for i := range 200 {
		c := school(fmt.Sprint("s", i), "08:20", "09:10", "10:20", "11:10", "14:00", "14:50", "15:40")
		c.Zone = zone
		c.Term.To = c.Term.From + 139
		c.Bells[0].Weekdays = SchoolWeek
		c.Bells = append(c.Bells, Bells{ID: "w", From: day("2026-10-01"), Weekdays: SchoolWeek, Periods: bells("08:30", "09:20", "10:30", "11:20", "13:50", "14:40", "15:30")})
		for j, d := range []string{"2026-09-20", "2026-10-10", "2027-01-03"} {
			c.Overrides[day(d)] = Override{Kind: Like, Weekday: 3 + j}
		}
		for d := day("2026-10-01"); d < day("2026-10-08"); d++ {
			c.Overrides[d] = Override{Kind: Off}
		}
		cals[c.School] = c
	}
	for lessons := 0; lessons < 100_000; {
		i := len(courses)
		lead, partner := fmt.Sprint("s", i%20), fmt.Sprint("s", 20+i%180)
		c := Course{Schools: []string{lead, partner}, From: cals[lead].Term.From, To: cals[lead].Term.To, Minutes: 40}
		for k := range 2 {
			no := 1 + (i/20+k)%7
			c.Slots = append(c.Slots, Slot{Weekday: 1 + (i+2*k)%5, Periods: map[string]int{lead: no, partner: no}})
		}
		courses = append(courses, c)
		held, _ := Expand(c, cals)
		lessons += len(held)
	}
	return courses, cals
}

var zone = func() *time.Location {
	z, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return shanghai
	}
	return z
}()

// booked puts every dated lesson on a board, each course with people and rooms of its own but the schools' lines and the county's recorders.
func booked(courses []Course, cals map[string]*Calendar) (*Board, []Lesson) {
	limits := map[Use]int{{RecorderDim, ""}: 4000}
	for id := range cals {
		limits[Use{BandwidthDim, id}] = 1 << 30
	}
	b := NewBoard(nil, limits)
	var all []Lesson
	for i, c := range courses {
		held, _ := Expand(c, cals)
		for j, o := range held {
			l := Lesson{Booked: Booked{Lesson: fmt.Sprint(i, "-", j), Start: o.Start, End: o.End, Uses: []Use{{LecturerDim, fmt.Sprint("t", i)},
				{AssistantDim, fmt.Sprint("a", i)}, {RoomDim, fmt.Sprint("lead", i)}, {RoomDim, fmt.Sprint("room", i)}, {ClassDim, fmt.Sprint("class", i)}}},
				Loads: []Load{{Use{BandwidthDim, c.Schools[0]}, 3000}, {Use{BandwidthDim, c.Schools[1]}, 2000}, {Use{RecorderDim, ""}, 1}}}
			all = append(all, l)
			b.Add(l)
		}
	}
	return b, all
}

// Must: 100,000 dated lessons in at most 1 s.
func BenchmarkExpand100kLessons(b *testing.B) {
	courses, cals := county()
	for b.Loop() {
		n := 0
		for _, c := range courses {
			held, _ := Expand(c, cals)
			n += len(held)
		}
		require.GreaterOrEqual(b, n, 100_000)
	}
}

// Tells the heap of a board with 100,000 lessons of five uses and three loads each.
func BenchmarkBoardOf100kLessons(b *testing.B) {
	courses, cals := county()
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		board, all := booked(courses, cals)
		runtime.GC()
		runtime.ReadMemStats(&after)
		require.Equal(b, len(all), board.Len())
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	}
}

// Must: one added weekly slot, a lesson in each week of the term, in at most 1 ms.
func BenchmarkCheckSlotAgainst100kLessons(b *testing.B) {
	courses, cals := county()
	board, _ := booked(courses, cals)
	c := courses[0]
	c.Slots = c.Slots[:1]
	held, _ := Expand(c, cals)
	for name, recorders := range map[string]int{"free": 1, "clashing": 4000} {
		var slot []Lesson
		own := map[string]string{"free": "20", "clashing": "0"}[name] // whose people and rooms it wants
		for i, o := range held {
			slot = append(slot, Lesson{Booked: Booked{Lesson: fmt.Sprint("new", i), Start: o.Start, End: o.End, Uses: []Use{{LecturerDim, "t" + own}, {AssistantDim, "a" + own},
				{RoomDim, "lead" + own}, {RoomDim, "room" + own}, {ClassDim, "class" + own}}},
				Loads: []Load{{Use{BandwidthDim, c.Schools[0]}, 3000}, {Use{BandwidthDim, c.Schools[1]}, 2000}, {Use{RecorderDim, ""}, recorders}}})
		}
		b.Run(name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				found = 0
				for _, l := range slot {
					found += len(board.Check(l))
				}
			}
			b.ReportMetric(float64(len(slot)), "lessons")
			b.ReportMetric(float64(found), "clashes")
		})
	}
}

func BenchmarkCheckLessonAgainst100kLessons(b *testing.B) {
	courses, cals := county()
	board, all := booked(courses, cals)
	for i := 0; b.Loop(); i++ {
		board.Check(all[i%len(all)])
	}
}

func BenchmarkCommonOfTwoSchools(b *testing.B) {
	_, cals := county()
	pair := []*Calendar{cals["s0"], cals["s20"]}
	for b.Loop() {
		Common(pair, Span{From: pair[0].Term.From, To: pair[0].Term.To, Minutes: 30})
	}
}

func BenchmarkShiftsOfTwoSchools(b *testing.B) {
	_, cals := county()
	pair := []*Calendar{cals["s0"], cals["s20"]}
	for b.Loop() {
		Shifts(pair, Search{Span: Span{From: pair[0].Term.From, To: pair[0].Term.To, Minutes: 45}, School: 1})
	}
}
