package spool

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/store/storetest"
	"github.com/tongtang/tongtang/recorder/films"
)

var t0 = time.Date(2026, 11, 22, 8, 20, 0, 123_000_000, time.UTC)

func sampleOf(p films.Picture, at time.Time) Sample {
	s := Sample{Time: at, Key: p.Key}
	for _, n := range p.NALUs {
		switch n[0] & 0x1f {
		case 7:
			s.Format.SPS = n
		case 8:
			s.Format.PPS = n
		default:
			s.Data = append(binary.BigEndian.AppendUint32(s.Data, uint32(len(n))), n...)
		}
	}
	return s
}

func writeFilm(t testing.TB, tr *Track, f *films.Film, at time.Time) {
	t.Helper()
	for i, p := range f.Pictures {
		require.NoError(t, tr.Write(sampleOf(p, at.Add(time.Duration(i)*40*time.Millisecond))))
	}
}

func open(t testing.TB) *Spool {
	t.Helper()
	s, err := Open(t.TempDir(), 0)
	require.NoError(t, err)
	return s
}

func readAll(t testing.TB, c Capture, kind Kind) (units []Unit, damaged int) {
	t.Helper()
	r := c.Read(c.Of(kind))
	defer r.Close()
	for {
		u, err := r.Next()
		if errors.Is(err, io.EOF) {
			return units, r.Damaged
		}
		require.NoError(t, err)
		units = append(units, u)
	}
}

func TestWriteAndRead(t *testing.T) {
	s, f := open(t), films.Teacher(t, 320, 240, 25*time.Second)
	v, err := s.Track("l1", "camera", Video)
	require.NoError(t, err)
	writeFilm(t, v, f, t0)
	require.NoError(t, v.Close())
	a, err := s.Track("l1", "camera", Audio)
	require.NoError(t, err)
	for i, p := range f.Voice {
		require.NoError(t, a.Write(Sample{Time: t0.Add(time.Duration(i) * 20 * time.Millisecond), Key: true, Data: p}))
	}
	require.NoError(t, a.Close())

	all, err := s.Captures("l1")
	require.NoError(t, err)
	require.Len(t, all, 1)
	c := all[0]
	require.Equal(t, "camera", c.Source)
	video := c.Of(Video)
	require.Len(t, video, 3, "segments of about 10 s: %+v", video)
	require.Equal(t, 320, video[0].Width)
	require.WithinDuration(t, t0, video[0].Start, time.Millisecond)
	for i, seg := range video[1:] {
		require.WithinDuration(t, video[i].End(), seg.Start, 2*time.Millisecond)
		require.Len(t, seg.SHA256, 64)
	}
	units, damaged := readAll(t, c, Video)
	require.Zero(t, damaged)
	require.Len(t, units, len(f.Pictures))
	for i, u := range units {
		require.WithinDuration(t, t0.Add(time.Duration(i)*40*time.Millisecond), u.Time, time.Millisecond)
		require.Equal(t, sampleOf(f.Pictures[i], t0).Data, u.Data)
		require.Equal(t, f.Pictures[i].Key, u.Key)
		require.Equal(t, u.Key, u.Format != nil)
	}
	voice, _ := readAll(t, c, Audio)
	require.Len(t, voice, len(f.Voice))
	require.WithinDuration(t, t0.Add(time.Duration(len(f.Voice)-1)*20*time.Millisecond), voice[len(voice)-1].Time, time.Millisecond)
}

// The files are plain fragmented MP4 that others read too.
func TestOthersCanRead(t *testing.T) {
	s, f := open(t), films.Teacher(t, 320, 240, 4*time.Second)
	v, err := s.Track("l1", "camera", Video)
	require.NoError(t, err)
	writeFilm(t, v, f, t0)
	require.NoError(t, v.Close())
	a, err := s.Track("l1", "camera", Audio)
	require.NoError(t, err)
	for i, p := range f.Voice {
		require.NoError(t, a.Write(Sample{Time: t0.Add(time.Duration(i) * 20 * time.Millisecond), Key: true, Data: p}))
	}
	require.NoError(t, a.Close())
	require.Contains(t, ffprobe(t, filepath.Join(s.captureDir("l1", "camera"), "video-000001.mp4")), "h264")
	require.Contains(t, ffprobe(t, filepath.Join(s.captureDir("l1", "camera"), "audio-000001.mp4")), "opus")
}

