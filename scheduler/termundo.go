package scheduler

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
)

// undoneReason is told to the families when an acceptance is undone.
const undoneReason = "撤销排课"

// undoTerm takes back the courses that parts became, and brings back those that they replaced.
func (s *Server) undoTerm(ctx context.Context, in *termPartsInput) (*tagged[TermOutcome], error) {
	return s.eachBundle(ctx, in, true, s.undoBundle)
}

func (s *Server) undoBundle(ctx context.Context, tx bun.Tx, _ *db.Plan, bundle []*db.PlanPart, lose []string) error {
	var courses []string
	for _, p := range bundle {
		if p.Kind != db.PartDropped {
			courses = append(courses, p.Course)
		}
	}
	begun, err := db.BegunLessons(ctx, tx, nonNil(courses), s.now())
	if err != nil {
		return err
	}
	if begun > 0 {
		return httpd.Fail(http.StatusConflict, "already-begun", "lessons of it have begun").With("lessons", begun)
	}
	if err := s.keepHandChanges(ctx, tx, courses, lose); err != nil {
		return err
	}
	for _, id := range courses {
		if err := db.CancelCourse(ctx, tx, id, undoneReason, s.now()); err != nil {
			return err
		}
	}
	back := map[string]string{} // courses that come back under another id
	for _, p := range bundle {
		if err := s.undoPart(ctx, tx, p, back); err != nil {
			return err
		}
	}
	return nil
}

// undoPart brings back what a part replaced.
func (s *Server) undoPart(ctx context.Context, tx bun.Tx, p *db.PlanPart, back map[string]string) error {
	for i, id := range p.ReplaceList {
		if back[id] == "" {
			c, err := db.CourseByID(ctx, tx, id)
			if err != nil {
				return err
			}
			c.Cancelled, c.ValidFrom = false, max(c.ValidFrom, s.day().String())
			if err := db.CreateCourse(ctx, tx, c, s.now()); err != nil {
				return err
			}
			if err := db.HandOver(ctx, tx, id, c.ID); err != nil {
				return err
			}
			back[id] = c.ID
		}
		p.ReplaceList[i] = back[id]
	}
	if err := db.SetPartReplaces(ctx, tx, p); err != nil {
		return err
	}
	return db.SetPartCourse(ctx, tx, p, "")
}

// keepHandChanges refuses to cancel courses of which, or of whose coming lessons, people have changed something by hand, unless the caller gives
// just these changes up: somebody decided them, and families were told.
func (s *Server) keepHandChanges(ctx context.Context, tx bun.Tx, courses, lose []string) error {
	rows, err := db.HandChanges(ctx, tx, nonNil(courses), s.now())
	if err != nil {
		return err
	}
	told := make([]db.ScheduleChange, len(rows))
	given := true
	for i, r := range rows {
		told[i] = r.ScheduleChange
		given = given && slices.Contains(lose, handChangeID(&r))
	}
	if given {
		return nil
	}
	changes, err := s.changes(ctx, told)
	if err != nil {
		return err
	}
	list := make([]HandChange, len(rows))
	for i, r := range rows {
		list[i] = HandChange{ID: handChangeID(&r), Lesson: r.Lesson, Start: r.StartAt.Pointer(), Change: changes[i]}
	}
	return httpd.Fail(http.StatusConflict, "changed-by-hand", "%d things of it were changed by hand since", len(list)).With("changes", list)
}

func handChangeID(c *db.HandChange) string { return fmt.Sprintf("%s.%d", c.Object, c.Version) }
