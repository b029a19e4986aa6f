package scheduler

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

var (
	errCodeWrong   = httpd.Fail(http.StatusUnauthorized, "code-wrong", "there is no such enrolment code")
	errCodeExpired = httpd.Fail(http.StatusGone, "code-expired", "the code was used already or is older than 24 hours; ask the coordinator for a new one")
)

// everywhere is the key of the tally that counts wrong codes whatever address they come from.
const everywhere = "*"

func (s *Server) enrolDevice(ctx context.Context, in *enrolInput) (*answer[link.Enrolled], error) {
	who, now := callerOf(ctx), s.now()
	if wait := max(s.limits.code.wait(who.address, now), s.limits.codes.wait(everywhere, now)); wait > 0 {
		return nil, tooManyTries(wait)
	}
	key := rand.Text() // 130 random bits
	device := &db.Device{ID: ident.New(), Name: in.Body.Name, KeyHash: db.SecretHash(key), Created: db.At(now)}
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if device.Room, err = useCode(ctx, tx, in.Body.Code, now); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(device).Exec(ctx)
		return err
	})
	if errors.Is(err, errCodeWrong) {
		s.limits.code.failed(who.address, now)
		s.limits.codes.failed(everywhere, now)
	}
	if err != nil {
		return nil, err
	}
	room, err := s.deviceRoom(ctx, device)
	if err != nil {
		return nil, err
	}
	who.device, who.note.object, who.note.detail = device, device.ID, device.Name
	s.log.Info("a device is enrolled", "device", device.ID, "name", device.Name, "room", room.Name, "school", room.SchoolName)
	return &answer[link.Enrolled]{link.Enrolled{Device: device.ID, Key: key, Room: room, Server: s.cfg.Name}}, nil
}

// useCode uses an enrolment code up and tells the room that it is for.
func useCode(ctx context.Context, tx bun.Tx, code string, now time.Time) (string, error) {
	var e db.Enrolment
	err := tx.NewSelect().Model(&e).Where("code_hash = ?", db.SecretHash(code)).Scan(ctx)
	if errors.Is(err, db.ErrNotFound) {
		return "", errCodeWrong
	}
	if err != nil {
		return "", err
	}
	if e.Used != 0 || !now.Before(e.Expires.Time()) {
		return "", errCodeExpired
	}
	_, err = tx.NewUpdate().Model(&e).Set("used = ?", db.At(now)).WherePK().Exec(ctx)
	return e.Room, err
}

func (s *Server) deviceRoom(ctx context.Context, d *db.Device) (link.Room, error) {
	r, err := db.RoomByID(ctx, s.db.Read(), d.Room)
	if err != nil {
		return link.Room{}, err
	}
	return link.Room{ID: r.ID, Name: r.Name, Class: link.RoomClass(r.Class), School: r.School, SchoolName: r.SchoolName}, nil
}

// agentDays is how far ahead a device knows its lessons, so that it can go on when the server is away.
const agentDays = 7

func (s *Server) agentLessons(ctx context.Context, _ *nothing) (*answer[link.AgentLessons], error) {
	device := callerOf(ctx).device
	now := s.now()
	if err := s.seen(ctx, device, now); err != nil {
		return nil, err
	}
	room, err := s.deviceRoom(ctx, device)
	if err != nil {
		return nil, err
	}
	found, err := db.Lessons(ctx, s.db.Read(), db.LessonFilter{Room: device.Room, From: s.day().At(0, s.zone), To: now.AddDate(0, 0, agentDays)})
	if err != nil {
		return nil, err
	}
	out := link.AgentLessons{Now: now, Room: room, Lessons: make([]link.DatedLesson, len(found))}
	for i := range found {
		out.Lessons[i] = s.datedForDevice(device, &found[i])
	}
	return &answer[link.AgentLessons]{out}, nil
}

// seen notes that the device is there, from the moment of its first question on.
func (s *Server) seen(ctx context.Context, d *db.Device, now time.Time) error {
	if now.Sub(d.LastSeen.Time()) < onlineFor/4 {
		return nil
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(d).Set("last_seen = ?", db.At(now)).WherePK().Exec(ctx)
		return err
	})
}

// deviceLesson finds a lesson of the device's room, and the device's part in it.
func (s *Server) deviceLesson(ctx context.Context, id string) (*db.LessonView, part, error) {
	l, err := s.lessonByID(ctx, id)
	if err != nil {
		return nil, part{}, err
	}
	p := partOfDevice(callerOf(ctx).device, l)
	if p.role == "" {
		return nil, part{}, errLessonUnknown
	}
	return l, p, nil
}

func (s *Server) agentStart(ctx context.Context, in *ByID) (*answer[link.Join], error) {
	l, p, err := s.deviceLesson(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if p.role != grant.Lecturer {
		return nil, errNotAllowed
	}
	if err := s.start(ctx, l); err != nil {
		return nil, err
	}
	return s.agentGrant(ctx, in)
}

func (s *Server) agentStop(ctx context.Context, in *ByID) (*answer[link.DatedLesson], error) {
	l, p, err := s.deviceLesson(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if p.role != grant.Lecturer {
		return nil, errNotAllowed
	}
	if err := s.end(ctx, l); err != nil {
		return nil, err
	}
	if l, err = s.lessonByID(ctx, in.ID); err != nil {
		return nil, err
	}
	return &answer[link.DatedLesson]{s.datedForDevice(callerOf(ctx).device, l)}, nil
}

func (s *Server) agentGrant(ctx context.Context, in *ByID) (*answer[link.Join], error) {
	l, p, err := s.deviceLesson(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	device := callerOf(ctx).device
	c := roomClaims(p.room)
	if p.role == grant.Lecturer {
		c = lecturerDeviceClaims(device, l)
	}
	join, err := s.join(c, p, l, s.datedForDevice(device, l))
	return &answer[link.Join]{join}, err
}

func (s *Server) agentStatus(ctx context.Context, in *statusInput) (*empty, error) {
	device := callerOf(ctx).device
	raw, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	status := strings.ToValidUTF8(string(raw), "")
	return done(s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(device).Set("status = ?", status).Set("version = ?", in.Body.Version).Set("last_seen = ?", db.At(s.now())).
			WherePK().Exec(ctx)
		return err
	}))
}
