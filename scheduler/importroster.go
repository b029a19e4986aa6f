package scheduler

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/sync/errgroup"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/roster"
	"github.com/tongtang/tongtang/scheduler/sheet"
)

type rosterInput struct {
	ByID
	Body RosterFile
}

type importRosterInput struct {
	ChangeByID
	Body RosterFile
}

// rostering are the roles that import lists; teachers are for those alone who may appoint them.
var rostering = []db.Role{db.Coordinator, db.SchoolAdmin, db.Operator}

func (s *Server) rosterFor(ctx context.Context, id, kind string) (*db.School, error) {
	school, err := s.schoolFor(ctx, id, rostering...)
	if err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	if kind := roster.Kind(kind); kind == roster.Teachers && !who.mayAppoint(db.Lecturer, id) || kind != roster.Teachers && !who.covers(id, equipping...) {
		return nil, errNotAllowed
	}
	return school, nil
}

// previewRoster reads a list and tells what its import would do; it changes nothing.
func (s *Server) previewRoster(ctx context.Context, in *rosterInput) (*answer[RosterPreview], error) {
	school, err := s.rosterFor(ctx, in.ID, in.Body.Kind)
	if err != nil {
		return nil, err
	}
	out, list, err := readRoster(&in.Body)
	if err != nil {
		return nil, err
	}
	p, err := compareRoster(ctx, s.db.Read(), school.ID, roster.Kind(in.Body.Kind), list)
	if err != nil {
		return nil, err
	}
	out.Rows, out.RosterCount, out.Version = p.rows, p.count, school.Version
	return &answer[RosterPreview]{*out}, nil
}

// importRoster takes a list over, all of it or nothing. The same list again changes nothing, and nobody is removed.
func (s *Server) importRoster(ctx context.Context, in *importRosterInput) (*answer[RosterDone], error) {
	school, err := s.rosterFor(ctx, in.ID, in.Body.Kind)
	if err != nil {
		return nil, err
	}
	_, list, err := readRoster(&in.Body)
	if err != nil {
		return nil, err
	}
	kind := roster.Kind(in.Body.Kind)
	first, err := compareRoster(ctx, s.db.Read(), school.ID, kind, list)
	if err != nil {
		return nil, err
	}
	accounts, hashes, err := firstPasswords(ctx, kind, first)
	if err != nil {
		return nil, err
	}
	out := RosterDone{Accounts: accounts}
	callerOf(ctx).note.detail = in.Body.Kind + " " + in.Body.File.Name
	err = s.changeSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		p, err := compareRoster(ctx, tx, school.ID, kind, list)
		if err != nil {
			return err
		}
		if p.count.Bad > 0 {
			return httpd.Fail(http.StatusUnprocessableEntity, "rows-bad", "%d rows of the file cannot be taken over; nothing was changed", p.count.Bad).With("count", p.count.Bad)
		}
		out.RosterCount = p.count
		if err := p.write(ctx, tx, school.ID, kind, hashes, db.At(s.now())); err != nil {
			return err
		}
		return relink(ctx, tx, school)
	})
	if db.IsDuplicate(err) {
		err = errRosterMoved
	}
	return &answer[RosterDone]{out}, err
}

func readRoster(in *RosterFile) (*RosterPreview, []roster.Entry, error) {
	sheets, err := sheet.Read(in.File.Data)
	if err != nil {
		return nil, nil, fileProblem(err)
	}
	out := &RosterPreview{Sheet: in.Sheet, Sample: [][]string{}}
	for _, s := range sheets {
		out.Sheets = append(out.Sheets, s.Name)
	}
	if in.Sheet >= len(sheets) {
		return nil, nil, httpd.Fail(http.StatusUnprocessableEntity, "sheet-unknown", "the file has %d sheets", len(sheets))
	}
	s := &sheets[in.Sheet]
	m := roster.Guess(s, roster.Kind(in.Kind))
	if in.Mapping != nil {
		m = roster.Mapping{Head: in.Mapping.Head, Columns: map[roster.Field]int{}}
		for field, column := range in.Mapping.Columns {
			m.Columns[roster.Field(field)] = column
		}
	}
	out.Mapping = &RosterMapping{Head: m.Head, Columns: map[string]int{}}
	for field, column := range m.Columns {
		out.Mapping.Columns[string(field)] = column
	}
	out.Sample = sampleOf(s)
	list, err := roster.Read(s, roster.Kind(in.Kind), m)
	return out, list, fileProblem(err)
}

// firstPasswords makes a password for each new teacher, and its hash; many at once, so that a school of hundreds takes seconds.
func firstPasswords(ctx context.Context, kind roster.Kind, p *rosterPlan) ([]NewAccount, map[string]string, error) {
	accounts, hashes := []NewAccount{}, map[string]string{}
	if kind != roster.Teachers || p.count.Bad > 0 {
		return accounts, hashes, nil
	}
	for _, r := range p.rows {
		if r.State == "new" {
			accounts = append(accounts, NewAccount{Name: r.Name, Login: r.Login, Password: strings.ToLower(rand.Text()[:12])})
		}
	}
	made := make([]string, len(accounts))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(cap(hashing))
	for i, a := range accounts {
		g.Go(func() (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			made[i], err = HashPassword(a.Password)
			return err
		})
	}
	err := g.Wait()
	for i, a := range accounts {
		hashes[a.Login] = made[i]
	}
	return accounts, hashes, err
}

// rosterPlan is what a list does to what there is.
type rosterPlan struct {
	rows  []RosterRow
	count RosterCount
	ids   []string // of what there is, by row; "" where it is new
}

