package render

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/recorder/films"
	"github.com/tongtang/tongtang/recorder/spool"
	scheduler "github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

var start = time.Date(2026, 11, 22, 8, 20, 0, 0, time.UTC)

// record writes a film into the spool as if it had been captured from at on.
func record(t testing.TB, s *spool.Spool, lesson, source string, f *films.Film, at time.Time) {
	t.Helper()
	video, err := s.Track(lesson, source, spool.Video)
	require.NoError(t, err)
	for i, p := range f.Pictures {
		sample := spool.Sample{Time: at.Add(time.Duration(i) * time.Second / films.FPS), Key: p.Key}
		for _, n := range p.NALUs {
			switch n[0] & 0x1f {
			case 7:
				sample.Format.SPS = n
			case 8:
				sample.Format.PPS = n
			default:
				sample.Data = append(binary.BigEndian.AppendUint32(sample.Data, uint32(len(n))), n...)
			}
		}
		require.NoError(t, video.Write(sample))
	}
	require.NoError(t, video.Close())
	if len(f.Voice) == 0 {
		return
	}
	audio, err := s.Track(lesson, source, spool.Audio)
	require.NoError(t, err)
	for i, p := range f.Voice {
		require.NoError(t, audio.Write(spool.Sample{Time: at.Add(time.Duration(i) * films.VoicePacket), Key: true, Data: p}))
	}
	require.NoError(t, audio.Close())
}

type logged []signal.Event

func (l *logged) add(at time.Duration, typ signal.EventType, data any) {
	raw, _ := json.Marshal(data)
	*l = append(*l, signal.Event{Seq: uint64(len(*l) + 1), Time: start.Add(at), Type: typ, Data: raw})
}

func lessonOf(id string, length time.Duration) scheduler.Lesson {
	from, to := start, start.Add(length)
	return scheduler.Lesson{ID: id, Title: "分数的加法", StartedAt: &from, EndedAt: &to, State: scheduler.Ended, Record: true}
}

// A whole lesson: the lecturer, slides that come later, a guest who has the floor for a while.
func TestRender(t *testing.T) {
	s, err := spool.Open(t.TempDir(), 0)
	require.NoError(t, err)
	teacher := films.Teacher(t, 640, 480, 20*time.Second)
	record(t, s, "l1", "camera", teacher, start.Add(time.Second))
	record(t, s, "l1", "screen", films.Slides(t, 640, 360, 8*time.Second), start.Add(8*time.Second))
	record(t, s, "l1", "room-a", films.Clapper(t, 320, 180, 10*time.Second), start.Add(5*time.Second))
	var log logged
	log.add(0, signal.LessonStarted, nil)
	log.add(100*time.Millisecond, signal.ParticipantJoined, signal.Participant{ID: "p1", Name: "青山小学", Sources: []string{"room-a"}})
	log.add(500*time.Millisecond, signal.SourceUp, signal.Source{ID: "camera", Slot: signal.LecturerSlot, Participant: "dev", Video: true, Audio: true})
	log.add(time.Second, signal.SlideShown, signal.Slide{Page: 1, Title: "引入"})
	log.add(5*time.Second, signal.SourceUp, signal.Source{ID: "room-a", Slot: signal.GuestSlot, Participant: "p1", Video: true, Audio: true})
	log.add(8*time.Second, signal.SourceUp, signal.Source{ID: "screen", Slot: signal.CoursewareSlot, Participant: "lec", Video: true})
	log.add(9*time.Second, signal.SlideShown, signal.Slide{Page: 2})
	log.add(10*time.Second, signal.FloorGiven, signal.Ref{ID: "p1"})
	log.add(13*time.Second, signal.FloorReturned, nil)
	log.add(16*time.Second, signal.SourceDown, signal.Ref{ID: "screen"})
	log.add(22*time.Second, signal.LessonEnded, nil)

	captures, err := s.Captures("l1")
	require.NoError(t, err)
	require.Len(t, captures, 3)
	dir := s.ResultDir("l1")
	began := time.Now()
	r, err := Render(t.Context(), Job{Lesson: lessonOf("l1", 22*time.Second), Events: log, Captures: captures, Dir: dir})
	require.NoError(t, err)
	t.Logf("22 s of lesson composed in %.1f s", time.Since(began).Seconds())

	require.InDelta(t, 22, r.Duration, 0.1)
	require.Zero(t, r.Damaged)
	require.Len(t, r.Chapters, 3)
	loaded, err := Load(dir)
	require.NoError(t, err)
	require.Equal(t, r.Files, loaded.Files)
	checkMP4(t, filepath.Join(dir, MP4), 22)
	for _, name := range []string{"720p", "360p"} {
		out := films.Probe(t, "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,profile,width,height,channels,sample_rate:format=duration", "-of", "json", filepath.Join(dir, "hls", name, "index.m3u8"))
		require.Contains(t, out, `"h264"`)
		require.Contains(t, out, `"High"`)
		require.Contains(t, out, `"aac"`)
		require.Contains(t, out, fmt.Sprintf(`"height": %s`, strings.TrimSuffix(name, "p")))
	}
	master, err := os.ReadFile(filepath.Join(dir, Master))
	require.NoError(t, err)
	t.Logf("%s", master)
	require.Contains(t, string(master), `RESOLUTION=1280x720`)
	require.Contains(t, string(master), `CODECS="avc1.6400`)
	films.Probe(t, "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", filepath.Join(dir, Master), "-map", "0", "-f", "null", "-")
	out := films.Probe(t, "ffprobe", "-v", "error", "-show_chapters", "-of", "json", filepath.Join(dir, MP4))
	require.Contains(t, out, "引入")
	require.Contains(t, out, "青山小学")
	require.Contains(t, films.Probe(t, "ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", filepath.Join(dir, Poster)), "1280,720")
	vtt, err := os.ReadFile(filepath.Join(dir, ChaptersVTT))
	require.NoError(t, err)
	require.Contains(t, string(vtt), "00:00:10.000 --> 00:00:22.000\n青山小学")
	if to := os.Getenv("TONGTANG_KEEP_RENDER"); to != "" {
		require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	}
}

func checkMP4(t testing.TB, name string, seconds float64) {
	t.Helper()
	out := films.Probe(t, "ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", name)
	d, err := strconv.ParseFloat(out, 64)
	require.NoError(t, err)
	require.InDelta(t, seconds, d, 0.5)
	films.Probe(t, "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", name, "-f", "null", "-")
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Less(t, bytes.Index(raw, []byte("moov")), bytes.Index(raw, []byte("mdat")), "the index comes first")
	vol := films.Probe(t, "ffmpeg", "-nostdin", "-hide_banner", "-i", name, "-af", "volumedetect", "-vn", "-f", "null", "-")
	require.Regexp(t, `max_volume: -?[0-9](\.|[0-9]\.)`, vol, "not silent")
}
