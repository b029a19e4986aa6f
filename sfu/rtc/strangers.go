package rtc

import (
	"io"
	"sync"

	"github.com/pion/transport/v4/packetio"
	"github.com/pion/webrtc/v4"
)

// Buffers of a stream that nobody has read yet, bytes.
const (
	mediaBuffer   = 1_000_000
	controlBuffer = 100_000
)

// spare are the streams that a publisher may open beside those that its offer announced, each with one for repairs: encoders that start anew.
const spare = 8

// strangers bounds the streams (SSRCs) of a publisher. pion keeps something of every one that it hears of, known or not, until the end.
type strangers struct {
	expected int
	told     func(count int)

	mu    sync.Mutex
	media map[uint32]bool
}

func (o *Offer) streams() int {
	n := spare
	for _, l := range o.Lines {
		n += 2 * len(l.RIDs)
	}
	return n
}

// listen has the streams of a connection counted.
func (s *strangers) listen(settings *webrtc.SettingEngine) {
	s.media = map[uint32]bool{}
	settings.BufferFactory = s.buffer
}

// buffer is where the packets of a new stream wait: nowhere, if there are too many streams.
func (s *strangers) buffer(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	s.mu.Lock()
	known := s.media[ssrc]
	over := 0
	if kind == packetio.RTPBufferPacket && !known {
		if len(s.media) < s.expected {
			known = true
		} else {
			over = len(s.media) - s.expected + 1
		}
		s.media[ssrc] = known
	}
	s.mu.Unlock()
	if over > 0 && s.told != nil {
		s.told(over)
	}
	if kind == packetio.RTPBufferPacket && !known {
		return &nowhere{closed: make(chan struct{})}
	}
	b, size := packetio.NewBuffer(), mediaBuffer
	if kind != packetio.RTPBufferPacket {
		size = controlBuffer
	}
	b.SetLimitSize(size)
	return b
}

// nowhere forgets what is written, and has nothing to read until it is closed.
type nowhere struct {
	once   sync.Once
	closed chan struct{}
}

func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }

func (n *nowhere) Read([]byte) (int, error) {
	<-n.closed
	return 0, io.EOF
}

func (n *nowhere) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}
