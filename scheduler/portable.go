package scheduler

import (
	"context"
	"net/http"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
)

// PortableDevice is what a school lends to lessons: a camera, a recorder on wheels, a set of tablets.
type PortableDevice struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Archived bool   `json:"archived,omitempty" doc:"not lent any more: no course can choose it"`
}

// NewPortableDevice asks for a device that the school lends to lessons.
type NewPortableDevice struct {
	Name string `json:"name" minLength:"1" maxLength:"80"`
}

// PortableDeviceChange is a portable device as it shall be.
type PortableDeviceChange struct {
	NewPortableDevice
	Archived bool `json:"archived,omitempty" doc:"not lent any more; refused while planned lessons or running courses need it"`
}

type newPortableDeviceInput struct {
	ChangeByID
	Body NewPortableDevice
}

type setPortableDeviceInput struct {
	ChangeByID
	Device string `path:"device" maxLength:"64" pattern:"^[a-z0-9][a-z0-9-]*$"`
	Body   PortableDeviceChange
}

func (s *Server) createPortableDevice(ctx context.Context, in *newPortableDeviceInput) (*answer[PortableDevice], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	row := &db.PortableDevice{ID: ident.New(), School: in.ID, Name: in.Body.Name}
	callerOf(ctx).note.detail = row.Name
	_, err := s.changedSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(row).Exec(ctx)
		return nameTaken(err)
	})
	return &answer[PortableDevice]{PortableDevice{ID: row.ID, Name: row.Name}}, err
}

func (s *Server) setPortableDevice(ctx context.Context, in *setPortableDeviceInput) (*tagged[SchoolDetail], error) {
	if _, err := s.schoolFor(ctx, in.ID, equipping...); err != nil {
		return nil, err
	}
	callerOf(ctx).note.detail = in.Body.Name
	return s.changedSchool(ctx, in.ID, in.Based, func(ctx context.Context, tx bun.Tx) error {
		if in.Body.Archived {
			if err := s.checkUnused(ctx, tx, in.Device); err != nil {
				return err
			}
		}
		row := &db.PortableDevice{ID: in.Device, Name: in.Body.Name, Archived: in.Body.Archived}
		res, err := tx.NewUpdate().Model(row).Column("name", "archived").WherePK().Where("school = ?", in.ID).Exec(ctx)
		if err != nil {
			return nameTaken(err)
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = httpd.Fail(http.StatusNotFound, "device-unknown", "the school has no such portable device")
		}
		return err
	})
}

// shared fills in what the school lends and shares out: its teaching groups and portable devices, those archived too.
func (s *Server) shared(ctx context.Context, d *SchoolDetail) error {
	groups, err := db.GroupsOf(ctx, s.db.Read(), d.ID)
	if err != nil {
		return err
	}
	for _, g := range groups {
		d.Groups = append(d.Groups, Group{g.ID, g.Name, g.Classes, g.Band, g.Archived})
	}
	devices, err := db.PortableDevicesOf(ctx, s.db.Read(), d.ID)
	for _, p := range devices {
		d.PortableDevices = append(d.PortableDevices, PortableDevice{p.ID, p.Name, p.Archived})
	}
	return err
}
