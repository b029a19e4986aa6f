package capture

import "time"

// Clock steps.
const (
	followAtOnce = 100 * time.Millisecond // a sender report that differs more is believed at once
	smoothing    = 8                      // of a smaller difference, this part is followed with each report
)

// clock gives RTP timestamps their wall clock. Sender reports tremble by a few milliseconds; followed slowly, neither picture nor voice
// shows it, and the drift of the sender's crystal is still followed. Pure.
type clock struct {
	rate  int64 // Hz
	rtp   uint32
	at    time.Time
	since time.Time // of the newest sender report that was taken in
}

func (c *clock) known() bool { return !c.at.IsZero() }

// time is the wall clock of a timestamp at most 2³¹ ticks away.
func (c *clock) time(ts uint32) time.Time {
	return c.at.Add(time.Duration(int64(int32(ts-c.rtp)) * int64(time.Second) / c.rate))
}

// report takes a sender report in: at was the wall clock of the timestamp.
func (c *clock) report(ts uint32, at time.Time) {
	if at.Equal(c.since) {
		return // known already
	}
	c.since = at
	if c.known() {
		if off := at.Sub(c.time(ts)); off.Abs() < followAtOnce {
			at = c.time(ts).Add(off / smoothing)
		}
	}
	c.rtp, c.at = ts, at
}

// guess is for a source that sends no reports: the arrival of its first packet.
func (c *clock) guess(ts uint32, arrived time.Time) { c.rtp, c.at = ts, arrived }
