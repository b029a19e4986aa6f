package scheduler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/internal/ident"
	"github.com/tongtang/tongtang/scheduler/db"
)

// usualPiece is of how many lessons, about, one transaction changes the times when bells or days change: while it runs, who starts a lesson waits, well
// under a second.
const usualPiece = 2_000

// redating is one change of an area's bells or days on its way through the lessons. The first transaction makes the change and re-dates the first
// days; the others follow, each by itself, so that nothing else waits long for any of them. What is left stands in the database: a crash does not
// lose it. A preview makes the change in each of them, and takes it back.
type redating struct {
	db.Redating
	schools []string
	days    db.Days
	preview bool
	first   func(context.Context, bun.Tx) error // with the change, before it: what is checked and noted
	do      func(context.Context, bun.Tx) error
}

func (s *Server) redate(ctx context.Context, r *redating) ([]db.Redated, error) {
	pieces, err := r.days.Pieces(ctx, s.db.Read(), r.schools, cmp.Or(s.cfg.Piece, usualPiece), s.now())
	if err != nil {
		return nil, err
	}
	var all []db.Redated
	for i, piece := range pieces {
		var done []db.Redated
		err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			if err := r.begin(ctx, tx, i); err != nil {
				return err
			}
			if done, err = db.Redate(ctx, tx, r.schools, piece, s.now()); err != nil {
				return err
			}
			if r.preview {
				return errPreview
			}
			if i < len(pieces)-1 {
				return db.SaveRedating(ctx, tx, &r.Redating, db.Days{From: pieces[i+1].From, To: r.days.To}, s.now())
			}
			return db.EndRedating(ctx, tx, &r.Redating)
		})
		if err != nil && err != errPreview {
			return nil, err
		}
		all = append(all, done...)
		if !r.preview {
			ctx = context.WithoutCancel(ctx) // the change is made: it goes through, even if nobody waits for the answer
		}
	}
	return all, nil
}

// begin makes the change: with the first piece, or, only to see what it would do, with each.
func (r *redating) begin(ctx context.Context, tx bun.Tx, piece int) error {
	if piece == 0 && !r.preview && r.first != nil {
		if err := r.first(ctx, tx); err != nil {
			return err
		}
	}
	if r.do != nil && (piece == 0 || r.preview) {
		return r.do(ctx, tx)
	}
	return nil
}

// newRedating is a change that begins.
func newRedating(area string, schools []string, days db.Days) *redating {
	return &redating{Redating: db.Redating{ID: ident.New(), Area: area}, schools: schools, days: days}
}

// abandoned is how long nobody has worked on a redating that something broke off.
const abandoned = 10 * time.Minute

// resumeRedating takes up what an error broke off.
func (s *Server) resumeRedating(ctx context.Context) error {
	return s.resume(ctx, s.now().Add(-abandoned))
}

func (s *Server) resume(ctx context.Context, before time.Time) error {
	left, err := db.RedatingsBefore(ctx, s.db.Read(), before)
	if err != nil || len(left) == 0 {
		return err
	}
	areas, err := db.LoadAreas(ctx, s.db.Read())
	if err != nil {
		return err
	}
	for _, row := range left {
		r := &redating{Redating: row, schools: areas.Schools(row.Area)}
		if r.days, err = row.Days(); err == nil {
			_, err = s.redate(ctx, r)
		}
		if err != nil {
			return fmt.Errorf("go on with the lessons of %s: %w", row.Area, err)
		}
		s.log.Info("lessons follow a change of bells or days that was broken off", "area", row.Area, "from", row.FromDay)
	}
	return nil
}

// goOn takes up, when the server starts, what a crash broke off.
func (s *Server) goOn(ctx context.Context) error {
	err := s.resume(ctx, s.now().Add(time.Second))
	if err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		s.log.Error("lessons do not follow a change of bells or days; it is tried again in an hour", "error", err)
	}
	return nil
}
