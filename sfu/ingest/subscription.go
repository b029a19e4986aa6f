package ingest

import (
	"slices"
	"sync/atomic"
)

// Subscription wakes one forwarder of a layer. However many packets come before the forwarder looks, it is woken once: nothing can pile up.
type Subscription struct {
	Layer   *Layer
	ready   chan<- *Subscription
	ring    func()
	pending atomic.Bool
}

// Subscribe puts the subscription into ready when there is something new on the layer, and rings. A full channel loses only the wake-up, not a
// packet: the next frame wakes again.
func (l *Layer) Subscribe(ready chan<- *Subscription, ring func()) *Subscription {
	s := &Subscription{Layer: l, ready: ready, ring: ring}
	l.change(func(all []*Subscription) []*Subscription { return append(all, s) })
	return s
}

// Unsubscribe ends it; a last wake-up may still come.
func (s *Subscription) Unsubscribe() {
	s.Layer.change(func(all []*Subscription) []*Subscription {
		return slices.DeleteFunc(all, func(o *Subscription) bool { return o == s })
	})
}

func (l *Layer) change(f func([]*Subscription) []*Subscription) {
	for {
		old := l.subscribers.Load()
		changed := f(slices.Clone(*old))
		if l.subscribers.CompareAndSwap(old, &changed) {
			return
		}
	}
}

func (s *Subscription) wake() {
	if !s.pending.CompareAndSwap(false, true) {
		return
	}
	select {
	case s.ready <- s:
		s.ring()
	default:
		s.pending.Store(false)
	}
}

// Taken is called by the forwarder before it reads the layer.
func (s *Subscription) Taken() { s.pending.Store(false) }
