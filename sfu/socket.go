package sfu

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/lessonlog"
	"github.com/tongtang/tongtang/sfu/rtc"
	"github.com/tongtang/tongtang/sfu/signal"
	"golang.org/x/time/rate"
)

// Bounds of a connection.
const (
	maxCommand   = 16 << 10 // bytes of a message from a participant
	commandRate  = 10       // commands a second
	commandBurst = 30
	answerQueue  = 64 // answers and panes not yet written; when full the connection ends and comes back
	pingEvery    = 15 * time.Second
	writeTimeout = 10 * time.Second
)

// Reasons for which the server closes a connection.
const (
	closeEnded websocket.StatusCode = 4410 // the lesson has ended: do not come back
	closeSlow  websocket.StatusCode = 4408 // too slow: come back
)

var errSlow = errors.New("the listener is too slow")

// socket is one connection to the lesson's events.
type socket struct {
	lesson *lesson
	claims *grant.Claims
	conn   *websocket.Conn
	rate   *rate.Limiter
	out    chan signal.Down
	ctx    context.Context
	cancel context.CancelFunc
	slow   sync.Once
}

func newSocket(l *lesson, claims *grant.Claims, conn *websocket.Conn) *socket {
	k := &socket{lesson: l, claims: claims, conn: conn, rate: rate.NewLimiter(commandRate, commandBurst), out: make(chan signal.Down, answerQueue)}
	k.ctx, k.cancel = context.WithCancel(context.WithoutCancel(l.life))
	return k
}

// send queues a message that is no event. It never blocks.
func (k *socket) send(d signal.Down) {
	select {
	case k.out <- d:
	default:
		k.slow.Do(k.cancel)
	}
}

// run serves the connection until it ends.
func (k *socket) run(after uint64, known bool) {
	l := k.lesson
	l.server.metrics.sockets.Inc()
	defer l.server.metrics.sockets.Dec()
	events := l.log.Listen(after, known)
	defer l.log.Unlisten(events)
	if signal.IsParticipant(k.claims.Role) {
		l.join(participantOf(k.claims))
		defer l.leave(k.claims.Subject)
	}
	l.greet(k)
	defer l.part(k)
	defer l.unwatch(k)
	var reading sync.WaitGroup
	reading.Go(k.read)
	reading.Go(k.ping)
	code, reason := k.write(events)
	_ = k.conn.Close(code, reason)
	k.cancel()
	reading.Wait()
}

// read takes commands until the connection ends.
func (k *socket) read() {
	defer k.cancel()
	for {
		var up signal.Up
		kind, raw, err := k.conn.Read(k.ctx)
		if err != nil {
			return
		}
		if kind != websocket.MessageText || json.Unmarshal(raw, &up) != nil {
			k.send(signal.Down{Type: "refused", Problem: httpd.Fail(http.StatusUnprocessableEntity, "command-invalid", "a command is a JSON object with ref, type and data")})
			continue
		}
		k.send(k.command(up))
	}
}

func (k *socket) ping() {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-k.ctx.Done():
			return
		case <-t.C:
			ctx, cancel := context.WithTimeout(k.ctx, writeTimeout)
			err := k.conn.Ping(ctx)
			cancel()
			if err != nil {
				k.cancel()
				return
			}
		}
	}
}

// write sends the beginning, then events and answers as they come. It returns why the connection is to be closed.
func (k *socket) write(events *lessonlog.Listener) (websocket.StatusCode, string) {
	if events.State != nil {
		if k.put(signal.Down{Type: "state", State: events.State}) != nil {
			return websocket.StatusGoingAway, ""
		}
	}
	for _, e := range events.Missed {
		if k.put(signal.Down{Type: "event", Event: &e}) != nil {
			return websocket.StatusGoingAway, ""
		}
	}
	for {
		var err error
		select {
		case e, ok := <-events.C:
			if !ok {
				return closeSlow, "too-slow"
			}
			err = k.put(signal.Down{Type: "event", Event: &e})
		case d := <-k.out:
			if err = k.flush(events); err == nil { // who is told that a command was accepted has its event
				err = k.put(d)
			}
		case <-k.lesson.life.Done():
			return k.farewell(events)
		case <-k.ctx.Done():
			return closeSlow, "too-slow"
		}
		switch {
		case errors.Is(err, errSlow):
			return closeSlow, "too-slow"
		case err != nil:
			return websocket.StatusGoingAway, ""
		}
	}
}

// flush sends the events that are queued.
func (k *socket) flush(events *lessonlog.Listener) error {
	for {
		select {
		case e, ok := <-events.C:
			if !ok {
				return errSlow
			}
			if err := k.put(signal.Down{Type: "event", Event: &e}); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// farewell sends what is queued, the end of the lesson included.
func (k *socket) farewell(events *lessonlog.Listener) (websocket.StatusCode, string) {
	if errors.Is(k.flush(events), errSlow) {
		return closeSlow, "too-slow"
	}
	return k.reason()
}

// reason is why the lesson is over for this server.
func (k *socket) reason() (websocket.StatusCode, string) {
	if k.lesson.log.State().Ended {
		return closeEnded, "lesson-ended"
	}
	return websocket.StatusGoingAway, "the server ends; come back"
}

func (k *socket) put(d signal.Down) error {
	ctx, cancel := context.WithTimeout(k.ctx, writeTimeout)
	defer cancel()
	return wsjson.Write(ctx, k.conn, d)
}

// watch has the connection told what a viewer session shows, at once and at every change.
func (k *socket) watch(data json.RawMessage) error {
	var w signal.Watch
	if err := json.Unmarshal(data, &w); err != nil {
		return httpd.Fail(http.StatusUnprocessableEntity, "command-invalid", "watch needs the id of a viewer session")
	}
	l := k.lesson
	l.mu.Lock()
	v, err := k.ownView(w.Session)
	if err != nil {
		l.mu.Unlock()
		return err
	}
	v.watchers[k] = struct{}{}
	now := v.panes
	l.mu.Unlock()
	if now.Session != "" {
		k.send(signal.Down{Type: "panes", Panes: &now})
	}
	return nil
}

// pause notes which panes of an own viewer session are not shown.
func (k *socket) pause(data json.RawMessage) error {
	var p signal.Pause
	if err := json.Unmarshal(data, &p); err != nil {
		return httpd.Fail(http.StatusUnprocessableEntity, "command-invalid", "pane.pause needs a viewer session and the mids of its video panes that are not shown")
	}
	if err := k.hide(p); err != nil {
		return err
	}
	k.lesson.refresh()
	return nil
}

func (k *socket) hide(p signal.Pause) error {
	k.lesson.mu.Lock()
	defer k.lesson.mu.Unlock()
	v, err := k.ownView(p.Session)
	if err != nil {
		return err
	}
	paused := map[string]bool{}
	for _, mid := range p.Mids {
		i := slices.IndexFunc(v.lines, func(l rtc.Line) bool { return l.Mid == mid })
		if i < 0 || v.lines[i].Kind != webrtc.RTPCodecTypeVideo {
			return httpd.Fail(http.StatusUnprocessableEntity, "command-invalid", "the session has no video pane %.40q; voices are never paused", mid)
		}
		paused[mid] = true
	}
	v.paused = paused
	return nil
}

// unwatch forgets a connection.
func (l *lesson) unwatch(k *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.sessions {
		if v, ok := s.(*viewer); ok {
			delete(v.watchers, k)
		}
	}
}
