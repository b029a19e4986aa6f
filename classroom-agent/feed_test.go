package agent

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
	"time"

	"github.com/Eyevinn/mp4ff/mp4"
	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/camera"
)

// slices of a film, in order, as they stand in the file.
func filmSlices(t *testing.T, file string) map[string]bool {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	f, err := mp4.DecodeFile(bytes.NewReader(raw))
	require.NoError(t, err)
	all := map[string]bool{}
	for _, trak := range f.Moov.Traks {
		if trak.Mdia.Minf.Stbl.Stsd.AvcX == nil {
			continue
		}
		for n := range trak.GetNrSamples() {
			r, err := trak.GetRangesForSampleInterval(n+1, n+1)
			require.NoError(t, err)
			for data := raw[r[0].Offset : r[0].Offset+r[0].Size]; len(data) > 4; {
				size := binary.BigEndian.Uint32(data)
				all[string(data[4:4+size])] = true
				data = data[4+size:]
			}
		}
	}
	return all
}

func TestH264PassesUntouchedWithItsVoice(t *testing.T) {
	t.Parallel()
	c := play(t, "", camera.Stream{Path: "/main", Film: mainFilm(t)}, camera.Stream{Path: "/sub", Film: subFilm(t)})
	f, s := watch(t, CameraConfig{Name: "camera", Main: c.URL("/main"), Sub: c.URL("/sub"), Microphone: true})
	require.Eventually(t, func() bool { m, l, a := s.count(); return m > 60 && l > 60 && a > 100 }, 15*time.Second, 50*time.Millisecond)
	main, sub, sound := s.all()

	slices := filmSlices(t, mainFilm(t))
	first := true
	for _, p := range main {
		for i, n := range p.nalus {
			switch kind := n[0] & 0x1f; {
			case kind == 1 || kind == 5:
				require.True(t, slices[string(n)], "a slice of the film, to the byte")
			case p.key && i == 0:
				require.Equal(t, byte(7), kind, "SPS before the IDR")
				require.Equal(t, byte(8), p.nalus[1][0]&0x1f, "then the PPS")
				first = false
			}
		}
	}
	require.False(t, first, "a keyframe came")
	require.NotEmpty(t, sub)

	require.InDelta(t, -22, loudness(t, sound), 4)
	st := f.state()
	require.Equal(t, CameraOK, st.State)
	require.Equal(t, "H264", st.Codec)
	require.Equal(t, [2]int{640, 360}, [2]int{st.Width, st.Height})
	require.Equal(t, [2]int{320, 180}, [2]int{st.Sub.Width, st.Sub.Height})
	require.InDelta(t, 25, st.FPS, 4)
	require.Positive(t, st.Bitrate)
	require.Equal(t, "AAC", st.Audio)
	require.InDelta(t, -22, f.mic.state(time.Now()).DB, 4)
	require.Less(t, f.mic.state(time.Now()).SilentSecs, 2.0)
}

// TestTimesAreTheCameras: the demo camera's pictures are filmed at known times; picture, small picture and voice all say so.
func TestTimesAreTheCameras(t *testing.T) {
	t.Parallel()
	c := play(t, "", camera.Stream{Path: "/main", Film: mainFilm(t)}, camera.Stream{Path: "/sub", Film: subFilm(t)})
	_, s := watch(t, CameraConfig{Name: "camera", Main: c.URL("/main"), Sub: c.URL("/sub"), Microphone: true})
	require.Eventually(t, func() bool { m, _, a := s.count(); return m > 120 && a > 240 }, 20*time.Second, 50*time.Millisecond)
	main, sub, sound := s.all()
	const frame = 40 * time.Millisecond
	for _, all := range [][]picture{main, sub} {
		for i, p := range all[100:] {
			off := (p.at + frame/2) % frame
			require.InDelta(t, (frame / 2).Seconds(), off.Seconds(), 0.012, "filmed at a whole frame of the wall clock")
			require.InDelta(t, frame.Seconds(), (p.at - all[100+i-1].at).Seconds(), 0.005)
		}
	}
	for i := range sound[1:] {
		require.GreaterOrEqual(t, sound[i+1].Time-sound[i].Time, 19*time.Millisecond)
	}
	last := main[len(main)-1].at
	require.InDelta(t, last.Seconds(), sound[len(sound)-1].Time.Seconds(), 0.15)
	require.InDelta(t, float64(time.Now().Unix()), last.Seconds(), 3)
}

func TestG711AndH265WithBFrames(t *testing.T) {
	t.Parallel()
	c := play(t, "", camera.Stream{Path: "/main", Film: hevcFilm(t), Voice: aLaw(t)})
	f, s := watch(t, CameraConfig{Name: "camera", Main: c.URL("/main"), Microphone: true})
	require.Eventually(t, func() bool { m, _, a := s.count(); return m > 60 && a > 100 }, 20*time.Second, 50*time.Millisecond)
	main, _, sound := s.all()
	for i := 1; i < len(main); i++ {
		require.Greater(t, main[i].at, main[i-1].at, "in the order of showing")
	}
	frames, is := sizes(t, main)
	require.InDelta(t, len(main), frames, 2)
	require.Positive(t, is["320x180"])
	require.InDelta(t, -21, loudness(t, sound), 4)
	st := f.state()
	require.Equal(t, "H265", st.Codec)
	require.True(t, st.Main.Converted)
	require.Equal(t, "G711", st.Audio)
}

