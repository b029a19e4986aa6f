package scheduler

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tongtang/tongtang/scheduler/sheet"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

func (w *printedWeek) pages(of string) []sheet.Page {
	var list []*weekPage
	switch of {
	case "teachers":
		list = w.byName(func(p *printedLesson) (string, timetable.Set, string) {
			return p.teacher, w.usual(), lines(p.onTeach, w.otherTime(p))
		})
	case "school":
		list = append(w.wholeSchool(), w.byClass()...)
	default:
		list = w.byClass()
	}
	if len(list) == 0 {
		list = append(list, &weekPage{name: w.school.Name, bells: w.by(w.usual())})
	}
	pages := make([]sheet.Page, len(list))
	for i, p := range list {
		pages[i] = w.page(p)
	}
	return pages
}

func (w *printedWeek) byClass() []*weekPage {
	return w.byName(func(p *printedLesson) (string, timetable.Set, string) { return p.class, p.set, p.onClass })
}

// byName makes a sheet for each name. A set tells whose bells the sheet goes by.
func (w *printedWeek) byName(of func(*printedLesson) (name string, set timetable.Set, text string)) []*weekPage {
	found := map[string]*weekPage{}
	for i := range w.lessons {
		l := &w.lessons[i]
		name, set, text := of(l)
		if name == "" {
			continue
		}
		if found[name] == nil {
			found[name] = &weekPage{name: name, bells: w.by(set), gap: "\n\n", width: 22}
		}
		found[name].put(l.at, text)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *weekPage) int { return cmp.Compare(a.name, b.name) })
}

// wholeSchool makes one sheet of all classes for each bell schedule that rings in the school this week.
func (w *printedWeek) wholeSchool() []*weekPage {
	sets := map[string][]timetable.Set{} // times of the week → for whom they ring
	ring := func(set timetable.Set) {
		if key := w.times(set); !slices.Contains(sets[key], set) {
			sets[key] = append(sets[key], set)
		}
	}
	for _, c := range w.classes {
		ring(c.Set())
	}
	for i := range w.lessons {
		ring(w.lessons[i].set)
	}
	found := map[string]*weekPage{}
	for i := range w.lessons {
		l := &w.lessons[i]
		key := w.times(l.set)
		if found[key] == nil {
			found[key] = &weekPage{name: "全校", bells: w.by(l.set), gap: "\n", width: 34}
			if len(sets) > 1 {
				found[key].name = cmp.Or(setNames(sets[key]), "全校")
			}
		}
		found[key].put(l.at, l.line)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *weekPage) int { return cmp.Compare(a.name, b.name) })
}

// times are when the lessons of the set's week begin and end.
func (w *printedWeek) times(set timetable.Set) string {
	var b strings.Builder
	for d := w.monday; d < w.monday+7; d++ {
		for _, p := range w.by(set).Day(d).Periods {
			if p.Lesson {
				fmt.Fprintf(&b, "%d %d %s %s;", d, p.No, p.Start, p.End)
			}
		}
	}
	return b.String()
}

func setNames(sets []timetable.Set) string {
	names := make([]string, len(sets))
	for i, s := range sets {
		names[i] = words(map[string]string{"primary": "小学", "junior": "初中", "senior": "高中"}[s.Stage], s.Campus)
	}
	slices.Sort(names)
	return strings.Join(names, "、")
}

// otherTime is when the lesson is, where its class has other bells than those of the sheet.
func (w *printedWeek) otherTime(l *printedLesson) string {
	p, ok := w.by(l.set).Day(l.at.date).Period(l.at.no)
	usual, known := w.by(w.usual()).Day(l.at.date).Period(l.at.no)
	if !ok || (known && p.Start == usual.Start && p.End == usual.End) || strings.Contains(l.onTeach, p.Start.String()) {
		return ""
	}
	return p.Start.String() + "–" + p.End.String()
}
