package recorder

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/store/storetest"
	"github.com/tongtang/tongtang/recorder/films"
	"github.com/tongtang/tongtang/recorder/link"
	"github.com/tongtang/tongtang/recorder/render"
	"github.com/tongtang/tongtang/recorder/spool"
	scheduler "github.com/tongtang/tongtang/scheduler/link"
)

// MinIO is down at Stop: the recording waits, also over a restart of the recorder, and is stored when MinIO is back.
func TestStoreAwayAtStop(t *testing.T) {
	t.Parallel()
	film := films.Teacher(t, 640, 480, 30*time.Second)
	minio := storetest.StartMinIO(t)
	h := newHouse(t, Config{}, minio.URL("lessons"))
	h.put("l1", scheduler.Live)
	defer h.publish(h.access("l1", grant.Lecturer, "chen", "camera"), "camera", film)()
	h.wait(5 * time.Second)
	minio.Stop(t)
	h.put("l1", scheduler.Ended)
	r := h.state("l1", 90*time.Second, link.Waiting)
	require.Equal(t, "store-away", r.Reason)

	h.stop()
	h.startRecorder()
	r = h.state("l1", 90*time.Second, link.Waiting)
	require.Equal(t, "store-away", r.Reason)
	captures, err := h.recorder.spool.Captures("l1")
	require.NoError(t, err)
	require.NotEmpty(t, captures, "nothing is deleted before it is stored")

	minio.Start(t)
	r = h.state("l1", 90*time.Second, link.Stored)
	require.Greater(t, r.Duration, 4.0)
	dir := h.download("l1")
	films.Probe(t, "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", filepath.Join(dir, render.MP4), "-f", "null", "-")
}

// kill -9 of the recorder in mid-lesson: what was captured is kept, capturing goes on.
func TestKillInMidLesson(t *testing.T) {
	t.Parallel()
	film := films.Teacher(t, 640, 480, 60*time.Second)
	h := newHouse(t, Config{}, "")
	h.stop()
	kill := h.startProcess()
	h.put("l1", scheduler.Live)
	defer h.publish(h.access("l1", grant.Lecturer, "chen", "camera"), "camera", film)()
	h.state("l1", 20*time.Second, link.Capturing)
	h.wait(7 * time.Second)
	kill()
	h.wait(time.Second)
	h.startProcess()
	h.wait(7 * time.Second)
	h.put("l1", scheduler.Ended)
	length := time.Since(h.started["l1"]).Seconds()
	r := h.state("l1", 90*time.Second, link.Stored)
	require.InDelta(t, length, r.Duration, 1)

	sp, err := spool.Open(h.cfg.Spool, 0)
	require.NoError(t, err)
	captures, err := sp.Captures("l1")
	require.NoError(t, err)
	require.Len(t, captures, 1)
	have, repaired := 0.0, false
	for _, s := range captures[0].Of(spool.Video) {
		have += s.Duration
		repaired = repaired || s.Repaired
	}
	require.True(t, repaired)
	t.Logf("of %.1f s of lesson %.1f s of pictures were captured", length, have)
	require.Greater(t, have, length-7, "the second of the crash, the second without a recorder, starting, and the next keyframe")
}

// kill -9 while composing: the job is done again.
func TestKillWhileComposing(t *testing.T) {
	t.Parallel()
	film := films.Teacher(t, 1280, 720, 60*time.Second)
	h := newHouse(t, Config{}, "")
	h.put("l1", scheduler.Live)
	stop := h.publish(h.access("l1", grant.Lecturer, "chen", "camera"), "camera", film)
	h.wait(20 * time.Second)
	h.stop()
	stop()
	h.cfg.Preset = "slower"
	kill := h.startProcess()
	h.put("l1", scheduler.Ended)
	h.state("l1", 60*time.Second, link.Composing)
	h.wait(time.Second)
	kill()
	h.cfg.Preset = "ultrafast"
	h.startRecorder()
	r := h.state("l1", 120*time.Second, link.Stored)
	require.Greater(t, r.Duration, 19.0)
}

