package capture

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/pion/rtp"

	"github.com/tongtang/tongtang/recorder/spool"
	"github.com/tongtang/tongtang/sfu/client"
)

const (
	reportPatience = 2 * time.Second // without a sender report for so long, arrival times count
	heldMost       = 1000            // samples that wait for the first report
	noteworthy     = time.Second     // a shorter hole in a track is not noted
	askAgain       = time.Second     // for a keyframe
	quiet          = time.Second     // then what there is goes to the disk
)

// Why a track has a hole.
const (
	whyLoss       = "packet-loss"
	whyFull       = "disk-full"
	whyConnection = "no-connection"
	whySilent     = "source-silent"
)

// stamped is a sample whose wall clock is not known yet.
type stamped struct {
	timestamp uint32
	sample    spool.Sample
}

// track writes one track of one source, over all the connections that it takes. One goroutine at a time uses it.
type track struct {
	kind  spool.Kind
	spool *spool.Track
	log   *slog.Logger
	disk  func(full bool) // told when the disk is full, and when it is written again
	stats *Stats

	clock   clock
	began   time.Time // arrival of the connection's first packet
	held    []stamped
	last    time.Time // wall clock of the last sample written
	why     string    // of the hole that is growing
	full    bool
	asked   time.Time
	seq     uint16 // audio: expected
	started bool
}

// run reads packets until the view or ctx ends, and says why.
func (t *track) run(ctx context.Context, from *client.Track, askKey func()) error {
	t.clock = clock{rate: 48_000}
	take := t.voice
	if t.kind == spool.Video {
		t.clock.rate = 90_000
		take = t.pictures(askKey)
	}
	t.began, t.held, t.started = time.Time{}, nil, false
	for {
		pause, cancel := context.WithTimeout(ctx, quiet)
		err := t.read(pause, from, take)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		t.note(t.spool.Flush(time.Now().Add(-quiet)))
	}
}

func (t *track) read(ctx context.Context, from *client.Track, take func(*rtp.Packet)) error {
	for {
		p, err := from.ReadRTP(ctx)
		if err != nil {
			return err
		}
		if t.began.IsZero() {
			t.began = time.Now()
		}
		if m := from.Mapping(); m.Known() {
			t.clock.report(m.RTP, m.Time)
		}
		t.stats.packets.Inc()
		take(p)
	}
}

// pictures returns what is done with a video packet.
func (t *track) pictures(askKey func()) func(*rtp.Packet) {
	a := newAssembler()
	return func(p *rtp.Packet) {
		done, lost := a.push(p)
		if lost {
			t.why = whyLoss
			t.spool.Lost()
		}
		if (a.needKey || t.spool.WaitsForKey()) && time.Since(t.asked) > askAgain {
			t.asked = time.Now()
			askKey()
		}
		for _, pic := range done {
			t.write(stamped{pic.timestamp, spool.Sample{Key: pic.key, Format: pic.format, Data: pic.data}})
		}
	}
}

func (t *track) voice(p *rtp.Packet) {
	if t.started && p.SequenceNumber != t.seq {
		t.why = whyLoss
	}
	t.started, t.seq = true, p.SequenceNumber+1
	t.write(stamped{p.Timestamp, spool.Sample{Key: true, Data: p.Payload}})
}

// write gives samples their wall clock as soon as it is known.
func (t *track) write(s stamped) {
	t.held = append(t.held, s)
	if !t.clock.known() {
		if time.Since(t.began) < reportPatience && len(t.held) < heldMost {
			return
		}
		t.clock.guess(t.held[0].timestamp, t.began)
	}
	for _, h := range t.held {
		h.sample.Time = t.clock.time(h.timestamp)
		t.store(h.sample)
	}
	t.held = t.held[:0]
}

func (t *track) store(s spool.Sample) {
	if t.spool.WaitsForKey() && !s.Key {
		return
	}
	if hole := s.Time.Sub(t.last); !t.last.IsZero() && hole > noteworthy {
		t.gap(hole)
	}
	t.last, t.why = s.Time, ""
	t.note(t.spool.Write(s))
	t.stats.samples.Inc()
}

func (t *track) gap(length time.Duration) {
	if t.why == "" {
		t.why = whySilent
	}
	t.stats.gaps.WithLabelValues(t.why).Inc()
	t.log.Warn("the capture has a gap", "track", t.kind, "seconds", length.Seconds(), "why", t.why)
	_ = t.spool.Gap(t.last, length, t.why) // only a note; a full disk is told by the samples
}

// note tells about a full disk once, and once when it is over.
func (t *track) note(err error) {
	switch {
	case errors.Is(err, spool.ErrFull):
		t.why = whyFull
		if !t.full {
			t.full = true
			t.log.Error("the capture cannot be written", "track", t.kind, "error", err)
			t.disk(true)
		}
	case err != nil:
		t.log.Error("the capture cannot be written", "track", t.kind, "error", err)
	case t.full && t.spool.Writes():
		t.full = false
		t.log.Info("the capture is written again", "track", t.kind)
		t.disk(false)
	}
}

// close puts what is left to the disk.
func (t *track) close() {
	if len(t.held) > 0 && !t.clock.known() {
		t.clock.guess(t.held[0].timestamp, t.began)
	}
	for _, h := range t.held {
		h.sample.Time = t.clock.time(h.timestamp)
		t.store(h.sample)
	}
	t.held = nil
	if err := t.spool.Close(); err != nil {
		t.log.Error("the capture could not be closed", "track", t.kind, "error", err)
	}
	if t.full {
		t.disk(false)
	}
}
