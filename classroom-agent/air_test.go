package agent

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v4/pkg/format/rtph264"
	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/recorder/libav"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/sfu"
	"github.com/tongtang/tongtang/sfu/client"
	"github.com/tongtang/tongtang/sfu/signal"
)

// viewer watches the lesson through the SFU.
type viewer struct {
	mu       sync.Mutex
	pictures []picture
	sound    []libav.OpusPacket
	filmed   []moment
	spoken   []moment
}

// moment is when something was filmed, by the sender reports, and when it was here; Unix time.
type moment struct{ filmed, arrived time.Duration }

func momentOf(track *client.Track, timestamp uint32) (moment, bool) {
	m := track.Mapping()
	if !m.Known() {
		return moment{}, false
	}
	return moment{time.Duration(m.At(timestamp).UnixNano()), time.Duration(time.Now().UnixNano())}, true
}

func (v *viewer) count() (int, int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.pictures), len(v.sound)
}

// view opens a WHEP session: of the panes, or of one source as it is.
func (d *district) view(source string) *viewer {
	t := d.t
	t.Helper()
	role := grant.Viewer
	if source != "" {
		role = grant.Recorder
	}
	token, err := d.signer.Sign(grant.Claims{Lesson: d.now.Lesson, Role: role}, time.Hour)
	require.NoError(t, err)
	lesson := client.Lesson{Server: d.url(), ID: d.now.Lesson, Grant: token, Log: quiet()}
	var w *client.View
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		w, err = lesson.View(ctx, client.ViewOptions{Source: source, Video: 1, Audio: 1, KeepOrder: true})
		return err == nil
	}, 20*time.Second, 100*time.Millisecond, "view %v", err)
	v := &viewer{}
	spawn(t, func(ctx context.Context) error {
		var wg sync.WaitGroup
		wg.Go(func() { v.readVideo(ctx, w.Tracks[0]) })
		wg.Go(func() { v.readAudio(ctx, w.Tracks[1]) })
		wg.Wait()
		_ = w.Close()
		return nil
	})
	return v
}

// hears waits until the server says that the source speaks: the agent tells it how loud the voice is.
func (d *district) hears(source string) {
	t := d.t
	t.Helper()
	token, err := d.signer.Sign(grant.Claims{Lesson: d.now.Lesson, Role: grant.Viewer}, time.Hour)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	spoke := make(chan struct{}, 1)
	events, err := client.Lesson{Server: d.url(), ID: d.now.Lesson, Grant: token, Log: quiet()}.Events(ctx, func(down signal.Down) {
		if down.Speaking != nil && slices.Contains(down.Speaking.Sources, source) {
			select {
			case spoke <- struct{}{}:
			default:
			}
		}
	})
	require.NoError(t, err)
	defer events.Close()
	select {
	case <-spoke:
	case <-ctx.Done():
		t.Fatalf("nobody says that %s speaks", source)
	}
}

func (v *viewer) readVideo(ctx context.Context, track *client.Track) {
	d := &rtph264.Decoder{PacketizationMode: 1}
	if d.Init() != nil {
		return
	}
	for {
		p, err := track.ReadRTP(ctx)
		if err != nil {
			return
		}
		nalus, err := d.Decode(p)
		if err != nil {
			continue
		}
		key := false
		for _, n := range nalus {
			key = key || n[0]&0x1f == 5
		}
		v.mu.Lock()
		if m, ok := momentOf(track, p.Timestamp); ok {
			v.filmed = append(v.filmed, m)
		}
		v.pictures = append(v.pictures, picture{key: key, nalus: nalus, at: time.Duration(p.Timestamp) * time.Second / 90_000})
		v.mu.Unlock()
	}
}

func (v *viewer) readAudio(ctx context.Context, track *client.Track) {
	for {
		p, err := track.ReadRTP(ctx)
		if err != nil {
			return
		}
		if len(p.Payload) == 0 {
			continue
		}
		v.mu.Lock()
		if m, ok := momentOf(track, p.Timestamp); ok {
			v.spoken = append(v.spoken, m)
		}
		v.sound = append(v.sound, libav.OpusPacket{Data: append([]byte(nil), p.Payload...), Time: time.Duration(p.Timestamp) * time.Second / 48_000})
		v.mu.Unlock()
	}
}

// more waits until the viewer has seen and heard something new.
func (v *viewer) more(t *testing.T, within time.Duration) {
	t.Helper()
	pictures, sound := v.count()
	require.Eventually(t, func() bool { p, s := v.count(); return p > pictures+40 && s > sound+80 }, within, 50*time.Millisecond, "new pictures and sound")
}

func isLive(s State) bool { return s.OnAir != nil && s.OnAir.State == OnAirLive }

