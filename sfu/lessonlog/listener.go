package lessonlog

import "github.com/tongtang/tongtang/sfu/signal"

// listenerQueue is how many events a listener may be behind. When it is full the listener is ended: it comes back and reads the state anew.
const listenerQueue = 256

// Listener gets every event after its beginning, in order.
type Listener struct {
	// State is where the listener begins; nil when Missed leads on from what it knew.
	State *signal.State
	// Missed are the events between what it knew and now.
	Missed []signal.Event
	// C is closed when the listener was too slow, or by Unlisten.
	C <-chan signal.Event

	queue chan signal.Event
}

func (l *Listener) offer(e signal.Event) bool {
	select {
	case l.queue <- e:
		return true
	default:
		close(l.queue)
		return false
	}
}

// Listen starts a listener that knows everything up to after; known is false for one that knows nothing.
func (l *Log) Listen(after uint64, known bool) *Listener {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue := make(chan signal.Event, listenerQueue)
	n := &Listener{C: queue, queue: queue}
	oldest := l.state.Seq + 1 - uint64(len(l.tail))
	if known && after <= l.state.Seq && after+1 >= oldest {
		n.Missed = append(n.Missed, l.tail[after+1-oldest:]...)
	} else {
		n.State = l.state.Clone()
	}
	l.listeners[n] = struct{}{}
	return n
}

// Unlisten ends a listener.
func (l *Log) Unlisten(n *Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.listeners[n]; ok {
		delete(l.listeners, n)
		close(n.queue)
	}
}
