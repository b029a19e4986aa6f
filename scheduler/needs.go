package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// matching are the roles that see the needs and offers of their areas.
var matching = []db.Role{db.Coordinator, db.SchoolAdmin, db.Lecturer, db.Observer}

func (s *Server) listNeeds(ctx context.Context, _ *nothing) (*answer[Needs], error) {
	rows, err := db.Needs(ctx, s.db.Read(), db.NeedFilter{Schools: callerOf(ctx).schools(matching...), Day: s.day().String()})
	out := Needs{Needs: make([]Need, len(rows))}
	for i := range rows {
		out.Needs[i] = needOf(&rows[i], callerOf(ctx))
	}
	return &answer[Needs]{out}, err
}

func needOf(n *db.NeedView, who *caller) Need {
	out := Need{ID: n.ID, School: link.Named{ID: n.School, Name: n.SchoolName}, Class: link.Named{ID: n.Class, Name: n.ClassName}, Grade: n.Grade, Subject: n.Subject,
		Periods: n.Periods, Met: n.Met, Edition: n.Edition, Unit: n.Unit, Language: n.Language, DownKbps: n.DownKbps, UpKbps: n.UpKbps, Tested: n.Tested.Pointer(),
		Blocked: nonNil(n.BlockedCells), Note: n.Note, Version: n.Version, May: who.covers(n.School, equipping...)}
	out.Room, out.Assistant = namedOrNone(n.Room, n.RoomName), namedOrNone(n.Assistant, n.AssistantName)
	return out
}

func namedOrNone(id, name string) *link.Named {
	if id == "" {
		return nil
	}
	return &link.Named{ID: id, Name: name}
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Server) addNeed(ctx context.Context, in *addNeedInput) (*answer[Need], error) {
	return s.saveNeed(ctx, &db.Need{ID: ident.New(), Created: db.At(s.now())}, in.Body)
}

func (s *Server) setNeed(ctx context.Context, in *setNeedInput) (*answer[Need], error) {
	was, err := s.needFor(ctx, s.db.Read(), in.ID, equipping...)
	if err != nil {
		return nil, err
	}
	if in.Body.Version == 0 {
		return nil, versionMissing(was.Version)
	}
	return s.saveNeed(ctx, &was.Need, in.Body)
}

// needFor finds a need of a school for which the caller holds one of the roles.
func (s *Server) needFor(ctx context.Context, q bun.IDB, id string, roles ...db.Role) (*db.NeedView, error) {
	rows, err := db.Needs(ctx, q, db.NeedFilter{IDs: []string{id}, Day: s.day().String()})
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	if len(rows) == 0 || !who.covers(rows[0].School, matching...) {
		return nil, httpd.Fail(http.StatusNotFound, "need-unknown", "there is no such need, or you may not see it")
	}
	if !who.covers(rows[0].School, roles...) {
		return nil, errNotAllowed
	}
	return &rows[0], nil
}

func (s *Server) saveNeed(ctx context.Context, row *db.Need, in NewNeed) (*answer[Need], error) {
	who := callerOf(ctx)
	if who.areas[in.School].Level != db.SchoolLevel || !who.covers(in.School, equipping...) {
		return nil, schoolUnknown(in.School)
	}
	if row.Version > 0 && in.School != row.School {
		return nil, courseFault("school-unknown", "a need stays with its school")
	}
	blocked, err := json.Marshal(nonNil(in.Blocked))
	if err != nil {
		return nil, err
	}
	next := *row
	if row.Version > 0 {
		next.Version = in.Version // what the change is based on
	}
	next.School, next.Class, next.Subject, next.Periods, next.Edition, next.Unit = in.School, in.Class, in.Subject, in.Periods, in.Edition, in.Unit
	next.Room, next.Assistant, next.Language, next.Note, next.Blocked = in.Room, in.Assistant, in.Language, in.Note, string(blocked)
	if next.DownKbps, next.UpKbps = in.DownKbps, in.UpKbps; next.DownKbps != row.DownKbps || next.UpKbps != row.UpKbps {
		next.Tested = db.At(s.now())
	}
	who.note.object, who.note.detail = row.ID, in.Subject
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := checkNeed(ctx, tx, &next); err != nil {
			return err
		}
		saved := next
		return db.SaveNeed(ctx, tx, &saved)
	})
	if err = s.staleMatch(ctx, err, func() (any, int, error) {
		now, err := s.needFor(ctx, s.db.Read(), row.ID, equipping...)
		if err != nil {
			return nil, 0, err
		}
		return needOf(now, who), now.Version, nil
	}); db.IsDuplicate(err) {
		return nil, httpd.Fail(http.StatusConflict, "need-there", "the class has a need of this subject already")
	}
	if err != nil {
		return nil, err
	}
	saved, err := s.needFor(ctx, s.db.Read(), row.ID, equipping...)
	if err != nil {
		return nil, err
	}
	return &answer[Need]{needOf(saved, who)}, nil
}

// staleMatch tells whose change of a need or an offer is based on an old version how it is now.
func (s *Server) staleMatch(ctx context.Context, err error, present func() (any, int, error)) error {
	var stale *db.StaleError
	if !errors.As(err, &stale) {
		return err
	}
	now, version, err := present()
	if err != nil {
		return err
	}
	return httpd.Fail(http.StatusPreconditionFailed, "stale", "somebody changed it since: it is version %d now", version).With("version", version).With("present", now)
}

func checkNeed(ctx context.Context, tx bun.Tx, n *db.Need) error {
	if err := checkClass(ctx, tx, n.Class, n.School); err != nil {
		return err
	}
	if err := checkRoom(ctx, tx, n.Room, n.School, ""); err != nil {
		return err
	}
	if n.Assistant == "" {
		return nil
	}
	return checkHolds(ctx, tx, n.Assistant, db.Assistant, n.School)
}

func (s *Server) withdrawNeed(ctx context.Context, in *ByID) (*empty, error) {
	n, err := s.needFor(ctx, s.db.Read(), in.ID, equipping...)
	if err != nil {
		return nil, err
	}
	return done(s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row := n.Need
		row.Withdrawn = true
		return db.SaveNeed(ctx, tx, &row)
	}))
}