// classroom is a camera with two streams, and an agent that is enrolled.
func (d *district) classroom(auto bool) (cam running, cfg Config) {
	cam = play(d.t, "", cameraStream("/main", mainFilm(d.t)), cameraStream("/sub", subFilm(d.t)))
	return cam, Config{Data: d.enrolled(), AutoStart: auto, Cameras: []CameraConfig{{Main: cam.URL("/main"), Sub: cam.URL("/sub")}}}
}

func TestLessonGoesOnAirByTheTimetable(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	_, cfg := d.classroom(true)
	_, p, _ := agentOn(t, cfg)
	s := p.until("on air", isLive)
	require.Equal(t, d.now.Lesson, s.OnAir.Lesson)
	require.Equal(t, []string{"h", "l"}, s.OnAir.Sources[0].Layers)
	require.Equal(t, "camera", s.OnAir.Sources[0].Name)

	v := d.view("camera")
	v.more(t, 20*time.Second)
	v.mu.Lock()
	main, sub := filmSlices(t, mainFilm(t)), filmSlices(t, subFilm(t)) // the SFU chooses the layer
	same, other := 0, 0
	for _, p := range v.pictures {
		for _, n := range p.nalus {
			switch k := n[0] & 0x1f; {
			case k != 1 && k != 5:
			case main[string(n)] || sub[string(n)]:
				same++
			default:
				other++ // cut short by a lost packet
			}
		}
	}
	require.Greater(t, same, 30, "the camera's own slices, to the byte")
	require.Less(t, other, 5)
	require.InDelta(t, -22, loudness(t, v.sound), 4)
	v.mu.Unlock()

	d.hears("camera")
	panes := d.view("")
	panes.more(t, 20*time.Second)
	s = p.until("bitrate and viewers are known", func(s State) bool { return isLive(s) && s.OnAir.Sources[0].Bitrate > 0 && s.OnAir.Viewers != nil })
	require.True(t, checksOf(s)[CheckUplink].OK)
}

func TestStopIsTheTeachers(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	_, cfg := d.classroom(true)
	dev, err := loadDevice(cfg.Data)
	require.NoError(t, err)
	_, p, stop := agentOn(t, cfg)
	p.until("on air", isLive)
	status, raw := p.call(http.MethodPost, "/local/lessons/"+d.now.Lesson+"/stop", nil)
	require.Equal(t, 200, status, raw)
	require.Nil(t, p.state().OnAir)
	require.Equal(t, string(link.Ended), d.lessonState(dev))
	time.Sleep(2500 * time.Millisecond) // two rounds of the director
	require.Nil(t, p.state().OnAir)
	status, raw = p.call(http.MethodPost, "/local/lessons/"+d.now.Lesson+"/start", nil)
	require.Equal(t, 409, status, raw)
	stop()
	_, p, _ = agentOn(t, cfg)
	p.until("the timetable is there", func(s State) bool { return s.Server.Reachable })
	require.Nil(t, p.state().OnAir)
}

func TestStopWhileTheServerIsAway(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	_, cfg := d.classroom(true)
	dev, err := loadDevice(cfg.Data)
	require.NoError(t, err)
	_, p, _ := agentOn(t, cfg)
	p.until("on air", isLive)
	d.down()
	status, raw := p.call(http.MethodPost, "/local/lessons/"+d.now.Lesson+"/stop", nil)
	require.Equal(t, 200, status, raw)
	require.Nil(t, p.state().OnAir)
	d.start()
	require.Eventually(t, func() bool { return d.lessonState(dev) == string(link.Ended) }, 30*time.Second, 200*time.Millisecond, "the server hears of it")
}

func TestTeacherStartsAndTheLecturerEnds(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	_, cfg := d.classroom(false)
	dev, err := loadDevice(cfg.Data)
	require.NoError(t, err)
	_, p, stop := agentOn(t, cfg)
	p.until("the timetable is there", func(s State) bool { return s.Server.Reachable && len(s.Lessons) > 0 })
	require.Nil(t, p.state().OnAir, "nothing starts by itself")
	status, raw := p.call(http.MethodPost, "/local/lessons/"+d.now.Lesson+"/start", nil)
	require.Equal(t, 200, status, raw)
	p.until("on air", isLive)

	stop() // the computer is restarted in mid-lesson
	_, p, _ = agentOn(t, cfg)
	p.until("on air again", isLive)

	_, err = (&link.Client{Server: d.url(), Key: dev.Key}).Stop(t.Context(), d.now.Lesson)
	require.NoError(t, err)
	began := time.Now()
	p.until("off air", func(s State) bool { return s.OnAir == nil })
	require.Less(t, time.Since(began), 5*time.Second, "told by the lesson, not by the timetable")
}

