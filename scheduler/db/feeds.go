package db

import (
	"context"
	"errors"

	"github.com/uptrace/bun"
)

// Feed is an iCalendar feed: of a school, a room or a person. Exactly one of the ids is set.
type Feed struct {
	Name                 string
	Zone                 string // "" of a person: the district's
	School, Room, Person string // ids
}

// SetCalendar gives a school, a room or a person the secret of a feed's address.
func SetCalendar(ctx context.Context, tx bun.Tx, model any, id, secret string) error {
	_, err := tx.NewUpdate().Model(model).Set("calendar = ?", secret).Where("id = ?", id).Exec(ctx)
	return err
}

// FeedBySecret finds the feed whose address has this secret; ErrNotFound.
func FeedBySecret(ctx context.Context, q bun.IDB, secret string) (*Feed, error) {
	school, err := SchoolByCalendar(ctx, q, secret)
	if err == nil {
		return &Feed{Name: school.Name, Zone: school.Zone, School: school.ID}, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	var room Room
	if err = q.NewSelect().Model(&room).Where("calendar = ?", secret).Scan(ctx); err == nil {
		schools, err := Schools(ctx, q, []string{room.School})
		if err != nil || len(schools) == 0 {
			return nil, errors.Join(err, ErrNotFound)
		}
		return &Feed{Name: schools[0].Name + " " + room.Name, Zone: schools[0].Zone, Room: room.ID}, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	var p Person
	if err := q.NewSelect().Model(&p).Where("calendar = ?", secret).Where("NOT blocked").Scan(ctx); err != nil {
		return nil, err
	}
	return &Feed{Name: p.Name, Person: p.ID}, nil
}

// Place is the room of the lesson that the feed is about: the school's, the room itself, or where the person is. nil: none.
func (f *Feed) Place(l *LessonView) *LessonRoomView {
	for i := range l.Rooms {
		r := &l.Rooms[i]
		if r.School == f.School || r.Room == f.Room || f.Person != "" && (i == 0 && l.Lecturer == f.Person || r.Assistant == f.Person) {
			return r
		}
	}
	return nil
}
