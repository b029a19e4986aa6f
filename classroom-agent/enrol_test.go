package agent

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/demo"
)

func TestEnrolment(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	data := filepath.Join(t.TempDir(), "agent")
	for name, c := range map[string]struct{ server, code, says string }{
		"wrong code":     {d.url(), "00000000", "登记码不对"},
		"not a code":     {d.url(), "hello", "登记码不对"},
		"no server":      {"http://" + deadPort(t), d.now.DeviceCode, "连不上服务器"},
		"not an address": {"tongtang", d.now.DeviceCode, "is not like https://"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Enrol(t.Context(), data, c.server, c.code)
			require.Error(t, err)
			require.Contains(t, Sentence(err), c.says)
			require.False(t, Enrolled(data))
		})
	}
	require.NoError(t, Enrol(t.Context(), data, d.url(), d.now.DeviceCode))
	require.True(t, Enrolled(data))
	info, err := os.Stat(filepath.Join(data, deviceFile))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Contains(t, Sentence(Enrol(t.Context(), data, d.url(), d.now.DeviceCode)), "登记码", "a code works once")
	require.True(t, Enrolled(data), "and the key of the first time is kept")
}

func TestEnrolmentOnThePage(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	_, p, _ := agentOn(t, Config{Server: d.url()})
	s := p.until("it says what is missing", func(s State) bool { return s.Server.Problem == "not-enrolled" })
	require.False(t, s.Enrolled)
	enrol := func(code string) (int, string) {
		return p.call(http.MethodPost, "/local/enrol", strings.NewReader(`{"server":"`+d.url()+`","code":"`+code+`"}`), "Content-Type", "application/json")
	}
	status, raw := enrol("12345678")
	require.Equal(t, 401, status, raw)
	var problem httpd.Problem
	require.NoError(t, json.Unmarshal([]byte(raw), &problem))
	require.Equal(t, "code-wrong", problem.Code)
	status, raw = enrol(d.now.DeviceCode)
	require.Equal(t, 200, status, raw)
	s = p.until("the timetable is there", func(s State) bool { return s.Server.Reachable && len(s.Lessons) > 0 })
	require.True(t, s.Enrolled)
	require.Equal(t, demo.LecturerRoom, s.Room.ID)
	require.InDelta(t, 0, s.Server.ClockOffsetMs, 1000)
	found := false
	for _, l := range s.Lessons {
		if l.ID == d.now.Lesson {
			found = true
			require.True(t, l.CanStart)
			require.False(t, l.CanStop)
			require.Len(t, l.Rooms, 3)
		}
	}
	require.True(t, found)
}

func TestRefusedKeyAndServerAway(t *testing.T) {
	t.Parallel()
	d := newDistrict(t)
	data := d.enrolled()
	_, p, stop := agentOn(t, Config{Data: data})
	p.until("the timetable is there", func(s State) bool { return len(s.Lessons) > 0 })
	stop()

	d.down()
	_, p, stop = agentOn(t, Config{Data: data})
	s := p.until("the server is away", func(s State) bool { return s.Server.Problem == "server-away" })
	require.NotEmpty(t, s.Lessons, "the timetable is known all the same")
	require.Equal(t, demo.LecturerRoom, s.Room.ID)
	stop()

	d.start()
	dev, err := loadDevice(data)
	require.NoError(t, err)
	dev.Key = "nonsense"
	require.NoError(t, writeJSON(filepath.Join(data, deviceFile), dev))
	_, p, _ = agentOn(t, Config{Data: data})
	p.until("the key is refused", func(s State) bool { return s.Server.Problem == "key-refused" })
}

func TestThePageIsForThisComputerOnly(t *testing.T) {
	t.Parallel()
	_, p, _ := agentOn(t, Config{Server: "http://" + deadPort(t)})
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		status       int
	}{
		"as it should be":           {"GET", "/local/state", nil, 200},
		"localhost":                 {"GET", "/local/state", []string{"Host", "localhost:8090"}, 200},
		"rebound name":              {"GET", "/local/state", []string{"Host", "evil.example:8090"}, 403},
		"other network address":     {"GET", "/local/state", []string{"Host", "192.168.1.9:8090"}, 403},
		"other site":                {"GET", "/local/state", []string{"Origin", "https://evil.example"}, 403},
		"form of another site":      {"POST", "/local/lessons/x/start", []string{"X-Tongtang", ""}, 403},
		"unknown lesson":            {"POST", "/local/lessons/x/start", nil, 404},
		"preview without SDP":       {"POST", "/local/preview", nil, 415},
		"preview of unknown camera": {"POST", "/local/preview?camera=x", []string{"Content-Type", "application/sdp"}, 404},
		"unknown route":             {"GET", "/local/nothing", nil, 404},
	} {
		t.Run(name, func(t *testing.T) {
			status, raw := p.call(c.method, c.path, strings.NewReader(""), c.headers...)
			require.Equal(t, c.status, status, raw)
		})
	}
	events := p.firstEvents(1)
	require.Equal(t, "test", events[0].Version)
}

func TestConfigurationIsStrict(t *testing.T) {
	t.Parallel()
	read := func(text string) error {
		file := filepath.Join(t.TempDir(), "agent.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		c, err := ReadConfig(file)
		if err != nil {
			return err
		}
		return c.check()
	}
	require.NoError(t, read(""))
	for text, says := range map[string]string{
		"servr: x":                               "line 1",
		"server: ftp://x":                        "is not like",
		"cameras: [{name: A B, main: rtsp://x}]": "camera name",
		"cameras: [{name: camera}]":              "no address",
		"cameras: [{name: a, main: rtsp://x}, {name: a, main: rtsp://y}]":                   "two cameras",
		"cameras: [{main: rtsp://x, microphone: true}, {main: rtsp://y, microphone: true}]": "only one camera",
	} {
		require.ErrorContains(t, read(text), says)
	}
	c, err := ReadConfig("agent.example.yaml")
	require.NoError(t, err)
	require.NoError(t, c.check())
	require.Equal(t, "camera2", c.Cameras[1].Name)
	require.True(t, c.AutoStart)
}

func TestSelfCheck(t *testing.T) {
	t.Parallel()
	cam := play(t, "", cameraStream("/main", blackFilm(t)))
	_, p, _ := agentOn(t, Config{Server: "http://" + deadPort(t), Cameras: []CameraConfig{{Main: cam.URL("/main")}}})
	s := p.until("black and silent", func(s State) bool {
		c := checksOf(s)
		return c[CheckPicture].Code == "picture-black" && c[CheckMicrophone].Code == "microphone-silent"
	})
	c := checksOf(s)
	require.False(t, c[CheckPicture].OK)
	require.Greater(t, s.Microphone.SilentSecs, 10.0)
	require.True(t, c[CheckDisk].OK || c[CheckDisk].Code == "disk-low")
	require.Len(t, s.Checks, 5)

	good := play(t, "", cameraStream("/main", mainFilm(t)))
	_, p, _ = agentOn(t, Config{Server: "http://" + deadPort(t), Cameras: []CameraConfig{{Main: good.URL("/main")}}})
	p.until("all is well", func(s State) bool {
		c := checksOf(s)
		return c[CheckPicture].OK && c[CheckMicrophone].OK && *c[CheckPicture].Value > 50
	})
}

func checksOf(s State) map[CheckName]Check {
	out := map[CheckName]Check{}
	for _, c := range s.Checks {
		out[c.Name] = c
	}
	return out
}