func TestServerRestartsInMidLesson(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	_, cfg := d.classroom(true)
	_, p, _ := agentOn(t, cfg)
	p.until("on air", isLive)
	d.view("camera").more(t, 20*time.Second)
	d.down()
	p.until("lost", func(s State) bool { return s.OnAir != nil && s.OnAir.State == OnAirLost })
	d.start()
	p.until("on air again", isLive)
	d.view("camera").more(t, 30*time.Second)
}

func TestProbeTellsAForgottenSession(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	dev, err := loadDevice(d.enrolled())
	require.NoError(t, err)
	join, err := (&link.Client{Server: d.url(), Key: dev.Key}).Start(t.Context(), d.now.Lesson)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	pub, err := client.Lesson{Server: d.url(), ID: d.now.Lesson, Grant: join.Grant, Log: quiet()}.Publish(ctx, client.PublishOptions{Source: "camera", Audio: client.NewAudio()})
	require.NoError(t, err)
	ask := probe{server: d.url(), join: join, session: pub.Session()}
	require.False(t, ask.forgotten(t.Context()))
	require.NoError(t, pub.Close())
	require.Eventually(t, func() bool { return ask.forgotten(t.Context()) }, 10*time.Second, 20*time.Millisecond) // the answer to DELETE comes before the end
	d.down()
	require.False(t, ask.forgotten(t.Context()), "a server that is away has forgotten nothing")
}

func TestCameraStopsOnAir(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	cam, cfg := d.classroom(true)
	address := cam.URL("/main")
	_, p, _ := agentOn(t, cfg)
	p.until("on air", isLive)
	v := d.view("camera")
	v.more(t, 20*time.Second)
	cam.stop()
	p.until("the camera is lost", func(s State) bool { return s.Cameras[0].State == CameraLost })
	require.True(t, isLive(p.state()), "the lesson goes on")
	play(t, address[len("rtsp://"):len(address)-len("/main")], cameraStream("/main", mainFilm(t)), cameraStream("/sub", subFilm(t)))
	v.more(t, 30*time.Second)
}

// A camera that sends more than the server takes is off air after a while, and the teacher's page knows why.
func TestCameraSendsTooMuch(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	d.down()
	d.limits = sfu.Limits{SourcePackets: 10}
	d.start()
	_, cfg := d.classroom(true)
	_, p, _ := agentOn(t, cfg)
	p.until("on air", isLive)
	p.until("off air, with the reason", func(s State) bool {
		return s.OnAir != nil && s.OnAir.State == OnAirLost && s.OnAir.Problem == "source-over-limit" && s.OnAir.Sources[0].Problem == "source-over-limit"
	})
}

func TestH265CameraOnAir(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	cam := play(t, "", camera265(t))
	_, p, _ := agentOn(t, Config{Data: d.enrolled(), AutoStart: true, Cameras: []CameraConfig{{Main: cam.URL("/main")}}})
	p.until("on air", isLive)
	v := d.view("")
	v.more(t, 20*time.Second)
	v.mu.Lock()
	defer v.mu.Unlock()
	n, is := sizes(t, v.pictures)
	require.Greater(t, n, 30)
	require.Contains(t, is, "320x180")
	require.InDelta(t, -21, loudness(t, v.sound), 4)
}

// TestTimesSurviveTheWay: through agent and SFU the sender reports still say when each picture and each sound was filmed, whatever this
// computer's clock is.
func TestTimesSurviveTheWay(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	_, cfg := d.classroom(true)
	_, p, _ := agentOn(t, cfg)
	p.until("on air", isLive)
	v := d.view("camera")
	require.Eventually(t, func() bool { v.mu.Lock(); defer v.mu.Unlock(); return len(v.filmed) > 150 && len(v.spoken) > 200 }, 60*time.Second, 50*time.Millisecond)
	v.mu.Lock()
	defer v.mu.Unlock()
	pictures, voices := v.filmed[len(v.filmed)-50:], v.spoken[len(v.spoken)-100:] // the first ones come out of the cache, in compressed time
	const frame = 40 * time.Millisecond
	for _, f := range pictures {
		require.InDelta(t, 0, ((f.filmed+frame/2)%frame - frame/2).Seconds(), 0.012, "the demo camera films at whole frames of the wall clock")
		require.Greater(t, f.arrived-f.filmed, -15*time.Millisecond)
	}
	picture, voice := least(pictures), least(voices) // of many, one was not held up by a busy machine
	require.Less(t, picture, 900*time.Millisecond, "delay from camera to viewer")
	require.InDelta(t, picture.Seconds(), voice.Seconds(), 0.25)
}

// least is the smallest delay.
func least(all []moment) time.Duration {
	d := all[0].arrived - all[0].filmed
	for _, f := range all[1:] {
		d = min(d, f.arrived-f.filmed)
	}
	return d
}
