package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/sfu/bench"
	"github.com/tongtang/tongtang/sfu/client"
)

// benchCmd measures the SFU: the server runs in a process of its own, on a folder that is thrown away; the load is made here.
type benchCmd struct {
	Viewers []int         `default:"25,50,100" help:"How many viewers, one step each, rising."`
	Windows int           `default:"5" help:"Measurements of each step."`
	Window  time.Duration `default:"2s" help:"Length of one measurement."`
	Bitrate int           `default:"2000000" help:"Of the picture, bit/s."`

	ThroughPion bool `help:"Measure the way through pion's writer, for comparison."`
}

func (b *benchCmd) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "tongtang-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	at := dataDir{Data: dir}
	lesson, err := b.prepare(ctx, at)
	if err != nil {
		return err
	}
	server, url, err := b.serve(ctx, at)
	if err != nil {
		return err
	}
	defer func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
	}()
	if err := putOnAir(ctx, url, lesson); err != nil {
		return err
	}
	publish, err := b.enter(at, url, grant.Claims{Lesson: lesson, Role: grant.Publisher, Publish: []string{"camera"}})
	if err != nil {
		return err
	}
	view, err := b.enter(at, url, grant.Claims{Lesson: lesson, Role: grant.Viewer})
	if err != nil {
		return err
	}
	return bench.Run(ctx, bench.Options{Publish: publish, View: view, PID: server.Process.Pid, Viewers: b.Viewers, Windows: b.Windows,
		Window: b.Window, Bitrate: b.Bitrate, Out: os.Stdout})
}

// prepare plans a lesson that is on now.
func (b *benchCmd) prepare(ctx context.Context, at dataDir) (lesson string, err error) {
	d, err := db.Open(ctx, at.database())
	if err != nil {
		return "", err
	}
	defer d.Close()
	if err := demo.Seed(ctx, d, time.Now()); err != nil {
		return "", err
	}
	now, err := demo.EnsureLessonNow(ctx, d, time.Now())
	if err != nil {
		return "", err
	}
	return now.Lesson, nil
}

// serve starts the server to be measured, and waits until it is ready.
func (b *benchCmd) serve(ctx context.Context, at dataDir) (*exec.Cmd, string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, "", err
	}
	server := exec.CommandContext(ctx, self, "serve", "--listen", addr, "--data", at.Data, "--roles", "sfu,scheduler", "--log", "warn", fmt.Sprintf("--through-pion=%t", b.ThroughPion))
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		return nil, "", err
	}
	url := "http://" + addr
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if r, err := http.Get(url + "/readyz"); err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return server, url, nil
			}
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			_ = server.Process.Kill()
			return nil, "", fmt.Errorf("the server to be measured was not ready within 30 s: %w", context.Cause(ctx))
		}
	}
}

// putOnAir starts the lesson as its lecturer does.
func putOnAir(ctx context.Context, url, lesson string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	post := func(path string, body any) error {
		document, err := json.Marshal(body)
		if err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+path, bytes.NewReader(document))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/json")
		answer, err := browser.Do(r)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode >= 300 {
			return fmt.Errorf("POST %s: %s", path, answer.Status)
		}
		return nil
	}
	if err := post("/api/session", map[string]string{"login": "chen", "password": demo.Password}); err != nil {
		return err
	}
	return post("/api/lessons/"+lesson+"/start", struct{}{})
}

func (b *benchCmd) enter(at dataDir, url string, c grant.Claims) (client.Lesson, error) {
	signer, err := grant.Load(at.grantKey())
	if err != nil {
		return client.Lesson{}, err
	}
	c.RegisteredClaims = jwt.RegisteredClaims{Subject: "bench-" + string(c.Role)}
	token, err := signer.Sign(c, time.Hour)
	return client.Lesson{Server: url, ID: c.Lesson, Grant: token}, err
}
