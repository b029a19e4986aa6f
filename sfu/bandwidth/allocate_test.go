package bandwidth

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAllocateToOneViewer(t *testing.T) {
	hl := []int64{2_000_000, 300_000}
	pane := func(c Class, now int) Pane { return Pane{Class: c, Rates: hl, Now: now} }
	tile := func(now int) Pane { return Pane{Class: Tile, Rates: hl, Best: 1, Now: now} }
	off := func(p Pane) Pane { p.Off = true; return p }
	for _, c := range []struct {
		name  string
		line  int64
		panes []Pane
		climb bool
		want  []int
	}{
		{"unlimited", 0, []Pane{pane(Lecturer, -1), {Class: Courseware, Rates: []int64{1_000_000}, Now: -1}, tile(-1)}, true, []int{0, 0, 1}},
		{"the lecturer's smallest layer in any case", 1, []Pane{pane(Courseware, -1), pane(Lecturer, -1)}, true, []int{-1, 1}},
		{"everybody on stage small before anybody large", 1_000_000, []Pane{pane(Lecturer, -1), pane(Courseware, -1), pane(Floor, -1)}, true, []int{1, 1, 1}},
		{"the lecturer climbs first", 2_700_000, []Pane{pane(Lecturer, -1), pane(Courseware, -1)}, true, []int{0, 1}},
		{"a large lecturer before the tiles", 2_200_000, []Pane{pane(Lecturer, -1), tile(-1), tile(-1)}, true, []int{0, -1, -1}},
		{"nothing comes on the large layer", 0, []Pane{{Rates: []int64{0, 300_000}, Now: -1}}, true, []int{1}},
		{"nothing comes at all", 0, []Pane{{Rates: []int64{0, 0}, Now: -1}}, true, []int{-1}},
		{"a tile stays small", 0, []Pane{tile(-1)}, true, []int{1}},
		{"a climb wants room to spare", 2_050_000, []Pane{pane(Lecturer, 1)}, true, []int{1}},
		{"what fits without a climb stays", 2_050_000, []Pane{pane(Lecturer, 0)}, true, []int{0}},
		{"no climb so soon", 9_000_000, []Pane{pane(Lecturer, 1)}, false, []int{1}},
		{"too much is taken back", 1_000_000, []Pane{pane(Lecturer, 0)}, false, []int{1}},
		{"the least important goes", 400_000, []Pane{pane(Lecturer, 1), tile(1)}, false, []int{1, -1}},
		{"who was sent away comes back with room to spare", 650_000, []Pane{pane(Lecturer, 1), off(tile(-1))}, true, []int{1, -1}},
		{"and not too soon", 1_000_000, []Pane{pane(Lecturer, 1), off(tile(-1))}, false, []int{1, -1}},
		{"and then does", 700_000, []Pane{pane(Lecturer, 1), off(tile(-1))}, true, []int{1, 1}},
	} {
		chosen, short := Allocate(0, []Viewer{{Line: c.line, Panes: c.panes, Climb: c.climb}})
		require.Equal(t, c.want, chosen[0], c.name)
		require.Zero(t, short, c.name)
	}
}