func compareRoster(ctx context.Context, q bun.IDB, school string, kind roster.Kind, list []roster.Entry) (*rosterPlan, error) {
	look := map[roster.Kind]func(context.Context, bun.IDB, string, []roster.Entry) (func(*RosterRow) string, error){
		roster.Teachers: lookAtTeachers, roster.Classes: lookAtClasses, roster.Rooms: lookAtRooms}[kind]
	state, err := look(ctx, q, school, list)
	if err != nil {
		return nil, err
	}
	p := &rosterPlan{rows: []RosterRow{}}
	for _, e := range list {
		row := RosterRow{Row: e.Row, Name: e.Name, Login: e.Login, Role: e.Role, Grade: e.Grade, Class: e.RoomClass, State: "new", Faults: faults(e.Faults)}
		id := state(&row)
		switch {
		case len(row.Faults) > 0:
			row.State = "bad"
			p.count.Bad++
		case row.State == "new":
			p.count.New++
		case row.State == "same":
			p.count.Same++
		default:
			p.count.Changed++
		}
		p.rows, p.ids = append(p.rows, row), append(p.ids, id)
	}
	return p, nil
}

func lookAtClasses(ctx context.Context, q bun.IDB, school string, _ []roster.Entry) (func(*RosterRow) string, error) {
	rows, err := db.ClassesOf(ctx, q, school)
	byName := map[string]db.Class{}
	for _, c := range rows {
		byName[c.Name] = c
	}
	return func(r *RosterRow) string {
		c, ok := byName[r.Name]
		r.settle(ok, ok && c.Grade == r.Grade)
		return c.ID
	}, err
}

func lookAtRooms(ctx context.Context, q bun.IDB, school string, _ []roster.Entry) (func(*RosterRow) string, error) {
	rows, err := db.RoomsOf(ctx, q, school)
	byName := map[string]db.Room{}
	for _, c := range rows {
		byName[c.Name] = c
	}
	return func(r *RosterRow) string {
		c, ok := byName[r.Name]
		r.settle(ok, ok && c.Class == r.Class)
		return c.ID
	}, err
}

func (r *RosterRow) settle(there, same bool) {
	switch {
	case same:
		r.State = "same"
	case there:
		r.State = "changed"
	}
}

func lookAtTeachers(ctx context.Context, q bun.IDB, school string, list []roster.Entry) (func(*RosterRow) string, error) {
	logins := make([]string, len(list))
	for i, e := range list {
		logins[i] = e.Login
	}
	accounts, err := db.AccountsByLogin(ctx, q, logins)
	return func(r *RosterRow) string {
		a, ok := accounts[r.Login]
		if !ok {
			return ""
		}
		here, role := false, false
		for _, held := range a.Roles {
			here = here || held.Area == school
			role = role || held.Area == school && string(held.Role) == r.Role
		}
		if !here {
			r.Faults = append(r.Faults, ImportFault{Code: "login-elsewhere", Value: r.Login})
		}
		r.settle(true, role && a.Name == r.Name)
		return a.ID
	}, err
}

func (p *rosterPlan) write(ctx context.Context, tx bun.Tx, school string, kind roster.Kind, hashes map[string]string, now db.Instant) error {
	for i := range p.rows {
		r := &p.rows[i]
		if r.State == "same" {
			continue
		}
		id := p.ids[i]
		var err error
		switch {
		case kind == roster.Classes && id == "":
			_, err = tx.NewInsert().Model(&db.Class{ID: ident.New(), School: school, Name: r.Name, Grade: r.Grade}).Exec(ctx)
		case kind == roster.Classes:
			_, err = tx.NewUpdate().Model((*db.Class)(nil)).Set("grade = ?", r.Grade).Where("id = ?", id).Exec(ctx)
		case kind == roster.Rooms && id == "":
			_, err = tx.NewInsert().Model(&db.Room{ID: ident.New(), School: school, Name: r.Name, Class: r.Class}).Exec(ctx)
		case kind == roster.Rooms:
			_, err = tx.NewUpdate().Model((*db.Room)(nil)).Set("class = ?", r.Class).Where("id = ?", id).Exec(ctx)
		default:
			err = r.appoint(ctx, tx, school, id, hashes, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var errRosterMoved = httpd.Fail(http.StatusConflict, "roster-moved", "somebody changed the list at the same time; look at the preview again")

// appoint makes the account of a new teacher, or gives the one there is its name and role.
func (r *RosterRow) appoint(ctx context.Context, tx bun.Tx, school, id string, hashes map[string]string, now db.Instant) error {
	if id == "" {
		hash, ok := hashes[r.Login]
		if !ok {
			return errRosterMoved
		}
		id = ident.New()
		if _, err := tx.NewInsert().Model(&db.Person{ID: id, Login: r.Login, Name: r.Name, Password: hash, Created: now}).Exec(ctx); err != nil {
			return err
		}
	} else if _, err := tx.NewUpdate().Model((*db.Person)(nil)).Set("name = ?", r.Name).Where("id = ?", id).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(&db.PersonRole{Person: id, Role: db.Role(r.Role), Area: school}).On("CONFLICT DO NOTHING").Exec(ctx)
	return err
}

// relink gives the lessons of the school's own timetable the classes, teachers and rooms that it is known to have now.
func relink(ctx context.Context, tx bun.Tx, school *db.School) error {
	k, err := known(ctx, tx, school)
	if err != nil {
		return err
	}
	rows, err := db.OwnSlots(ctx, tx, []string{school.ID})
	if err != nil {
		return err
	}
	for i := range rows {
		l := weekLesson(&rows[i])
		if !k.Resolve(&l) {
			continue
		}
		next := ownSlot(school.ID, l)
		next.ID = rows[i].ID
		if _, err := tx.NewUpdate().Model(&next).Column("class", "class_name", "teacher", "teacher_name", "room", "room_name").WherePK().Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}
