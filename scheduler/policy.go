package scheduler

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/pairing"
)

// defaultPolicy is for where no area decided.
var defaultPolicy = Policy{Rooms: pairing.DefaultPolicy.Rooms, Minutes: pairing.DefaultPolicy.Minutes, Minimum: pairing.DefaultPolicy.Minimum, Held: pairing.DefaultPolicy.Held,
	Picture: db.FullPicture, Weights: pairing.DefaultWeights}

// policyFor is the policy that holds for an area or a school: its own, or that of the nearest area above. by is whose it is; "": the default.
func policyFor(ctx context.Context, q bun.IDB, areas db.Areas, area string) (p Policy, by string, err error) {
	row, err := db.PolicyOf(ctx, q, areas.Above(area))
	if err != nil || row == nil {
		return defaultPolicy, "", err
	}
	p = Policy{row.Rooms, row.Minutes, row.Minimum, row.Held, row.AnyEdition, row.Picture, pairing.Weights{}}
	for criterion, weight := range row.WeightOf {
		p.Weights[pairing.Criterion(criterion)] = weight
	}
	return p, row.Area, nil
}

// rules is the policy as the matching takes it.
func (p Policy) rules() pairing.Policy {
	down, up := db.LineOf(p.Picture)
	return pairing.Policy{Rooms: p.Rooms, Minutes: p.Minutes, Minimum: p.Minimum, Held: p.Held, AnyEdition: p.AnyEdition, Line: pairing.Line{Down: down, Up: up}}
}

// least is how many common minutes a lesson has at least.
func (p Policy) least() int {
	if p.Minimum > 0 {
		return p.Minimum
	}
	return p.Minutes
}

// check refuses a policy by which nothing could be told apart, or held.
func (p Policy) check() error {
	sum := 0
	for criterion, weight := range p.Weights {
		if !slices.Contains(pairing.Criteria, criterion) || weight < 0 || weight > 100 {
			return policyWrong("weights")
		}
		sum += weight
	}
	switch {
	case sum == 0:
		return policyWrong("weights")
	case p.Minimum > p.Minutes || p.Minimum > 0 && p.Minimum < 10:
		return policyWrong("minimum")
	}
	return nil
}

func policyWrong(field string) error {
	return httpd.Fail(http.StatusUnprocessableEntity, "policy-wrong", "the policy's %s cannot be so", field).With("field", field)
}

func (s *Server) getPolicy(ctx context.Context, in *ByID) (*tagged[AreaPolicy], error) {
	who := callerOf(ctx)
	area := who.areas[in.ID]
	if area.ID == "" || !who.covers(in.ID, db.Coordinator) {
		return nil, errAreaUnknown
	}
	out := AreaPolicy{Version: area.Version, Area: named(who.areas, in.ID)}
	var by, above string
	var err error
	if out.Policy, by, err = policyFor(ctx, s.db.Read(), who.areas, in.ID); err != nil {
		return nil, err
	}
	if out.Default, above, err = policyFor(ctx, s.db.Read(), who.areas, area.Parent); err != nil {
		return nil, err
	}
	out.Own, out.By, out.DefaultBy = by == in.ID, decider(who.areas, by), decider(who.areas, above)
	return withVersion(out, out.Version), nil
}

func decider(areas db.Areas, id string) *link.Named {
	if id == "" {
		return nil
	}
	by := named(areas, id)
	return &by
}

func (s *Server) setPolicy(ctx context.Context, in *policyInput) (*tagged[AreaPolicy], error) {
	p := in.Body
	if err := p.check(); err != nil {
		return nil, err
	}
	detail := fmt.Sprintf("%d rooms, %d/%d min, %d permille, %s, any edition %t, %v", p.Rooms, p.Minutes, p.Minimum, p.Held, p.Picture, p.AnyEdition, p.Weights)
	return s.changePolicy(ctx, in.ByID, in.Based, detail, func(ctx context.Context, tx bun.Tx) error {
		row := &db.Policy{Area: in.ID, Rooms: p.Rooms, Minutes: p.Minutes, Minimum: p.Minimum, Held: p.Held, AnyEdition: p.AnyEdition, Picture: p.Picture, WeightOf: map[string]int{}}
		for criterion, weight := range p.Weights {
			row.WeightOf[string(criterion)] = weight
		}
		return db.SetPolicy(ctx, tx, row)
	})
}

// forgetPolicy lets what the areas above decided hold again.
func (s *Server) forgetPolicy(ctx context.Context, in *ChangeByID) (*tagged[AreaPolicy], error) {
	return s.changePolicy(ctx, in.ByID, in.Based, "", func(ctx context.Context, tx bun.Tx) error { return db.ForgetPolicy(ctx, tx, in.ID) })
}

// changePolicy does something to an area's policy. What is planned already stays as it is.
func (s *Server) changePolicy(ctx context.Context, in ByID, b Based, detail string, do func(context.Context, bun.Tx) error) (*tagged[AreaPolicy], error) {
	if who := callerOf(ctx); who.areas[in.ID].ID == "" || !who.covers(in.ID, db.Coordinator) {
		return nil, errAreaUnknown
	}
	callerOf(ctx).note.detail = detail
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.areaChange(ctx, tx, in.ID, b); err != nil {
			return err
		}
		return do(ctx, tx)
	})
	now, problem := s.areaNow(ctx, in)
	if err != nil {
		return nil, s.refuseStale(ctx, err, func() (any, error) {
			if problem != nil {
				return nil, problem
			}
			return now.Body, nil
		})
	}
	return now, problem
}

// areaNow is the policy with the area's present version.
func (s *Server) areaNow(ctx context.Context, in ByID) (*tagged[AreaPolicy], error) {
	areas, err := db.LoadAreas(ctx, s.db.Read())
	if err != nil {
		return nil, err
	}
	callerOf(ctx).areas = areas
	return s.getPolicy(ctx, &in)
}
