package agent

import (
	"context"
	"errors"
	"time"

	"github.com/tongtang/tongtang/classroom-agent/rtsp"
	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
)

// poll asks the server for the timetable and its clock.
func (d *director) poll(ctx context.Context) {
	c := d.client()
	if c == nil {
		d.setStatus(serverStatus{polled: true, problem: "not-enrolled"})
		return
	}
	d.tellStopped(ctx, c)
	ctx, cancel := context.WithTimeout(ctx, pollOnce)
	defer cancel()
	began := time.Now()
	t, err := c.Lessons(ctx)
	took := time.Since(began)
	if err != nil {
		s := serverStatus{polled: true, problem: "server-away"}
		var p *httpd.Problem
		if errors.As(err, &p) {
			s.reachable, s.problem = p.Status < 500, p.Code
			if p.Status == 401 || p.Status == 403 {
				s.problem = "key-refused"
			}
		}
		if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
			d.setStatus(s)
		}
		return
	}
	s := serverStatus{polled: true, reachable: true, offset: t.Now.Sub(began.Add(took / 2)), roundTrip: took}
	if s.shift = time.Duration(t.Now.UnixNano()) - (rtsp.Now() - took/2); s.shift.Abs() < clockSure+took/2 {
		s.shift = 0
	}
	d.setStatus(s)
	d.remember(func(k *kept) { k.Room, k.Lessons = t.Room, t.Lessons })
}

func (d *director) setStatus(s serverStatus) {
	d.mu.Lock()
	before := d.status
	if !s.reachable { // what is known of its clock stays true
		s.offset, s.shift = before.offset, before.shift
	}
	d.status = s
	d.mu.Unlock()
	if before.problem != s.problem || !before.polled {
		switch s.problem {
		case "":
			d.log.Info("the server is reachable")
		default:
			d.log.Warn("there is a problem with the server", "code", s.problem, "advice", words[s.problem])
		}
	}
}

func (d *director) shift() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.status.shift
}

// tellStopped tells the server about a Stop that did not reach it.
func (d *director) tellStopped(ctx context.Context, c *link.Client) {
	for _, s := range d.memory.read().Stopped {
		if s.Told {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, pollOnce)
		_, err := c.Stop(ctx, s.Lesson)
		cancel()
		var p *httpd.Problem
		if err != nil && (!errors.As(err, &p) || p.Status >= 500) {
			return
		}
		d.remember(func(k *kept) { k.told(s.Lesson) })
	}
}

func (k *kept) told(lesson string) {
	for i := range k.Stopped {
		if k.Stopped[i].Lesson == lesson {
			k.Stopped[i].Told = true
		}
	}
}
