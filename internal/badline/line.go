// Package badline is a rural line for tests: what a queue, a rate, a distance, a restless radio and its losses do to packets, and a program
// (tool) that puts such a line between this machine and a network namespace. The line itself is pure: the caller tells the time.
package badline

import (
	"errors"
	"math/rand/v2"
	"time"
)

// Config is one direction of a line. The zero value carries everything at once.
type Config struct {
	Rate   int64   `json:"rate"`   // bit/s; 0 unlimited
	Queue  int     `json:"queue"`  // ms of waiting at Rate, beyond which packets are dropped at the tail; 0 means 200
	Delay  int     `json:"delay"`  // ms
	Jitter int     `json:"jitter"` // ms, sigma of a half-normal distribution on top of Delay; order is kept
	Loss   float64 `json:"loss"`   // share of packets, 0 to 1
	Burst  float64 `json:"burst"`  // mean length of a loss, packets; ≤ 1 means independent losses, more a Gilbert model
	Seed   uint64  `json:"seed"`
}

const usualQueue = 200 // ms

func (c Config) check() error {
	if c.Rate < 0 || c.Queue < 0 || c.Delay < 0 || c.Jitter < 0 || c.Loss < 0 || c.Loss >= 1 || c.Burst < 0 {
		return errors.New("a line has no negative figures, and a loss below 1")
	}
	return nil
}

// Stats count what came to a line.
type Stats struct {
	Packets  int64 `json:"packets"`
	Bytes    int64 `json:"bytes"`
	Lost     int64 `json:"lost"`     // by chance
	Overflow int64 `json:"overflow"` // dropped at the tail of the queue
}

// Line is one direction. It is used by one goroutine.
type Line struct {
	Stats
	config Config
	chance *rand.Rand
	bad    bool      // Gilbert: within a burst of losses
	free   time.Time // when the sender's end has sent all that waits
	last   time.Time // when the newest packet arrives
}

// New makes a line.
func New(c Config) (*Line, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Queue == 0 {
		c.Queue = usualQueue
	}
	return &Line{config: c, chance: rand.New(rand.NewPCG(c.Seed, 0x9e3779b97f4a7c15))}, nil
}

// Enter takes a packet of so many bytes in at the moment now, which never runs back, and tells when it comes out; ok is false when it never does.
// A lost packet has taken its time on the line all the same, as on a radio.
func (l *Line) Enter(now time.Time, bytes int) (out time.Time, ok bool) {
	l.Packets++
	l.Bytes += int64(bytes)
	if l.free.Before(now) {
		l.free = now
	}
	if l.free.Sub(now) > time.Duration(l.config.Queue)*time.Millisecond {
		l.Overflow++
		return time.Time{}, false
	}
	if l.config.Rate > 0 {
		l.free = l.free.Add(time.Duration(int64(bytes) * 8 * int64(time.Second) / l.config.Rate))
	}
	if l.loses() {
		l.Lost++
		return time.Time{}, false
	}
	restless := max(l.chance.NormFloat64(), 0) // half of a normal distribution; the other half arrives without delay
	out = l.free.Add(time.Duration((float64(l.config.Delay) + restless*float64(l.config.Jitter)) * float64(time.Millisecond)))
	if out.Before(l.last) {
		out = l.last
	}
	l.last = out
	return out, true
}

// loses decides about one packet: independently, or after Gilbert, whose losses come in bursts.
func (l *Line) loses() bool {
	c := l.config
	if c.Loss == 0 {
		return false
	}
	if c.Burst <= 1 {
		return l.chance.Float64() < c.Loss
	}
	leave := 1 / c.Burst
	enter := leave * c.Loss / (1 - c.Loss)
	if l.bad {
		l.bad = l.chance.Float64() >= leave
	} else {
		l.bad = l.chance.Float64() < enter
	}
	return l.bad
}