func TestH264WithBFramesIsConverted(t *testing.T) {
	t.Parallel()
	film := film(t, "bframes.mp4", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "4", "-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "25", "-pix_fmt", "yuv420p")
	c := play(t, "", camera.Stream{Path: "/main", Film: film})
	f, s := watch(t, CameraConfig{Name: "camera", Main: c.URL("/main")})
	require.Eventually(t, func() bool { return f.streams[mainLayer].converted() }, 10*time.Second, 20*time.Millisecond)
	before, _, _ := s.count()
	require.Eventually(t, func() bool { m, _, _ := s.count(); return m > before+70 }, 15*time.Second, 50*time.Millisecond)
	main, _, _ := s.all()
	main = main[before+3:]
	for i := 1; i < len(main); i++ {
		require.Greater(t, main[i].at, main[i-1].at)
	}
}

func TestCameraStopsAndComesBack(t *testing.T) {
	t.Parallel()
	c := play(t, "", camera.Stream{Path: "/main", Film: mainFilm(t)})
	address := c.URL("/main")
	f, s := watch(t, CameraConfig{Name: "camera", Main: address, Microphone: true})
	require.Eventually(t, func() bool { m, _, a := s.count(); return m > 10 && a > 10 }, 15*time.Second, 20*time.Millisecond)
	c.stop()
	require.Eventually(t, func() bool { st := f.state(); return st.State == CameraLost && st.Detail == "camera-away" }, 10*time.Second, 20*time.Millisecond)
	before, _, sound := s.count()
	play(t, address[len("rtsp://"):len(address)-len("/main")], camera.Stream{Path: "/main", Film: mainFilm(t)})
	require.Eventually(t, func() bool { m, _, a := s.count(); return m > before+10 && a > sound+10 }, 15*time.Second, 20*time.Millisecond)
	require.Equal(t, CameraOK, f.state().State)
	main, _, _ := s.all()
	for i := 1; i < len(main); i++ {
		require.Greater(t, main[i].at, main[i-1].at, "time goes on")
	}
}

func TestCameraHangs(t *testing.T) {
	t.Parallel()
	c := play(t, "", camera.Stream{Path: "/main", Film: subFilm(t)})
	f, s := watch(t, CameraConfig{Name: "camera", Main: c.URL("/main")})
	require.Eventually(t, func() bool { m, _, _ := s.count(); return m > 5 }, 15*time.Second, 20*time.Millisecond)
	c.Pause("/main", true)
	require.Eventually(t, func() bool { return f.state().State == CameraLost }, 15*time.Second, 50*time.Millisecond)
	require.Equal(t, "camera-silent", f.state().Detail)
	before, _, _ := s.count()
	c.Pause("/main", false)
	require.Eventually(t, func() bool { m, _, _ := s.count(); return m > before+10 }, 20*time.Second, 50*time.Millisecond)
}

func TestResolutionChangesInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, films := range map[string][2]func(*testing.T) string{
		"H.264": {subFilm, bigFilm},
		"H.265": {hevcFilm, func(t *testing.T) string {
			return film(t, "hevcbig.mp4", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-t", "4", "-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1",
				"-x265-params", "bframes=2:keyint=25:log-level=none", "-pix_fmt", "yuv420p")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c := play(t, "", camera.Stream{Path: "/main", Film: films[0](t)})
			f, s := watch(t, CameraConfig{Name: "camera", Main: c.URL("/main")})
			require.Eventually(t, func() bool { m, _, _ := s.count(); return m > 30 }, 15*time.Second, 20*time.Millisecond)
			was := f.state().Width
			require.NoError(t, c.Swap("/main", films[1](t)))
			require.Eventually(t, func() bool { return f.state().Width != was }, 10*time.Second, 20*time.Millisecond)
			before, _, _ := s.count()
			require.Eventually(t, func() bool { m, _, _ := s.count(); return m > before+40 }, 15*time.Second, 20*time.Millisecond)
			main, _, _ := s.all()
			_, is := sizes(t, main)
			require.Len(t, is, 2, is)
		})
	}
}

func TestWrongAddressesSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := play(t, "", camera.Stream{Path: "/main", Film: subFilm(t)})
	for name, w := range map[string]struct {
		address string
		state   CameraState
		detail  string
	}{
		"not an address": {"http://127.0.0.1/", CameraWrong, "address-invalid"},
		"other path":     {c.URL("/nothing"), CameraWrong, "path-unknown"},
		"nobody there":   {"rtsp://" + deadPort(t) + "/main", CameraLost, "camera-away"},
	} {
		t.Run(name, func(t *testing.T) {
			f, _ := watch(t, CameraConfig{Name: "camera", Main: w.address})
			require.Eventually(t, func() bool { return f.state().State != CameraConnecting }, 10*time.Second, 20*time.Millisecond)
			require.Equal(t, [2]string{string(w.state), w.detail}, [2]string{string(f.state().State), f.state().Detail})
		})
	}
}
