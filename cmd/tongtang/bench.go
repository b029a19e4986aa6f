package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/demo"
	"github.com/tongtang/tongtang/sfu/bench"
	"github.com/tongtang/tongtang/sfu/bench/plain"
	"github.com/tongtang/tongtang/sfu/client"
)

// benchCmd measures the planning of terms, and the SFU: each server runs in a process of its own, on a folder that is thrown away; the load is made here.
type benchCmd struct {
	Only    []string      `help:"Parts to run: cost, idle, join, switch, rush, sources, layers, browser, plan. Default: all."`
	Viewers []int         `default:"100,200,400,800" help:"How many viewers, one step each, rising."`
	Windows int           `default:"5" help:"Measurements of each step."`
	Window  time.Duration `default:"2s" help:"Length of one measurement."`
	Settle  time.Duration `default:"2s" help:"Time for a crowd that has just joined."`
	Bitrate int           `default:"2000000" help:"Of the picture, bit/s."`
	Pace    time.Duration `default:"5ms" help:"How often the sockets of most viewers are read; negative: as soon as something comes."`
	Sample  int           `default:"20" help:"Every so many viewers one decrypts everything and is read promptly."`
	Loss    float64       `help:"Share of the packets of pictures and repairs that viewers lose, such as 0.02, for the steps of the cost."`
	Joins   int           `default:"60" help:"Joins whose first picture is waited for, and switches of a pane."`
	Rush    int           `default:"300" help:"Viewers that join within 5 s."`
	Idle    int           `default:"100" help:"Viewers to whom nothing is shown."`
	Profile string        `type:"path" placeholder:"FOLDER" help:"Keep CPU and heap profiles (pprof) of the server at each step of the cost. The figures suffer a little."`

	ThroughPion bool `help:"Measure the way through pion's writer, for comparison."`
}

// plainCmd is the SFU of plain pion that the bench compares with.
type plainCmd struct {
	Listen   string `required:"" help:"host:port of HTTP, and of media (UDP)."`
	Numbered bool   `help:"Give packets transport-wide numbers."`
}

func (p *plainCmd) Run(ctx context.Context) error {
	l, err := net.Listen("tcp", p.Listen)
	if err != nil {
		return err
	}
	return plain.Serve(ctx, l, p.Numbered)
}

func (b *benchCmd) Run(ctx context.Context) error {
	all := len(b.Only) == 0
	var planning error // does not keep the rest from being measured
	if all || slices.Contains(b.Only, planPart) {
		planning = b.plan(ctx)
		if b.Only = without(b.Only, planPart); len(b.Only) == 0 && !all {
			return planning
		}
	}
	return errors.Join(planning, b.live(ctx))
}

// live measures the SFU.
func (b *benchCmd) live(ctx context.Context) error {
	if b.Profile != "" {
		if err := os.Setenv("GODEBUG", "memprofilerate=4096"); err != nil { // of the servers that are started: every 4 KiB instead of 512
			return err
		}
		if err := os.MkdirAll(b.Profile, 0o700); err != nil {
			return err
		}
	}
	return bench.Run(ctx, bench.Options{Ours: b.ours, Plain: b.plain(), Numbered: b.plain("--numbered"), Only: b.Only, Viewers: b.Viewers, Windows: b.Windows, Window: b.Window, Settle: b.Settle,
		Bitrate: b.Bitrate, Pace: b.Pace, Sample: b.Sample, Loss: b.Loss, Browser: b.browser(), Joins: b.Joins, Rush: b.Rush, Idle: b.Idle, Profile: b.Profile, Out: os.Stdout, Log: os.Stderr})
}

// ours starts a server with a lesson on air.
func (b *benchCmd) ours(ctx context.Context) (_ *bench.Server, err error) {
	dir, err := os.MkdirTemp("", "tongtang-bench-")
	if err != nil {
		return nil, err
	}
	at := dataDir{Data: dir}
	clean := func() { _ = os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			clean()
		}
	}()
	lesson, err := b.prepare(ctx, at)
	if err != nil {
		return nil, err
	}
	s, err := launch(ctx, clean, "serve", "--data", dir, "--roles", "sfu,scheduler", "--log", "warn", "--pprof", fmt.Sprintf("--through-pion=%t", b.ThroughPion))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.Stop()
		}
	}()
	if err := putOnAir(ctx, s.URL, lesson); err != nil {
		return nil, err
	}
	s.Enter = func(role grant.Role, who string, publish ...string) (client.Lesson, error) {
		return b.enter(at, s.URL, grant.Claims{Lesson: lesson, Role: role, Name: who, Publish: publish, RegisteredClaims: jwt.RegisteredClaims{Subject: who}})
	}
	s.Publish = func(source string) (client.Lesson, error) { return s.Enter(grant.Publisher, "bench-publisher", source) }
	s.View, err = s.Enter(grant.Viewer, "bench-viewer")
	return s, err
}

// plain starts the SFU of plain pion, which lets everybody in.
func (b *benchCmd) plain(flags ...string) func(ctx context.Context) (*bench.Server, error) {
	return func(ctx context.Context) (*bench.Server, error) {
		s, err := launch(ctx, func() {}, append([]string{"plain"}, flags...)...)
		if err != nil {
			return nil, err
		}
		s.View = client.Lesson{Server: s.URL, ID: "plain"}
		s.Publish = func(string) (client.Lesson, error) { return s.View, nil }
		return s, nil
	}
}

// launch starts this program with other arguments on a free port of this machine, and waits until it is ready.
func launch(ctx context.Context, after func(), args ...string) (*bench.Server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	server := exec.CommandContext(ctx, self, append(args, "--listen", addr)...)
	server.Stderr = os.Stderr
	server.Cancel = func() error { return server.Process.Signal(syscall.SIGTERM) }
	server.WaitDelay = 10 * time.Second
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for the bench, which stops it
	if err := server.Start(); err != nil {
		return nil, err
	}
	s := &bench.Server{URL: "http://" + addr, PID: server.Process.Pid, Stop: func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
		after()
	}}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if r, err := http.Get(s.URL + "/readyz"); err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return s, nil
			}
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			s.Stop()
			return nil, fmt.Errorf("tongtang %s was not ready within 30 s: %w", args[0], context.Cause(ctx))
		}
	}
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
	token, err := signer.Sign(c, time.Hour)
	return client.Lesson{Server: url, ID: c.Lesson, Grant: token}, err
}
