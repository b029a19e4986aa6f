package agent

import (
	"slices"
	"time"

	"github.com/tongtang/tongtang/scheduler/link"
)

// startEarly is how long before its time a lesson may be started: the scheduler's rule, repeated here for when the server is away.
const startEarly = 15 * time.Minute

// pageLessons are the lessons of today, and what is live, by start. now is this computer's clock, there the server's.
func pageLessons(k *kept, a *air, now, there time.Time) []Lesson {
	out := []Lesson{}
	for _, l := range k.Lessons {
		onAir := a != nil && a.lesson.ID == l.ID
		if !onAir && l.State != link.Live && !sameDay(l.Start, now) {
			continue
		}
		here := lecturerRoom(l, k.Room.ID)
		p := Lesson{ID: l.ID, Title: l.Title, Subject: l.Subject, Grade: l.Grade, Kind: l.Kind, State: string(l.State), Start: l.Start, End: l.End,
			Lecturer: l.Lecturer.Name, Rooms: []Room{}, Stopped: k.stopped(l.ID)}
		if onAir {
			p.State = string(link.Live)
		}
		for _, r := range l.Rooms {
			p.Rooms = append(p.Rooms, Room{ID: r.ID, Name: r.Name, Class: string(r.Class), School: r.School, SchoolName: r.SchoolName})
		}
		early := l.State == link.Planned && !there.Before(l.Start.Add(-startEarly))
		p.CanStart = here && a == nil && (early || l.State == link.Live)
		p.CanStop = here && (onAir || l.State == link.Live)
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Lesson) int { return a.Start.Compare(b.Start) })
	return out
}

func sameDay(a, b time.Time) bool {
	ya, ma, da := a.Local().Date()
	yb, mb, db := b.Local().Date()
	return ya == yb && ma == mb && da == db
}

func pageRoom(r link.Room) Room {
	return Room{ID: r.ID, Name: r.Name, Class: string(r.Class), School: r.School, SchoolName: r.SchoolName}
}
