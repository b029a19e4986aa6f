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

// Group is a teaching group (教学班) of pupils from several classes (走班).
type Group struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Classes []string `json:"classes" doc:"ids of the classes from which its pupils come"`
	Band    string   `json:"band,omitempty" doc:"groups of one band can be taught at once: they share the pupils of their classes out among them"`
}

// NewGroup asks for a teaching group.
type NewGroup struct {
	Name    string   `json:"name" minLength:"1" maxLength:"80"`
	Classes []string `json:"classes" minItems:"1" maxItems:"40" uniqueItems:"true" maxLength:"64"`
	Band    string   `json:"band,omitempty" maxLength:"40"`
}

// NewPortableDevice asks for a device that the school lends to lessons.
type NewPortableDevice struct {
	Name string `json:"name" minLength:"1" maxLength:"80"`
}

type newGroupInput struct {
	ByID
	Body NewGroup
}

type newPortableDeviceInput struct {
	ByID
	Body NewPortableDevice
}

func (s *Server) createGroup(ctx context.Context, in *newGroupInput) (*answer[Group], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	row := &db.TeachingGroup{ID: ident.New(), School: in.ID, Name: in.Body.Name, Band: in.Body.Band}
	callerOf(ctx).note.detail = row.ID
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, class := range in.Body.Classes {
			if err := checkOwn(ctx, tx, (*db.Class)(nil), "class-unknown", class, in.ID); err != nil {
				return err
			}
		}
		return db.InsertGroup(ctx, tx, row, in.Body.Classes)
	})
	if db.IsDuplicate(err) {
		return nil, errNameTaken
	}
	return &answer[Group]{Group{row.ID, row.Name, in.Body.Classes, row.Band}}, err
}

func (s *Server) createPortableDevice(ctx context.Context, in *newPortableDeviceInput) (*answer[link.Named], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	row := &db.PortableDevice{ID: ident.New(), School: in.ID, Name: in.Body.Name}
	callerOf(ctx).note.detail = row.ID
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	if db.IsDuplicate(err) {
		return nil, errNameTaken
	}
	return &answer[link.Named]{link.Named{ID: row.ID, Name: row.Name}}, err
}

var errNameTaken = httpd.Fail(http.StatusConflict, "name-taken", "the school has one of this name already")

// shared fills in what the school lends and shares out: its teaching groups and portable devices.
func (s *Server) shared(ctx context.Context, d *SchoolDetail) error {
	groups, err := db.GroupsOf(ctx, s.db.Read(), d.ID)
	if err != nil {
		return err
	}
	for _, g := range groups {
		d.Groups = append(d.Groups, Group{g.ID, g.Name, g.Classes, g.Band})
	}
	devices, err := db.PortableDevicesOf(ctx, s.db.Read(), d.ID)
	for _, p := range devices {
		d.PortableDevices = append(d.PortableDevices, link.Named{ID: p.ID, Name: p.Name})
	}
	return err
}
