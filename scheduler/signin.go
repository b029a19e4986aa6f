package scheduler

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

var errWrongPassword = httpd.Fail(http.StatusUnauthorized, "wrong-password", "login or password is wrong")

func tooManyTries(wait time.Duration) error {
	secs := int(math.Ceil(wait.Seconds()))
	return httpd.Fail(http.StatusTooManyRequests, "too-many-tries", "too many wrong tries; try again in %d s", secs).With("seconds", secs)
}

func (s *Server) signIn(ctx context.Context, in *signInInput) (*withCookie[Me], error) {
	who, now := callerOf(ctx), s.now()
	in.Body.Login = strings.ToLower(strings.TrimSpace(in.Body.Login))
	counts := s.limits.signIn(in.Body.Login, who.address)
	for _, c := range counts {
		if wait := c.tally.wait(c.key, now); wait > 0 {
			return nil, tooManyTries(wait)
		}
	}
	for _, c := range counts {
		c.tally.failed(c.key, now)
	}
	account, err := s.account(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		c.tally.succeeded(c.key)
	}
	cookie, err := s.openSession(ctx, who.token, account.ID)
	if err != nil {
		return nil, err
	}
	who.person, who.note.object = account, account.ID
	if who.areas, err = db.LoadAreas(ctx, s.db.Read()); err != nil {
		return nil, err
	}
	me, err := s.meOf(ctx, who)
	return &withCookie[Me]{Cookie: []http.Cookie{cookie}, Body: me}, err
}

// account finds the person whose login and password these are. A login that does not exist looks the same, in words and in time.
func (s *Server) account(ctx context.Context, in SignIn) (*db.Account, error) {
	account, err := db.AccountByLogin(ctx, s.db.Read(), in.Login)
	hash := ""
	switch {
	case err == nil:
		hash = account.Password
	case !errors.Is(err, db.ErrNotFound):
		return nil, err
	}
	same, err := passwordIs(ctx, in.Password, hash)
	if err != nil {
		return nil, err
	}
	if !same || account.Blocked {
		s.figures.refused.Inc()
		return nil, errWrongPassword
	}
	return account, nil
}

func (s *Server) me(ctx context.Context, _ *nothing) (*answer[Me], error) {
	me, err := s.meOf(ctx, callerOf(ctx))
	return &answer[Me]{me}, err
}

func (s *Server) signOut(ctx context.Context, _ *nothing) (*cookieOnly, error) {
	if err := s.closeSession(ctx, callerOf(ctx).token); err != nil {
		return nil, err
	}
	gone := s.cookie(sessionCookie, "", "/", time.Unix(1, 0))
	gone.MaxAge = -1
	return &cookieOnly{[]http.Cookie{gone}}, nil
}

func (s *Server) meOf(ctx context.Context, who *caller) (Me, error) {
	me := Me{ID: who.person.ID, Name: who.person.Name, Login: who.person.Login, Locale: who.person.Locale,
		Roles: heldRoles(who.person.Roles, who.areas), Rooms: []link.Named{}}
	for _, r := range who.person.Roles {
		if a := who.areas[r.Area]; a.Level == db.SchoolLevel {
			me.School = &link.Named{ID: a.ID, Name: a.Name}
			break
		}
	}
	if me.School == nil {
		return me, nil
	}
	rooms, err := db.RoomsOf(ctx, s.db.Read(), me.School.ID)
	for _, r := range rooms {
		me.Rooms = append(me.Rooms, link.Named{ID: r.ID, Name: r.Name})
	}
	return me, err
}

func heldRoles(roles []db.PersonRole, areas db.Areas) []HeldRole {
	held := make([]HeldRole, len(roles))
	for i, r := range roles {
		held[i] = HeldRole{Role: string(r.Role), Area: r.Area, AreaName: areas[r.Area].Name}
	}
	return held
}
