package agent

import (
	"sync"
	"time"
)

// meterSpan is how far back a meter looks.
const meterSpan = 2 * time.Second

// meter counts frames and bytes of the last 2 s. The zero value is ready.
type meter struct {
	mu     sync.Mutex
	frames []time.Time
	sizes  []measured
}

type measured struct {
	at    time.Time
	bytes int
}

func (m *meter) frame() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.frames = append(m.frames, time.Now())
	m.forget()
}

func (m *meter) bytes(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if last := len(m.sizes) - 1; last >= 0 && now.Sub(m.sizes[last].at) < 50*time.Millisecond {
		m.sizes[last].bytes += n
		return
	}
	m.sizes = append(m.sizes, measured{now, n})
	m.forget()
}

func (m *meter) forget() {
	from := time.Now().Add(-meterSpan)
	for len(m.frames) > 0 && m.frames[0].Before(from) {
		m.frames = m.frames[1:]
	}
	for len(m.sizes) > 0 && m.sizes[0].at.Before(from) {
		m.sizes = m.sizes[1:]
	}
}

// read returns frames per second and bit/s.
func (m *meter) read() (fps float64, bitrate int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget()
	var sum int
	for _, s := range m.sizes {
		sum += s.bytes
	}
	return float64(len(m.frames)) / meterSpan.Seconds(), int(float64(sum) * 8 / meterSpan.Seconds())
}
