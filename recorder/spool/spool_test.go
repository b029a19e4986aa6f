package spool

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
