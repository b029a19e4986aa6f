package timetable

import "slices"

// Group (教学班) is a teaching group of pupils from several classes (走班). A slot binds the group.
type Group struct {
	ID      string
	Classes []string // from which its pupils come
	Pupils  []string // where known
	Band    string   // groups of one band share the pupils of their classes out among them, so they can be taught at once
}

// Overlaps tells whether some pupil may be in both groups.
func (g Group) Overlaps(o Group) bool {
	switch {
	case g.ID == o.ID:
		return true
	case len(g.Pupils) > 0 && len(o.Pupils) > 0:
		return share(g.Pupils, o.Pupils)
	case g.Band != "" && g.Band == o.Band:
		return false
	}
	return share(g.Classes, o.Classes)
}

func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
