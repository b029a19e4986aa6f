package pairing

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

func school(id, county, city string) School {
	return School{ID: id, Areas: map[int]string{2: "province", 3: city, 4: county, 5: id}}
}

var (
	a     = school("a", "c1", "x")
	b     = school("b", "c1", "x")
	far   = school("far", "c2", "x")
	other = school("other", "c3", "y")
	from  = timetable.NewDate(2026, time.September, 1)
)

func good() Pairing {
	return Pairing{ID: "p", Lead: a, Partners: []School{b}, Scope: County, Forms: []Form{Sync, Delivered}, From: from, To: from + 3*365}
}

func codes(list []Refusal) []string {
	var found []string
	for _, r := range list {
		found = append(found, r.Code)
	}
	return found
}

func TestCheck(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*Pairing)
		want  []string
	}{
		"good":                  {func(*Pairing) {}, nil},
		"no partner":            {func(p *Pairing) { p.Partners = nil }, []string{NoPartner}},
		"one form":              {func(p *Pairing) { p.Forms = p.Forms[:1] }, []string{TooFewForms}},
		"one form twice":        {func(p *Pairing) { p.Forms = []Form{Sync, Sync} }, []string{TooFewForms}},
		"no synchronized class": {func(p *Pairing) { p.Forms = []Form{Research, Master} }, []string{NoSync}},
		"ends before it begins": {func(p *Pairing) { p.To = p.From - 1 }, []string{DatesWrong}},
		"four years":            {func(p *Pairing) { p.To = p.From + 4*365 }, []string{DatesWrong}},
		"itself":                {func(p *Pairing) { p.Partners = []School{a} }, []string{PairsItself}},
		"twice":                 {func(p *Pairing) { p.Partners = []School{b, b} }, []string{PartnerTwice}},
		"another county":        {func(p *Pairing) { p.Partners = []School{b, far} }, []string{OutOfScope}},
		"in the city":           {func(p *Pairing) { p.Partners, p.Scope = []School{far}, City }, nil},
		"another city":          {func(p *Pairing) { p.Partners, p.Scope = []School{other}, City }, []string{OutOfScope}},
		"in the province":       {func(p *Pairing) { p.Partners, p.Scope = []School{other}, Province }, nil},
		"everything":            {func(p *Pairing) { *p = Pairing{Lead: a, Partners: []School{other}, Scope: County, To: -1} }, []string{TooFewForms, DatesWrong, OutOfScope}},
	} {
		t.Run(name, func(t *testing.T) {
			p := good()
			c.spoil(&p)
			require.Equal(t, c.want, codes(Check(p, nil)))
		})
	}
}

func TestPairedAlready(t *testing.T) {
	old := good()
	old.ID, old.From, old.To = "old", from-1000, from-1
	require.Empty(t, Check(good(), []Pairing{old}), "a round that ended is renewed")
	old.To = from
	require.Equal(t, []string{AlreadyPaired}, codes(Check(good(), []Pairing{old})))
	old.Lead, old.Partners = b, []School{a, far}
	require.Equal(t, []string{AlreadyPaired}, codes(Check(good(), []Pairing{old})), "whoever leads")
	require.Empty(t, Check(good(), []Pairing{good()}), "a pairing is not in its own way")
	old.Partners = []School{far}
	require.Empty(t, Check(good(), []Pairing{old}))
}

// Whatever was accepted one after the other: no two schools are paired twice on any day.
func TestNoTwoSchoolsArePairedTwice(t *testing.T) {
	all := []School{a, b, far, other}
	rapid.Check(t, func(t *rapid.T) {
		var accepted []Pairing
		for i := range 12 {
			p := Pairing{ID: string(rune('a' + i)), Lead: rapid.SampledFrom(all).Draw(t, "lead"), Partners: rapid.SliceOfN(rapid.SampledFrom(all), 1, 3).Draw(t, "partners"),
				Scope: Province, Forms: []Form{Sync, Research}, From: from + timetable.Date(rapid.IntRange(0, 50).Draw(t, "from"))}
			p.To = p.From + timetable.Date(rapid.IntRange(0, 30).Draw(t, "days"))
			if len(Check(p, accepted)) == 0 {
				accepted = append(accepted, p)
			}
		}
		for d := from; d < from+80; d++ {
			seen := map[[2]string]bool{}
			for _, p := range accepted {
				if d < p.From || d > p.To {
					continue
				}
				for _, s := range p.Partners {
					pair := [2]string{min(p.Lead.ID, s.ID), max(p.Lead.ID, s.ID)}
					require.False(t, seen[pair], "%v on %s", pair, d)
					seen[pair] = true
				}
			}
		}
	})
}
