package sfu

import (
	"slices"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

// tellSchools tells the lesson of the schools whose contract has begun or ceased to be too small: those who teach and observe, and the school.
func (l *lesson) tellSchools() {
	short := l.server.schools.short(l)
	l.mu.Lock()
	changes := schoolChanges(l.short, short)
	l.short = short
	var sockets []*socket
	if len(changes) > 0 {
		for k := range l.sockets {
			sockets = append(sockets, k)
		}
	}
	for i := range changes {
		changes[i].Name = l.schoolName(changes[i].ID)
	}
	l.mu.Unlock()
	for _, c := range changes {
		l.slog.Info("a school's contract", "school", c.ID, "down", words(c.Down), "up", words(c.Up))
		for _, k := range sockets {
			k.tellSchool(c)
		}
	}
}

func words(s signal.Short) string {
	if s == "" {
		return "suffices"
	}
	return "short: " + string(s)
}

// schoolChanges are the schools that differ; one that is no longer short is there without a word.
func schoolChanges(before, now []signal.School) []signal.School {
	find := func(in []signal.School, id string) signal.School {
		for _, s := range in {
			if s.ID == id {
				return s
			}
		}
		return signal.School{ID: id}
	}
	var changes []signal.School
	for _, s := range now {
		if find(before, s.ID) != s {
			changes = append(changes, s)
		}
	}
	for _, s := range before {
		if is := find(now, s.ID); is == (signal.School{ID: s.ID}) {
			changes = append(changes, is)
		}
	}
	return changes
}

// schoolName is the name that the lesson's rooms give a school, "" when they do not. Call it with the lock held.
func (l *lesson) schoolName(id string) string {
	if i := slices.IndexFunc(l.info.Rooms, func(r link.Room) bool { return r.School == id }); i >= 0 {
		return l.info.Rooms[i].SchoolName
	}
	return ""
}

// greet tells a new connection who speaks and what is short now.
func (l *lesson) greet(k *socket) {
	l.mu.Lock()
	l.sockets[k] = struct{}{}
	if len(l.speaking) > 0 {
		k.send(signal.Down{Type: "speaking", Speaking: &signal.Speaking{Sources: l.speaking}})
	}
	short := slices.Clone(l.short)
	for i := range short {
		short[i].Name = l.schoolName(short[i].ID)
	}
	l.mu.Unlock()
	for _, s := range short {
		k.tellSchool(s)
	}
}

func (l *lesson) part(k *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sockets, k)
}

// tellSchool tells those whom it concerns.
func (k *socket) tellSchool(s signal.School) {
	if r := k.claims.Role; r == grant.Lecturer || r == grant.Observer || k.claims.School == s.ID {
		k.send(signal.Down{Type: "school", School: &s})
	}
}
