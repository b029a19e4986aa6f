package libav

import (
	"errors"
	"io"
	"time"

	"github.com/asticode/go-astiav"
)

const (
	jump  = mixRate / 20  // samples; a larger step in time is real and is followed at once
	drift = mixRate / 200 // samples; a smaller one is left alone; between the two a packet gets one sample more or less
)

// span is a stretch of the recording in samples.
type span struct{ from, to int64 }

// voice is the sound of one source, placed on the recording's time. One goroutine uses it.
type voice struct {
	decoder *feedDecoder
	frame   *astiav.Frame
	spans   []span // when it is heard

	left, right []float32 // decoded, from sample number at on
	at          int64
	ended       bool
	started     bool
}

func newVoice(feed Feed, spans []span) (*voice, error) {
	d, err := newFeedDecoder(feed, astiav.FindDecoderByName("opus"), 2)
	if err != nil {
		return nil, err
	}
	return &voice{decoder: d, frame: astiav.AllocFrame(), spans: spans}, nil
}

func samples(d time.Duration) int64 {
	return int64(d/time.Second)*mixRate + int64(d%time.Second)*mixRate/int64(time.Second)
}

// mix adds what is heard from sample number start on.
func (v *voice) mix(left, right []float32, start int64) error {
	end := start + int64(len(left))
	for {
		v.add(left, right, start, end)
		if v.ended || v.at+int64(len(v.left)) >= end {
			return nil
		}
		if err := v.read(); err != nil {
			return err
		}
	}
}

func (v *voice) add(left, right []float32, start, end int64) {
	for _, s := range v.spans {
		from := max(start, s.from, v.at)
		to := min(end, s.to, v.at+int64(len(v.left)))
		for i := from; i < to; i++ {
			left[i-start] += v.left[i-v.at]
			right[i-start] += v.right[i-v.at]
		}
	}
}

// read decodes the next packet and puts it where its time says, gently: clocks drift, and a step is heard.
func (v *voice) read() error {
	err := v.decoder.next(v.frame)
	if errors.Is(err, io.EOF) {
		v.ended = true
		return nil
	}
	if err != nil {
		return err
	}
	defer v.frame.Unref()
	ch, err := planes(v.frame)
	if err != nil || len(ch) == 0 {
		return err
	}
	l, r := ch[0], ch[len(ch)-1]
	due := samples(time.Duration(v.frame.Pts()) * time.Microsecond)
	follow := v.at + int64(len(v.left))
	v.left, v.right = append(v.left[:0], l...), append(v.right[:0], r...)
	switch off := due - follow; {
	case !v.started || off > jump || off < -jump:
		v.at, v.started = due, true
	case off > drift && len(l) > 0:
		v.left, v.right = append(v.left, l[len(l)-1]), append(v.right, r[len(r)-1])
		v.at = follow
	case off < -drift && len(l) > 1:
		v.left, v.right = v.left[:len(l)-1], v.right[:len(r)-1]
		v.at = follow
	default:
		v.at = follow
	}
	return nil
}

func (v *voice) close() {
	v.frame.Free()
	v.decoder.close()
}
