package scheduler

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/db"
)

// changeDocument changes a thing that is told as a document, or tells what others have made of it since the caller read it. look finds it for the
// caller, in or outside the transaction; change comes after the first look.
func (s *Server) changeDocument(ctx context.Context, in ChangeByID, kind db.Versioned, look func(context.Context, bun.IDB) (any, error), change func(context.Context, bun.Tx) error) error {
	callerOf(ctx).note.object = in.ID
	err := s.db.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		was, err := look(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.fresh(ctx, tx, in.Based, kind, in.ID); err != nil {
			return err
		}
		if err := change(ctx, tx); err != nil {
			return err
		}
		now, err := look(ctx, tx)
		if err != nil {
			return err
		}
		fields, err := fieldChanges(was, now)
		if err != nil {
			return err
		}
		return db.Raise(ctx, tx, s.noted(ctx, kind, in.ID, ""), fields...)
	})
	return s.refuseStale(ctx, err, func() (any, error) { return look(ctx, s.db.Read()) })
}

// counted are fields of documents that change by themselves.
var counted = []string{"version", "met", "load", "tested", "may"}

// fieldChanges tells in what a document differs from what it was, field by field, for people to read: of what has a name, the name; of a
// list only that it differs.
func fieldChanges(was, now any) ([]db.FieldChange, error) {
	before, err := fieldsOf(was)
	if err != nil {
		return nil, err
	}
	after, err := fieldsOf(now)
	if err != nil {
		return nil, err
	}
	var list []db.FieldChange
	both := maps.Clone(before)
	maps.Copy(both, after)
	for _, field := range slices.Sorted(maps.Keys(both)) {
		if string(before[field]) != string(after[field]) && !slices.Contains(counted, field) {
			list = append(list, db.FieldChange{Field: field, From: fieldText(before[field]), To: fieldText(after[field])})
		}
	}
	return list, nil
}

func fieldsOf(doc any) (fields map[string]json.RawMessage, err error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(raw, &fields)
	return fields, err
}

func fieldText(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return "" // it was not there
	}
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case map[string]any:
		name, _ := v["name"].(string)
		return name
	}
	return ""
}
