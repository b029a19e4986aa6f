package timetable

import (
	"slices"
	"time"
)

// Dimensions beside those of people, rooms and classes. GroupDim and DeviceDim are exclusive; BandwidthDim and RecorderDim have a capacity.
const (
	GroupDim     Dimension = "group"     // ID: a Group of the board
	DeviceDim    Dimension = "device"    // camera, recorder box, set of tablets
	BandwidthDim Dimension = "bandwidth" // ID: school; amounts in kbit/s
	RecorderDim  Dimension = "recorder"  // ID: recorder service; amounts in recordings
)

// Load is a part of a capacity that a lesson takes while it lasts.
type Load struct {
	Use
	Amount int
}

// Lesson is a lesson with all that it takes: what it has for itself (Uses) and what it shares (Loads).
type Lesson struct {
	Booked
	Loads []Load
}

// Board holds many lessons and tells what a further one would clash with, in every dimension. A check looks at the lessons of the same day
// alone. Make it with NewBoard. Not safe for concurrent use.
type Board struct {
	groups  map[string]Group
	limits  map[Use]int
	lessons map[string]*Lesson
	taken   map[dayUse][]entry
}

// dayUse is something that can be taken, on one UTC day.
type dayUse struct {
	use Use
	day int32
}

// entry is a lesson's hold on it, from start until before end (ns since 1970).
type entry struct {
	start, end int64
	lesson     *Lesson
	as         Use // how the lesson uses it
	amount     int // of a load; 0: for itself alone
}

// NewBoard makes an empty board. Limits are the capacities: what is not named has none.
func NewBoard(groups []Group, limits map[Use]int) *Board {
	b := &Board{groups: map[string]Group{}, limits: map[Use]int{}, lessons: map[string]*Lesson{}, taken: map[dayUse][]entry{}}
	for _, g := range groups {
		b.groups[g.ID] = g
	}
	for use, limit := range limits {
		b.limits[use] = limit
	}
	return b
}

// Len is the number of lessons.
func (b *Board) Len() int { return len(b.lessons) }

// Add puts a lesson on the board, whatever it clashes with; one of the same id is replaced.
func (b *Board) Add(l Lesson) {
	b.Remove(l.Lesson)
	kept := &l
	b.lessons[l.Lesson] = kept
	b.each(kept, func(at dayUse, e entry) { b.taken[at] = append(b.taken[at], e) })
}

// Remove takes a lesson off the board.
func (b *Board) Remove(lesson string) {
	l, ok := b.lessons[lesson]
	if !ok {
		return
	}
	delete(b.lessons, lesson)
	b.each(l, func(at dayUse, _ entry) {
		b.taken[at] = slices.DeleteFunc(b.taken[at], func(e entry) bool { return e.lesson == l })
	})
}

// each calls do for everything that the lesson takes, on each day of it.
func (b *Board) each(l *Lesson, do func(dayUse, entry)) {
	from, to := dayOf(l.Start), dayOf(l.End.Add(-1))
	start, end := l.Start.UnixNano(), l.End.UnixNano()
	for day := from; day <= to; day++ {
		for _, u := range l.Uses {
			e := entry{start, end, l, u, 0}
			for _, key := range b.keys(u) {
				do(dayUse{key, day}, e)
			}
		}
		for _, load := range l.Loads {
			if load.Amount > 0 {
				do(dayUse{load.Use, day}, entry{start, end, l, load.Use, load.Amount})
			}
		}
	}
}

// keys are what must be looked at for a use: of a group its classes too, for all that bind their pupils.
func (b *Board) keys(u Use) []Use {
	if u.Dimension != GroupDim {
		return []Use{u.Key()}
	}
	keys := []Use{u}
	for _, class := range b.groups[u.ID].Classes {
		keys = append(keys, Use{ClassDim, class})
	}
	return keys
}

// compatible tells whether two uses of the same key can go on at once: groups of a class whose pupils are not the same.
func (b *Board) compatible(u, v Use) bool {
	if u.Dimension != GroupDim || v.Dimension != GroupDim {
		return false
	}
	return !b.group(u.ID).Overlaps(b.group(v.ID))
}

func (b *Board) group(id string) Group {
	if g, ok := b.groups[id]; ok {
		return g
	}
	return Group{ID: id}
}

func dayOf(t time.Time) int32 {
	s := t.Unix()
	if s < 0 {
		s -= 86399
	}
	return int32(s / 86400)
}
