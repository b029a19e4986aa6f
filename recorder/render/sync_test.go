package render

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/recorder/films"
	"github.com/tongtang/tongtang/recorder/spool"
	"github.com/tongtang/tongtang/sfu/signal"
)

// Picture and sound stand where the wall clock says, also behind a hole and a change of the picture's size.
func TestFlashAndBeepLineUp(t *testing.T) {
	s, err := spool.Open(t.TempDir(), 0)
	require.NoError(t, err)
	record(t, s, "l1", "camera", films.Clapper(t, 320, 180, 6*time.Second), start.Add(1280*time.Millisecond))
	record(t, s, "l1", "camera", films.Clapper(t, 640, 360, 6*time.Second), start.Add(11640*time.Millisecond))
	var log logged
	log.add(0, signal.SourceUp, signal.Source{ID: "camera", Slot: signal.LecturerSlot, Participant: "dev", Video: true, Audio: true})
	captures, err := s.Captures("l1")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "result")
	_, err = Render(t.Context(), Job{Lesson: lessonOf("l1", 19*time.Second), Events: log, Captures: captures, Dir: dir, Preset: "ultrafast"})
	require.NoError(t, err)
	var want []float64
	for i := range 6 {
		want = append(want, 1.28+float64(i))
	}
	for i := range 6 {
		want = append(want, 11.64+float64(i))
	}
	for _, from := range []string{MP4, "hls/360p/index.m3u8"} {
		name := filepath.Join(dir, from)
		pictures := []byte(raw(t, "-i", name, "-vf", "scale=16:16", "-pix_fmt", "gray", "-f", "rawvideo"))
		flashes := onsets(len(pictures)/256, 25, func(i int) bool { return pictures[i*256] > 128 })
		sound := []byte(raw(t, "-i", name, "-ac", "1", "-ar", "48000", "-f", "s16le"))
		beeps := onsets(len(sound)/96, 1000, func(i int) bool {
			loud := 0.0
			for k := range 48 {
				loud = max(loud, math.Abs(float64(int16(binary.LittleEndian.Uint16(sound[(i*48+k)*2:])))))
			}
			return loud > 6000
		})
		// The film's first picture is white, and stands for what was before it.
		require.InDeltaSlice(t, append([]float64{0}, want[1:]...), flashes, 0.045, "%s: %v", from, flashes)
		// The encoders' run-up is heard: 6 ms of Opus, and where no edit list hides it, 21 ms of AAC.
		require.InDeltaSlice(t, want, beeps, 0.035, "%s: %v", from, beeps)
	}
}

func raw(t testing.TB, args ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "raw")
	films.Probe(t, append(append([]string{"ffmpeg", "-nostdin", "-v", "error"}, args...), name)...)
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}

// onsets are the times, in seconds, at which something begins that was not there for half a second.
func onsets(n int, rate float64, on func(int) bool) []float64 {
	var all []float64
	last := math.Inf(-1)
	for i := range n {
		if at := float64(i) / rate; on(i) {
			if at-last > 0.5 {
				all = append(all, at)
			}
			last = at
		}
	}
	return all
}

// Captures that a crash or a bad disk spoiled still give a recording of the whole length.
func TestSpoiledCaptures(t *testing.T) {
	s, err := spool.Open(t.TempDir(), 0)
	require.NoError(t, err)
	record(t, s, "l1", "camera", films.Teacher(t, 320, 240, 24*time.Second), start)
	captures, err := s.Captures("l1")
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(captures[0].Dir, "*.mp4"))
	require.NoError(t, err)
	for i, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		switch i % 3 {
		case 0:
			b = b[:len(b)/2]
		case 1:
			for k := len(b) / 3; k < len(b); k += 97 {
				b[k] ^= 0xff
			}
		}
		require.NoError(t, os.WriteFile(f, b, 0o600))
	}
	dir := filepath.Join(t.TempDir(), "result")
	r, err := Render(t.Context(), Job{Lesson: lessonOf("l1", 24*time.Second), Captures: captures, Dir: dir, Preset: "ultrafast"})
	require.NoError(t, err)
	require.NotZero(t, r.Damaged)
	require.InDelta(t, 24, r.Duration, 0.1)
	films.Probe(t, "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", filepath.Join(dir, MP4), "-f", "null", "-")
}

func TestNothingCaptured(t *testing.T) {
	_, err := Render(t.Context(), Job{Lesson: lessonOf("l1", time.Minute), Dir: t.TempDir()})
	require.ErrorIs(t, err, ErrNothing)
}

// libav's memory is not Go's: run many times and look at the process.
func TestMemoryStaysLevel(t *testing.T) {
	s, err := spool.Open(t.TempDir(), 0)
	require.NoError(t, err)
	record(t, s, "l1", "camera", films.Clapper(t, 640, 360, 6*time.Second), start)
	record(t, s, "l1", "screen", films.Slides(t, 640, 360, 8*time.Second), start.Add(2*time.Second))
	captures, err := s.Captures("l1")
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "result")
	run := func() {
		_, err := Render(t.Context(), Job{Lesson: lessonOf("l1", 4*time.Second), Captures: captures, Dir: dir, Preset: "ultrafast"})
		require.NoError(t, err)
	}
	for range 6 {
		run()
	}
	before := resident(t)
	for range 20 {
		run()
	}
	grown := resident(t) - before
	t.Logf("resident memory grew by %.1f MB in 20 recordings, from %.0f MB", grown, before)
	require.Less(t, grown, 25.0)
}

// resident is the process's memory in MB.
func resident(t testing.TB) float64 {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	for l := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(l, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			require.NoError(t, err)
			return kb / 1024
		}
	}
	t.Fatal("no VmRSS")
	return 0
}
