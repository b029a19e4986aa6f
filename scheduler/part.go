package scheduler

import (
	"slices"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// Whoever watches over a school may watch its lessons.
var watching = []db.Role{db.Coordinator, db.SchoolAdmin, db.Operator, db.Observer}

// part is what the person is in the lesson, with the school and room it belongs to there. Role "" takes no part.
type part struct {
	role grant.Role
	room *db.LessonRoomView
}

// partOf decides who belongs to a lesson: its lecturer; the assistants of its rooms; pupils of its classes; and who watches over one of
// its schools.
func (c *caller) partOf(l *db.LessonView) part {
	if l.Lecturer == c.person.ID {
		return part{grant.Lecturer, &l.Rooms[0]}
	}
	for i := range l.Rooms {
		if i > 0 && c.assists(&l.Rooms[i]) {
			return part{grant.Assistant, &l.Rooms[i]}
		}
	}
	for i := range l.Rooms {
		if r := &l.Rooms[i]; c.covers(r.School, db.Student) && c.learnsIn(r) {
			return part{grant.Student, r}
		}
	}
	for i := range l.Rooms {
		if c.covers(l.Rooms[i].School, watching...) {
			return part{grant.Observer, &l.Rooms[i]}
		}
	}
	return part{}
}

// learnsIn tells whether the pupil may be one of the room's: its class, one of its group's classes, or any where it or the pupil has none.
func (c *caller) learnsIn(r *db.LessonRoomView) bool {
	if c.person.Class == "" || r.Class == c.person.Class {
		return true
	}
	if r.TeachingGroup != "" {
		return slices.Contains(r.GroupClasses, c.person.Class)
	}
	return r.Class == ""
}

// assists tells whether the person is the room's assistant, or one of the school's where none is named.
func (c *caller) assists(r *db.LessonRoomView) bool {
	return r.Assistant == c.person.ID || (r.Assistant == "" && c.covers(r.School, db.Assistant))
}

// sees tells whether the person may know of the lesson: who takes part, and the staff of its schools.
func (c *caller) sees(l *db.LessonView) bool {
	if c.partOf(l).role != "" {
		return true
	}
	for i := range l.Rooms {
		if c.covers(l.Rooms[i].School, db.Lecturer, db.Assistant) {
			return true
		}
	}
	return false
}

// mayRun tells whether the person may start and end the lesson.
func (c *caller) mayRun(l *db.LessonView) bool {
	return (l.Lecturer == c.person.ID && c.holds(db.Lecturer)) || c.covers(l.Rooms[0].School, db.Coordinator)
}

// partOfDevice is what the device in one of the lesson's rooms is: the lecturer's, or a room's.
func partOfDevice(d *db.Device, l *db.LessonView) part {
	for i := range l.Rooms {
		if l.Rooms[i].Room != d.Room {
			continue
		}
		if i == 0 {
			return part{grant.Lecturer, &l.Rooms[0]}
		}
		return part{grant.Room, &l.Rooms[i]}
	}
	return part{}
}

// linkRoom is a lesson's room as other services see it.
func linkRoom(r *db.LessonRoomView) link.Room {
	return link.Room{ID: r.Room, Name: r.RoomName, Class: link.RoomClass(r.RoomClass), School: r.School, SchoolName: r.SchoolName}
}