// The SFU starts anew in mid-lesson: the recorder comes back with the source.
func TestSFURestarts(t *testing.T) {
	t.Parallel()
	film := films.Teacher(t, 640, 480, 60*time.Second)
	h := newHouse(t, Config{}, "")
	h.put("l1", scheduler.Live)
	lecturer := h.access("l1", grant.Lecturer, "chen", "camera")
	stop := h.publish(lecturer, "camera", film)
	h.wait(5 * time.Second)
	h.sfu()
	stop()
	h.startSFU()
	defer h.publish(lecturer, "camera", film)()
	h.wait(8 * time.Second)
	h.put("l1", scheduler.Ended)
	length := time.Since(h.started["l1"]).Seconds()
	r := h.state("l1", 90*time.Second, link.Stored)
	require.InDelta(t, length, r.Duration, 1)
	captures, err := h.recorder.spool.Captures("l1")
	require.NoError(t, err)
	video := captures[0].Of(spool.Video)
	require.GreaterOrEqual(t, len(video), 1)
	require.WithinDuration(t, h.started["l1"].Add(time.Duration(length*1e9)), video[len(video)-1].End(), 2*time.Second, "captured to the end")
}

// A source that goes and comes back with a picture of another size.
func TestSourceComesBackChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t, Config{}, "")
	h.put("l1", scheduler.Live)
	lecturer := h.access("l1", grant.Lecturer, "chen", "camera")
	stop := h.publish(lecturer, "camera", films.Teacher(t, 640, 480, 30*time.Second))
	h.wait(4 * time.Second)
	stop()
	h.wait(time.Second)
	defer h.publish(lecturer, "camera", films.Teacher(t, 320, 240, 30*time.Second))()
	h.wait(5 * time.Second)
	h.put("l1", scheduler.Ended)
	h.state("l1", 60*time.Second, link.Stored)
	captures, err := h.recorder.spool.Captures("l1")
	require.NoError(t, err)
	require.Len(t, captures, 1)
	video := captures[0].Of(spool.Video)
	require.Equal(t, 640, video[0].Width)
	require.Equal(t, 320, video[len(video)-1].Width)
}

func TestNothingCaptured(t *testing.T) {
	t.Parallel()
	h := newHouse(t, Config{}, "")
	h.put("l1", scheduler.Live)
	h.state("l1", 5*time.Second, link.Capturing)
	h.put("l1", scheduler.Ended)
	r := h.state("l1", 20*time.Second, link.Failed)
	require.Equal(t, "nothing-captured", r.Reason)
}

// The spool's disk fills up in mid-lesson, and has room again later: the lesson goes on, the reason is shown, the recording is made.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	film := films.Teacher(t, 640, 480, 60*time.Second)
	storetest.OnSmallDisk(t, 24<<20, func(dir string) {
		h := newHouse(t, Config{Spool: filepath.Join(dir, "spool")}, "")
		h.put("l1", scheduler.Live)
		defer h.publish(h.access("l1", grant.Lecturer, "chen", "camera"), "camera", film)()
		h.wait(4 * time.Second)
		ballast := filepath.Join(dir, "ballast")
		require.Error(t, os.WriteFile(ballast, make([]byte, 24<<20), 0o600))
		require.Eventually(t, func() bool { return h.state("l1", time.Second, link.Capturing).Reason == "disk-full" }, 20*time.Second, 100*time.Millisecond)
		require.NoError(t, os.Remove(ballast))
		require.Eventually(t, func() bool { return h.state("l1", time.Second, link.Capturing).Reason == "" }, 20*time.Second, 100*time.Millisecond)
		h.wait(3 * time.Second)
		h.put("l1", scheduler.Ended)
		length := time.Since(h.started["l1"]).Seconds()
		r := h.state("l1", 60*time.Second, link.Stored)
		require.InDelta(t, length, r.Duration, 1)
		h.stop()
		h.sfu()
		h.bus.Close()
	})
}

// There is no room for the result: it waits, and is made when there is.
func TestDiskFullWhenComposing(t *testing.T) {
	t.Parallel()
	film := films.Teacher(t, 1280, 720, 60*time.Second)
	storetest.OnSmallDisk(t, 24<<20, func(dir string) {
		h := newHouse(t, Config{Spool: filepath.Join(dir, "spool")}, "")
		h.put("l1", scheduler.Live)
		stop := h.publish(h.access("l1", grant.Lecturer, "chen", "camera"), "camera", film)
		h.wait(10 * time.Second)
		h.stop()
		stop()
		ballast := filepath.Join(dir, "ballast")
		require.NoError(t, os.WriteFile(ballast, make([]byte, 20<<20), 0o600))
		h.startRecorder()
		h.put("l1", scheduler.Ended)
		r := h.state("l1", 60*time.Second, link.Waiting)
		require.Equal(t, "disk-full", r.Reason)
		require.NoError(t, os.Remove(ballast))
		r = h.state("l1", 90*time.Second, link.Stored)
		require.Greater(t, r.Duration, 9.0)
		h.stop()
		h.sfu()
		h.bus.Close()
	})
}
