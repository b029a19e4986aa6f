package sfu

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/client"
)

// soakTime is how long viewers come and go: enough to see the mechanism in every run of the tests, or what `make soak` says (30 minutes).
func soakTime(t *testing.T) time.Duration {
	text := os.Getenv("TONGTANG_SOAK")
	if text == "" {
		return 10 * time.Second
	}
	d, err := time.ParseDuration(text)
	require.NoError(t, err, "TONGTANG_SOAK is a duration such as 30m")
	return d
}

// footprint is what this process holds: the server under test and its clients.
type footprint struct {
	goroutines, files int
	heap              uint64 // bytes in use after a collection
}

func (f footprint) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %.1f MiB heap", f.goroutines, f.files, float64(f.heap)/(1<<20))
}

func takeFootprint(t *testing.T) footprint {
	t.Helper()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	runtime.GC()
	runtime.GC() // what finalizers let go of
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return footprint{runtime.NumGoroutine(), len(files), m.HeapAlloc}
}

// stacks is where the goroutines stand, alike ones counted together.
func stacks() string {
	var b bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&b, 1)
	return b.String()
}

// least is the smallest of everything over some samples: what really stays.
func least(t *testing.T) footprint {
	t.Helper()
	f := takeFootprint(t)
	for range 10 {
		time.Sleep(50 * time.Millisecond)
		s := takeFootprint(t)
		f = footprint{min(f.goroutines, s.goroutines), min(f.files, s.files), min(f.heap, s.heap)}
	}
	return f
}

// stayer watches one track from the beginning to the end.
type stayer struct {
	mu               sync.Mutex
	packets, missing int
	pause            time.Duration // longest time without a packet
}

func (s *stayer) follow(ctx context.Context, track *client.Track) {
	var last uint16
	at := time.Now()
	for {
		p, err := track.ReadRTP(ctx)
		if err != nil {
			return
		}
		now := time.Now()
		s.mu.Lock()
		if s.packets > 0 {
			s.missing += int(p.SequenceNumber - last - 1)
			s.pause = max(s.pause, now.Sub(at))
		}
		s.packets, last, at = s.packets+1, p.SequenceNumber, now
		s.mu.Unlock()
	}
}

func (s *stayer) gaps() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.missing
}

func (s *stayer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%d packets, %d missing, longest pause %v", s.packets, s.missing, s.pause.Round(time.Millisecond))
}

// visitors come, wait for a picture, stay for up to longest, and go, most of them with a word.
type visitors struct {
	longest time.Duration
	visits  atomic.Int64
	mu      sync.Mutex
	firsts  []time.Duration // POST → first packet of a picture
	failed  []error
}

// mute drops the word of parting.
type mute struct{}

func (mute) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodDelete {
		return nil, context.Canceled
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (s *visitors) live(ctx context.Context, l client.Lesson, chance *rand.Rand) {
	for n := 0; n < 2 || ctx.Err() == nil; n++ { // twice at least, on whatever machine
		silent := chance.IntN(20) == 0
		l.HTTP = nil
		if silent {
			l.HTTP = &http.Client{Transport: mute{}}
		}
		first, err := s.visit(ctx, l, chance)
		s.mu.Lock()
		if err == nil {
			s.firsts = append(s.firsts, first)
		} else {
			s.failed = append(s.failed, err)
		}
		s.mu.Unlock()
		s.visits.Add(1)
	}
}

func (s *visitors) visit(ctx context.Context, l client.Lesson, chance *rand.Rand) (time.Duration, error) {
	joining, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if chance.IntN(2) == 0 {
		events, err := l.Events(joining, nil)
		if err != nil {
			return 0, fmt.Errorf("events: %w", err)
		}
		defer events.Close()
	}
	begin := time.Now()
	v, err := l.View(joining, client.ViewOptions{Video: 1 + chance.IntN(3), Audio: 2})
	if err != nil {
		return 0, fmt.Errorf("view: %w", err)
	}
	defer func() { _ = v.Close() }() // who goes without a word gets an error
	if _, err := v.Tracks[0].ReadRTP(joining); err != nil {
		return 0, fmt.Errorf("no picture: %w", err)
	}
	first := time.Since(begin)
	staying, leave := context.WithTimeout(ctx, time.Duration(chance.Int64N(int64(s.longest))))
	defer leave()
	for {
		if _, err := v.Tracks[0].ReadRTP(staying); staying.Err() != nil {
			return first, nil
		} else if err != nil {
			return first, err
		}
	}
}

func (s *visitors) figures() (n int, median, most time.Duration, failed []error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.firsts)
	if n = len(s.firsts); n > 0 {
		median, most = s.firsts[n/2], s.firsts[n-1]
	}
	return n, median, most, slices.Clone(s.failed)
}

