package bandwidth

import "slices"

// Pane asks for a layer of its source.
type Pane struct {
	Priority int     // 0 is served first
	Rates    []int64 // of the source's layers, bit/s, best first; 0: nothing is coming on it
	Best     int     // index of the best layer that the pane is worth
	Now      int     // index of the layer it has, -1 none
}

// upgrade is how much more than a layer's rate must be free before a pane climbs to it: without it a pane would swing.
const upgrade = 1.2

// Allocate chooses a layer index for each pane, -1 for none that is worth its bits. budget is in bit/s, 0 unlimited. The most important
// pane always gets its smallest layer; then every pane its smallest in order of priority; then, in the same order, they climb. climb false
// allows nobody a better layer than it has.
func Allocate(budget int64, panes []Pane, climb bool) []int {
	chosen := make([]int, len(panes))
	order := make([]int, len(panes))
	for i := range panes {
		chosen[i], order[i] = -1, i
	}
	slices.SortStableFunc(order, func(a, b int) int { return panes[a].Priority - panes[b].Priority })
	left := float64(budget)
	fits := func(rate int64, p Pane, layer int) bool {
		if budget == 0 {
			return true
		}
		if climbs := p.Now == -1 || layer < p.Now; climbs && p.Now != -1 {
			return climb && float64(rate)*upgrade <= left
		}
		return float64(rate) <= left
	}
	first := true
	for _, i := range order {
		smallest := panes[i].smallest()
		if smallest < 0 {
			continue
		}
		if rate := panes[i].Rates[smallest]; first || fits(rate, panes[i], smallest) {
			chosen[i] = smallest
			left -= float64(rate)
		}
		first = false
	}
	for _, i := range order {
		if chosen[i] >= 0 {
			left -= climbBest(&chosen[i], panes[i], fits)
		}
	}
	return chosen
}

// climbBest moves the choice to the best layer that fits and returns what it costs more.
func climbBest(chosen *int, p Pane, fits func(int64, Pane, int) bool) float64 {
	for layer := p.Best; layer < *chosen; layer++ {
		if p.Rates[layer] == 0 {
			continue
		}
		if more := p.Rates[layer] - p.Rates[*chosen]; fits(more, p, layer) {
			*chosen = layer
			return float64(more)
		}
	}
	return 0
}

// smallest is the index of the smallest layer on which something comes, -1 none.
func (p Pane) smallest() int {
	for i := len(p.Rates) - 1; i >= 0; i-- {
		if p.Rates[i] > 0 {
			return i
		}
	}
	return -1
}
