// Package crew is a sync.WaitGroup whose members may come at any time: pion calls for a new track in a goroutine that nobody waits for, also
// when its connection is closing.
package crew

import "sync"

// Crew is a set of goroutines. The zero Crew is ready.
type Crew struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	over bool
}

// Go runs f, or does nothing once Wait was called.
func (c *Crew) Go(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.wg.Go(f)
	}
}

// Wait ends the crew: nobody joins any more. It returns when all have ended.
func (c *Crew) Wait() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.wg.Wait()
}