// Fifty viewers come and go, sources start again: nothing stays behind, and who stays misses nothing.
func TestSoak(t *testing.T) {
	const people = 50
	d := soakTime(t)
	h := newHouse(t, Config{})
	h.put("maths", link.Live)
	big, small := makeFilm(t, 50, "320x180"), makeFilm(t, 50, "160x90")
	idle := least(t)
	chen, qing := h.grant("maths", grant.Lecturer, "chen", "camera"), h.grant("maths", grant.Room, "qing", "room-qing")
	camera := func() *onAir { return h.publish(chen, "camera", map[string]*film{"h": big, "l": small}, true) }
	room := func() *onAir { return h.publish(qing, "room-qing", map[string]*film{"": small}, true) }
	lecturer, guest := camera(), room()

	v, err := h.grant("maths", grant.Viewer, "tv").View(deadline(t, 10*time.Second), client.ViewOptions{KeepOrder: true})
	require.NoError(t, err)
	defer func() { _ = v.Close() }()
	watching, stop := context.WithCancel(context.Background())
	var stayed [2]stayer
	var staying sync.WaitGroup
	for i, track := range v.Tracks {
		staying.Go(func() { stayed[i].follow(watching, track) })
	}
	defer staying.Wait()
	defer stop()
	collected := func(i int) int { stayed[i].mu.Lock(); defer stayed[i].mu.Unlock(); return stayed[i].packets }
	eventually(t, 30*time.Second, func() bool { return collected(0) > 25 && collected(1) > 25 }, "the staying viewer sees and hears")
	before, stood := least(t), stacks()
	t.Logf("idle: %v; with two sources and a viewer: %v", idle, before)

	crowd := &visitors{longest: min(d/2, 20*time.Second)}
	here, end := context.WithTimeout(context.Background(), d)
	defer end()
	var coming sync.WaitGroup
	for i := range people {
		l, chance := h.grant("maths", grant.Student, fmt.Sprintf("student-%d", i)), rand.New(rand.NewPCG(uint64(i), 1))
		coming.Go(func() { crowd.live(here, l, chance) })
	}
	pause, minute, restarts := min(d/4, 15*time.Second), time.NewTicker(time.Minute), 0
	defer minute.Stop()
	for here.Err() == nil {
		select {
		case <-here.Done():
		case <-minute.C:
			n, median, most, failed := crowd.figures()
			t.Logf("%d visits, first picture %v, at most %v; %d failed; picture %v; %v", n, median.Round(time.Millisecond), most.Round(time.Millisecond), len(failed), &stayed[0], takeFootprint(t))
		case <-time.After(pause):
			restarts++
			if restarts%2 == 0 { // taken over by the same publisher, or off air and on again
				old := lecturer
				lecturer = camera()
				old.stop()
			} else {
				guest.stop()
				guest = room()
			}
		}
	}
	coming.Wait()

	// The sessions that stand are others than before, and may keep a connection or two more for their candidates over TCP.
	const slack, heapSlack = 8, 8 << 20
	back := func(to footprint) (f footprint) {
		last := time.Now().Add(60 * time.Second) // those who went without a word are freed within 30 s
		for f = least(t); time.Now().Before(last) && (f.goroutines > to.goroutines+slack || f.files > to.files+slack || f.heap > to.heap+heapSlack); f = least(t) {
			time.Sleep(time.Second)
		}
		return f
	}
	full := before
	full.heap += 64 << 20 // rings and buffers fill while sources send: what stays is seen when they have gone
	after := back(full)
	n, median, most, failed := crowd.figures()
	t.Logf("after %v: %v", d, after)
	t.Logf("%d visits, first picture %v, at most %v; %d sources started again", n, median.Round(time.Millisecond), most.Round(time.Millisecond), restarts)
	t.Logf("who stayed: picture %v; voice %v", &stayed[0], &stayed[1])
	require.Empty(t, failed)
	require.Greater(t, n, people)
	require.LessOrEqual(t, after.goroutines, before.goroutines+slack, "before:\n%s\n\nafter:\n%s", stood, stacks())
	require.LessOrEqual(t, after.files, before.files+slack)
	for i := range stayed {
		require.Zero(t, stayed[i].gaps())
	}

	// The bus keeps the block that it writes the lesson log to in memory, up to 8 MiB of it, until nothing has come for 10 s.
	stop()
	staying.Wait()
	require.NoError(t, v.Close())
	lecturer.stop()
	guest.stop()
	end()
	empty := back(idle)
	t.Logf("idle again: %v", empty)
	require.LessOrEqual(t, empty.goroutines, idle.goroutines+slack)
	require.LessOrEqual(t, empty.files, idle.files+slack)
	require.LessOrEqual(t, empty.heap, idle.heap+heapSlack)
}
