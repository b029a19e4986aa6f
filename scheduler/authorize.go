package scheduler

import (
	"context"
	"errors"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
)

var (
	errSignedOut  = httpd.Fail(http.StatusUnauthorized, "signed-out", "sign in first")
	errNotAllowed = httpd.Fail(http.StatusForbidden, "not-allowed", "your role does not allow this")
	errNoDevice   = httpd.Fail(http.StatusUnauthorized, "device-unknown", "the device key is missing or was removed; enrol the device again")
)

// refuseForeignForms is the rule against requests that another site makes a browser send: a form cannot send JSON, nor this header.
func refuseForeignForms(c *gin.Context) {
	if c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead {
		return
	}
	media, _, _ := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if media == "application/json" || (c.GetHeader("Content-Type") == "" && c.GetHeader("X-Tongtang") == "1") {
		return
	}
	if c.GetHeader("Content-Type") == "" {
		httpd.Abort(c, httpd.Fail(http.StatusForbidden, "header-missing", "a request without a body needs the header X-Tongtang: 1"))
		return
	}
	httpd.Abort(c, httpd.Fail(http.StatusUnsupportedMediaType, "not-json", "send application/json"))
}

// authorize lets an operation through to whom its rule allows, and tells the handler who that is.
func (s *Server) authorize(r rule) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		gc := humagin.Unwrap(ctx)
		gc.Header("Cache-Control", "no-store")
		who, err := s.identify(ctx.Context(), gc, r)
		if err != nil {
			httpd.Abort(gc, err)
			return
		}
		next(huma.WithValue(ctx, callerKey{}, who))
	}
}

func (s *Server) identify(ctx context.Context, gc *gin.Context, r rule) (*caller, error) {
	who := &caller{address: gc.ClientIP()}
	who.note.object = gc.Param("id")
	if c, err := gc.Request.Cookie(sessionCookie); err == nil {
		who.token = c.Value
	}
	switch {
	case r.open:
		return who, nil
	case r.device:
		return who, s.identifyDevice(ctx, who, grant.Bearer(gc.Request))
	}
	if err := s.identifyPerson(ctx, who); err != nil {
		return nil, err
	}
	if !who.holds(r.roles...) {
		return nil, errNotAllowed
	}
	return who, nil
}

func (s *Server) identifyPerson(ctx context.Context, who *caller) error {
	id, err := s.sessionPerson(ctx, who.token)
	if err != nil {
		return err
	}
	if id == "" {
		return errSignedOut
	}
	who.person, err = db.AccountByID(ctx, s.db.Read(), id)
	if errors.Is(err, db.ErrNotFound) || (err == nil && who.person.Blocked) {
		return errSignedOut
	}
	if err != nil {
		return err
	}
	who.areas, err = db.LoadAreas(ctx, s.db.Read())
	return err
}

func (s *Server) identifyDevice(ctx context.Context, who *caller, key string) error {
	if key == "" {
		return errNoDevice
	}
	var d db.Device
	err := s.db.Read().NewSelect().Model(&d).Where("key_hash = ?", db.SecretHash(key)).Scan(ctx)
	if errors.Is(err, db.ErrNotFound) {
		return errNoDevice
	}
	who.device = &d
	return err
}

// unaudited are the operations that change something and are not worth a line in the audit log: they come again and again, or change nothing.
var unaudited = map[string]bool{"joinLesson": true, "agentGrant": true, "agentStatus": true, "previewTimetable": true, "previewRoster": true, "previewHolidays": true}

// audit notes that an operation was done.
func (s *Server) audit(ctx context.Context, operation string) {
	who := callerOf(ctx)
	row := &db.Audit{ID: ident.New(), At: db.At(s.now()), Actor: who.id(), Action: operation, Object: who.note.object, Detail: who.note.detail, Address: who.address}
	err := s.db.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(row).Exec(ctx)
		return err
	})
	if err != nil {
		s.log.Error("the audit log could not be written", "operation", operation, "actor", row.Actor, "object", row.Object, "error", err)
	}
}