func TestResolutionChange(t *testing.T) {
	s := open(t)
	v, err := s.Track("l1", "camera", Video)
	require.NoError(t, err)
	writeFilm(t, v, films.Teacher(t, 320, 240, 3*time.Second), t0)
	writeFilm(t, v, films.Teacher(t, 640, 360, 3*time.Second), t0.Add(3*time.Second))
	require.NoError(t, v.Close())
	all, err := s.Captures("l1")
	require.NoError(t, err)
	require.Len(t, all[0].Segments, 2)
	require.Equal(t, 320, all[0].Segments[0].Width)
	require.Equal(t, 640, all[0].Segments[1].Width)
	units, _ := readAll(t, all[0], Video)
	require.Len(t, units, 150)
}

func TestHoleInTime(t *testing.T) {
	s, f := open(t), films.Teacher(t, 320, 240, 4*time.Second)
	v, err := s.Track("l1", "camera", Video)
	require.NoError(t, err)
	writeFilm(t, v, f, t0)
	writeFilm(t, v, f, t0.Add(time.Minute))
	writeFilm(t, v, f, t0.Add(30*time.Second)) // a clock that was put back
	require.NoError(t, v.Gap(t0.Add(4*time.Second), 56*time.Second, "no-connection"))
	require.NoError(t, v.Close())
	all, err := s.Captures("l1")
	require.NoError(t, err)
	require.Len(t, all[0].Gaps, 1)
	units, _ := readAll(t, all[0], Video)
	require.Len(t, units, 300)
	for _, u := range units {
		require.LessOrEqual(t, u.Duration, time.Second, "no picture lasts as long as the hole")
	}
}

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

func FuzzReadPart(f *testing.F) {
	part, err := partBoxes(1, []unit{{dts: 1, pts: 1, key: true, data: []byte("abc")}}, 100)
	require.NoError(f, err)
	n := int(binary.BigEndian.Uint32(part))
	f.Add(part[:n], part[n+8:])
	f.Fuzz(func(_ *testing.T, moof, data []byte) {
		_, _ = readPart(moof, data, Video)
		_, _, _ = readInit(moof)
	})
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

func TestReserve(t *testing.T) {
	s, err := Open(t.TempDir(), 1<<60)
	require.NoError(t, err)
	v, err := s.Track("l1", "camera", Audio)
	require.NoError(t, err)
	require.NoError(t, v.Write(Sample{Time: t0, Key: true, Data: []byte("x")}))
	require.ErrorIs(t, v.Close(), ErrFull)
}

func TestStrangeNamesStayInside(t *testing.T) {
	s := open(t)
	for _, source := range []string{"../../x", "a/b", "摄像机", ""} {
		a, err := s.Track("l1", source, Audio)
		require.NoError(t, err)
		require.NoError(t, a.Write(Sample{Time: t0, Key: true, Data: []byte("x")}))
		require.NoError(t, a.Close())
	}
	all, err := s.Captures("l1")
	require.NoError(t, err)
	require.Len(t, all, 4)
	var names []string
	for _, c := range all {
		names = append(names, c.Source)
	}
	require.Subset(t, names, []string{"../../x", "a/b", "摄像机"})
}

func TestNotes(t *testing.T) {
	s := open(t)
	var got map[string]int
	require.ErrorIs(t, s.Load("l1", "job", &got), os.ErrNotExist)
	require.NoError(t, s.Save("l1", "job", map[string]int{"tries": 2}))
	require.NoError(t, s.Load("l1", "job", &got))
	require.Equal(t, 2, got["tries"])
	ids, err := s.Lessons()
	require.NoError(t, err)
	require.Equal(t, []string{"l1"}, ids)
	require.NoError(t, s.Remove("l1"))
	ids, err = s.Lessons()
	require.NoError(t, err)
	require.Empty(t, ids)
}

func ffprobe(t testing.TB, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", name).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}
