package sfu

import (
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/ident"
)

// session is a WHIP or WHEP session: a resource under the lesson.
type session interface {
	base() *peer
	close() // begins its end; its goroutine does the rest
}

// peer is what publishers and viewers have in common: a connection with one life.
type peer struct {
	id     string
	etag   string // of the ICE session (RFC 9725 §4.3.1)
	claims *grant.Claims
	pc     *webrtc.PeerConnection
	place  *place

	connected chan struct{}
	gone      chan struct{}
	up        sync.Once
	down      sync.Once

	patching sync.Mutex
}

func newPeer(claims *grant.Claims, pc *webrtc.PeerConnection, place *place) *peer {
	p := &peer{id: ident.New(), etag: `"` + ident.New() + `"`, claims: claims, pc: pc, place: place, connected: make(chan struct{}), gone: make(chan struct{})}
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		switch s {
		case webrtc.PeerConnectionStateConnected:
			p.up.Do(func() {
				p.place.connected()
				close(p.connected)
			})
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			p.close()
		}
	})
	return p
}

func (p *peer) base() *peer { return p }

func (p *peer) close() { p.down.Do(func() { close(p.gone) }) }

// handshakeGrace is how long the end of a session waits for a handshake that may just be completing: what pion starts while it is being closed,
// it never ends.
const handshakeGrace = 500 * time.Millisecond

// hangUp ends the connection.
func (p *peer) hangUp() error {
	select {
	case <-p.connected:
	case <-time.After(handshakeGrace):
	}
	return p.pc.GracefulClose()
}

func (p *peer) ending() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// admit registers a session unless the lesson is over.
func (l *lesson) admit(s session) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || l.life.Err() != nil {
		return false
	}
	l.sessions[s.base().id] = s
	return true
}

// dismiss takes a session out; its place is free.
func (l *lesson) dismiss(s session) {
	s.base().place.leave()
	l.mu.Lock()
	delete(l.sessions, s.base().id)
	l.mu.Unlock()
	l.server.schools.leave(s)
}

// session finds one; nil when there is none, or its end has begun.
func (l *lesson) session(id string) session {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.sessions[id]
	if !ok || s.base().ending() {
		return nil
	}
	return s
}
