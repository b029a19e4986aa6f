package scheduler

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// Based says on which version of a thing a change is based (RFC 9110 §13.1.1).
type Based struct {
	IfMatch string `header:"If-Match" maxLength:"40" doc:"ETag of what is changed, as it was read; without it 428"`
}

// known is the version that the caller knows of a thing whose version is the present one; 0 matches none.
func (b Based) known(present int) (int, error) {
	if b.IfMatch == "" {
		return 0, versionMissing(present)
	}
	n, err := strconv.Atoi(strings.Trim(b.IfMatch, `"`))
	if err != nil {
		return 0, nil //nolint:nilerr // an ETag that is none of ours matches nothing
	}
	return n, nil
}

func versionMissing(present int) error {
	return httpd.Fail(http.StatusPreconditionRequired, "version-missing", "say on which version the change is based; it is version %d now", present).With("version", present)
}

// tagged is a document with its version.
type tagged[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

func withVersion[T any](body T, version int) *tagged[T] {
	return &tagged[T]{ETag: strconv.Quote(strconv.Itoa(version)), Body: body}
}

// raise refuses a change of a thing that is based on another version than the present one, and raises the version. It must run in the transaction
// that changes.
func (s *Server) raise(ctx context.Context, tx bun.Tx, b Based, kind db.Versioned, id, reason string, fields ...db.FieldChange) error {
	if err := s.fresh(ctx, tx, b, kind, id); err != nil {
		return err
	}
	return db.Raise(ctx, tx, s.noted(ctx, kind, id, reason), fields...)
}

// fresh refuses a change of a thing that is based on another version than the present one. It must run in the transaction that changes.
func (s *Server) fresh(ctx context.Context, tx bun.Tx, b Based, kind db.Versioned, id string) error {
	present, err := db.Version(ctx, tx, kind, id)
	if err != nil {
		return err
	}
	known, err := b.known(present)
	if err != nil {
		return err
	}
	return db.Fresh(ctx, tx, kind, id, known)
}

// noted says for the record who changes what now, and why.
func (s *Server) noted(ctx context.Context, kind db.Versioned, object, reason string) db.ScheduleChange {
	who := callerOf(ctx)
	return db.ScheduleChange{Kind: string(kind), Object: object, At: db.At(s.now()), Actor: who.id(), Action: who.operation, Reason: strings.TrimSpace(reason)}
}

// Change says who changed what of a thing that two may change at once.
type Change struct {
	Version int              `json:"version" doc:"that the change made"`
	At      time.Time        `json:"at"`
	Who     link.Named       `json:"who"`
	Action  string           `json:"action" doc:"operation id"`
	Reason  string           `json:"reason,omitempty"`
	Fields  []db.FieldChange `json:"fields"`
}

// refuseStale tells whose change is based on an old version what happened since: who changed what, and how it is now.
func (s *Server) refuseStale(ctx context.Context, err error, present func() (any, error)) error {
	var stale *db.StaleError
	if !errors.As(err, &stale) {
		return err
	}
	now, err := present()
	if err != nil {
		return err
	}
	changes, err := s.changes(ctx, stale.Changes)
	if err != nil {
		return err
	}
	return httpd.Fail(http.StatusPreconditionFailed, "stale", "somebody changed it since: it is version %d now", stale.Version).
		With("version", stale.Version).With("present", now).With("changes", changes)
}

func (s *Server) changes(ctx context.Context, rows []db.ScheduleChange) ([]Change, error) {
	var actors []string
	for _, r := range rows {
		actors = append(actors, r.Actor)
	}
	names, err := db.Names(ctx, s.db.Read(), actors, nil)
	if err != nil {
		return nil, err
	}
	list := make([]Change, len(rows))
	for i, r := range rows {
		fields, err := r.FieldChanges()
		if err != nil {
			return nil, err
		}
		list[i] = Change{Version: r.Version, At: r.At.Time(), Who: link.Named{ID: r.Actor, Name: names[r.Actor]}, Action: r.Action, Reason: r.Reason, Fields: fields}
	}
	return list, nil
}
