// Package speaker judges who speaks, by the audio levels that publishers tell (RFC 6464). Pure: the caller tells the time.
package speaker

import (
	"math"
	"sync"
	"time"
)

// Levels are dBov: 0 is the loudest that there is, −127 silence. Between the two thresholds a voice stays what it is.
const (
	speaks = -42.0
	quiet  = -50.0
	silent = -127.0
)

const (
	rise = 80 * time.Millisecond  // time constants of the smoothed level: a clap is no speech,
	fall = 350 * time.Millisecond // and a breath no end of it
	gone = time.Second            // without a packet: a sender that says nothing sends nothing (DTX)
)

// Voice is one of them. The zero value is silent. It may be used by any goroutine.
type Voice struct {
	mu       sync.Mutex
	level    float64 // smoothed
	last     time.Time
	speaking bool
}

// Hear takes the level of a packet: 0–127, −dBov.
func (v *Voice) Hear(level uint8, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	heard := -float64(level)
	if v.last.IsZero() || now.Sub(v.last) > gone {
		v.level, v.last = silent, now.Add(-20*time.Millisecond)
	}
	over := fall
	if heard > v.level {
		over = rise
	}
	v.level += (heard - v.level) * (1 - math.Exp(-float64(max(0, now.Sub(v.last)))/float64(over)))
	v.last = now
	v.speaking = v.level > speaks || v.speaking && v.level > quiet
}

// Speaking tells whether it speaks now.
func (v *Voice) Speaking(now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.speaking && now.Sub(v.last) <= gone
}
