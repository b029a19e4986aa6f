package egress

// Counter counts what was forwarded; a prometheus.Counter is one.
type Counter interface{ Add(float64) }

// counters gather what a worker forwards; the totals are touched once for each turn of its loop.
type counters struct {
	packets, bytes           int
	dropped                  int // of packets: what did not get out of this machine
	packetsTotal, bytesTotal Counter
	droppedTotal             Counter
}

func (c *counters) sent(bytes int) {
	c.packets++
	c.bytes += bytes
}

// flush tells whether anything was sent.
func (c *counters) flush() (sent bool) {
	if sent = c.packets > 0; sent {
		c.packetsTotal.Add(float64(c.packets))
		c.bytesTotal.Add(float64(c.bytes))
		c.packets, c.bytes = 0, 0
	}
	if c.dropped > 0 {
		c.droppedTotal.Add(float64(c.dropped))
		c.dropped = 0
	}
	return sent
}
