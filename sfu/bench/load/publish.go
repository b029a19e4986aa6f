package load

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/tongtang/tongtang/sfu/client"
)

const (
	fps        = 30
	maxPayload = 1160 // bytes
	voiceBytes = 160  // 20 ms at 64 kbit/s
	stampBytes = 8
	stamped    = 100 // bytes: shorter payloads (parameter sets) carry no time
)

// Film is what a publisher sends: pictures of random bytes with the shape of H.264, whose sizes vary as a camera's do, and a voice. Nobody
// decodes it; the last 8 bytes of a payload tell when it was sent.
type Film struct {
	Layers []int         // bit/s of each simulcast layer, best first; default one of 2,000,000
	GOP    time.Duration // from keyframe to keyframe; default 2 s

	Answers bool // a request for a keyframe with the next picture, as browsers do; many cameras ignore it
	Level   byte // level_idc in its parameter sets, by which a test knows it again; default 31
}

// Publication is a source on air.
type Publication struct {
	publication *client.Publication
	paused      atomic.Bool
	end         context.CancelFunc
	wg          sync.WaitGroup
}

// Publish puts a source on air.
func Publish(ctx context.Context, l client.Lesson, source string, film Film) (*Publication, error) {
	if len(film.Layers) == 0 {
		film.Layers = []int{2_000_000}
	}
	if film.GOP == 0 {
		film.GOP = 2 * time.Second
	}
	if film.Level == 0 {
		film.Level = 31
	}
	names := [][]string{nil, {"h", "l"}, {"f", "h", "l"}}
	if len(film.Layers) > len(names) {
		return nil, errors.New("a film has at most three layers")
	}
	video, voice := client.NewVideo(names[len(film.Layers)-1]...), client.NewAudio()
	var layers []*camera
	for i, e := range video {
		layers = append(layers, newCamera(e, film.Layers[i], int(film.GOP.Seconds()*fps), film.Level))
	}
	asked := func(rid string) {
		for i, e := range video {
			if film.Answers && e.RID() == rid {
				layers[i].asked.Store(true)
			}
		}
	}
	publication, err := l.Publish(ctx, client.PublishOptions{Source: source, Video: video, Audio: voice, OnKeyframeRequest: asked})
	if err != nil {
		return nil, err
	}
	playing, end := context.WithCancel(context.Background())
	p := &Publication{publication: publication, end: end}
	p.wg.Go(func() {
		p.play(playing, time.Second/fps, func(now time.Time) {
			for _, c := range layers {
				c.shoot(now)
			}
		})
	})
	p.wg.Go(func() {
		payload, n := make([]byte, voiceBytes), uint32(0)
		payload[0] = 0xf8
		p.play(playing, 20*time.Millisecond, func(now time.Time) {
			write(voice, rtp.Header{SequenceNumber: uint16(n), Timestamp: n * 960}, payload, now)
			n++
		})
	})
	return p, nil
}

// Pause lets the source fall silent, or go on.
func (p *Publication) Pause(paused bool) { p.paused.Store(paused) }

// Close takes the source off air.
func (p *Publication) Close() error {
	p.end()
	p.wg.Wait()
	return p.publication.Close()
}

func (p *Publication) play(ctx context.Context, every time.Duration, shoot func(time.Time)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if !p.paused.Load() {
				shoot(now)
			}
		}
	}
}

// keyframeSize is the size of a keyframe in those of other pictures.
const keyframeSize = 4

// camera makes the packets of one layer.
type camera struct {
	out    *client.Encoding
	random *rand.Rand
	gop, n int
	from   int // the picture at which the group began
	level  byte
	asked  atomic.Bool // for a keyframe
	size   int         // bytes of a picture between keyframes, on average
	seq    uint16
	buffer []byte
}

func newCamera(out *client.Encoding, bitrate, gop int, level byte) *camera {
	return &camera{out: out, random: rand.New(rand.NewPCG(1, 2)), gop: gop, level: level, size: bitrate / 8 / fps * gop / (gop - 1 + keyframeSize), buffer: make([]byte, maxPayload)}
}

// shoot sends one picture, a burst of packets.
func (c *camera) shoot(now time.Time) {
	kind, size := byte(1), c.size*(70+c.random.IntN(61))/100
	if asked := c.asked.Swap(false); asked || (c.n-c.from)%c.gop == 0 {
		c.from, kind, size = c.n, naluIDR, c.size*keyframeSize
		c.send([]byte{0x67, 0x42, 0xe0, c.level}, false, now)
		c.send([]byte{0x68, 0xce, 0x3c, 0x80}, false, now)
	}
	parts := (size + maxPayload - 3) / (maxPayload - 2)
	for i := range parts {
		payload := c.buffer[:2+(i+1)*size/parts-i*size/parts]
		for at := 2; at+4 <= len(payload); at += 4 {
			binary.NativeEndian.PutUint32(payload[at:], c.random.Uint32())
		}
		payload[0], payload[1] = 0x60|naluFUA, kind
		if i == 0 {
			payload[1] |= 0x80
		}
		if i == parts-1 {
			payload[1] |= 0x40
		}
		c.send(payload, i == parts-1, now)
	}
	c.n++
}

func (c *camera) send(payload []byte, marker bool, captured time.Time) {
	write(c.out, rtp.Header{Marker: marker, SequenceNumber: c.seq, Timestamp: uint32(c.n) * (90000 / fps)}, payload, captured)
	c.seq++
}

// write sends a packet with its time of sending. A packet that pion refuses is one that viewers will miss.
func write(e *client.Encoding, h rtp.Header, payload []byte, captured time.Time) {
	if len(payload) >= stamped {
		binary.BigEndian.PutUint64(payload[len(payload)-stampBytes:], uint64(clock()))
	}
	_ = e.Write(&rtp.Packet{Header: h, Payload: payload}, captured)
}

// stamp is when the packet was sent.
func stamp(payload []byte) (time.Duration, bool) {
	if len(payload) < stamped {
		return 0, false
	}
	return time.Duration(binary.BigEndian.Uint64(payload[len(payload)-stampBytes:])), true
}
