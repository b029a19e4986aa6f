package sfu

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/badline"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
)

// ruralLine is a line between a school and the server: everything that its viewers receive shares one badline.Line, everything that they send
// another.
type ruralLine struct {
	h        *house
	down, up *way
	wg       sync.WaitGroup
	sockets  []*net.UDPConn
}

// way is one direction: packets enter a queue and are delivered when they are due.
type way struct {
	mu      sync.Mutex
	line    *badline.Line
	under   chan delivery
	offered []offered
}

type delivery struct {
	due     time.Time
	deliver func()
}

// offered is an RTP packet that was sent towards the viewers.
type offered struct {
	ssrc  uint32
	seq   uint16
	bytes int
	lost  bool
	waits time.Duration // in the line, delay included
}

func newWay(t *testing.T, c badline.Config) *way {
	l, err := badline.New(c)
	require.NoError(t, err)
	return &way{line: l, under: make(chan delivery, 1<<14)}
}

func (h *house) ruralLine(down, up badline.Config) *ruralLine {
	h.t.Helper()
	r := &ruralLine{h: h, down: newWay(h.t, down), up: newWay(h.t, up)}
	for _, w := range []*way{r.down, r.up} {
		r.wg.Go(func() {
			for d := range w.under {
				time.Sleep(time.Until(d.due))
				d.deliver()
			}
		})
	}
	h.t.Cleanup(r.close)
	return r
}

func (r *ruralLine) close() {
	for _, s := range r.sockets {
		_ = s.Close()
	}
	for _, w := range []*way{r.down, r.up} {
		w.mu.Lock()
		close(w.under)
		w.under = nil
		w.mu.Unlock()
	}
	r.wg.Wait()
}

// headers of IP and UDP, bytes.
const headers = 28

// enter takes a datagram in. What sets a connection up is carried without loss, so that a test does not depend on one chance.
func (w *way) enter(datagram []byte, deliver func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.under == nil {
		return
	}
	media := len(datagram) > 12 && datagram[0] >= 128 && datagram[0] <= 191
	if !media {
		w.under <- delivery{time.Now(), deliver}
		return
	}
	now := time.Now()
	due, ok := w.line.Enter(now, len(datagram)+headers)
	if kind := datagram[1]; kind < 192 || kind > 223 { // RFC 5761 §4: RTP
		var h rtp.Header
		if _, err := h.Unmarshal(datagram); err == nil {
			w.offered = append(w.offered, offered{h.SSRC, h.SequenceNumber, len(datagram), !ok, due.Sub(now)})
		}
	}
	if ok {
		w.under <- delivery{due, deliver}
	}
}

// through gives a viewer its own sockets on the line.
func (r *ruralLine) through(l client.Lesson) client.Lesson {
	r.h.t.Helper()
	local := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}
	server := &net.UDPAddr{IP: local.IP, Port: r.h.server.MediaPort()}
	var two [2]*net.UDPConn
	for i := range two {
		var err error
		two[i], err = net.ListenUDP("udp4", local)
		require.NoError(r.h.t, err)
		_ = two[i].SetReadBuffer(4 << 20) // the line alone loses
		r.sockets = append(r.sockets, two[i])
	}
	outer, inner := two[0], two[1]
	var mu sync.Mutex
	var peer *net.UDPAddr
	carry := func(from *net.UDPConn, w *way, deliver func([]byte, *net.UDPAddr)) {
		buf := make([]byte, 2000)
		for {
			n, addr, err := from.ReadFromUDP(buf)
			if err != nil {
				return
			}
			datagram := bytes.Clone(buf[:n])
			w.enter(datagram, func() { deliver(datagram, addr) })
		}
	}
	r.wg.Go(func() {
		carry(outer, r.up, func(b []byte, from *net.UDPAddr) {
			mu.Lock()
			peer = from
			mu.Unlock()
			_, _ = inner.WriteToUDP(b, server)
		})
	})
	r.wg.Go(func() {
		carry(inner, r.down, func(b []byte, _ *net.UDPAddr) {
			mu.Lock()
			to := peer
			mu.Unlock()
			if to != nil {
				_, _ = outer.WriteToUDP(b, to)
			}
		})
	})
	l.HTTP = &http.Client{Transport: onlyThrough(outer.LocalAddr().(*net.UDPAddr).Port)}
	return l
}

// onlyThrough leaves a port of this machine as the only way between a client and the server: the offer loses its candidates, the answer gets this
// one.
type onlyThrough int

