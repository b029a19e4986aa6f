package badline

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// inFlight bounds the packets of a direction that are under way.
const inFlight = 1 << 14

// maxPacket is the MTU of the ends, bytes.
const maxPacket = 1500

// Forwarder carries packets between the two ends, each direction over its own line, which may become another one at any time.
type Forwarder struct {
	ends     *Ends
	down, up *direction
}

// NewForwarder carries everything at once until Set.
func NewForwarder(e *Ends) *Forwarder {
	f := &Forwarder{ends: e, down: &direction{}, up: &direction{}}
	_ = f.Set(Config{}, Config{}) // cannot fail: the zero line is possible
	return f
}

// Set makes the lines to the far end (down) and from it (up).
func (f *Forwarder) Set(down, up Config) error {
	return errors.Join(f.down.set(down), f.up.set(up))
}

// Stats count since the last Set.
func (f *Forwarder) Stats() (down, up Stats) { return f.down.stats(), f.up.stats() }

// Run forwards until ctx ends, and closes the ends.
func (f *Forwarder) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, f.ends.Close)
	defer stop()
	var wg sync.WaitGroup
	var errs [2]error
	wg.Go(func() { errs[0] = f.down.carry(f.ends.near.tun, f.ends.far.tun) })
	wg.Go(func() { errs[1] = f.up.carry(f.ends.far.tun, f.ends.near.tun) })
	wg.Wait()
	if ctx.Err() != nil {
		return nil
	}
	f.ends.Close()
	return errors.Join(errs[:]...)
}

// direction is a line with the packets on it.
type direction struct {
	mu   sync.Mutex
	line *Line
}

func (d *direction) set(c Config) error {
	l, err := New(c)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.line != nil {
		l.last = d.line.last // what is under way stays before what comes
	}
	d.line = l
	return nil
}

func (d *direction) stats() Stats {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.line.Stats
}

func (d *direction) enter(bytes int) (time.Time, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.line.Enter(time.Now(), bytes)
}

type packet struct {
	due   time.Time
	bytes []byte
}

// carry reads here what is written there when it is due.
func (d *direction) carry(from io.Reader, to io.Writer) error {
	under := make(chan packet, inFlight)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(under)
	wg.Go(func() {
		for p := range under {
			time.Sleep(time.Until(p.due))
			_, _ = to.Write(p.bytes) // a closed end is noticed by its reader
		}
	})
	buf := make([]byte, maxPacket)
	for {
		n, err := from.Read(buf)
		if errors.Is(err, os.ErrClosed) || errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		due, ok := d.enter(n)
		if !ok {
			continue
		}
		select {
		case under <- packet{due, append([]byte(nil), buf[:n]...)}:
		default: // a line never holds so much
		}
	}
}
