package timetable

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func anyRules(by string) *rapid.Generator[[]Rule] {
	return rapid.Custom(func(t *rapid.T) []Rule {
		var days []Override
		for range rapid.IntRange(0, 8).Draw(t, "days") {
			days = append(days, Override{Date: day("2026-09-28") + Date(rapid.IntRange(0, 6).Draw(t, "day")),
				Kind: rapid.SampledFrom([]OverrideKind{Off, Like, Ring, Ordinary}).Draw(t, "kind"), Weekday: rapid.IntRange(1, 7).Draw(t, "weekday")})
		}
		return Rules(by, days)
	})
}

func TestMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state, district, own := anyRules("state").Draw(t, "state"), anyRules("district").Draw(t, "district"), anyRules("school").Draw(t, "school")
		all := Merge(Merge(state, district), own)
		require.Equal(t, all, Merge(state, Merge(district, own)), "associative")
		require.Equal(t, own, Merge(own, nil), "nothing to add changes nothing")
		require.Equal(t, own, Merge(nil, own))
		require.Equal(t, Overrides(own), Overrides(Merge(own, own)), "to decide the same again changes nothing")
		require.True(t, slices.IsSortedFunc(all, byDate))

		want := Overrides(state)
		maps.Copy(want, Overrides(district))
		maps.Copy(want, Overrides(own))
		require.Equal(t, want, Overrides(all), "the nearest decision holds")
		for _, r := range all {
			said := []string{r.By}
			for _, o := range r.Over {
				require.Equal(t, r.Date, o.Date)
				said = append(said, o.By)
			}
			var by []string
			for name, rules := range map[string][]Rule{"school": own, "district": district, "state": state} {
				if slices.ContainsFunc(rules, func(x Rule) bool { return x.Date == r.Date }) {
					by = append(by, name)
				}
			}
			require.ElementsMatch(t, by, said, "all who decided are named")
			require.True(t, slices.IsSortedFunc(said, func(a, b string) int { return rank[a] - rank[b] }), "the nearest first")
		}
	})
}

var rank = map[string]int{"school": 0, "district": 1, "state": 2}

// The district lets a make-up Saturday follow Wednesday; one school keeps it, one follows Friday, one does not teach, one teaches on a day off.
func TestASchoolReplacesTheDistrictsDefault(t *testing.T) {
	saturday := day("2026-09-26")
	monday := saturday + 2
	defaults := Rules("district", []Override{{Date: saturday, Kind: Like, Weekday: 3}, {Date: monday, Kind: Off, Name: "中秋节"}})
	for want, own := range map[string][]Override{
		"district like 3, district off":    nil,
		"school like 5, district off":      {{Date: saturday, Kind: Like, Weekday: 5}},
		"school off, district off":         {{Date: saturday, Kind: Off}},
		"district like 3, school ordinary": {{Date: monday, Kind: Ordinary}},
	} {
		rules := Merge(defaults, Rules("school", own))
		c := school("a", "08:20")
		c.Overrides = Overrides(rules)
		var words string
		for i, r := range rules {
			d := c.Day(r.Date)
			word := string(r.Kind)
			if r.Kind == Like {
				word += " " + string(rune('0'+d.Weekday))
			}
			words += []string{"", ", "}[i] + r.By + " " + word
			require.Equal(t, r.Kind == Off, d.Off)
			require.Len(t, r.Over, map[string]int{"school": 1, "district": 0}[r.By])
		}
		require.Equal(t, want, words)
	}
}

func TestRulesKeepTheLaterOfTwo(t *testing.T) {
	d := day("2026-10-01")
	require.Equal(t, Ordinary, Overrides(Rules("school", []Override{{Date: d, Kind: Off}, {Date: d, Kind: Ordinary}}))[d].Kind)
}
