package scheduler

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// usualForms are those of a pairing that a course needs, where nobody said which.
var usualForms = []string{string(pairing.Sync), string(pairing.Delivered)}

// pairAll is a pairing in which all receiving schools of a course are partners: the pairings that run when it begins, read as one, and for those
// schools that have none a new one of a whole round, with these forms.
func (s *Server) pairAll(ctx context.Context, tx bun.Tx, c *db.NewCourse, forms []string) (*db.PairingView, error) {
	existing, err := db.Pairings(ctx, tx, []string{c.Lead})
	if err != nil {
		return nil, err
	}
	var all *db.PairingView
	join := func(p db.PairingView) {
		if all == nil {
			all = &p
			return
		}
		all.Partners = append(slices.Clip(all.Partners), p.Partners...)
		all.ValidFrom, all.ValidTo = max(all.ValidFrom, p.ValidFrom), min(all.ValidTo, p.ValidTo)
	}
	var alone []string
	for _, place := range c.Places {
		if all != nil && slices.Contains(all.Partners, place.School) || slices.Contains(alone, place.School) {
			continue
		}
		i := slices.IndexFunc(existing, func(e db.PairingView) bool {
			return e.Lead == c.Lead && slices.Contains(e.Partners, place.School) && e.ValidFrom <= c.ValidFrom && c.ValidFrom <= e.ValidTo
		})
		if i < 0 {
			alone = append(alone, place.School)
		} else {
			join(existing[i])
		}
	}
	if len(alone) > 0 {
		made, err := s.newRound(ctx, tx, c, alone, forms)
		if err != nil {
			return nil, err
		}
		join(*made)
	}
	return all, nil
}

// newRound pairs the lead school of a course with schools, from the course's first day on.
func (s *Server) newRound(ctx context.Context, tx bun.Tx, c *db.NewCourse, partners, forms []string) (*db.PairingView, error) {
	areas, err := db.LoadAreas(ctx, tx)
	if err != nil {
		return nil, err
	}
	from, err := timetable.ParseDate(c.ValidFrom)
	if err != nil {
		return nil, err
	}
	scope := pairing.County
	for _, p := range partners {
		if own := pairing.ScopeOf(rulesSchool(areas, c.Lead), rulesSchool(areas, p)); wider(own, scope) {
			scope = own
		}
	}
	row := &db.PairingView{Pairing: db.Pairing{ID: ident.New(), Lead: c.Lead, Scope: string(scope), ValidFrom: c.ValidFrom, ValidTo: (from + pairing.MaxYears*365).String(), Created: db.At(s.now())},
		Partners: partners, FormList: forms}
	return row, addPairing(ctx, tx, areas, row)
}

// wider tells whether a scope is wider than another.
func wider(a, b pairing.Scope) bool {
	order := []pairing.Scope{pairing.County, pairing.City, pairing.Province}
	return slices.Index(order, a) > slices.Index(order, b)
}