func TestAllocateAContract(t *testing.T) {
	hl := []int64{2_000_000, 300_000}
	room := func(rank int) Viewer {
		return Viewer{Rank: rank, Voice: 50_000, Climb: true, Panes: []Pane{{Class: Lecturer, Rates: hl, Now: -1}, {Class: Tile, Rates: hl, Best: 1, Now: -1}}}
	}
	narrow := room(0)
	narrow.Line = 500_000
	for _, c := range []struct {
		name     string
		contract int64
		viewers  []Viewer
		want     [][]int
		short    Shortage
	}{
		{"no contract", 0, []Viewer{room(0), room(1)}, [][]int{{0, 1}, {0, 1}}, Shortage{}},
		{"all of it fits", 5_000_000, []Viewer{room(0), room(1)}, [][]int{{0, 1}, {0, 1}}, Shortage{}},
		{"the tiles go first", 4_200_000, []Viewer{room(0), room(1)}, [][]int{{0, -1}, {0, -1}}, Shortage{Tiles: 2}},
		{"the class before the pupil", 2_500_000, []Viewer{room(1), room(0)}, [][]int{{1, -1}, {0, -1}}, Shortage{Tiles: 2, Lowered: 1}},
		{"everybody the lecturer, small", 800_000, []Viewer{room(0), room(1)}, [][]int{{1, -1}, {1, -1}}, Shortage{Tiles: 2, Lowered: 2}},
		{"only the class sees", 500_000, []Viewer{room(1), room(0)}, [][]int{{-1, -1}, {1, -1}}, Shortage{Tiles: 2, Pictures: 1, Lowered: 1}},
		{"voices alone", 100_000, []Viewer{room(0), room(1)}, [][]int{{-1, -1}, {-1, -1}}, Shortage{Tiles: 2, Pictures: 2}},
		{"a thin line leaves its share to the other", 3_000_000, []Viewer{narrow, room(0)}, [][]int{{1, -1}, {0, 1}}, Shortage{}},
	} {
		chosen, short := Allocate(c.contract, c.viewers)
		require.Equal(t, c.want, chosen, c.name)
		require.Equal(t, c.short, short, c.name)
	}
}

func drawViewers(t *rapid.T, layers int, least int64) []Viewer {
	var all []Viewer
	for range rapid.IntRange(1, 6).Draw(t, "viewers") {
		v := Viewer{Rank: rapid.IntRange(0, 2).Draw(t, "rank"), Voice: 50_000, Climb: rapid.Bool().Draw(t, "climb")}
		if rapid.Bool().Draw(t, "thin") {
			v.Line = rapid.Int64Range(1, 6_000_000).Draw(t, "line")
		}
		for range rapid.IntRange(0, 5).Draw(t, "panes") {
			rates := rapid.SliceOfN(rapid.Int64Range(least, 3_000_000), 1, layers).Draw(t, "rates")
			v.Panes = append(v.Panes, Pane{Class: Class(rapid.IntRange(0, int(classes)-1).Draw(t, "class")), Rates: rates, Off: rapid.Bool().Draw(t, "off"),
				Best: rapid.IntRange(0, len(rates)-1).Draw(t, "best"), Now: rapid.IntRange(-1, len(rates)-1).Draw(t, "now")})
		}
		all = append(all, v)
	}
	return all
}

// The sum never exceeds the contract but by voices, and a viewer's share never its line but by its voices and its most important pane.
func TestAllocateKeepsTheBudgets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		viewers := drawViewers(t, 3, 0)
		contract := rapid.Int64Range(0, 15_000_000).Draw(t, "contract")
		var sum, voices int64
		all, _ := Allocate(contract, viewers)
		for i, chosen := range all {
			v := viewers[i]
			mine, first := int64(0), int64(0)
			for p, layer := range chosen {
				if layer < 0 {
					continue
				}
				rate := v.Panes[p].Rates[layer]
				require.Positive(t, rate)
				mine += rate
				first = max(first, rate)
			}
			if v.Line > 0 {
				require.LessOrEqual(t, mine, max(v.Line-v.Voice, first))
			}
			sum, voices = sum+mine, voices+v.Voice
		}
		if contract > 0 {
			require.LessOrEqual(t, sum, max(0, contract-voices))
		}
	})
}

