// Command classroom-agent runs on the classroom's PC: cameras in, the lesson out, a page for the teacher.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	agent "github.com/tongtang/tongtang/classroom-agent"
	"github.com/tongtang/tongtang/web"
)

// version is set by the linker.
var version = "dev"

type cli struct {
	Server string `env:"TONGTANG_AGENT_SERVER" placeholder:"URL" help:"Address of the Tongtang server, such as https://tongtang.example.org. Kept with the key once enrolled."`
	Enrol  string `env:"TONGTANG_AGENT_ENROL" placeholder:"CODE" help:"Enrol this computer with the 8 digits that the coordinator made for the room, then run. With a key at hand, a used code is no obstacle."`
	Data   string `env:"TONGTANG_AGENT_DATA" placeholder:"DIR" help:"Folder of the key and of what the agent remembers. Default: tongtang-agent in the user's configuration folder."`
	Config string `env:"TONGTANG_AGENT_CONFIG" placeholder:"FILE" help:"YAML file with the cameras; see agent.example.yaml."`
	Listen string `env:"TONGTANG_AGENT_LISTEN" default:"127.0.0.1:8090" help:"Address of the teacher's local page."`

	CameraMain string `env:"TONGTANG_AGENT_CAMERA_MAIN" placeholder:"RTSP" help:"Address of the one camera, instead of a configuration file."`
	CameraSub  string `env:"TONGTANG_AGENT_CAMERA_SUB" placeholder:"RTSP" help:"Address of its second, smaller stream."`
	AutoStart  bool   `env:"TONGTANG_AGENT_AUTO_START" help:"Start lessons by the timetable."`

	Log     string           `env:"TONGTANG_AGENT_LOG" enum:"debug,info,warn,error" default:"info" help:"Least level of the log lines: debug, info, warn, error."`
	Version kong.VersionFlag `help:"Print the version."`
}

func main() {
	var c cli
	k := kong.Parse(&c, kong.Name("classroom-agent"), kong.Description("Puts the classroom's cameras on air."), kong.UsageOnError(), kong.Vars{"version": version})
	var level slog.Level
	k.FatalIfErrorf(level.UnmarshalText([]byte(c.Log)))
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := c.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "classroom-agent:", agent.Sentence(err))
		os.Exit(1)
	}
}

func (c *cli) run(ctx context.Context) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := c.enrol(ctx, cfg); err != nil {
		return err
	}
	if !agent.Enrolled(cfg.Data) {
		slog.Warn(agent.Sentence(agent.ErrNotEnrolled))
	}
	a, err := agent.New(cfg, agent.Deps{Log: slog.Default(), Pages: web.Handler(web.Agent())})
	if err != nil {
		return err
	}
	slog.Info("the teacher's page is ready", "address", a.URL())
	return a.Run(ctx)
}

// config is the file, and what the flags say on top of it.
func (c *cli) config() (agent.Config, error) {
	var cfg agent.Config
	if c.Config != "" {
		var err error
		if cfg, err = agent.ReadConfig(c.Config); err != nil {
			return cfg, err
		}
	}
	if c.Server != "" {
		cfg.Server = c.Server
	}
	cfg.Server = strings.TrimSuffix(cfg.Server, "/")
	cfg.AutoStart = cfg.AutoStart || c.AutoStart
	if c.CameraMain != "" {
		cfg.Cameras = []agent.CameraConfig{{Main: c.CameraMain, Sub: c.CameraSub, Microphone: true}}
	}
	cfg.Data, cfg.Listen, cfg.Version = c.Data, c.Listen, version
	if cfg.Data == "" {
		home, err := os.UserConfigDir()
		if err != nil {
			return cfg, fmt.Errorf("name a data folder with --data: %w", err)
		}
		cfg.Data = filepath.Join(home, "tongtang-agent")
	}
	return cfg, nil
}

func (c *cli) enrol(ctx context.Context, cfg agent.Config) error {
	if c.Enrol == "" {
		return nil
	}
	if cfg.Server == "" {
		return errors.New("--enrol needs --server, the address of the Tongtang server")
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err := agent.Enrol(ctx, cfg.Data, cfg.Server, c.Enrol)
	switch {
	case err == nil:
		slog.Info("this computer is enrolled")
		return nil
	case agent.Enrolled(cfg.Data):
		slog.Warn("the code was not taken; the key of an earlier enrolment is used", "reason", agent.Sentence(err))
		return nil
	}
	return err
}
