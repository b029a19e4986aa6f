package sfu

import (
	"reflect"
	"time"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/sfu/signal"
)

// presence counts the sockets of one participant.
type presence struct {
	sockets int
	leaving *time.Timer // runs while there are none
}

func participantOf(c *grant.Claims) signal.Participant {
	return signal.Participant{ID: c.Subject, Name: c.Name, Role: c.Role, School: c.School, Room: c.Room, Sources: c.Publish}
}

// join counts a participant's socket in; the first one is an event, and so is a change of what the grant says of it.
func (l *lesson) join(who signal.Participant) {
	l.mu.Lock()
	p := l.presences[who.ID]
	if p == nil {
		p = &presence{}
		l.presences[who.ID] = p
	}
	p.sockets++
	if p.leaving != nil {
		p.leaving.Stop()
		p.leaving = nil
	}
	l.mu.Unlock()
	l.note(func(st *signal.State) ([]signal.Event, error) {
		if was, there := st.Participants[who.ID]; there && reflect.DeepEqual(was, who) {
			return nil, nil
		}
		return []signal.Event{signal.New(signal.ParticipantJoined, who.ID, who)}, nil
	})
}

// leave counts a socket out. After the grace the participant has left.
func (l *lesson) leave(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.presences[id]
	if p == nil {
		return
	}
	if p.sockets--; p.sockets == 0 && !l.over {
		l.leaveAfter(id, p, l.server.cfg.LeaveGrace)
	}
}

// leaveAfter starts the grace. Call it with the lock held.
func (l *lesson) leaveAfter(id string, p *presence, grace time.Duration) {
	p.leaving = time.AfterFunc(grace, func() {
		l.spawn(func() { l.left(id, p) })
	})
}

func (l *lesson) left(id string, p *presence) {
	l.mu.Lock()
	stays := p.sockets > 0 || l.presences[id] != p || p.leaving == nil
	if !stays {
		delete(l.presences, id)
	}
	l.mu.Unlock()
	if stays {
		return
	}
	l.note(func(st *signal.State) ([]signal.Event, error) {
		if _, there := st.Participants[id]; !there {
			return nil, nil
		}
		return []signal.Event{signal.New(signal.ParticipantLeft, "", signal.Ref{ID: id})}, nil
	})
}

// expectReturn gives everybody who was there before a restart time to come back.
func (l *lesson) expectReturn(st *signal.State) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id := range st.Participants {
		p := &presence{}
		l.presences[id] = p
		l.leaveAfter(id, p, l.server.cfg.ReturnGrace)
	}
	for id, src := range st.Sources {
		time.AfterFunc(l.server.cfg.ReturnGrace, func() {
			l.spawn(func() { l.missing(id, src.Participant) })
		})
	}
}

func (l *lesson) missing(id, participant string) {
	l.mu.Lock()
	back := l.publishers[id] != nil
	l.mu.Unlock()
	if !back {
		l.sourceDown(id, participant)
	}
}
