package scheduler

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Group is a teaching group (教学班) of pupils from several classes (走班).
type Group struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Classes  []string `json:"classes" doc:"ids of the classes from which its pupils come"`
	Band     string   `json:"band,omitempty" doc:"groups of one band can be taught at once: they share the pupils of their classes out among them"`
	Archived bool     `json:"archived,omitempty" doc:"not used any more: no course can choose it"`
}

// NewGroup asks for a teaching group.
type NewGroup struct {
	Name    string   `json:"name" minLength:"1" maxLength:"80"`
	Classes []string `json:"classes" minItems:"1" maxItems:"40" uniqueItems:"true" maxLength:"64"`
	Band    string   `json:"band,omitempty" maxLength:"40"`
}

// GroupChange is a teaching group as it shall be.
type GroupChange struct {
	NewGroup
	Archived bool `json:"archived,omitempty" doc:"not used any more; refused while planned lessons or running courses need it"`
}

type newGroupInput struct {
	ChangeByID
	Body NewGroup
}

type setGroupInput struct {
	ChangeByID
	Group string `path:"group" maxLength:"64" pattern:"^[a-z0-9][a-z0-9-]*$"`
	Body  GroupChange
}

func (s *Server) createGroup(ctx context.Context, in *newGroupInput) (*answer[Group], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	row := &db.TeachingGroup{ID: ident.New(), School: in.ID, Name: in.Body.Name, Band: in.Body.Band}
	callerOf(ctx).note.detail = row.Name
	_, err := s.changedSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		if _, err := groupBells(ctx, tx, in.ID, in.Body.Classes); err != nil {
			return err
		}
		return nameTaken(db.InsertGroup(ctx, tx, row, in.Body.Classes))
	})
	return &answer[Group]{Group{ID: row.ID, Name: row.Name, Classes: in.Body.Classes, Band: row.Band}}, err
}

// setGroup writes a teaching group anew. Whatever is planned with it must stay without a clash and at its times.
func (s *Server) setGroup(ctx context.Context, in *setGroupInput) (*tagged[SchoolDetail], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = in.Body.Name
	now, err := s.changedSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		groups, err := db.GroupsOf(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(groups, func(g db.GroupView) bool { return g.ID == in.Group })
		if i < 0 {
			return httpd.Fail(http.StatusNotFound, "group-unknown", "the school has no such teaching group")
		}
		if err := s.checkGroupChange(ctx, tx, groups[i], in.Body); err != nil {
			return err
		}
		row := &db.TeachingGroup{ID: in.Group, Name: in.Body.Name, Band: in.Body.Band, Archived: in.Body.Archived}
		return nameTaken(db.SetGroup(ctx, tx, groups[i], row, in.Body.Classes, s.now()))
	})
	var clash *db.ClashError
	if errors.As(err, &clash) {
		err = s.refuseClash(ctx, clash, nil)
	}
	return now, err
}

// checkGroupChange refuses what planned lessons do not allow: no group without pupils, and no other bells than those by which they are planned.
func (s *Server) checkGroupChange(ctx context.Context, tx bun.Tx, was db.GroupView, is GroupChange) error {
	bells, err := groupBells(ctx, tx, was.School, is.Classes)
	if err != nil {
		return err
	}
	before, err := db.SetsOf(ctx, tx, was.Classes[:1])
	if err != nil {
		return err
	}
	if is.Archived == was.Archived && bells == before[was.Classes[0]] {
		return nil
	}
	return s.checkUnused(ctx, tx, was.ID)
}

// groupBells tells whose bells the pupils of the classes have: one group, one time.
func groupBells(ctx context.Context, tx bun.Tx, school string, classes []string) (timetable.Set, error) {
	for _, class := range classes {
		if err := checkOwn(ctx, tx, (*db.Class)(nil), "class-unknown", class, school); err != nil {
			return timetable.Set{}, err
		}
	}
	sets, err := db.SetsOf(ctx, tx, classes)
	if err != nil {
		return timetable.Set{}, err
	}
	for _, class := range classes {
		if sets[class] != sets[classes[0]] {
			return timetable.Set{}, courseFault("group-bells-differ", "the classes of a teaching group must have the same bells")
		}
	}
	return sets[classes[0]], nil
}

// checkUnused refuses to change what planned lessons or running courses need.
func (s *Server) checkUnused(ctx context.Context, tx bun.Tx, id string) error {
	titles, err := db.UsedBy(ctx, tx, id, s.day().String(), s.now())
	if err == nil && len(titles) > 0 {
		err = httpd.Fail(http.StatusConflict, "still-used", "it is still used by %q", titles[0]).With("titles", titles).With("title", titles[0])
	}
	return err
}

var errNameTaken = httpd.Fail(http.StatusConflict, "name-taken", "the school has one of this name already")

func nameTaken(err error) error {
	if db.IsDuplicate(err) {
		return errNameTaken
	}
	return err
}
