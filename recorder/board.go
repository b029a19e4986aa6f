package recorder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/recorder/link"
)

// board is where the house reads how the recordings stand: the bucket of recordings. Progress alone is written once a second at most.
type board struct {
	kv jetstream.KeyValue

	mu    sync.Mutex
	shown map[string]shown
}

type shown struct {
	state      link.State
	reason     string
	at         time.Time
	unrecorded []string
}

func (b *board) open(ctx context.Context, on *bus.Bus) error {
	kv, err := on.JS.KeyValue(ctx, bus.RecordingsBucket)
	if err != nil {
		return fmt.Errorf("open the bucket of recordings: %w", err)
	}
	b.kv, b.shown = kv, map[string]shown{}
	return nil
}

// get returns what is written of a lesson; the zero Recording where nothing is.
func (b *board) get(ctx context.Context, lesson string) (link.Recording, error) {
	var r link.Recording
	e, err := b.kv.Get(ctx, lesson)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("read the state of recording %s: %w", lesson, err)
	}
	return r, json.Unmarshal(e.Value(), &r)
}

// put writes a state. What was found to be missing from the recording stays with it.
func (b *board) put(ctx context.Context, r link.Recording) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if r.Unrecorded == nil {
		var err error
		if r.Unrecorded, err = b.unrecorded(ctx, r.Lesson); err != nil {
			return err
		}
	}
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := b.kv.Put(ctx, r.Lesson, raw); err != nil {
		return fmt.Errorf("write the state of recording %s: %w", r.Lesson, err)
	}
	b.mu.Lock()
	b.shown[r.Lesson] = shown{r.State, r.Reason, time.Now(), r.Unrecorded}
	b.mu.Unlock()
	return nil
}

// unrecorded is what this recorder, or one before it, has told to be missing.
func (b *board) unrecorded(ctx context.Context, lesson string) ([]string, error) {
	b.mu.Lock()
	last, known := b.shown[lesson]
	b.mu.Unlock()
	if known {
		return last.unrecorded, nil
	}
	r, err := b.get(ctx, lesson)
	return r.Unrecorded, err
}

// progress writes a percentage, unless one was written less than a second ago.
func (b *board) progress(ctx context.Context, r link.Recording) {
	b.mu.Lock()
	last := b.shown[r.Lesson]
	b.mu.Unlock()
	if last.state == r.State && last.reason == r.Reason && time.Since(last.at) < time.Second {
		return
	}
	_ = b.put(ctx, r) // the next one makes up for it
}
