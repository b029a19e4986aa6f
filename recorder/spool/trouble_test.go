package spool

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/store/storetest"
	"github.com/tongtang/tongtang/recorder/films"
)

// What a process that died left behind: all parts that were written are there, also when the last one is torn anywhere.
func TestCrash(t *testing.T) {
	f := films.Teacher(t, 320, 240, 14*time.Second)
	r := rand.New(rand.NewPCG(7, 7))
	for range 30 {
		s := open(t)
		v, err := s.Track("l1", "camera", Video)
		require.NoError(t, err)
		writeFilm(t, v, f, t0) // and no Close
		name := filepath.Join(s.captureDir("l1", "camera"), "video-000002.mp4")
		info, err := os.Stat(name)
		require.NoError(t, err)
		cut := r.Int64N(info.Size() + 1)
		require.NoError(t, os.Truncate(name, cut))

		s, err = Open(s.root, 0)
		require.NoError(t, err)
		again, err := s.Track("l1", "camera", Video) // capturing goes on
		require.NoError(t, err)
		writeFilm(t, again, f, t0.Add(20*time.Second))
		require.NoError(t, again.Close())
		all, err := s.Captures("l1")
		require.NoError(t, err)
		units, damaged := readAll(t, all[0], Video)
		require.Zero(t, damaged)
		require.GreaterOrEqual(t, len(units), 350+250, "the first segment and what came after the restart")
		if cut == info.Size() {
			require.GreaterOrEqual(t, len(units), 350+325, "a second may be lost")
		}
		twice, err := s.Captures("l1")
		require.NoError(t, err)
		require.Equal(t, all, twice, "a repair is done once")
	}
}

func TestGarbage(t *testing.T) {
	s, f := open(t), films.Teacher(t, 320, 240, 22*time.Second)
	v, err := s.Track("l1", "camera", Video)
	require.NoError(t, err)
	writeFilm(t, v, f, t0)
	require.NoError(t, v.Close())
	dir := s.captureDir("l1", "camera")
	junk := make([]byte, 5000)
	for i := range junk {
		junk[i] = byte(rand.IntN(256))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "video-000009.mp4"), junk, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "video-000010.mp4"), nil, 0o600))
	second := filepath.Join(dir, "video-000002.mp4")
	raw, err := os.ReadFile(second)
	require.NoError(t, err)
	copy(raw[len(raw)/2:], junk)
	require.NoError(t, os.WriteFile(second, raw, 0o600))

	all, err := s.Captures("l1")
	require.NoError(t, err)
	require.Len(t, all[0].Segments, 3)
	units, damaged := readAll(t, all[0], Video)
	require.Equal(t, 1, damaged)
	require.Greater(t, len(units), 300)
	require.NoFileExists(t, filepath.Join(dir, "video-000009.mp4"), "nothing in it was whole")
}

// Whatever stands in a file: an error, never a panic, a hang or memory without end.
func TestMutations(t *testing.T) {
	head, err := initBoxes(Audio, Format{})
	require.NoError(t, err)
	part, err := partBoxes(1, []unit{{dts: 1, pts: 1, key: true, data: []byte("abc")}, {dts: 50, pts: 50, key: true, data: []byte("defg")}}, 100)
	require.NoError(t, err)
	whole := append(head, part...)
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 5000 {
		b := append([]byte(nil), whole...)
		for range 1 + r.IntN(4) {
			b[r.IntN(len(b))] = []byte{0, 1, 0x7f, 0x80, 0xff, byte(r.IntN(256))}[r.IntN(6)]
		}
		name := filepath.Join(dir, "video-000001.mp4")
		require.NoError(t, os.WriteFile(name, b[:len(b)-r.IntN(3)*r.IntN(20)], 0o600))
		_, err := salvage(name)
		require.NoError(t, err, "%d: %x", i, b)
	}
}

func TestFullDisk(t *testing.T) {
	f := films.Teacher(t, 640, 480, 30*time.Second)
	storetest.OnSmallDisk(t, 2<<20, func(root string) {
		s, err := Open(root, 0)
		require.NoError(t, err)
		v, err := s.Track("l1", "camera", Video)
		require.NoError(t, err)
		ballast := filepath.Join(root, "ballast")
		refused, resumed := 0, 0
		for i, p := range f.Pictures {
			if i == 100 { // something else fills the disk
				_ = os.WriteFile(ballast, make([]byte, 2<<20), 0o600)
			}
			if i == 500 { // and makes room again
				require.NoError(t, os.Remove(ballast))
			}
			err := v.Write(sampleOf(p, t0.Add(time.Duration(i)*40*time.Millisecond)))
			if err != nil {
				require.ErrorIs(t, err, ErrFull)
				refused++
			} else if i > 550 && v.Writes() {
				resumed++
			}
		}
		require.NotZero(t, refused)
		require.NotZero(t, resumed)
		_ = v.Close()
		all, err := s.Captures("l1")
		require.NoError(t, err)
		units, damaged := readAll(t, all[0], Video)
		require.Zero(t, damaged)
		require.Less(t, units[0].Time.Sub(t0), time.Second)
		require.Greater(t, units[len(units)-1].Time.Sub(t0), 21*time.Second)
		t.Logf("%d of %d pictures on a disk that was full in between; %d parts refused", len(units), len(f.Pictures), refused)
	})
}
