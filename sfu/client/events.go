package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/sfu/signal"
)

// readLimit of one message, bytes: a state of a large lesson fits.
const readLimit = 4 << 20

// retry waits between two tries to connect.
const (
	retryFirst = 250 * time.Millisecond
	retryMost  = 5 * time.Second
)

// Events is a participant's (or the recorder's) connection to the lesson. It keeps the state, comes back by itself after a break with
// ?after=SEQ, and hands on what is new.
type Events struct {
	lesson Lesson
	handle func(signal.Down)

	mu      sync.Mutex
	conn    *websocket.Conn
	state   *signal.State
	waiting map[string]chan signal.Down
	refs    atomic.Uint64
	cancel  context.CancelFunc
	done    chan struct{}
	err     error
}

// Events connects to the lesson's events. The first connection must succeed within ctx; a refusal is a *httpd.Problem. handle (may be nil)
// is called for each message, one at a time and in order: state (first, and again when the server could not serve what was missed), event,
// panes. It must not block for long.
func (l Lesson) Events(ctx context.Context, handle func(signal.Down)) (*Events, error) {
	e := &Events{lesson: l, handle: handle, state: signal.NewState(), waiting: map[string]chan signal.Down{}, done: make(chan struct{})}
	conn, err := e.dial(ctx)
	if err != nil {
		return nil, err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e.cancel = cancel
	go e.run(run, conn)
	return e, nil
}

// State is a copy of the present state.
func (e *Events) State() *signal.State {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state.Clone()
}

// Send sends a command and waits for the answer: the sequence number of the event that it became, or a *httpd.Problem. data is marshalled to
// JSON; nil for none.
func (e *Events) Send(ctx context.Context, t signal.CommandType, data any) (uint64, error) {
	return e.send(ctx, string(t), data)
}

// Watch asks for panes messages of a WHEP session of the same grant's bearer.
func (e *Events) Watch(ctx context.Context, session string) error {
	_, err := e.send(ctx, "watch", signal.Watch{Session: session})
	return err
}

// Report tells the server how a WHEP session of the same grant's bearer was; it goes into the quality record.
func (e *Events) Report(ctx context.Context, r signal.Report) error {
	_, err := e.send(ctx, "report", r)
	return err
}

func (e *Events) send(ctx context.Context, t string, data any) (uint64, error) {
	up := signal.Up{Ref: strconv.FormatUint(e.refs.Add(1), 10), Type: t}
	if data != nil {
		raw, err := json.Marshal(data)
		if err != nil {
			return 0, err
		}
		up.Data = raw
	}
	answer := make(chan signal.Down, 1)
	e.mu.Lock()
	conn := e.conn
	e.waiting[up.Ref] = answer
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		delete(e.waiting, up.Ref)
		e.mu.Unlock()
	}()
	if conn == nil {
		return 0, ErrLost
	}
	if err := wsjson.Write(ctx, conn, up); err != nil {
		return 0, fmt.Errorf("send %s: %w", t, err)
	}
	select {
	case d := <-answer:
		if d.Problem != nil {
			return 0, d.Problem
		}
		return d.Seq, nil
	case <-e.done:
		return 0, ErrLost
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Done is closed at the end: after Close, or when the server refuses a reconnection (the lesson has ended, the grant has expired). Err tells.
func (e *Events) Done() <-chan struct{} { return e.done }

// Err is why it ended, once Done is closed: nil after Close, else a *httpd.Problem.
func (e *Events) Err() error {
	select {
	case <-e.done:
		return e.err
	default:
		return nil
	}
}

// Close leaves the lesson and waits for everything to end.
func (e *Events) Close() {
	e.cancel()
	<-e.done
}

// run reads, and connects anew after each break, until it is closed or refused for good.
func (e *Events) run(ctx context.Context, conn *websocket.Conn) {
	defer close(e.done)
	wait := retryFirst
	for {
		if conn != nil {
			wait = retryFirst
			e.read(ctx, conn)
		}
		if ctx.Err() != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, retryMost)
		var err error
		conn, err = e.dial(ctx)
		var p *httpd.Problem
		if errors.As(err, &p) && p.Status < 500 && p.Status != http.StatusTooManyRequests {
			e.err = err
			return
		}
	}
}

func (e *Events) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	e.mu.Lock()
	seq := e.state.Seq
	e.mu.Unlock()
	query := url.Values{}
	if seq > 0 {
		query.Set("after", strconv.FormatUint(seq, 10))
	}
	header := http.Header{}
	if e.lesson.Grant != "" {
		header.Set("Authorization", "Bearer "+e.lesson.Grant)
	}
	// The client's own timeout would end the socket too: the context bounds the dial.
	plain := *e.lesson.http()
	plain.Timeout = 0
	conn, res, err := websocket.Dial(ctx, e.lesson.url("/events", query), &websocket.DialOptions{
		HTTPClient: &plain, HTTPHeader: header, Subprotocols: []string{"tongtang.events"},
	})
	if err != nil {
		if res != nil && res.StatusCode >= 400 {
			return nil, refusal(res)
		}
		return nil, err
	}
	conn.SetReadLimit(readLimit)
	e.mu.Lock()
	e.conn = conn
	e.mu.Unlock()
	return conn, nil
}

// refusal reads the problem document of a failed upgrade; the library has kept its first kilobyte.
func refusal(res *http.Response) error {
	body := make([]byte, 4096)
	n := 0
	if res.Body != nil {
		for n < len(body) {
			m, err := res.Body.Read(body[n:])
			n += m
			if err != nil {
				break
			}
		}
	}
	return problem(res, body[:n])
}

func (e *Events) read(ctx context.Context, conn *websocket.Conn) {
	defer func() {
		e.mu.Lock()
		e.conn = nil
		e.mu.Unlock()
		_ = conn.Close(websocket.StatusNormalClosure, "")
	}()
	for {
		var d signal.Down
		if err := wsjson.Read(ctx, conn, &d); err != nil {
			return
		}
		if !e.take(d) {
			return
		}
	}
}

// take keeps the state and hands the message on. It returns false when an event does not fit: connect anew.
func (e *Events) take(d signal.Down) bool {
	switch {
	case d.Type == "state" && d.State != nil:
		e.mu.Lock()
		e.state = d.State.Clone()
		e.mu.Unlock()
	case d.Type == "event" && d.Event != nil:
		e.mu.Lock()
		err := e.state.Apply(*d.Event)
		e.mu.Unlock()
		if err != nil {
			e.lesson.log().Warn("the lesson's events do not fit; reading them anew", "lesson", e.lesson.ID, "error", err)
			return false
		}
	case d.Ref != "":
		e.mu.Lock()
		answer := e.waiting[d.Ref]
		e.mu.Unlock()
		if answer != nil {
			select {
			case answer <- d:
			default:
			}
		}
		return true
	}
	if e.handle != nil {
		e.handle(d)
	}
	return true
}
