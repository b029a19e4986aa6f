package timetable

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Conflict says what a lesson cannot have, who has it, and when.
type Conflict struct {
	Use        Use       // as the lesson wants it
	Theirs     Use       // as the others have it: the same person as assistant, another group of the same pupils
	Lessons    []string  // that have it
	Start, End time.Time // while it is taken; of a capacity: the time of the largest load
	Amount     int       // of a capacity: the load with the lesson
	Limit      int       // of a capacity
}

// Capacity tells whether a capacity is exceeded, rather than a thing taken.
func (c Conflict) Capacity() bool { return c.Amount > 0 }

// String says the conflict in English, with ids and in UTC.
func (c Conflict) String() string {
	when := fmt.Sprintf("from %s to %s", c.Start.UTC().Format("2006-01-02 15:04"), c.End.UTC().Format("15:04"))
	if c.Capacity() {
		text := fmt.Sprintf("%s of %s: %d of %d %s", c.Use.Dimension, c.Use.ID, c.Amount, c.Limit, when)
		if len(c.Lessons) > 0 {
			text += ", with " + strings.Join(c.Lessons, ", ")
		}
		return text
	}
	text := fmt.Sprintf("%s %s is in %s %s", c.Use.Dimension, c.Use.ID, c.Lessons[0], when)
	if c.Theirs != c.Use {
		text += fmt.Sprintf(" (%s %s)", c.Theirs.Dimension, c.Theirs.ID)
	}
	return text
}

// Check tells everything that the lesson clashes with, by use in the lesson's order, then by time. The lesson itself, should it be on the
// board, is no clash.
func (b *Board) Check(l Lesson) []Conflict {
	var found []Conflict
	for _, u := range l.Uses {
		found = append(found, b.takers(l, u)...)
	}
	for _, load := range l.Loads {
		if c, over := b.over(l, load); over {
			found = append(found, c)
		}
	}
	return found
}

// takers are the lessons that have the use for themselves while the lesson wants it.
func (b *Board) takers(l Lesson, u Use) []Conflict {
	var found []Conflict
	for _, key := range b.keys(u) {
		b.overlapping(l, key, l.Start.UnixNano(), l.End.UnixNano(), func(e *entry) {
			theirs := e.lesson.Uses[e.as]
			if b.compatible(u, theirs) || slices.ContainsFunc(found, func(c Conflict) bool { return c.Lessons[0] == e.lesson.Lesson }) {
				return
			}
			found = append(found, Conflict{Use: u, Theirs: theirs, Lessons: []string{e.lesson.Lesson}, Start: e.lesson.Start, End: e.lesson.End})
		})
	}
	slices.SortFunc(found, func(a, b Conflict) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Lessons[0], b.Lessons[0]))
	})
	return found
}

// overlapping calls do for each other lesson's hold on the key from start until before end.
func (b *Board) overlapping(l Lesson, key Use, start, end int64, do func(*entry)) {
	n, ok := b.numbers[key]
	if !ok {
		return
	}
	first := dayOf(start)
	for day := first; day <= dayOf(end-1); day++ {
		list := b.taken[dayUse{n, day}]
		for i := range list {
			e := &list[i]
			seen := day > first && dayOf(e.start) < day // on the day before already
			if e.start < end && start < e.end && e.lesson.Lesson != l.Lesson && !seen {
				do(e)
			}
		}
	}
}

// over finds the largest sum of the load while the lesson lasts, and tells whether it exceeds the limit.
func (b *Board) over(l Lesson, load Load) (Conflict, bool) {
	limit, limited := b.limits[load.Use]
	if !limited || load.Amount <= 0 {
		return Conflict{}, false
	}
	most, from, to := b.peak(l, load.Use)
	if most+load.Amount <= limit {
		return Conflict{}, false
	}
	c := Conflict{Use: load.Use, Theirs: load.Use, Start: time.Unix(0, from).UTC(), End: time.Unix(0, to).UTC(), Amount: most + load.Amount, Limit: limit}
	b.overlapping(l, load.Use, from, to, func(e *entry) { c.Lessons = append(c.Lessons, e.lesson.Lesson) })
	slices.Sort(c.Lessons)
	return c, true
}

// peak is the largest sum of the others' loads while the lesson lasts, and the first while of it.
func (b *Board) peak(l Lesson, u Use) (most int, from, to int64) {
	start, end := l.Start.UnixNano(), l.End.UnixNano()
	n, ok := b.numbers[u]
	if from, to = start, end; !ok {
		return 0, from, to
	}
	for day := dayOf(start); day <= dayOf(end-1); day++ {
		if m, f, t := b.others(l.Lesson, u, dayUse{n, day}).peak(start, end); m > most {
			most, from, to = m, f, t
		}
	}
	return most, from, to
}

// others are the loads of a day without those of one lesson.
func (b *Board) others(lesson string, u Use, at dayUse) profile {
	p := b.levels[at]
	own, ok := b.lessons[lesson]
	if !ok || dayOf(own.Start.UnixNano()) > at.day || dayOf(own.End.UnixNano()-1) < at.day {
		return p
	}
	p = slices.Clone(p)
	for _, load := range own.Loads {
		if load.Use == u && load.Amount > 0 {
			p = p.add(own.Start.UnixNano(), own.End.UnixNano(), -load.Amount)
		}
	}
	return p
}
