package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/plan"
)

// termDesk is where the plannings that wait and run are known. One runs at a time: it takes a core for seconds.
type termDesk struct {
	wake chan struct{} // one is enough: whoever wakes takes all that wait

	mu       sync.Mutex
	running  string // id
	stop     context.CancelFunc
	progress plan.Progress
}

func newTermDesk() *termDesk { return &termDesk{wake: make(chan struct{}, 1)} }

// call wakes the planner.
func (d *termDesk) call() {
	select {
	case d.wake <- struct{}{}:
	default: // it is awake
	}
}

func (d *termDesk) begin(id string, stop context.CancelFunc) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running, d.stop, d.progress = id, stop, plan.Progress{}
}

func (d *termDesk) tell(p plan.Progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.progress = p
}

// of is how far a plan has come; ok while it runs.
func (d *termDesk) of(id string) (p plan.Progress, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.progress, d.running == id
}

// cancel stops a planning that runs.
func (d *termDesk) cancel(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.running == id {
		d.stop()
	}
}

// planTerms plans what waits until ctx ends. What ran when the server went down has broken off.
func (s *Server) planTerms(ctx context.Context) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.BreakOffPlans(ctx, tx, s.now()) })
	if err != nil && ctx.Err() == nil {
		s.log.Error("plannings that broke off still count as running", "error", err)
	}
	for {
		more, err := s.planNext(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			s.log.Error("a term could not be planned", "error", err)
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.terms.wake:
		}
	}
}

// planNext plans what has waited longest; more is false where nothing waits.
func (s *Server) planNext(ctx context.Context) (more bool, err error) {
	var row *db.Plan
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		row, err = db.NextPlan(ctx, tx)
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	work, stop := context.WithCancel(ctx)
	defer stop()
	s.terms.begin(row.ID, stop)
	parts, err := s.plan(work, row)
	s.terms.begin("", nil)
	if ctx.Err() != nil {
		return false, nil // it is told as broken off when the server is up again
	}
	var lock *plan.LockError
	switch {
	case err == nil:
		row.State = db.PlanDone
	case work.Err() != nil:
		row.State = db.PlanCancelled
	case errors.As(err, &lock):
		row.State, row.Reason = db.PlanFailed, lock.Code
	default:
		row.State, row.Reason = db.PlanFailed, "internal"
	}
	failed := err
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error { return db.FinishPlan(ctx, tx, row, parts, s.now()) })
	if row.Reason == "internal" {
		err = errors.Join(err, fmt.Errorf("plan %s: %w", row.ID, failed))
	}
	return true, err
}

// storedResult is how a result is kept.
type storedResult struct {
	TermResult
	Policy   *Policy         `json:"policy"` // by which it was planned; nil in plans from before policies were kept
	Unplaced []plan.Unplaced `json:"unplaced"`
}

func (s *Server) plan(ctx context.Context, row *db.Plan) ([]db.PlanPart, error) {
	p, err := s.termProblem(ctx, row)
	if err != nil {
		return nil, err
	}
	found, err := plan.Make(ctx, p.Problem, s.terms.tell)
	if err != nil {
		return nil, err
	}
	parts, err := s.compare(ctx, p, p.parts(found))
	if err != nil {
		return nil, err
	}
	kept := storedResult{TermResult: TermResult{Needs: len(p.Needs), Wanted: found.Wanted, Placed: found.Placed, Bound: found.Bound, Changes: found.Changes, Score: found.Score},
		Policy: &p.policy, Unplaced: found.Unplaced}
	document, err := json.Marshal(kept)
	row.Result = string(document)
	return parts, err
}

// compare tells what each part is beside the courses in place, and adds those that would be dropped.
func (s *Server) compare(ctx context.Context, p *termProblem, parts []db.PlanPart) ([]db.PlanPart, error) {
	taken := map[string]bool{}
	for i := range parts {
		part := &parts[i]
		part.Kind = db.PartNew
		for _, course := range part.ReplaceList {
			part.Kind, taken[course] = db.PartMoved, true
		}
		if len(part.ReplaceList) != 1 {
			continue
		}
		c, err := db.CourseByID(ctx, s.db.Read(), part.ReplaceList[0])
		if err != nil {
			return nil, err
		}
		if same(part, c) {
			part.Kind, part.Course, part.ReplaceList = db.PartKept, c.ID, nil
		}
	}
	for _, old := range p.replaced {
		if !taken[old.Course] {
			parts = append(parts, db.PlanPart{Kind: db.PartDropped, Offer: old.Offer, Room: old.Room, NeedList: old.NeedList, SlotList: old.SlotList, ReplaceList: []string{old.Course}})
		}
	}
	return parts, nil
}
