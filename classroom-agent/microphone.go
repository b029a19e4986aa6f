package agent

import (
	"log/slog"
	"sync"
	"time"

	"github.com/tongtang/tongtang/recorder/libav"
)

// quietDB is the level below which the microphone counts as silent, dBFS RMS. An empty classroom is around -55.
const quietDB = -60

// microphone turns the sound of a camera into Opus. announce and convert are called by the camera's reading goroutine alone.
type microphone struct {
	convert *libav.LiveAudio
	faults  int

	mu        sync.Mutex
	name      string
	level     float64
	last      time.Time // of the last sound
	loud      time.Time // when it was last not silent
	announced bool
}

// announce is told what the camera sends, at the beginning of each connection.
func (m *microphone) announce(s libav.LiveSound, log *slog.Logger) {
	m.close()
	var err error
	if m.convert, err = libav.NewLiveAudio(s); err != nil {
		log.Warn("the camera's sound cannot be used", "codec", s.Codec, "error", err)
		m.convert = nil
	}
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.name, m.faults = displayCodec(s.Codec), 0
	if !m.announced {
		m.announced, m.loud = true, now
	}
}

// push converts one frame of sound.
func (m *microphone) push(data []byte, at time.Duration, log *slog.Logger) []libav.OpusPacket {
	if m.convert == nil {
		return nil
	}
	packets, err := m.convert.Push(data, at)
	if err != nil {
		if m.faults++; m.faults == 1 || m.faults%500 == 0 {
			log.Warn("a piece of sound could not be converted", "error", err, "count", m.faults)
		}
	}
	now, level := time.Now(), m.convert.Level()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.level, m.last = level, now
	if level >= quietDB {
		m.loud = now
	}
	return packets
}

// state is what the local page shows: a microphone that sends nothing is as silent as one that sends silence.
func (m *microphone) state(now time.Time) Microphone {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.announced {
		return Microphone{DB: -96}
	}
	s := Microphone{Present: true, DB: m.level, SilentSecs: max(0, now.Sub(m.loud).Seconds())}
	if now.Sub(m.last) > time.Second {
		s.DB = -96
	}
	return s
}

func (m *microphone) codec() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.name
}

// close frees the converter; announce makes a new one.
func (m *microphone) close() {
	if m.convert != nil {
		m.convert.Close()
		m.convert = nil
	}
}

// displayCodec is the codec's name as people know it.
func displayCodec(c libav.LiveCodec) string {
	if c == libav.LiveALaw || c == libav.LiveMuLaw {
		return "G711"
	}
	return string(c)
}
