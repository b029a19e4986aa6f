package scheduler

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
)

// myCalendar is the address of the caller's own feed, empty where none was made.
func (s *Server) myCalendar(ctx context.Context, _ *nothing) (*answer[CalendarAddress], error) {
	var out CalendarAddress
	if secret := callerOf(ctx).person.Calendar; secret != "" {
		out.URL = s.feedURL(secret)
	}
	return &answer[CalendarAddress]{out}, nil
}

// newMyCalendar makes a new secret address; the one before is useless.
func (s *Server) newMyCalendar(ctx context.Context, _ *nothing) (*answer[CalendarAddress], error) {
	return s.newSecret(ctx, (*db.Person)(nil), callerOf(ctx).person.ID)
}

func (s *Server) newRoomCalendar(ctx context.Context, in *ByID) (*answer[CalendarAddress], error) {
	room, err := db.RoomByID(ctx, s.db.Read(), in.ID)
	if errors.Is(err, db.ErrNotFound) || (err == nil && !callerOf(ctx).covers(room.School, equipping...)) {
		return nil, httpd.Fail(http.StatusNotFound, "room-unknown", "there is no such room in your area")
	}
	if err != nil {
		return nil, err
	}
	return s.newSecret(ctx, (*db.Room)(nil), in.ID)
}

func (s *Server) newSecret(ctx context.Context, model any, id string) (*answer[CalendarAddress], error) {
	secret := rand.Text() // 130 random bits
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(model).Set("calendar = ?", secret).Where("id = ?", id).Exec(ctx)
		return err
	})
	return &answer[CalendarAddress]{CalendarAddress{s.feedURL(secret)}}, err
}
