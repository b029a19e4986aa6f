package scheduler

import (
	"context"
	"net/http"
	"strings"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
)

// staffing are the roles that see people.
var staffing = []db.Role{db.Coordinator, db.SchoolAdmin, db.Operator}

func (s *Server) listPeople(ctx context.Context, in *peopleInput) (*answer[People], error) {
	who := callerOf(ctx)
	var areas []string
	for id := range who.areas {
		if who.covers(id, staffing...) && (in.School == "" || id == in.School) {
			areas = append(areas, id)
		}
	}
	accounts, err := db.AccountsIn(ctx, s.db.Read(), areas, db.Role(in.Role))
	if err != nil {
		return nil, err
	}
	out := People{People: make([]Person, len(accounts))}
	for i := range accounts {
		out.People[i] = personOf(&accounts[i], who.areas)
	}
	return &answer[People]{out}, nil
}

func personOf(a *db.Account, areas db.Areas) Person {
	return Person{ID: a.ID, Name: a.Name, Login: a.Login, Roles: heldRoles(a.Roles, areas)}
}

// mayAppoint tells whether the caller may give someone the role for the area: an operator everything in the own area, a school
// administrator the roles of the own school.
func (c *caller) mayAppoint(role db.Role, area string) bool {
	if c.covers(area, db.Operator) {
		return true
	}
	switch role {
	case db.Lecturer, db.Assistant, db.Student, db.SchoolAdmin:
		return c.covers(area, db.SchoolAdmin) && c.areas[area].Level == db.SchoolLevel
	}
	return false
}

func (s *Server) createPerson(ctx context.Context, in *createPersonInput) (*answer[Person], error) {
	who, role := callerOf(ctx), db.Role(in.Body.Role)
	if who.areas[in.Body.Area].ID == "" || !who.mayAppoint(role, in.Body.Area) {
		return nil, httpd.Fail(http.StatusForbidden, "not-allowed", "you may not give that role for that area")
	}
	hash, err := HashPassword(in.Body.Password)
	if err != nil {
		return nil, err
	}
	p := db.Person{ID: ident.New(), Login: in.Body.Login, Name: strings.TrimSpace(in.Body.Name), Password: hash, Class: in.Body.Class, Created: db.At(s.now())}
	held := db.PersonRole{Person: p.ID, Role: role, Area: in.Body.Area}
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := checkClass(ctx, tx, in.Body.Class, in.Body.Area); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&held).Exec(ctx)
		return err
	})
	if db.IsDuplicate(err) {
		return nil, httpd.Fail(http.StatusConflict, "login-taken", "somebody has the login %s already", in.Body.Login).With("login", in.Body.Login)
	}
	if err != nil {
		return nil, err
	}
	who.note.object, who.note.detail = p.ID, string(role)+" "+in.Body.Area
	return &answer[Person]{personOf(&db.Account{Person: p, Roles: []db.PersonRole{held}}, who.areas)}, nil
}

func checkClass(ctx context.Context, q bun.IDB, class, school string) error {
	if class == "" {
		return nil
	}
	n, err := q.NewSelect().Model((*db.Class)(nil)).Where("id = ?", class).Where("school = ?", school).Count(ctx)
	if err == nil && n == 0 {
		return httpd.Fail(http.StatusUnprocessableEntity, "class-unknown", "there is no such class at that school")
	}
	return err
}