// Who gets nothing could not have got it without taking something that is at least as important from somebody.
func TestAllocateKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		viewers := drawViewers(t, 1, 0)
		for i := range viewers {
			viewers[i].Line = 0
			for p := range viewers[i].Panes {
				viewers[i].Panes[p].Off = false
			}
		}
		contract := rapid.Int64Range(1, 15_000_000).Draw(t, "contract")
		chosen, _ := Allocate(contract, viewers)
		for i, v := range viewers {
			for p, pane := range v.Panes {
				if chosen[i][p] >= 0 || pane.Rates[0] == 0 {
					continue
				}
				used := pane.Rates[0]
				for j, o := range viewers {
					used += o.Voice
					for q, other := range o.Panes {
						asImportant := other.Class < pane.Class || other.Class == pane.Class // within a class the ranks take turns
						if chosen[j][q] >= 0 && asImportant {
							used += other.Rates[0]
						}
					}
				}
				require.Greater(t, used, contract, "pane %d of viewer %d could be there", p, i)
			}
		}
	})
}

// Rates that tremble change a pane at most once: it is taken back, and does not swing.
func TestAllocateIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		viewers := drawViewers(t, 2, 50_000)
		contract := rapid.Int64Range(500_000, 15_000_000).Draw(t, "contract")
		steady := make([][][]int64, len(viewers))
		for i := range viewers {
			viewers[i].Climb = true
			for p := range viewers[i].Panes {
				viewers[i].Panes[p].Best, viewers[i].Panes[p].Now, viewers[i].Panes[p].Off = 0, -1, false
				rates := viewers[i].Panes[p].Rates
				if len(rates) == 2 && rates[1] > rates[0] {
					rates[0], rates[1] = rates[1], rates[0]
				}
				steady[i] = append(steady[i], append([]int64{}, rates...))
			}
		}
		changes := map[[2]int]int{}
		for round := range 30 {
			for i := range viewers {
				for p := range viewers[i].Panes {
					for n := range viewers[i].Panes[p].Rates {
						viewers[i].Panes[p].Rates[n] = steady[i][p][n] * rapid.Int64Range(98, 102).Draw(t, "trembling") / 100
					}
				}
			}
			all, _ := Allocate(contract, viewers)
			for i, chosen := range all {
				for p, layer := range chosen {
					pane := &viewers[i].Panes[p]
					if round > 0 && layer != pane.Now {
						changes[[2]int{i, p}]++
					}
					pane.Now, pane.Off = layer, layer < 0
				}
			}
		}
		for at, n := range changes {
			require.LessOrEqual(t, n, 2, "pane %v", at)
		}
	})
}

func TestCaps(t *testing.T) {
	for _, c := range []struct {
		name     string
		contract int64
		sources  []Uplink
		want     []int64
	}{
		{"no contract", 0, []Uplink{{Lecturer, 9e6}}, []int64{0}},
		{"room for all", 4e6, []Uplink{{Lecturer, 3e6}}, []int64{0}},
		{"the lecturer first", 4e6, []Uplink{{Tile, 2e6}, {Lecturer, 2.4e6}}, []int64{750_000, 3_250_000}},
		{"the least for everybody", 1e6, []Uplink{{Lecturer, 3e6}, {Tile, 1e6}, {Tile, 1e6}}, []int64{500_000, 250_000, 250_000}},
		{"what is not used goes on", 4e6, []Uplink{{Lecturer, 1e6}, {Floor, 3e6}}, []int64{1_500_000, 2_500_000}},
		{"too many", 400_000, []Uplink{{Lecturer, 1e6}, {Tile, 1e6}}, []int64{200_000, 200_000}},
	} {
		require.Equal(t, c.want, Caps(c.contract, c.sources), c.name)
	}
	rapid.Check(t, func(t *rapid.T) {
		contract := rapid.Int64Range(1, 20e6).Draw(t, "contract")
		sources := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Uplink {
			return Uplink{Class(rapid.IntRange(0, 3).Draw(t, "class")), rapid.Int64Range(0, 8e6).Draw(t, "rate")}
		}), 1, 8).Draw(t, "sources")
		var sum int64
		for _, c := range Caps(contract, sources) {
			sum += c
		}
		require.LessOrEqual(t, sum, contract)
	})
}
