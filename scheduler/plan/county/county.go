// Package county makes counties to plan for: schools with bells of their own, teachers with some periods left, and classes that lack a teacher. The
// same size and seed give the same county.
package county

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/plan"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Size is how large a county is.
type Size struct {
	Lead, Rural int // schools
	Teachers    int // in all schools
	Needs       int
	Weeks       int // of the term
}

// Usual is the county of the figures.
var Usual = Size{Lead: 20, Rural: 180, Teachers: 5000, Needs: 600, Weeks: 20}

// Times is a county so many times as large, with a term as long.
func (s Size) Times(n int) Size {
	return Size{s.Lead * n, s.Rural * n, s.Teachers * n, s.Needs * n, s.Weeks}
}

// subjects that are lacking, with how much they are; periods a week; editions.
var subjects = []struct {
	name     string
	share    int
	periods  []int
	editions []string
}{
	{"英语", 28, []int{2, 3, 3}, []string{"人教版", "人教版", "外研版"}},
	{"音乐", 20, []int{1, 2}, []string{"人音版", "人音版", "人教版"}},
	{"美术", 20, []int{1, 2}, []string{"人美版", "人教版", "人教版"}},
	{"科学", 16, []int{2}, []string{"教科版", "教科版", "苏教版"}},
	{"信息科技", 10, []int{1}, []string{"浙教版"}},
	{"道德与法治", 6, []int{2}, []string{"统编版"}},
}

// maker makes one county.
type maker struct {
	*rand.Rand
	size Size
	p    plan.Problem
	zone *time.Location
}

// Make makes the problem of a county whose needs are all open.
func Make(size Size, seed uint64) plan.Problem {
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	first := timetable.NewDate(2026, time.August, 31)
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 0)), size: size, zone: zone}
	m.p = plan.Problem{Calendars: map[string]*timetable.Calendar{}, From: first, To: first + timetable.Date(7*size.Weeks-1), Policy: pairing.DefaultPolicy, Scope: pairing.County,
		History: map[pairing.Pair]pairing.Record{}, Names: map[string]string{}}
	limits := map[timetable.Use]int{{Dimension: timetable.RecorderDim}: 4 * size.Lead}
	for i := range size.Lead {
		m.lead(i, limits)
	}
	for i := range size.Rural {
		m.rural(i, limits)
	}
	m.p.Board = timetable.NewBoard(nil, limits)
	return m.p
}

func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

func pick[T any](m *maker, list []T) T { return list[m.IntN(len(list))] }

func (m *maker) school(id string) pairing.School {
	return pairing.School{ID: id, Areas: map[int]string{2: "p", 3: "c", 4: "d", 5: id}, Place: pairing.Place{Lat: 30 + m.Float64()*0.6, Lon: 104 + m.Float64()*0.6}}
}

// lead is a school in town: lecturer rooms, and teachers with a few periods left, who have lessons of their own.
func (m *maker) lead(i int, limits map[timetable.Use]int) {
	id := fmt.Sprintf("lead-%02d", i)
	junior := i%10 >= 7
	school := m.school(id)
	m.p.Calendars[id] = m.calendar(id, junior, 80)
	limits[timetable.Use{Dimension: timetable.BandwidthDim, ID: id}] = 100_000
	limits[timetable.Use{Dimension: timetable.UplinkDim, ID: id}] = 100_000
	var rooms []string
	for k := range 2 + m.IntN(2) {
		rooms = append(rooms, fmt.Sprintf("%s-studio-%d", id, k))
	}
	editions := map[string]string{}
	for _, s := range subjects {
		editions[s.name] = pick(m, s.editions)
	}
	teachers := m.size.Teachers * 2 / 5 / m.size.Lead
	for k := range teachers {
		if m.chance(70) { // teach what nobody lacks, or do not offer
			continue
		}
		subject := m.subject()
		o := pairing.Offer{ID: fmt.Sprintf("%s-offer-%03d", id, k), Teacher: fmt.Sprintf("%s-teacher-%03d", id, k), School: school, Subject: subjects[subject].name,
			Grades: m.grades(junior), Edition: editions[subjects[subject].name], Unit: 1 + m.IntN(4), AnyEdition: m.chance(25), Cap: 16, Rooms: rooms, Languages: []string{"zh"}}
		o.Load = 11 + m.IntN(4)
		o.Blocked = m.cells(o.Load, junior)
		m.p.Offers = append(m.p.Offers, o)
	}
}

// rural is a school with one or two rooms that take part, a thin line, and classes that lack teachers.
func (m *maker) rural(i int, limits map[timetable.Use]int) {
	id := fmt.Sprintf("rural-%03d", i)
	junior := i%10 >= 7
	school := m.school(id)
	m.p.Calendars[id] = m.calendar(id, junior, 60)
	down := pick(m, []int{4_000, 10_000, 10_000, 20_000})
	limits[timetable.Use{Dimension: timetable.BandwidthDim, ID: id}] = down
	limits[timetable.Use{Dimension: timetable.UplinkDim, ID: id}] = down / 2
	rooms := 1 + m.IntN(2)
	needs := m.size.Needs*(i+1)/m.size.Rural - m.size.Needs*i/m.size.Rural
	for k := range needs {
		subject := subjects[m.subject()]
		grade := pick(m, m.grades(junior))
		m.p.Needs = append(m.p.Needs, pairing.Need{ID: fmt.Sprintf("%s-need-%d", id, k), School: school, Class: fmt.Sprintf("%s-class-%d", id, grade), Subject: subject.name, Grade: grade,
			Periods: pick(m, subject.periods), Edition: pick(m, subject.editions), Unit: 1 + m.IntN(4), Room: fmt.Sprintf("%s-room-%d", id, k%rooms),
			Assistant: fmt.Sprintf("%s-assistant-%d", id, k%2), Line: pairing.Line{Down: down, Up: 4_000}, Language: "zh",
			Blocked: m.cells(10, junior)})
		m.history(id)
	}
}

func (m *maker) history(rural string) {
	if m.size.Lead > 0 && m.chance(30) {
		due := 20 + m.IntN(40)
		m.p.History[pairing.Pair{Lead: fmt.Sprintf("lead-%02d", m.IntN(m.size.Lead)), Partner: rural}] = pairing.Record{Held: due - m.IntN(due/4), Due: due}
	}
}

func (m *maker) subject() int {
	at := m.IntN(100)
	for i, s := range subjects {
		if at -= s.share; at < 0 {
			return i
		}
	}
	return 0
}

// grades are two or three beside each other.
func (m *maker) grades(junior bool) []int {
	if junior {
		return []int{7, 8, 9}[m.IntN(2):]
	}
	first := 1 + m.IntN(4)
	return []int{first, first + 1, first + 2}
}

// cells are so many different periods of the school week.
func (m *maker) cells(n int, junior bool) []pairing.Cell {
	var list []pairing.Cell
	for _, i := range m.Perm(5 * periods(junior))[:n] {
		list = append(list, pairing.Cell{Weekday: i%5 + 1, Period: i/5 + 1})
	}
	return list
}
