package sfu

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/coder/websocket"
	"github.com/gin-gonic/gin"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/signal"
)

// Subprotocols of the WebSocket. A browser cannot send an Authorization header: its grant is offered as a second protocol.
const (
	eventsProtocol = "tongtang.events"
	grantProtocol  = "grant."
)

// events takes a participant in: GET /live/{lesson}/events[?after=SEQ].
func (s *Server) events(c *gin.Context) {
	claims, l, err := s.enter(c, socketGrant(c.Request))
	if err != nil {
		httpd.Abort(c, err)
		return
	}
	after, known := uint64(0), false
	if text, ok := c.GetQuery("after"); ok {
		if after, err = strconv.ParseUint(text, 10, 64); err != nil {
			httpd.Abort(c, httpd.Fail(http.StatusUnprocessableEntity, "after-invalid", "after is the number of the last event that you know"))
			return
		}
		known = after > 0
	}
	if !c.IsWebsocket() {
		httpd.Abort(c, httpd.Fail(http.StatusUpgradeRequired, "not-a-websocket", "the events of a lesson are a WebSocket"))
		return
	}
	conn, err := websocket.Accept(c.Writer, c.Request, &websocket.AcceptOptions{Subprotocols: []string{eventsProtocol}, InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(maxCommand)
	k := newSocket(l, claims, conn)
	done := make(chan struct{})
	if !l.spawn(func() { defer close(done); k.run(after, known) }) {
		_ = conn.Close(k.reason())
		return
	}
	<-done // the connection lives as long as its handler
}

// socketGrant is the token of the header or of the offered subprotocols.
func socketGrant(r *http.Request) string {
	if token := grant.Bearer(r); token != "" {
		return token
	}
	for _, header := range r.Header.Values("Sec-WebSocket-Protocol") {
		for _, p := range strings.Split(header, ",") {
			if token, ok := strings.CutPrefix(strings.TrimSpace(p), grantProtocol); ok {
				return token
			}
		}
	}
	return ""
}

// command judges what a participant sent and answers it.
func (k *socket) command(up signal.Up) signal.Down {
	if len(up.Ref) > 64 {
		up.Ref = up.Ref[:64]
	}
	var seq uint64
	var err error
	switch {
	case !k.rate.Allow():
		err = httpd.Fail(http.StatusTooManyRequests, "too-many-commands", "slow down: a few commands a second are taken")
	case up.Type == "watch":
		err = k.watch(up.Data)
	case up.Type == "pane.pause":
		err = k.pause(up.Data)
	case up.Type == "report":
		err = k.report(up.Data)
	default:
		var events []signal.Event
		events, seq, err = k.lesson.log.Append(k.lesson.life, func(st *signal.State) ([]signal.Event, error) {
			return signal.Check(st, participantOf(k.claims), up)
		})
		if len(events) > 0 {
			k.lesson.refresh()
		}
	}
	if err != nil {
		return signal.Down{Type: "refused", Ref: up.Ref, Problem: httpd.AsProblem(err)}
	}
	return signal.Down{Type: "accepted", Ref: up.Ref, Seq: seq}
}
