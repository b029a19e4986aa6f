package db

import (
	"context"

	"github.com/uptrace/bun"
)

// Account is a person with the roles held.
type Account struct {
	Person
	Roles []PersonRole
}

// AccountByLogin finds a person by login; ErrNotFound.
func AccountByLogin(ctx context.Context, q bun.IDB, login string) (*Account, error) {
	return account(ctx, q, "login = ?", login)
}

// AccountByID finds a person; ErrNotFound.
func AccountByID(ctx context.Context, q bun.IDB, id string) (*Account, error) {
	return account(ctx, q, "id = ?", id)
}

func account(ctx context.Context, q bun.IDB, where string, arg string) (*Account, error) {
	var a Account
	if err := q.NewSelect().Model(&a.Person).Where(where, arg).Scan(ctx); err != nil {
		return nil, err
	}
	err := q.NewSelect().Model(&a.Roles).Where("person = ?", a.ID).Order("role", "area").Scan(ctx)
	return &a, err
}

// AccountsByLogin finds people with these logins, by login.
func AccountsByLogin(ctx context.Context, q bun.IDB, logins []string) (map[string]Account, error) {
	var persons []Person
	if err := q.NewSelect().Model(&persons).Where("login IN (?)", bun.List(logins)).Scan(ctx); err != nil {
		return nil, err
	}
	accounts, err := withRoles(ctx, q, persons)
	byLogin := map[string]Account{}
	for _, a := range accounts {
		byLogin[a.Login] = a
	}
	return byLogin, err
}

// AccountsIn finds the people who hold a role for one of the areas, by name; role "" is any.
func AccountsIn(ctx context.Context, q bun.IDB, areas []string, role Role) ([]Account, error) {
	held := q.NewSelect().Model((*PersonRole)(nil)).Column("person").Where("area IN (?)", bun.List(areas))
	if role != "" {
		held = held.Where("role = ?", role)
	}
	var persons []Person
	if err := q.NewSelect().Model(&persons).Where("id IN (?)", held).Order("name", "login").Limit(5000).Scan(ctx); err != nil {
		return nil, err
	}
	return withRoles(ctx, q, persons)
}

func withRoles(ctx context.Context, q bun.IDB, persons []Person) ([]Account, error) {
	ids := make([]string, len(persons))
	for i, p := range persons {
		ids[i] = p.ID
	}
	var roles []PersonRole
	if err := q.NewSelect().Model(&roles).Where("person IN (?)", bun.List(ids)).Order("role", "area").Scan(ctx); err != nil {
		return nil, err
	}
	byPerson := map[string][]PersonRole{}
	for _, r := range roles {
		byPerson[r.Person] = append(byPerson[r.Person], r)
	}
	accounts := make([]Account, len(persons))
	for i, p := range persons {
		accounts[i] = Account{p, byPerson[p.ID]}
	}
	return accounts, nil
}

// Areas is the tree of areas.
type Areas map[string]Area

// LoadAreas reads the tree.
func LoadAreas(ctx context.Context, q bun.IDB) (Areas, error) {
	var rows []Area
	if err := q.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, err
	}
	t := make(Areas, len(rows))
	for _, a := range rows {
		t[a.ID] = a
	}
	return t, nil
}

// Within tells whether the area is, or lies below, the other one.
func (t Areas) Within(area, above string) bool {
	for id := area; id != ""; id = t[id].Parent {
		if id == above {
			return true
		}
	}
	return false
}

// SchoolLevel is the level of schools in the tree.
const SchoolLevel = 5

// Schools lists the schools that are, or lie below, the area.
func (t Areas) Schools(above string) []string {
	var found []string
	for id, a := range t {
		if a.Level == SchoolLevel && t.Within(id, above) {
			found = append(found, id)
		}
	}
	return found
}

// RoomsOf lists a school's rooms by name.
func RoomsOf(ctx context.Context, q bun.IDB, school string) ([]Room, error) {
	var rooms []Room
	err := q.NewSelect().Model(&rooms).Where("school = ?", school).Order("name").Scan(ctx)
	return rooms, err
}

// Above is the area and those above it, the nearest first.
func (t Areas) Above(area string) []string {
	var chain []string
	for id := area; id != ""; id = t[id].Parent {
		chain = append(chain, id)
	}
	return chain
}
