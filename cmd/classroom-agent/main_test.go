package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	agent "github.com/tongtang/tongtang/classroom-agent"
)

func parse(t *testing.T, args ...string) agent.Config {
	t.Helper()
	var c cli
	k, err := kong.New(&c, kong.Vars{"version": "test"})
	require.NoError(t, err)
	_, err = k.Parse(args)
	require.NoError(t, err)
	cfg, err := c.config()
	require.NoError(t, err)
	return cfg
}

func TestFlagsStandAboveTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "agent.yaml")
	require.NoError(t, os.WriteFile(file, []byte("server: https://a.example\nauto_start: true\ncameras: [{main: 'rtsp://a/'}]\n"), 0o600))
	c := parse(t, "--config", file, "--data", "d")
	require.Equal(t, "https://a.example", c.Server)
	require.True(t, c.AutoStart)
	require.Equal(t, "rtsp://a/", c.Cameras[0].Main)
	require.Equal(t, "127.0.0.1:8090", c.Listen)

	c = parse(t, "--config", file, "--data", "d", "--server", "https://b.example/", "--camera-main", "rtsp://b/main", "--camera-sub", "rtsp://b/sub")
	require.Equal(t, "https://b.example", c.Server)
	require.Equal(t, []agent.CameraConfig{{Main: "rtsp://b/main", Sub: "rtsp://b/sub", Microphone: true}}, c.Cameras)

	t.Setenv("TONGTANG_AGENT_SERVER", "https://c.example")
	t.Setenv("TONGTANG_AGENT_CAMERA_MAIN", "rtsp://c/main")
	c = parse(t, "--data", "d")
	require.Equal(t, "https://c.example", c.Server)
	require.Equal(t, "rtsp://c/main", c.Cameras[0].Main)
	require.False(t, c.AutoStart)
}

func TestEnrolNeedsTheServer(t *testing.T) {
	c := cli{Enrol: "12345678"}
	require.ErrorContains(t, c.enrol(t.Context(), agent.Config{Data: t.TempDir()}), "--server")
}
