package bandwidth

import (
	"cmp"
	"slices"
	"time"
)

// Class is how much a pane matters. Voice is not among them: it is served in any case.
type Class int

// The classes, the most important first.
const (
	Lecturer   Class = iota
	Courseware       // what the lecturer shows
	Floor            // who has the floor
	Tile             // everybody else, small
	classes
)

// Pane asks for a layer of its source.
type Pane struct {
	Class Class
	Rates []int64 // of the source's layers, bit/s, best first; 0: nothing is coming on it
	Best  int     // index of the best layer that the pane is worth
	Now   int     // index of the layer it has, -1 none
	Off   bool    // it has none because it was taken away for want of bandwidth
}

// Viewer is what one viewer asks for, and what its own line carries.
type Viewer struct {
	Rank  int   // among those who share a contract, 0 first: a whole class before a single pupil
	Line  int64 // bit/s that its own line carries, 0 unlimited
	Voice int64 // bit/s of its voices
	Panes []Pane
	Climb bool // false: nothing better than it has
}

// What must be free before a pane gets what it has not, or it would swing: so much more than the layer's rate, and a part of the whole budget,
// because the rates of all the others tremble too.
const (
	upgrade = 1.2
	spared  = 20 // a twentieth
)

// ClimbPause is how long after something was taken back from a viewer it gets nothing better.
const ClimbPause = 3 * time.Second

// Allocate chooses a layer index for every pane of viewers that share a contract of so many bit/s (0 unlimited), -1 for none. All voices are
// served. Then, each over all viewers in the order of their ranks: lecturer, courseware and floor get their smallest layers, they climb to
// better ones in the same order, and what is left is for the tiles. Only a viewer's own line may be exceeded, by the smallest layer of its
// most important pane: what is known of a line is an estimate, a contract is not. The shortage is what the contract alone has cost.
func Allocate(contract int64, viewers []Viewer) ([][]int, Shortage) {
	a := newAllocation(contract, viewers)
	for class := range Tile {
		a.each(class, a.begin)
	}
	for class := range Tile {
		a.each(class, a.climb)
	}
	a.each(Tile, a.begin)
	a.each(Tile, a.climb)
	return a.chosen, a.short
}

// Shortage counts the panes that got less than their viewers' own lines would have carried.
type Shortage struct {
	Tiles    int // that got nothing
	Pictures int // others that got nothing
	Lowered  int // that got a smaller layer
}

type allocation struct {
	viewers []Viewer
	short   Shortage
	order   []int // viewers by rank
	chosen  [][]int
	left    budget   // of the contract
	lines   []budget // of each viewer's own line
	begun   []bool   // the viewer's most important pane has been looked at
}

// budget is what is left of so many bit/s.
type budget struct{ of, left int64 }

func newBudget(of int64) budget { return budget{of, of} }

func (b *budget) has(n int64, spare bool) bool {
	if spare {
		n = int64(float64(n)*upgrade) + b.of/spared
	}
	return b.of == 0 || n <= b.left
}

func (b *budget) take(n int64) { b.left -= n }

func newAllocation(contract int64, viewers []Viewer) *allocation {
	a := &allocation{viewers: viewers, left: newBudget(contract), begun: make([]bool, len(viewers))}
	for i, v := range viewers {
		a.order = append(a.order, i)
		a.lines = append(a.lines, newBudget(v.Line))
		a.lines[i].take(v.Voice)
		a.left.take(v.Voice)
		none := make([]int, len(v.Panes))
		for p := range none {
			none[p] = -1
		}
		a.chosen = append(a.chosen, none)
	}
	slices.SortStableFunc(a.order, func(i, j int) int { return cmp.Compare(viewers[i].Rank, viewers[j].Rank) })
	return a
}

// each visits the panes of a class: the first of every viewer, then the second …
func (a *allocation) each(class Class, do func(v, p int)) {
	for n, more := 0, true; more; n++ {
		more = false
		for _, v := range a.order {
			if p := nth(a.viewers[v].Panes, class, n); p >= 0 {
				more = true
				do(v, p)
			}
		}
	}
}

func nth(panes []Pane, class Class, n int) int {
	for i := range panes {
		if panes[i].Class != class {
			continue
		}
		if n == 0 {
			return i
		}
		n--
	}
	return -1
}

// begin gives a pane its smallest layer.
func (a *allocation) begin(v, p int) {
	viewer, pane := &a.viewers[v], &a.viewers[v].Panes[p]
	layer := pane.smallest()
	if layer < 0 {
		return
	}
	rate, first, returns := pane.Rates[layer], !a.begun[v], pane.Now < 0 && pane.Off
	a.begun[v] = true
	switch {
	case !first && !a.lines[v].has(rate, returns):
	case !a.left.has(rate, returns):
		if pane.Class == Tile {
			a.short.Tiles++
		} else {
			a.short.Pictures++
		}
	case !returns || viewer.Climb:
		a.give(v, p, layer, rate)
	}
}

// climb gives a pane the best layer that fits.
func (a *allocation) climb(v, p int) {
	pane, has, short := &a.viewers[v].Panes[p], a.chosen[v][p], 0
	for layer := pane.Best; layer < has; layer++ {
		if pane.Rates[layer] == 0 {
			continue
		}
		better := pane.Now >= 0 && layer < pane.Now
		more, spare := pane.Rates[layer]-pane.Rates[has], better || pane.Off
		switch {
		case !a.lines[v].has(more, spare):
		case !a.left.has(more, spare):
			short = 1
		case !better || a.viewers[v].Climb:
			a.give(v, p, layer, more)
			return
		}
	}
	a.short.Lowered += short
}

func (a *allocation) give(v, p, layer int, rate int64) {
	a.chosen[v][p] = layer
	a.lines[v].take(rate)
	a.left.take(rate)
}

// Goal is the rate with which the viewer would get all that it is worth, room to spare included, bit/s; 0 when it has it.
func (v *Viewer) Goal(chosen []int) int64 {
	sum, better := v.Voice, false
	for i := range v.Panes {
		p := &v.Panes[i]
		for layer := p.Best; layer < len(p.Rates); layer++ {
			if p.Rates[layer] > 0 {
				sum += p.Rates[layer]
				better = better || chosen[i] < 0 || chosen[i] > layer
				break
			}
		}
	}
	if !better {
		return 0
	}
	return int64(float64(sum) * (upgrade + 1.0/spared))
}

// smallest is the index of the smallest layer on which something comes, -1 none.
func (p *Pane) smallest() int {
	for i := len(p.Rates) - 1; i >= 0; i-- {
		if p.Rates[i] > 0 {
			return i
		}
	}
	return -1
}

// Cost is what a choice of layers takes, voices included, bit/s.
func (v *Viewer) Cost(chosen []int) int64 {
	sum := v.Voice
	for i, layer := range chosen {
		if layer >= 0 {
			sum += v.Panes[i].Rates[layer]
		}
	}
	return sum
}
