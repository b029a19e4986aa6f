package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// onlineFor is how long after it was last heard a device counts as online.
const onlineFor = time.Minute

// equipping are the roles that look after a school's rooms and devices.
var equipping = []db.Role{db.Coordinator, db.SchoolAdmin}

func (s *Server) listDevices(ctx context.Context, _ *nothing) (*answer[Devices], error) {
	rows, err := db.Devices(ctx, s.db.Read(), callerOf(ctx).schools(equipping...))
	if err != nil {
		return nil, err
	}
	out := Devices{Devices: make([]Device, len(rows))}
	for i, r := range rows {
		out.Devices[i] = s.device(r)
	}
	return &answer[Devices]{out}, nil
}

func (s *Server) device(r db.DeviceView) Device {
	d := Device{ID: r.ID, Name: r.Name, Room: link.Named{ID: r.Room, Name: r.RoomName}, School: link.Named{ID: r.School, Name: r.SchoolName},
		LastSeen: r.LastSeen.Pointer(), Version: r.Version}
	d.Online = d.LastSeen != nil && s.now().Sub(*d.LastSeen) < onlineFor
	var status link.AgentStatus
	if r.Status != "" && json.Unmarshal([]byte(r.Status), &status) == nil {
		d.Status = &status
	}
	return d
}

func (s *Server) enrolmentCode(ctx context.Context, in *enrolmentInput) (*answer[EnrolmentCode], error) {
	who := callerOf(ctx)
	room, err := db.RoomByID(ctx, s.db.Read(), in.Body.Room)
	if errors.Is(err, db.ErrNotFound) || (err == nil && !who.covers(room.School, equipping...)) {
		return nil, httpd.Fail(http.StatusUnprocessableEntity, "room-unknown", "there is no such room at a school of yours")
	}
	if err != nil {
		return nil, err
	}
	who.note.object = room.ID
	var out EnrolmentCode
	err = s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		out.Code, out.Expires, err = db.NewEnrolment(ctx, tx, room.ID, s.now())
		return err
	})
	return &answer[EnrolmentCode]{out}, err
}

func (s *Server) deleteDevice(ctx context.Context, in *ByID) (*empty, error) {
	who := callerOf(ctx)
	return done(s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		rows, err := db.Devices(ctx, tx, who.schools(equipping...))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.ID == in.ID {
				_, err := tx.NewDelete().Model(&r.Device).WherePK().Exec(ctx)
				return err
			}
		}
		return httpd.Fail(http.StatusNotFound, "device-unknown", "there is no such device at a school of yours")
	}))
}
