// Package lessonlog keeps the log of one lesson: every event that happened, in JetStream, and the state that they add up to, in memory. It is
// the only writer of the lesson's subject; whoever else wrote there makes it read anew.
package lessonlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/sfu/signal"
)

// tailKept is how many events a returning listener may have missed to get them instead of the whole state.
const tailKept = 512

// writeTimeout bounds one write to the bus.
const writeTimeout = 5 * time.Second

// wrongLastSequence is JetStream's answer when another writer was faster.
const wrongLastSequence jetstream.ErrorCode = 10071

// Log is one lesson's log. All methods may be called from any goroutine.
type Log struct {
	lesson string
	bus    *bus.Bus

	mu        sync.Mutex
	state     *signal.State
	last      uint64 // stream sequence of the last event
	tail      []signal.Event
	listeners map[*Listener]struct{}
}

// Open reads the lesson's log and rebuilds its state.
func Open(ctx context.Context, b *bus.Bus, lesson string) (*Log, error) {
	l := &Log{lesson: lesson, bus: b, state: signal.NewState(), listeners: map[*Listener]struct{}{}}
	if err := l.replay(ctx); err != nil {
		return nil, fmt.Errorf("read the log of lesson %s: %w", lesson, err)
	}
	return l, nil
}

// replay applies every event after the last known one.
func (l *Log) replay(ctx context.Context) error {
	stream, err := l.bus.JS.Stream(ctx, bus.LessonLogStream)
	if err != nil {
		return err
	}
	end, err := stream.GetLastMsgForSubject(ctx, bus.LogSubject(l.lesson))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil
	}
	if err != nil || end.Sequence <= l.last {
		return err
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{bus.LogSubject(l.lesson)}, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: l.last + 1,
	})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer messages.Stop()
	for l.last < end.Sequence {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		var e signal.Event
		if err := json.Unmarshal(m.Data(), &e); err != nil {
			return fmt.Errorf("message %d: %w", meta.Sequence.Stream, err)
		}
		if err := l.take(e, meta.Sequence.Stream); err != nil {
			return err
		}
	}
	return nil
}

// take applies an event that is in the log and tells the listeners. Call it with the lock held (or before anyone else has the log).
func (l *Log) take(e signal.Event, sequence uint64) error {
	if err := l.state.Apply(e); err != nil {
		return err
	}
	l.last = sequence
	if l.tail = append(l.tail, e); len(l.tail) > 2*tailKept {
		l.tail = append([]signal.Event{}, l.tail[len(l.tail)-tailKept:]...)
	}
	for listener := range l.listeners {
		if !listener.offer(e) {
			delete(l.listeners, listener)
		}
	}
	return nil
}

// Append writes what decide makes of the present state: no events, or a few with type, author and data. It returns them as they are in the
// log, and the sequence number of the last event of all. decide is called again when another writer was faster; it must only look.
func (l *Log) Append(ctx context.Context, decide func(*signal.State) ([]signal.Event, error)) ([]signal.Event, uint64, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	for try := 0; ; try++ {
		events, err := decide(l.state)
		if err != nil || len(events) == 0 {
			return nil, l.state.Seq, err
		}
		written, err := l.write(ctx, events)
		if err == nil {
			return written, l.state.Seq, nil
		}
		var api *jetstream.APIError
		if try == 3 || len(written) > 0 || !errors.As(err, &api) || api.ErrorCode != wrongLastSequence {
			return written, l.state.Seq, fmt.Errorf("write the log of lesson %s: %w", l.lesson, err)
		}
		if err := l.replay(ctx); err != nil {
			return nil, l.state.Seq, fmt.Errorf("read the log of lesson %s: %w", l.lesson, err)
		}
	}
}

func (l *Log) write(ctx context.Context, events []signal.Event) ([]signal.Event, error) {
	var written []signal.Event
	for _, e := range events {
		e.Seq, e.Time = l.state.Seq+1, time.Now().UTC().Truncate(time.Millisecond)
		if err := l.state.Clone().Apply(e); err != nil {
			return written, err
		}
		raw, err := json.Marshal(e)
		if err != nil {
			return written, err
		}
		ack, err := l.bus.JS.PublishMsg(ctx, &nats.Msg{Subject: bus.LogSubject(l.lesson), Data: raw},
			jetstream.WithExpectLastSequencePerSubject(l.last))
		if err != nil {
			return written, err
		}
		if err := l.take(e, ack.Sequence); err != nil {
			return written, err
		}
		written = append(written, e)
	}
	return written, nil
}

// State is a copy of the present state.
func (l *Log) State() *signal.State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state.Clone()
}

// Look calls f with the present state, which it must not keep or change.
func (l *Log) Look(f func(*signal.State)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(l.state)
}
