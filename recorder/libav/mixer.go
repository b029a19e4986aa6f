package libav

import (
	"context"
	"fmt"
)

// block is the length of an AAC frame, samples.
const block = 1024

// mixer adds the voices up and hands the sound to the encoders, always a little behind the pictures.
type mixer struct {
	voices   []*voice
	encoders []*encoder
	total    int64 // samples
	seconds  <-chan struct{}
}

func (m *mixer) run(ctx context.Context) error {
	left, right := make([]float32, block), make([]float32, block)
	granted := int64(0)
	for at := int64(0); at < m.total; at += block {
		for at+block > granted {
			select {
			case _, more := <-m.seconds:
				granted += mixRate
				if !more {
					granted = m.total + block
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		n := min(block, m.total-at)
		if err := m.mix(left[:n], right[:n], at); err != nil {
			return err
		}
	}
	for range m.seconds { // the director may still be counting
	}
	for _, e := range m.encoders {
		if err := e.encode(nil); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (m *mixer) mix(left, right []float32, at int64) error {
	clear(left)
	clear(right)
	for _, v := range m.voices {
		if err := v.mix(left, right, at); err != nil {
			return fmt.Errorf("mix: %w", err)
		}
	}
	for _, ch := range [][]float32{left, right} {
		for i, s := range ch {
			ch[i] = limit(s)
		}
	}
	for _, e := range m.encoders {
		if err := m.send(e, left, right, at); err != nil {
			return err
		}
	}
	return nil
}

func (m *mixer) send(e *encoder, left, right []float32, at int64) error {
	f, err := stereoFrame(len(left))
	if err != nil {
		return err
	}
	defer f.Free()
	ch, err := planes(f)
	if err != nil {
		return err
	}
	copy(ch[0], left)
	copy(ch[1], right)
	f.SetPts(at)
	return e.encode(f)
}

// limit keeps two loud voices from clipping: linear up to 0.8, then it bends towards 1.
func limit(s float32) float32 {
	const knee = 0.8
	switch {
	case s > knee:
		return 1 - (1-knee)*(1-knee)/(s-knee+1-knee)
	case s < -knee:
		return -limit(-s)
	}
	return s
}

func (m *mixer) close() {
	for _, v := range m.voices {
		v.close()
	}
}
