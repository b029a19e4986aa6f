// Package load is a crowd for measuring an SFU: publishers whose packets carry their time of sending, and hundreds of viewers on one machine.
// A viewer connects with stock pion (full ICE, DTLS-SRTP, WHEP). Then its media takes a short way: two loops read the viewers' sockets (one
// each; by the clock, or as soon as epoll tells), count packets by their clear headers, and answer as Chromium does: transport-wide feedback every 100 ms, a receiver
// report every second, NACK for gaps. All of it is encrypted; STUN and DTLS stay pion's.
package load

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/transport/v4/stdnet"
	"github.com/pion/webrtc/v4"
)

// epoch is the zero of all times in packets and loops: one clock for publishers and viewers.
var epoch = time.Now()

// clock is the time since epoch.
func clock() time.Duration { return time.Since(epoch) }

// Crowd is the viewers. Its methods may be called from any goroutine.
type Crowd struct {
	prompt, counting *loop
	net              *stdnet.Net
	cert             webrtc.Certificate
	http             *http.Client
	wg               sync.WaitGroup

	mu      sync.Mutex
	viewers []*Viewer

	measuring atomic.Bool // delays are kept
	delayed   sync.Mutex
	delays    []time.Duration
}

// New starts a crowd without viewers. Most viewers' sockets are read every pace, so that reading them disturbs little; 0: at once.
func New(pace time.Duration) (*Crowd, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, err
	}
	interfaces, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	c := &Crowd{net: interfaces, cert: *cert, http: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	if c.prompt, err = newLoop(0); err != nil {
		return nil, err
	}
	if c.counting, err = newLoop(pace); err != nil {
		c.prompt.close()
		return nil, err
	}
	c.wg.Go(c.prompt.run)
	c.wg.Go(c.counting.run)
	return c, nil
}

// Viewers are those who joined and have not left.
func (c *Crowd) Viewers() []*Viewer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.viewers)
}

// Received is the number of RTP packets that came to the viewers, repairs left out.
func (c *Crowd) Received() (packets int64) {
	for _, v := range c.Viewers() {
		packets += v.received.Load()
	}
	return packets
}

// Repaired is the number of packets that came after they had been asked for, or late.
func (c *Crowd) Repaired() (packets int64) {
	for _, v := range c.Viewers() {
		packets += v.repaired.Load()
	}
	return packets
}

// Lost is the number of packets that never came, and of those that could not be decrypted.
func (c *Crowd) Lost() (packets int64) {
	for _, v := range c.Viewers() {
		packets += v.lost.Load() + v.broken.Load()
	}
	return packets
}

// MeasureDelay begins or ends keeping the delays that the decrypting viewers see.
func (c *Crowd) MeasureDelay(on bool) { c.measuring.Store(on) }

// Delays takes the delays kept so far: from right before the publisher hands a packet to pion until a viewer has decrypted it.
func (c *Crowd) Delays() []time.Duration {
	c.delayed.Lock()
	defer c.delayed.Unlock()
	taken := c.delays
	c.delays = nil
	return taken
}

func (c *Crowd) keepDelay(sent, now time.Duration) {
	c.delayed.Lock()
	defer c.delayed.Unlock()
	c.delays = append(c.delays, now-sent)
}

// Close disconnects everybody and waits for all to end.
func (c *Crowd) Close() {
	for _, part := range slices.Collect(slices.Chunk(c.Viewers(), 16)) {
		var closing sync.WaitGroup
		for _, v := range part {
			closing.Go(func() { v.disconnect() })
		}
		closing.Wait()
	}
	c.prompt.close()
	c.counting.close()
	c.wg.Wait()
	c.http.CloseIdleConnections()
}

func (c *Crowd) add(v *Viewer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.viewers = append(c.viewers, v)
}

func (c *Crowd) remove(v *Viewer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.viewers = slices.DeleteFunc(c.viewers, func(other *Viewer) bool { return other == v })
}

// Settled waits until every viewer has seen a whole picture.
func (c *Crowd) Settled(ctx context.Context) error {
	for i, v := range c.Viewers() {
		select {
		case <-v.pictured:
		case <-ctx.Done():
			return fmt.Errorf("viewer %d has seen no whole picture: %w", i, ctx.Err())
		}
	}
	return nil
}
