package db

import (
	"context"
	"fmt"
	"maps"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// NamedClash is a conflict in words.
type NamedClash struct {
	timetable.Conflict
	Who    string   // name of the person, room, class, group, device or school
	Other  string   // name of what the others have, where it is not the same: another group of the same pupils
	Titles []string // of the lessons that are there already
}

// ClashError refuses lessons of which one would take what another has.
type ClashError struct {
	Clashes []NamedClash
	Lessons []NewLesson // that were to be planned together
}

func (e *ClashError) Error() string {
	return fmt.Sprintf("%d clashes with other lessons", len(e.Clashes))
}

// maxClashes bounds what a refusal tells.
const maxClashes = 50

func clashError(ctx context.Context, q bun.IDB, conflicts []timetable.Conflict, lessons []NewLesson) error {
	named, err := NameClashes(ctx, q, conflicts[:min(len(conflicts), maxClashes)], lessons)
	if err != nil {
		return err
	}
	return &ClashError{named, lessons}
}

// NameClashes finds the words for conflicts. Lessons that are planned together are not in the database yet.
func NameClashes(ctx context.Context, q bun.IDB, conflicts []timetable.Conflict, together []NewLesson) ([]NamedClash, error) {
	var who, lessons []string
	for _, c := range conflicts {
		who, lessons = append(who, c.Use.ID, c.Theirs.ID), append(lessons, c.Lessons...)
	}
	name, err := Names(ctx, q, who, lessons)
	if err != nil {
		return nil, err
	}
	for _, l := range together {
		name[l.ID] = l.Title
	}
	own, err := ownTitles(ctx, q, lessons)
	if err != nil {
		return nil, err
	}
	maps.Copy(name, own)
	named := make([]NamedClash, len(conflicts))
	for i, c := range conflicts {
		named[i] = NamedClash{Conflict: c, Who: name[c.Use.ID]}
		if c.Theirs.ID != c.Use.ID {
			named[i].Other = name[c.Theirs.ID]
		}
		for _, id := range c.Lessons {
			named[i].Titles = append(named[i].Titles, name[id])
		}
	}
	return named, nil
}

// Names finds what people call persons, rooms, classes, groups, devices and areas, and the titles of lessons, by id.
func Names(ctx context.Context, q bun.IDB, ids, lessons []string) (map[string]string, error) {
	var rows []struct{ ID, Name string }
	err := q.NewRaw(`SELECT id, name FROM persons WHERE id IN (?0) UNION ALL SELECT id, name FROM rooms WHERE id IN (?0)
		UNION ALL SELECT id, name FROM classes WHERE id IN (?0) UNION ALL SELECT id, name FROM teaching_groups WHERE id IN (?0)
		UNION ALL SELECT id, name FROM portable_devices WHERE id IN (?0) UNION ALL SELECT id, name FROM areas WHERE id IN (?0)
		UNION ALL SELECT id, title AS name FROM lessons WHERE id IN (?1)`, bun.List(unique(ids)), bun.List(unique(lessons))).Scan(ctx, &rows)
	names := map[string]string{}
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}
