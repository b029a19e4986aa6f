package scheduler

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/tongtang/tongtang/scheduler/db"
)

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
