package recorder

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/recorder/films"
	"github.com/tongtang/tongtang/recorder/link"
	"github.com/tongtang/tongtang/recorder/render"
	scheduler "github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

// A whole lesson through the real SFU: a lecturer with voice, slides, a room that gets the floor; then stop, and the resource is there.
func TestLessonBecomesResource(t *testing.T) {
	t.Parallel()
	teacher, slides, room := films.Teacher(t, 1280, 720, 60*time.Second), films.Slides(t, 640, 360, 30*time.Second), films.Teacher(t, 320, 240, 30*time.Second)
	h := newHouse(t, Config{}, "")
	h.put("l1", scheduler.Live)
	h.state("l1", 5*time.Second, link.Capturing)
	lecturer := h.access("l1", grant.Lecturer, "chen", "camera", "screen")
	console, err := lecturer.Events(t.Context(), nil)
	require.NoError(t, err)
	defer console.Close()
	class := h.access("l1", grant.Room, "class-a", "room-a")
	classroom, err := class.Events(t.Context(), nil)
	require.NoError(t, err)
	defer classroom.Close()
	defer h.publish(lecturer, "camera", teacher)()
	defer h.publish(class, "room-a", room)()
	h.wait(3 * time.Second)
	_, err = console.Send(t.Context(), signal.ShowSlide, signal.Slide{Page: 1, Title: "分数"})
	require.NoError(t, err)
	offScreen := h.publish(lecturer, "screen", slides)
	h.wait(3 * time.Second)
	_, err = console.Send(t.Context(), signal.GiveFloor, signal.Ref{ID: "class-a"})
	require.NoError(t, err)
	h.wait(3 * time.Second)
	_, err = console.Send(t.Context(), signal.ReturnFloor, nil)
	require.NoError(t, err)
	offScreen()
	h.wait(2 * time.Second)
	h.put("l1", scheduler.Ended)
	length := time.Since(h.started["l1"]).Seconds()

	r := h.state("l1", time.Minute, link.Stored)
	require.InDelta(t, length, r.Duration, 1)
	require.Len(t, r.Renditions, 2)
	require.Len(t, r.Chapters, 2)
	require.Equal(t, "分数", r.Chapters[0].Title)
	require.Equal(t, link.Chapter{Start: r.Chapters[1].Start, Title: "Name of class-a", Kind: "floor"}, r.Chapters[1])
	require.Equal(t, "resources/l1/hls/master.m3u8", r.HLS)

	dir := h.download("l1")
	mp4 := filepath.Join(dir, render.MP4)
	require.InDelta(t, length, number(t, films.Probe(t, "ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", mp4)), 1)
	for height, size := range map[string]string{"720p": "1280,720", "360p": "640,360"} {
		out := films.Probe(t, "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", filepath.Join(dir, "hls", height, "index.m3u8"))
		require.Contains(t, out, "h264,"+size)
		require.Contains(t, out, "aac")
	}
	films.Probe(t, "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", filepath.Join(dir, render.Master), "-map", "0", "-f", "null", "-")
	films.Probe(t, "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", mp4, "-f", "null", "-")
	require.Contains(t, films.Probe(t, "ffprobe", "-v", "error", "-show_chapters", mp4), "分数")
	volume := films.Probe(t, "ffmpeg", "-nostdin", "-hide_banner", "-i", mp4, "-vn", "-af", "volumedetect", "-f", "null", "-")
	require.Regexp(t, `mean_volume: -[1-3]?[0-9]\.`, volume, "somebody speaks")
	require.FileExists(t, filepath.Join(dir, render.Log))
	require.FileExists(t, filepath.Join(dir, render.Manifest))
	desc, err := render.Load(dir)
	require.NoError(t, err)
	require.Zero(t, desc.Broken)
	require.Zero(t, desc.Damaged)
	require.NoDirExists(t, h.recorder.spool.ResultDir("l1"), "cleared away")
}
