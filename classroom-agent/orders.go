package agent

import (
	"context"
	"errors"
	"slices"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/link"
)

// request is what the teacher pressed.
type request struct {
	ctx    context.Context
	lesson string
	start  bool
	answer chan error
}

// ask hands a request to run.
func (d *director) ask(ctx context.Context, lesson string, start bool) error {
	r := request{ctx: ctx, lesson: lesson, start: start, answer: make(chan error, 1)}
	select {
	case d.asked <- r:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-r.answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// serve does what the teacher asked for.
func (d *director) serve(ctx context.Context, r request) error {
	k := d.memory.read()
	l := k.lesson(r.lesson)
	if l == nil {
		return httpd.Fail(404, "lesson-unknown", "this room has no such lesson")
	}
	if r.start {
		return d.serveStart(ctx, l, k.Room.ID)
	}
	return d.serveStop(ctx, l)
}

func (d *director) serveStart(ctx context.Context, l *link.DatedLesson, room string) error {
	switch a := d.current(); {
	case !lecturerRoom(*l, room):
		return httpd.Fail(409, "not-allowed", "the lesson is taught from another room")
	case a != nil && a.lesson.ID == l.ID:
		return nil
	case a != nil:
		return httpd.Fail(409, "other-lesson-live", "another lesson is on air here: stop it first").With("lesson", a.lesson.Title)
	}
	if err := d.begin(ctx, l.ID); err != nil {
		return err
	}
	d.remember(func(k *kept) {
		k.Stopped = slices.DeleteFunc(k.Stopped, func(s stopped) bool { return s.Lesson == l.ID })
	})
	return nil
}

func (d *director) serveStop(ctx context.Context, l *link.DatedLesson) error {
	a := d.current()
	onAir := a != nil && a.lesson.ID == l.ID
	if !onAir && l.State != link.Live {
		return httpd.Fail(409, "not-live", "the lesson is not on air")
	}
	d.remember(func(k *kept) { k.Stopped = append(k.Stopped, stopped{Lesson: l.ID}) })
	if onAir {
		a.stop()
		d.setAir(nil)
	}
	c := d.client()
	if c == nil {
		return httpd.Fail(409, "not-enrolled", "this computer must be enrolled first")
	}
	call, cancel := context.WithTimeout(ctx, pollOnce)
	defer cancel()
	after, err := c.Stop(call, l.ID)
	var p *httpd.Problem
	if err != nil && !errors.As(err, &p) {
		return nil // off air here; the server hears of it as soon as it is back
	}
	d.remember(func(k *kept) {
		k.told(l.ID)
		if err == nil {
			k.put(*after)
		}
	})
	d.log.Info("the teacher stopped the lesson", "lesson", l.ID)
	if err != nil && !over[p.Code] {
		return err
	}
	return nil
}
