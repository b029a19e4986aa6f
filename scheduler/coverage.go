package scheduler

import (
	"context"
	"slices"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// coverage tells which schools of the caller's area have partners, and which rural ones have none.
func (s *Server) coverage(ctx context.Context, _ *nothing) (*answer[Coverage], error) {
	who, today := callerOf(ctx), s.day().String()
	ids := who.schools(covering...)
	schools, err := db.Schools(ctx, s.db.Read(), ids)
	if err != nil {
		return nil, err
	}
	pairings, err := db.Pairings(ctx, s.db.Read(), ids)
	if err != nil {
		return nil, err
	}
	needs, err := db.Needs(ctx, s.db.Read(), db.NeedFilter{Schools: ids, Day: today})
	if err != nil {
		return nil, err
	}
	proposals, err := db.Proposals(ctx, s.db.Read(), db.ProposalFilter{Schools: ids, Since: s.now()})
	if err != nil {
		return nil, err
	}
	out := Coverage{Areas: areasAbove(who.areas, ids), Schools: make([]CoverageSchool, len(schools))}
	at := map[string]*CoverageSchool{}
	for i, r := range schools {
		out.Schools[i] = CoverageSchool{ID: r.ID, Name: r.Name, Area: who.areas[r.ID].Parent, Kind: r.Kind, State: "none"}
		at[r.ID] = &out.Schools[i]
		if r.Kind == "rural" {
			at[r.ID].State = "alone"
		}
		at[r.ID].Partners = nonNil(at[r.ID].Partners)
	}
	for _, p := range proposals {
		if school := at[p.Partner]; school != nil && p.Open() {
			school.State = "proposed"
		}
	}
	for _, p := range pairings {
		if p.ValidTo < today { // one that begins later is a partner found
			continue
		}
		for _, partner := range p.Partners {
			if school := at[partner]; school != nil {
				school.State = "paired"
				school.add(named(who.areas, p.Lead))
			}
			if school := at[p.Lead]; school != nil {
				school.State = "lead"
				school.add(named(who.areas, partner))
			}
		}
	}
	for _, n := range needs {
		school := at[n.School]
		school.Periods += n.Periods
		school.Met += min(n.Met, float64(n.Periods))
	}
	return &answer[Coverage]{out}, nil
}

// add names a partner once, however many rounds there are.
func (c *CoverageSchool) add(partner link.Named) {
	if !slices.Contains(c.Partners, partner) {
		c.Partners = append(c.Partners, partner)
	}
}

// covering are the roles that see how an area is supported.
var covering = []db.Role{db.Coordinator, db.SchoolAdmin, db.Observer, db.Operator}

// areasAbove are the areas in which the schools lie, from the top.
func areasAbove(areas db.Areas, schools []string) []CoverageArea {
	seen := map[string]bool{}
	list := []CoverageArea{}
	for _, id := range schools {
		for _, a := range areas.Above(areas[id].Parent) {
			if !seen[a] {
				seen[a] = true
				list = append(list, CoverageArea{a, areas[a].Name, areas[a].Parent, areas[a].Level})
			}
		}
	}
	slices.SortFunc(list, func(a, b CoverageArea) int {
		if a.Level != b.Level {
			return a.Level - b.Level
		}
		return slices.Compare([]string{a.Name, a.ID}, []string{b.Name, b.ID})
	})
	return list
}
