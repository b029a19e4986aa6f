package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/pion/rtp"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/sfu/avc"
	"github.com/tongtang/tongtang/sfu/bench/load"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

// rooms are classrooms that get the floor in turn, and the level by which each film is known.
var rooms = map[string]byte{"room-a": 30, "room-b": 40}

// floorPane is the pane of who has the floor: after the lecturer and the courseware.
const floorPane = 2

// switches measures the time from giving a classroom the floor until its first whole picture has come on the pane, which showed another one until then.
func (r *run) switches(ctx context.Context) error {
	t := r.table("Switching a pane, ms from the command", spreadHead("source")...)
	for _, answers := range []bool{false, true} {
		ms, err := r.switchesOf(ctx, answers)
		if err != nil {
			return err
		}
		name := "ignores PLI, GOP 4 s"
		if answers {
			name = "answers PLI"
		}
		r.figure(r.spread("pane switch, source that "+name+", p99", ms, 0.99, 300, none))
		t.spread(name, ms)
	}
	return nil
}

func (r *run) switchesOf(ctx context.Context, answers bool) (series, error) {
	s, err := begin(ctx, r.Pace, r.Ours)
	if err != nil {
		return nil, err
	}
	defer s.end()
	_, lecturer, err := s.present(ctx, grant.Lecturer, "desk")
	if err != nil {
		return nil, err
	}
	defer lecturer.Close()
	for room, level := range rooms {
		l, present, err := s.present(ctx, grant.Room, room, room)
		if err != nil {
			return nil, err
		}
		defer present.Close()
		p, err := load.Publish(ctx, l, room, load.Film{GOP: longGOP, Answers: answers, Level: level})
		if err != nil {
			return nil, err
		}
		s.sources = append(s.sources, p)
	}
	v, err := s.View.View(ctx, client.ViewOptions{Video: floorPane + 1, Audio: 1, KeepOrder: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = v.Close() }()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	shown := make(chan byte, 64) // levels of the whole keyframes that come
	go keyframes(watching, v.Tracks[floorPane], shown)
	if err := pause(ctx, longGOP+r.Settle); err != nil {
		return nil, err
	}
	var took []time.Duration
	start := time.Now()
	for i := range r.Joins {
		if err := pause(ctx, time.Until(start.Add(time.Duration(i)*longGOP*7/60))); err != nil { // as in join
			return nil, err
		}
		room := []string{"room-a", "room-b"}[i%2]
		begun := time.Now()
		if _, err := lecturer.Send(ctx, signal.GiveFloor, signal.Ref{ID: room}); err != nil {
			return nil, fmt.Errorf("give the floor: %w", err)
		}
		if err := wait(ctx, shown, rooms[room]); err != nil {
			return nil, fmt.Errorf("switch %d: %w", i, err)
		}
		if i > 0 { // the first may have been shown already
			took = append(took, time.Since(begun))
		}
	}
	return milliseconds(took), nil
}

// present lets a participant in.
func (s *site) present(ctx context.Context, role grant.Role, who string, publish ...string) (client.Lesson, *client.Events, error) {
	l, err := s.Enter(role, who, publish...)
	if err != nil {
		return l, nil, err
	}
	e, err := l.Events(ctx, func(signal.Down) {})
	return l, e, err
}

// keyframes tells the level of every whole keyframe of a track.
func keyframes(ctx context.Context, track *client.Track, whole chan<- byte) {
	var level byte
	for {
		p, err := track.ReadRTP(ctx)
		if err != nil {
			return
		}
		if l, ok := levelOf(p); ok {
			level = l
		}
		if p.Marker && level != 0 {
			select {
			case whole <- level:
			default:
			}
			level = 0
		}
	}
}

// levelOf reads level_idc of a sequence parameter set (H.264 §7.3.2.1.1).
func levelOf(p *rtp.Packet) (byte, bool) {
	if !avc.StartsKeyframe(p.Payload) || len(p.Payload) < 4 || p.Payload[0]&0x1f != 7 {
		return 0, false
	}
	return p.Payload[3], true
}

func wait(ctx context.Context, shown <-chan byte, level byte) error {
	late := time.After(2 * longGOP)
	for {
		select {
		case l := <-shown:
			if l == level {
				return nil
			}
		case <-late:
			return fmt.Errorf("no picture within %v", 2*longGOP)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
