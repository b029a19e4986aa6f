package rtsp

import (
	"sync"
	"time"
)

const (
	window     = 30 * time.Second // over which the least transport delay is looked for
	slew       = 100              // the mapping moves by 1 s in so many seconds,
	slewEarly  = 10               // and faster in the beginning: the first packets often come late
	early      = 10 * time.Second
	leap       = 500 * time.Millisecond // a difference that is not slewed away but taken at once
	comparable = 300 * time.Millisecond // tracks whose packets differ by less in delay, by their reports, are on one clock
	impossible = 5 * time.Second        // a delay that TCP did not make: the connection would have been given up. The camera's time was reset
	steady     = 50 * time.Millisecond  // two reports of a track that differ by more do not mean the same clock: nonsense, or a clock that was set
)

var started = time.Now()

// Now is this computer's clock (Unix time) as it was when the program started, and what has passed since: setting the clock under way does not
// move what is on air. Everything that a Clock says is in this time.
func Now() time.Duration { return time.Duration(started.UnixNano()) + time.Since(started) }

// Clock maps the RTP times of one camera's tracks to the computer's own (Now). Cameras seldom know the time of day, but their sender reports say
// which moments of their tracks belong together; the rest follows from the shortest time that a packet needed to arrive. So picture and voice,
// main and sub stream stay in step, whatever the camera's clock says.
type Clock struct {
	mu     sync.Mutex
	tracks map[*Track]struct{}
}

// NewClock makes the clock of one camera.
func NewClock() *Clock { return &Clock{tracks: map[*Track]struct{}{}} }

// Track is one RTP stream on the clock.
type Track struct {
	clock *Clock
	rate  int64

	started   bool
	last      uint32 // RTP time last seen
	ticks     int64  // the same without wrapping, from 0
	reported  bool   // two reports in a row agreed: sender is the camera's clock at tick 0, else it is 0
	sender    time.Duration
	told      time.Duration // the camera's clock at tick 0 by the last report
	delay     minimum       // of arrival minus the camera's time
	bias      time.Duration // what is added to a tick's time now
	biasKnown bool
	biasAt    time.Duration // arrival at which the bias was last moved
	began     time.Duration // first arrival
}

// NewTrack adds a track whose RTP clock has rate Hz. Close it when its connection ends.
func (c *Clock) NewTrack(rate int) *Track {
	t := &Track{clock: c, rate: int64(rate)}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tracks[t] = struct{}{}
	return t
}

// Close takes the track off its clock.
func (t *Track) Close() {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	delete(t.clock.tracks, t)
}

// unwrap follows the 32-bit RTP time; B-frames may go back a little.
func (t *Track) unwrap(rtp uint32) int64 {
	if !t.started {
		t.started, t.last = true, rtp
	}
	t.ticks += int64(int32(rtp - t.last))
	t.last = rtp
	return t.ticks
}

func (t *Track) duration(ticks int64) time.Duration {
	return time.Duration(ticks/t.rate)*time.Second + time.Duration(ticks%t.rate)*time.Second/time.Duration(t.rate)
}

// Report takes a sender report: at the RTP time the camera's clock showed ntp (64 bits, RFC 3550 §4).
func (t *Track) Report(rtp uint32, ntp uint64) {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	if !t.started || ntp == 0 {
		return
	}
	at := time.Duration(ntp>>32)*time.Second + time.Duration((ntp&0xffffffff)*uint64(time.Second)>>32)
	told := at - t.duration(t.ticks+int64(int32(rtp-t.last)))
	agrees := (told - t.told).Abs() < steady
	t.told = told
	sender := time.Duration(0)
	if agrees {
		sender = told
	}
	if (sender - t.sender).Abs() > steady {
		t.delay = minimum{}
	}
	t.reported, t.sender = agrees, sender
}

// Wall is the time (Unix) at which what carries this RTP time was in front of the camera, given that it arrived at arrival.
func (t *Track) Wall(rtp uint32, arrival time.Duration) time.Duration {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	since := t.duration(t.unwrap(rtp))
	took := arrival - (t.sender + since)
	if t.delay.known && took-t.delay.least() > impossible {
		t.delay = minimum{}
	}
	own := t.delay.add(arrival, took)
	least := own
	if t.reported {
		for o := range t.clock.tracks {
			if o.reported && o.delay.known && o.delay.least() < least && own-o.delay.least() < comparable {
				least = o.delay.least()
			}
		}
	}
	t.move(t.sender+least, arrival)
	return since + t.bias
}

// move brings the bias towards where it should be.
func (t *Track) move(want, now time.Duration) {
	d := want - t.bias
	if !t.biasKnown {
		t.began = now
	}
	step := max(0, now-t.biasAt) / slew
	if now-t.began < early {
		step = max(0, now-t.biasAt) / slewEarly
	}
	t.biasAt = now
	switch {
	case !t.biasKnown, d > leap, d < -leap:
		t.biasKnown, t.bias = true, want
	case d > 0:
		t.bias += min(d, step)
	default:
		t.bias -= min(-d, step)
	}
}

// minimum is the least value of the last one to two windows.
type minimum struct {
	known         bool
	began         time.Duration
	now, previous time.Duration
}

func (m *minimum) add(at, v time.Duration) time.Duration {
	switch {
	case !m.known:
		*m = minimum{known: true, began: at, now: v, previous: v}
	case at-m.began > window:
		m.began, m.previous, m.now = at, m.now, v
	default:
		m.now = min(m.now, v)
	}
	return m.least()
}

func (m *minimum) least() time.Duration { return min(m.now, m.previous) }
