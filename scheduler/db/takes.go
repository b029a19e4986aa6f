package db

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// NewLesson is a lesson to be planned, with its rooms; the lecturer's first.
type NewLesson struct {
	Lesson
	Rooms   []LessonRoom
	Devices []string // portable ones
}

// The pictures that the lines of a lesson's schools are planned for.
const (
	FullPicture  = "full"
	SmallPicture = "small"
)

// rate is what one room sends and receives, kbit/s.
type rate struct{ main, back int }

// rates are what a lesson's picture takes of the lines: main from the lecturer's room to the others, back from each of them. The media server
// holds the schools' contracts whatever is planned; this says whether the lessons at once would be good.
var rates = map[string]rate{FullPicture: {2500, 1500}, SmallPicture: {700, 400}}

// LineOf is what one receiving room takes of its school's line, kbit/s.
func LineOf(picture string) (down, up int) {
	r := rates[picture]
	return r.main, r.back
}

// Uses is what the lesson takes for itself.
func (l *NewLesson) Uses() []timetable.Use {
	uses := []timetable.Use{{Dimension: timetable.LecturerDim, ID: l.Lecturer}}
	use := func(d timetable.Dimension, id string) {
		if id != "" {
			uses = append(uses, timetable.Use{Dimension: d, ID: id})
		}
	}
	for _, r := range l.Rooms {
		use(timetable.RoomDim, r.Room)
		use(timetable.ClassDim, r.Class)
		use(timetable.GroupDim, r.TeachingGroup)
		use(timetable.AssistantDim, r.Assistant)
	}
	for _, id := range l.Devices {
		use(timetable.DeviceDim, id)
	}
	return uses
}

// Loads is what the lesson takes of the schools' lines and of the recorders. The classes of its rooms must be known.
func (l *NewLesson) Loads() []timetable.Load {
	var loads []timetable.Load
	load := func(d timetable.Dimension, id string, amount int) {
		for i := range loads {
			if loads[i].Use == (timetable.Use{Dimension: d, ID: id}) {
				loads[i].Amount += amount
				return
			}
		}
		if amount > 0 {
			loads = append(loads, timetable.Load{Use: timetable.Use{Dimension: d, ID: id}, Amount: amount})
		}
	}
	r := rates[l.Picture]
	for place, room := range l.Rooms {
		down, up := r.main, r.back
		switch {
		case place == 0:
			down, up = r.back, r.main
		case room.RoomClass == "terminal":
			up = 0
		}
		load(timetable.BandwidthDim, room.School, down)
		load(timetable.UplinkDim, room.School, up)
	}
	if l.Record {
		load(timetable.RecorderDim, "", 1)
	}
	return loads
}

// Takes is the lesson with all that it takes.
func (l *NewLesson) Takes() timetable.Lesson {
	return timetable.Lesson{Booked: timetable.Booked{Lesson: l.ID, Start: l.StartAt.Time(), End: l.EndAt.Time(), Uses: l.Uses()}, Loads: l.Loads()}
}

// Takes is what the lesson takes, as long as it is planned or live.
func (l *LessonView) Takes() timetable.Lesson {
	n := l.New()
	return n.Takes()
}

// New is the lesson as it was planned.
func (l *LessonView) New() NewLesson {
	n := NewLesson{Lesson: l.Lesson, Devices: l.DeviceIDs()}
	for _, r := range l.Rooms {
		n.Rooms = append(n.Rooms, r.LessonRoom)
	}
	return n
}

// complete fills in what lessons' loads depend on.
func complete(ctx context.Context, q bun.IDB, lessons []*NewLesson) error {
	var ids []string
	for _, l := range lessons {
		for _, r := range l.Rooms {
			ids = append(ids, r.Room)
		}
	}
	var rooms []Room
	if err := q.NewSelect().Model(&rooms).Column("id", "class").Where("id IN (?)", bun.List(unique(ids))).Scan(ctx); err != nil {
		return fmt.Errorf("read rooms: %w", err)
	}
	class := map[string]string{}
	for _, r := range rooms {
		class[r.ID] = r.Class
	}
	for _, l := range lessons {
		if l.Picture == "" {
			l.Picture = FullPicture
		}
		for k := range l.Rooms {
			l.Rooms[k].RoomClass = class[l.Rooms[k].Room]
		}
	}
	return nil
}

func completed(ctx context.Context, q bun.IDB, lessons []NewLesson) error {
	list := make([]*NewLesson, len(lessons))
	for i := range lessons {
		list[i] = &lessons[i]
	}
	return complete(ctx, q, list)
}

// bookings are the rows of what the lesson takes for itself.
func (l *NewLesson) bookings() []Booking {
	var rows []Booking
	for _, u := range l.Uses() {
		k := u.Key()
		rows = append(rows, Booking{Dimension: string(k.Dimension), Who: k.ID, StartAt: l.StartAt, EndAt: l.EndAt, Lesson: l.ID})
	}
	return rows
}

// loadRows are the rows of what the lesson shares.
func (l *NewLesson) loadRows() []Load {
	var rows []Load
	for _, o := range l.Loads() {
		rows = append(rows, Load{Lesson: l.ID, Dimension: string(o.Dimension), Who: o.ID, StartAt: l.StartAt, EndAt: l.EndAt, Amount: o.Amount})
	}
	return rows
}
