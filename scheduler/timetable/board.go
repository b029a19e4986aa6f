package timetable

import (
	"maps"
	"slices"
	"time"
)

// Dimensions beside those of people, rooms and classes. GroupDim and DeviceDim are exclusive; the others have a capacity.
const (
	GroupDim     Dimension = "group"     // ID: a Group of the board
	DeviceDim    Dimension = "device"    // camera, recorder box, set of tablets
	BandwidthDim Dimension = "bandwidth" // ID: school; what its line receives, kbit/s
	UplinkDim    Dimension = "uplink"    // ID: school; what its line sends, kbit/s
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
// alone. Make it with NewBoard. Any number may check at once, but not while one adds or removes.
type Board struct {
	groups  map[string]Group
	limits  map[Use]int
	lessons map[string]*Lesson
	numbers map[Use]int32 // short names of what is or was taken
	taken   map[dayUse][]entry
	levels  map[dayUse]profile // of loads
}

// dayUse is something that can be taken, on one UTC day.
type dayUse struct {
	use int32
	day int32
}

// entry is a lesson's hold on it, from start until before end (ns since 1970).
type entry struct {
	start, end int64
	lesson     *Lesson
	as         int32 // index of the lesson's uses, or of its loads
}

// NewBoard makes an empty board. Limits are the capacities: what is not named has none.
func NewBoard(groups []Group, limits map[Use]int) *Board {
	b := &Board{groups: map[string]Group{}, limits: maps.Clone(limits), lessons: map[string]*Lesson{}, numbers: map[Use]int32{},
		taken: map[dayUse][]entry{}, levels: map[dayUse]profile{}}
	for _, g := range groups {
		b.groups[g.ID] = g
	}
	return b
}

// Len is the number of lessons.
func (b *Board) Len() int { return len(b.lessons) }

// Add puts a lesson on the board, whatever it clashes with; one of the same id is replaced. The board keeps the lesson's slices.
func (b *Board) Add(l Lesson) {
	b.Remove(l.Lesson)
	kept := &l
	b.lessons[l.Lesson] = kept
	b.each(kept, func(at dayUse, e entry) { b.taken[at] = append(b.taken[at], e) }, 1)
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
	}, -1)
}

// each calls do for everything that the lesson takes, on each day of it, and adds its loads to the levels, or takes them off.
func (b *Board) each(l *Lesson, do func(dayUse, entry), sign int) {
	start, end := l.Start.UnixNano(), l.End.UnixNano()
	for day := dayOf(start); day <= dayOf(end-1); day++ {
		for i, u := range l.Uses {
			for _, key := range b.keys(u) {
				do(dayUse{b.number(key), day}, entry{start, end, l, int32(i)})
			}
		}
		for i, load := range l.Loads {
			if load.Amount > 0 {
				at := dayUse{b.number(load.Use), day}
				do(at, entry{start, end, l, int32(i)})
				b.levels[at] = b.levels[at].add(start, end, sign*load.Amount)
			}
		}
	}
}

func (b *Board) number(u Use) int32 {
	n, ok := b.numbers[u]
	if !ok {
		n = int32(len(b.numbers))
		b.numbers[u] = n
	}
	return n
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

const dayLength = int64(24 * time.Hour)

// dayOf is the UTC day of an instant (ns since 1970).
func dayOf(ns int64) int32 {
	day := ns / dayLength
	if ns%dayLength < 0 {
		day--
	}
	return int32(day)
}
