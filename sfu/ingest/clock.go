package ingest

import (
	"sync"
	"time"
)

// clockWindow is over how many reports the least delay is sought: about a minute of two or three layers.
const clockWindow = 128

// Clock puts a publisher's wall clock, which may be minutes wrong, onto this machine's: the difference is the least that any of its reports
// showed between sending and arrival. All layers of a publisher share it, so that voice and picture stay together; two publishers then
// differ by no more than their shortest network delays.
type Clock struct {
	mu      sync.Mutex
	offsets [clockWindow]time.Duration
	n       int
}

// Here is a moment of the publisher's clock in this machine's. now is the arrival of the report that told it.
func (c *Clock) Here(wall, now time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offsets[c.n%clockWindow] = now.Sub(wall)
	c.n++
	least := c.offsets[0]
	for _, o := range c.offsets[:min(c.n, clockWindow)] {
		least = min(least, o)
	}
	return wall.Add(least)
}
