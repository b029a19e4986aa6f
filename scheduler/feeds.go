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
	secret := newSecret()
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return db.SetCalendar(ctx, tx, (*db.Person)(nil), callerOf(ctx).person.ID, secret)
	})
	return s.calendarAddress(secret, err)
}

func (s *Server) newRoomCalendar(ctx context.Context, in *ChangeByID) (*answer[CalendarAddress], error) {
	room, err := db.RoomByID(ctx, s.db.Read(), in.ID)
	if errors.Is(err, db.ErrNotFound) || (err == nil && !callerOf(ctx).covers(room.School, equipping...)) {
		return nil, httpd.Fail(http.StatusNotFound, "room-unknown", "there is no such room in your area")
	}
	if err != nil {
		return nil, err
	}
	secret := newSecret()
	callerOf(ctx).note.detail = room.Name
	err = s.changeSchool(ctx, room.School, in.Based, func(ctx context.Context, tx bun.Tx) error {
		return db.SetCalendar(ctx, tx, (*db.Room)(nil), in.ID, secret)
	})
	return s.calendarAddress(secret, err)
}

// newSecret is a part of an address that nobody guesses: 130 random bits.
func newSecret() string { return rand.Text() }

func (s *Server) calendarAddress(secret string, err error) (*answer[CalendarAddress], error) {
	if err != nil {
		return nil, err
	}
	return &answer[CalendarAddress]{CalendarAddress{s.feedURL(secret)}}, nil
}
