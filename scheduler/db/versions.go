package db

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"
)

// Versioned is a kind of things that two may change at once.
type Versioned string

// A school is an area: its bells, days, term, contract, place, policy, own timetable, lists and feeds have one version. That of a plan is of what people do
// with it; that it runs and comes to its end does not raise it.
const (
	LessonVersion   Versioned = "lesson"
	CourseVersion   Versioned = "course"
	PairingVersion  Versioned = "pairing"
	AreaVersion     Versioned = "area"
	NeedVersion     Versioned = "need"
	OfferVersion    Versioned = "offer"
	ProposalVersion Versioned = "proposal"
	PlanVersion     Versioned = "plan"
)

var versionTables = map[Versioned]string{LessonVersion: "lessons", CourseVersion: "courses", PairingVersion: "pairings", AreaVersion: "areas",
	NeedVersion: "needs", OfferVersion: "offers", ProposalVersion: "proposals", PlanVersion: "plans"}

// FieldChange is one thing that a change made other than it was.
type FieldChange struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// StaleError refuses a change that is based on an older version than the present one.
type StaleError struct {
	Version int              // the present one
	Changes []ScheduleChange // since the version that the change is based on
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("changed since: it is version %d now", e.Version)
}

// Version is the present one of a thing; ErrNotFound.
func Version(ctx context.Context, q bun.IDB, kind Versioned, id string) (version int, err error) {
	err = q.NewRaw("SELECT version FROM ? WHERE id = ?", bun.Ident(versionTables[kind]), id).Scan(ctx, &version)
	return version, err
}

// Fresh refuses a change that is based on another version than the present one: *StaleError, ErrNotFound. It must run in the transaction that
// changes.
func Fresh(ctx context.Context, tx bun.Tx, kind Versioned, id string, known int) error {
	var e StaleError
	var err error
	if e.Version, err = Version(ctx, tx, kind, id); err != nil || e.Version == known {
		return err
	}
	err = tx.NewSelect().Model(&e.Changes).Where("kind = ? AND object = ? AND version > ?", string(kind), id, known).Order("version").Limit(50).Scan(ctx)
	if err != nil {
		return err
	}
	return &e
}

// Raise raises the version of what is changed and keeps who changed what.
func Raise(ctx context.Context, tx bun.Tx, c ScheduleChange, fields ...FieldChange) error {
	table := bun.Ident(versionTables[Versioned(c.Kind)])
	if err := tx.NewRaw("UPDATE ? SET version = version + 1 WHERE id = ? RETURNING version", table, c.Object).Scan(ctx, &c.Version); err != nil {
		return err
	}
	var err error
	if c.Fields, err = toJSON(nonNil(fields)); err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(&c).Exec(ctx)
	return err
}

// FieldChanges are what the change made other than it was.
func (c *ScheduleChange) FieldChanges() (list []FieldChange, err error) {
	err = json.Unmarshal([]byte(c.Fields), &list)
	return list, err
}
