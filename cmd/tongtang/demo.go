package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	agent "github.com/tongtang/tongtang/classroom-agent"
	"github.com/tongtang/tongtang/internal/camera"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
)

//go:embed film/main.mp4 film/sub.mp4
var films embed.FS

// demoCmd shows everything at once: the server, a district with people, a camera that plays a lesson, and the classroom agent in a
// process of its own, which puts the lesson on air.
type demoCmd struct {
	serveCmd
	AgentListen  string `env:"TONGTANG_AGENT_LISTEN" default:"127.0.0.1:8090" help:"Address of the classroom agent's local page."`
	Films        string `env:"TONGTANG_DEMO_FILMS" type:"existingdir" help:"Folder with main.mp4 and sub.mp4 (H.264, AAC) that the demo camera plays instead of its own film."`
	CameraListen string `env:"TONGTANG_CAMERA_LISTEN" default:"127.0.0.1:8554" help:"Address of the demo camera (RTSP)."`
}

func (d *demoCmd) Run(ctx context.Context) error {
	if d.Listen == "" {
		d.Listen = "127.0.0.1:8080"
	}
	h, err := d.open(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	if err := demo.Seed(ctx, h.db, time.Now()); err != nil {
		return err
	}
	if _, err := demo.EnsureLessonNow(ctx, h.db, time.Now()); err != nil {
		return err
	}
	cam, err := d.camera()
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return h.run(ctx) })
	g.Go(func() error { return ended(cam.Run(ctx)) })
	g.Go(func() error { return keepLesson(ctx, h.db) })
	g.Go(func() error { return d.keepAgent(ctx, h, cam) })
	g.Go(func() error { return d.greet(ctx, h, cam) })
	return ended(g.Wait())
}

// ended makes nothing of an end that was asked for.
func ended(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// keepLesson plans the next lesson at every full ten minutes without one, for a demo that stays open.
func keepLesson(ctx context.Context, d *db.DB) error {
	for {
		next := time.Now().Truncate(10 * time.Minute).Add(10 * time.Minute)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Until(next)):
		}
		if _, err := demo.EnsureLessonNow(ctx, d, time.Now()); err != nil {
			slog.Warn("the demo's next lesson could not be planned", "error", err)
		}
	}
}

// camera puts a camera before the films: those of the folder that was named, or the demo's own, which are put into the data folder.
func (d *demoCmd) camera() (*camera.Camera, error) {
	var streams []camera.Stream
	for _, name := range []string{"main", "sub"} {
		if d.Films != "" {
			streams = append(streams, camera.Stream{Path: "/" + name, Film: filepath.Join(d.Films, name+".mp4")})
			continue
		}
		film, err := films.ReadFile("film/" + name + ".mp4")
		if err != nil {
			return nil, err
		}
		file := filepath.Join(d.Data, "demo", name+".mp4")
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, film, 0o600); err != nil {
			return nil, err
		}
		streams = append(streams, camera.Stream{Path: "/" + name, Film: file})
	}
	return camera.New(camera.Config{Listen: d.CameraListen, Streams: streams})
}

// keepAgent keeps the classroom agent running: its own process, as on a classroom's PC. It ends with this one, even by kill -9.
func (d *demoCmd) keepAgent(ctx context.Context, h *house, cam *camera.Camera) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	program := filepath.Join(filepath.Dir(self), "classroom-agent")
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("the classroom agent is missing beside %s: run make build", self)
	}
	// The kernel's parent-death signal belongs to the thread that starts the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for ctx.Err() == nil {
		args := []string{"--server", h.url(), "--data", filepath.Join(d.Data, "agent"), "--listen", d.AgentListen,
			"--camera-main", cam.URL("/main"), "--camera-sub", cam.URL("/sub"), "--auto-start"}
		if !agent.Enrolled(filepath.Join(d.Data, "agent")) {
			code, err := demo.DeviceCode(ctx, h.db, time.Now())
			if err != nil {
				return ended(err)
			}
			args = append(args, "--enrol", code)
		}
		c := exec.CommandContext(ctx, program, args...)
		c.Stdout, c.Stderr = os.Stderr, os.Stderr
		c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
		c.WaitDelay = 5 * time.Second
		c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
		if err := c.Run(); err != nil && ctx.Err() == nil {
			slog.Warn("the classroom agent ended and is started again", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Second):
		}
	}
	return nil
}

// greet tells what to open once everything answers.
func (d *demoCmd) greet(ctx context.Context, h *house, cam *camera.Camera) error {
	for h.ready(ctx) != nil {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(100 * time.Millisecond):
		}
	}
	fmt.Printf(`
  同堂 Tongtang 演示已就绪  the demo is ready

  打开  open                 %[1]s
  教室端  classroom agent    http://%[2]s
  摄像头  demo camera        %[3]s

  演示账号，密码均为 tongtang-demo    sign-ins, all with the password tongtang-demo
    xiaoyu   小雨    学生 student               看课、举手  watch the lesson, raise a hand
    lin      林老师  助教 assistant teacher     以教室身份加入  join as the remote classroom
    chen     陈老师  主讲教师 lecturer          控制台、给发言  console, give the floor
    wang     王主任  结对管理员 coordinator     课表、结对、排课  schedule, pairings, courses
    zhao · xiaoshi · li · sun · admin           其他角色  the other roles

  Ctrl-C 结束  ends it. 数据 data: %[4]s

`, h.url(), d.AgentListen, cam.URL("/main"), d.Data)
	return nil
}
