package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
)

// plansShown is how many plans are listed.
const plansShown = 20

func (s *Server) listTermPlans(ctx context.Context, _ *nothing) (*answer[TermPlans], error) {
	who := callerOf(ctx)
	out := TermPlans{Areas: who.planningAreas(), Plans: []TermPlan{}}
	ids := make([]string, len(out.Areas))
	for i, a := range out.Areas {
		ids[i] = a.ID
	}
	rows, err := db.Plans(ctx, s.db.Read(), ids, plansShown)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		p, err := s.termPlan(who, &rows[i])
		if err != nil {
			return nil, err
		}
		out.Plans = append(out.Plans, p)
	}
	return &answer[TermPlans]{out}, nil
}

// planTerm lets a planning wait for its turn.
func (s *Server) planTerm(ctx context.Context, in *newTermPlanInput) (*tagged[TermPlan], error) {
	who := callerOf(ctx)
	area := who.areas[in.Body.Area]
	if area.ID == "" || area.Level == db.SchoolLevel || !who.covers(area.ID, db.Coordinator) {
		return nil, errAreaUnknown
	}
	row := &db.Plan{ID: ident.New(), Area: area.ID, Coordinator: who.person.ID, State: db.PlanWaiting, Moves: in.Body.Moves, Created: db.At(s.now())}
	if err := s.spanOfTerm(ctx, row, who.areas.Schools(area.ID)); err != nil {
		return nil, err
	}
	who.note.object, who.note.detail = row.ID, area.Name
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	if db.IsDuplicate(err) {
		return nil, httpd.Fail(http.StatusConflict, "plan-at-work", "a planning of this area waits or runs already")
	}
	if err != nil {
		return nil, err
	}
	s.terms.call()
	made, err := s.termPlan(who, row)
	return withVersion(made, made.Version), err
}

// spanOfTerm is from tomorrow, or the first day of the schools' terms, to the last.
func (s *Server) spanOfTerm(ctx context.Context, row *db.Plan, schools []string) error {
	rows, err := db.Schools(ctx, s.db.Read(), schools)
	if err != nil {
		return err
	}
	tomorrow := (s.day() + 1).String()
	for _, r := range rows {
		if r.TermTo < tomorrow {
			continue
		}
		if from := max(r.TermFrom, tomorrow); row.ValidFrom == "" || from < row.ValidFrom {
			row.ValidFrom = from
		}
		row.ValidTo = max(row.ValidTo, r.TermTo)
	}
	if row.ValidFrom == "" {
		return httpd.Fail(http.StatusConflict, "term-over", "the terms of all schools of the area are over")
	}
	return nil
}

func (s *Server) getTermPlan(ctx context.Context, in *ByID) (*tagged[TermDetail], error) {
	row, err := s.termPlanFor(ctx, s.db.Read(), in.ID)
	if err != nil {
		return nil, err
	}
	out := TermDetail{Parts: []TermPart{}, Unplaced: []UnplacedNeed{}}
	if out.TermPlan, err = s.termPlan(callerOf(ctx), row); err != nil || row.State != db.PlanDone {
		return withVersion(out, row.Version), err
	}
	err = s.difference(ctx, row, &out)
	return withVersion(out, row.Version), err
}

// termPlanFor finds a plan of an area that the caller coordinates.
func (s *Server) termPlanFor(ctx context.Context, q bun.IDB, id string) (*db.Plan, error) {
	row, err := db.PlanByID(ctx, q, id)
	if errors.Is(err, db.ErrNotFound) || (err == nil && !callerOf(ctx).covers(row.Area, db.Coordinator)) {
		return nil, httpd.Fail(http.StatusNotFound, "plan-unknown", "there is no such plan of your area")
	}
	return row, err
}

func (s *Server) termPlan(who *caller, row *db.Plan) (TermPlan, error) {
	p := TermPlan{ID: row.ID, Area: named(who.areas, row.Area), State: row.State, Moves: row.Moves, From: row.ValidFrom, To: row.ValidTo, Created: row.Created.Time(),
		Finished: row.Finished.Pointer(), Reason: row.Reason, Version: row.Version}
	if at, ok := s.terms.of(row.ID); ok && row.State == db.PlanRunning {
		p.Progress = (*TermProgress)(&at)
	}
	if row.State != db.PlanDone {
		return p, nil
	}
	kept, err := resultOf(row)
	p.Result = &kept.TermResult
	return p, err
}

func resultOf(row *db.Plan) (storedResult, error) {
	var kept storedResult
	err := json.Unmarshal([]byte(row.Result), &kept)
	return kept, err
}

func (s *Server) cancelTermPlan(ctx context.Context, in *ChangeByID) (*empty, error) {
	err := s.changeTermPlan(ctx, in, func(ctx context.Context, tx bun.Tx, row *db.Plan) error {
		if row.State != db.PlanWaiting && row.State != db.PlanRunning {
			return httpd.Fail(http.StatusConflict, "plan-over", "the planning has ended")
		}
		row.State = db.PlanCancelled
		return db.FinishPlan(ctx, tx, row, nil, s.now())
	})
	if err == nil {
		s.terms.cancel(in.ID)
	}
	return done(err)
}

func (s *Server) lockTermParts(ctx context.Context, in *termLockInput) (*empty, error) {
	return done(s.changeTermPlan(ctx, &in.ChangeByID, func(ctx context.Context, tx bun.Tx, row *db.Plan) error {
		return db.LockParts(ctx, tx, row.ID, in.Body.Parts, in.Body.Locked)
	}))
}

// changeTermPlan does something with a plan, or tells what others have done with it since the caller read it.
func (s *Server) changeTermPlan(ctx context.Context, in *ChangeByID, do func(context.Context, bun.Tx, *db.Plan) error) error {
	callerOf(ctx).note.object = in.ID
	return s.refuseStalePlan(ctx, in.ID, s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row, err := s.termPlanFor(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if err := s.raise(ctx, tx, in.Based, db.PlanVersion, in.ID, ""); err != nil {
			return err
		}
		return do(ctx, tx, row)
	}))
}

func (s *Server) refuseStalePlan(ctx context.Context, id string, err error) error {
	return s.refuseStale(ctx, err, func() (any, error) {
		now, err := s.getTermPlan(ctx, &ByID{id})
		if err != nil {
			return nil, err
		}
		return now.Body.TermPlan, nil
	})
}

// planningAreas are the areas, wider than a school, that the caller coordinates: those the role is held for, and all below.
func (c *caller) planningAreas() []namedArea {
	var list []namedArea
	for id, a := range c.areas {
		if a.Level < db.SchoolLevel && c.covers(id, db.Coordinator) {
			list = append(list, namedArea{ID: id, Name: a.Name})
		}
	}
	slices.SortFunc(list, func(a, b namedArea) int {
		if la, lb := c.areas[a.ID].Level, c.areas[b.ID].Level; la != lb {
			return la - lb
		}
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return list
}
