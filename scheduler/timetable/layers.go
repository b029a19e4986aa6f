package timetable

import "slices"

// Decision is an override and the office that decided it: the state, the district, the school itself.
type Decision struct {
	By string
	Override
}

// Rule is what holds on one day, who decided it, and what it replaces.
type Rule struct {
	Decision
	Over []Decision // replaced defaults, the nearest first
}

// Rules are the decisions of one office, by date. Of two about one day the later in the list counts.
func Rules(by string, days []Override) []Rule {
	last := map[Date]Override{}
	for _, o := range days {
		last[o.Date] = o
	}
	rules := make([]Rule, 0, len(last))
	for _, o := range last {
		rules = append(rules, Rule{Decision: Decision{by, o}})
	}
	slices.SortFunc(rules, byDate)
	return rules
}

// Merge lays a school's own rules over the defaults that it was given: about a day of which it says nothing, the default holds; Ordinary
// undoes one. Both are in order of date, and so is the answer. Merging is associative, so that a district's rules, laid over the state's, can
// be handed on.
func Merge(defaults, own []Rule) []Rule {
	merged := make([]Rule, 0, len(defaults)+len(own))
	for len(defaults) > 0 && len(own) > 0 {
		switch d, o := defaults[0], own[0]; {
		case d.Date < o.Date:
			merged, defaults = append(merged, d), defaults[1:]
		case o.Date < d.Date:
			merged, own = append(merged, o), own[1:]
		default:
			o.Over = slices.Concat(o.Over, []Decision{d.Decision}, d.Over)
			merged, defaults, own = append(merged, o), defaults[1:], own[1:]
		}
	}
	return append(append(merged, defaults...), own...)
}

// Overrides are the rules as a Calendar takes them.
func Overrides(rules []Rule) map[Date]Override {
	days := make(map[Date]Override, len(rules))
	for _, r := range rules {
		days[r.Date] = r.Override
	}
	return days
}

func byDate(a, b Rule) int { return int(a.Date - b.Date) }
