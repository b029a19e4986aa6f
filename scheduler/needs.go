package scheduler

import (
	"context"
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

func (s *Server) addNeed(ctx context.Context, in *addNeedInput) (*tagged[Need], error) {
	row := &db.Need{ID: ident.New(), Created: db.At(s.now())}
	if err := s.fillNeed(ctx, row, in.Body); err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = in.Body.Subject
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := checkNeed(ctx, tx, row); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	return s.tellNeed(ctx, row.ID, err)
}

func (s *Server) setNeed(ctx context.Context, in *setNeedInput) (*tagged[Need], error) {
	callerOf(ctx).note.detail = in.Body.Subject
	err := s.changeNeed(ctx, in.ChangeByID, func(ctx context.Context, tx bun.Tx, row *db.Need) error {
		if in.Body.School != row.School {
			return courseFault("school-unknown", "a need stays with its school")
		}
		if err := s.fillNeed(ctx, row, in.Body); err != nil {
			return err
		}
		return checkNeed(ctx, tx, row)
	})
	return s.tellNeed(ctx, in.ID, err)
}

func (s *Server) withdrawNeed(ctx context.Context, in *ChangeByID) (*empty, error) {
	return done(s.changeNeed(ctx, *in, func(_ context.Context, _ bun.Tx, row *db.Need) error {
		row.Withdrawn = true
		return nil
	}))
}

// changeNeed changes a need, or tells what others have made of it since the caller read it.
func (s *Server) changeNeed(ctx context.Context, in ChangeByID, change func(context.Context, bun.Tx, *db.Need) error) error {
	var row *db.NeedView
	look := func(ctx context.Context, q bun.IDB) (_ any, err error) {
		if row, err = s.needFor(ctx, q, in.ID, equipping...); err != nil {
			return nil, err
		}
		return needOf(row, callerOf(ctx)), nil
	}
	return s.changeDocument(ctx, in, db.NeedVersion, look, func(ctx context.Context, tx bun.Tx) error {
		if row.Withdrawn {
			return errNeedUnknown
		}
		if err := change(ctx, tx, &row.Need); err != nil {
			return err
		}
		return db.SetNeed(ctx, tx, &row.Need)
	})
}

var errNeedUnknown = httpd.Fail(http.StatusNotFound, "need-unknown", "there is no such need, or you may not see it")

// needFor finds a need, also one that was withdrawn, of a school for which the caller holds one of the roles.
func (s *Server) needFor(ctx context.Context, q bun.IDB, id string, roles ...db.Role) (*db.NeedView, error) {
	rows, err := db.Needs(ctx, q, db.NeedFilter{IDs: []string{id}, Day: s.day().String(), Withdrawn: true})
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	if len(rows) == 0 || !who.covers(rows[0].School, matching...) {
		return nil, errNeedUnknown
	}
	if !who.covers(rows[0].School, roles...) {
		return nil, errNotAllowed
	}
	return &rows[0], nil
}

// openNeed finds a need for its coordinator.
func (s *Server) openNeed(ctx context.Context, id string) (*db.NeedView, error) {
	n, err := s.needFor(ctx, s.db.Read(), id, db.Coordinator)
	if err == nil && n.Withdrawn {
		err = errNeedUnknown
	}
	return n, err
}

// fillNeed writes what was asked for into the row of a need.
func (s *Server) fillNeed(ctx context.Context, row *db.Need, in NewNeed) error {
	who := callerOf(ctx)
	if who.areas[in.School].Level != db.SchoolLevel || !who.covers(in.School, equipping...) {
		return schoolUnknown(in.School)
	}
	row.School, row.Class, row.Subject, row.Periods, row.Edition, row.Unit = in.School, in.Class, in.Subject, in.Periods, in.Edition, in.Unit
	row.Room, row.Assistant, row.Language, row.Note = in.Room, in.Assistant, in.Language, in.Note
	if in.DownKbps != row.DownKbps || in.UpKbps != row.UpKbps {
		row.DownKbps, row.UpKbps, row.Tested = in.DownKbps, in.UpKbps, db.At(s.now())
	}
	return write(&row.Blocked, nonNil(in.Blocked))
}

// tellNeed answers with a need that was written, or says why it was not.
func (s *Server) tellNeed(ctx context.Context, id string, err error) (*tagged[Need], error) {
	if db.IsDuplicate(err) {
		err = httpd.Fail(http.StatusConflict, "need-there", "the class has a need of this subject already")
	}
	if err != nil {
		return nil, err
	}
	callerOf(ctx).note.object = id
	n, err := s.needFor(ctx, s.db.Read(), id, equipping...)
	if err != nil {
		return nil, err
	}
	return withVersion(needOf(n, callerOf(ctx)), n.Version), nil
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
