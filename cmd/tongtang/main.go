// Command tongtang is the server of the synchronized classroom: `tongtang serve` runs it, `tongtang demo` shows it with a school
// district, a camera and a lesson that is on now, and the other commands serve scripts and measurements.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the district's zone, on machines without zone files

	"github.com/alecthomas/kong"
)

type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the server: every role in one process, or those of --roles."`
	Demo    demoCmd    `cmd:"" help:"Run the server with a demo district, a demo camera and a lesson that is on now."`
	Lessons lessonsCmd `cmd:"" help:"Print the lessons, one a line."`
	Grant   grantCmd   `cmd:"" help:"Print a signed grant for one lesson."`
	Verify  verifyCmd  `cmd:"" help:"Tell whether a table that the server issued is as it was issued."`
	Bench   benchCmd   `cmd:"" help:"Measure the SFU, and the planning of terms."`
	County  planCmd    `cmd:"" name:"plan-county" hidden:"" help:"Plan a made county and print the figures as JSON."`
	Plain   plainCmd   `cmd:"" hidden:"" help:"The SFU of plain pion that the bench compares with."`

	Log string `env:"TONGTANG_LOG" enum:"debug,info,warn,error" default:"info" help:"Least level of the log lines: debug, info, warn, error."`
}

func main() {
	var c cli
	k := kong.Parse(&c, kong.Name("tongtang"), kong.Description("The synchronized classroom."), kong.UsageOnError())
	var level slog.Level
	k.FatalIfErrorf(level.UnmarshalText([]byte(c.Log)))
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})))

	if name := k.Selected().Name; name == "serve" || name == "demo" {
		calm()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "tongtang:", err)
		os.Exit(1)
	}
}