func (port onlyThrough) RoundTrip(req *http.Request) (*http.Response, error) {
	sdp := req.Header.Get("Content-Type") == "application/sdp"
	if sdp {
		raw, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		offer := candidates.ReplaceAllString(string(raw), "")
		req = req.Clone(req.Context())
		req.Body, req.ContentLength = io.NopCloser(strings.NewReader(offer)), int64(len(offer))
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil || !sdp || res.StatusCode != http.StatusCreated {
		return res, err
	}
	raw, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	answer := candidates.ReplaceAllString(string(raw), fmt.Sprintf("a=candidate:1 1 udp 2130706431 127.0.0.1 %d typ host\r\n", int(port)))
	res.Body = io.NopCloser(strings.NewReader(answer))
	return res, err
}

// tally adds up what was offered to the line: media sent for the first time, everything, and what was lost, bytes. Media are the SSRCs of tracks.
func (w *way) tally(tracks map[uint32]bool) (media, all, lost int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	type number struct {
		ssrc uint32
		seq  uint16
	}
	seen := map[number]bool{}
	for _, o := range w.offered {
		all += o.bytes
		if o.lost {
			lost += o.bytes
		}
		if n := (number{o.ssrc, o.seq}); tracks[o.ssrc] && !seen[n] {
			seen[n] = true
			media += o.bytes
		}
	}
	return media, all, lost
}

// takeOffered takes what was offered so far.
func (w *way) takeOffered() []offered {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.offered
	w.offered = nil
	return taken
}

// gaps counts the packets that are missing between others.
func gaps(packets []*rtp.Packet) (missing int) {
	for i, p := range packets[1:] {
		missing += int(p.SequenceNumber-packets[i].SequenceNumber) - 1
	}
	return missing
}

// missing is the share of packets that never came; it notes the track's SSRC.
func (m *meter) missing(tracks map[uint32]bool) float64 {
	packets, _ := m.all()
	tracks[packets[0].SSRC] = true
	gone := gaps(packets)
	return float64(gone) / float64(gone+len(packets))
}

// Viewers behind one line that loses packets: what is offered to it stays near the media and their repairs, and little stays missing.
func TestRuralLines(t *testing.T) {
	const pictures, words = 1500, 400 // packets to wait for
	for _, c := range []struct {
		name    string
		viewers int
		line    badline.Config
		missing float64 // share that may be missing after repair
	}{
		{"5 %", 1, badline.Config{Delay: 40, Jitter: 2, Loss: 0.05}, 0.005},
		{"10 %", 1, badline.Config{Delay: 40, Jitter: 2, Loss: 0.10}, 0.01},
		{"20 %", 1, badline.Config{Delay: 40, Jitter: 2, Loss: 0.20}, 0.03},
		{"three share 10 Mbit/s with 5 %", 3, badline.Config{Rate: 10_000_000, Queue: 200, Delay: 25, Jitter: 2, Loss: 0.05}, 0.005},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, Config{})
			h.put("maths", link.Live)
			h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": makeFilm(t, 50, "640x360")}, true)
			down, up := c.line, c.line
			down.Seed, up.Seed = 1, 2
			line := h.ruralLine(down, up)
			var videos, voices []*meter
			for i := range c.viewers {
				v, err := line.through(h.grant("maths", grant.Viewer, fmt.Sprintf("tv%d", i))).View(deadline(t, 10*time.Second), client.ViewOptions{KeepOrder: true})
				require.NoError(t, err)
				defer func() { require.NoError(t, v.Close()) }()
				videos, voices = append(videos, watchTrack(t, v.Tracks[0])), append(voices, watchTrack(t, v.Tracks[1]))
			}
			enough := func(m *meter, n int) func() bool { return func() bool { return m.count() >= n } }
			tracks := map[uint32]bool{}
			var video, voice float64
			for i := range c.viewers {
				eventually(t, 60*time.Second, enough(videos[i], pictures), "pictures")
				eventually(t, 60*time.Second, enough(voices[i], words), "voices")
				video, voice = max(video, videos[i].missing(tracks)), max(voice, voices[i].missing(tracks))
			}
			media, all, lost := line.down.tally(tracks)
			t.Logf("missing after repair: %.2f %% of the video, %.2f %% of the voice; offered %.3f of media and losses", video*100, voice*100, float64(all)/float64(media+lost))
			require.LessOrEqual(t, video, c.missing)
			require.LessOrEqual(t, voice, c.missing)
			require.LessOrEqual(t, float64(all), 1.15*float64(media)+float64(lost))
		})
	}
}

// heavyFilm is 2 s of pictures that are nothing but heavy: a keyframe of so many bytes, then the rest.
func heavyFilm(t *testing.T, key, rest int) *film {
	units := makeFilm(t, 50, "320x180").pictures[0]
	heavy := &film{gop: 50, pictures: [][][]byte{append(units[:len(units)-1:len(units)-1], fill(0x65, key))}}
	for range heavy.gop - 1 {
		heavy.pictures = append(heavy.pictures, [][]byte{fill(0x41, rest)})
	}
	return heavy
}

func fill(first byte, n int) []byte { return append([]byte{first}, bytes.Repeat([]byte{0x55}, n-1)...) }

// On a thin line keyframes leave at its rate, once the line has shown that it is thin: voices do not wait behind all of one, which would take 340 ms
// here, and none of it is lost at the end of the line's queue.
func TestVoicesBesideKeyframesOnAThinLine(t *testing.T) {
	t.Parallel()
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	h.publish(h.grant("maths", grant.Lecturer, "chen", "camera"), "camera", map[string]*film{"": heavyFilm(t, 110_000, 7700)}, true)
	line := h.ruralLine(badline.Config{Rate: 2_600_000, Queue: 300, Delay: 20}, badline.Config{Delay: 20})
	v, err := line.through(h.grant("maths", grant.Viewer, "tv")).View(deadline(t, 10*time.Second), client.ViewOptions{KeepOrder: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, v.Close()) }()
	_, voices := watchTrack(t, v.Tracks[0]), watchTrack(t, v.Tracks[1])
	hear := func(n int) (waits []time.Duration, lost int) {
		line.down.takeOffered()
		before := voices.count()
		eventually(t, 60*time.Second, func() bool { return voices.count() >= before+n }, "voices")
		for _, o := range line.down.takeOffered() {
			if o.lost {
				lost++
			} else if o.ssrc == v.Tracks[1].SSRC() {
				waits = append(waits, o.waits)
			}
		}
		slices.Sort(waits)
		return waits, lost
	}
	first, lostFirst := hear(400)
	waits, lost := hear(600)
	at := func(w []time.Duration, q float64) time.Duration { return w[int(q*float64(len(w)-1))] }
	t.Logf("voices wait, p50 and p95: %v and %v at first, %d packets lost; then %v and %v, %d lost", at(first, 0.5), at(first, 0.95), lostFirst, at(waits, 0.5), at(waits, 0.95), lost)
	require.Zero(t, lost)
	require.Less(t, at(waits, 0.95), 170*time.Millisecond)
}
