package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"

	"github.com/tongtang/tongtang/scheduler/bench"
)

// planPart is the part of the bench that plans terms.
const planPart = "plan"

// planCmd plans one county and prints the figures as JSON; the bench starts it in order to learn the memory that it takes.
type planCmd struct {
	Times int  `default:"1" help:"How many times as large as the usual county."`
	Few   bool `help:"With a fourth of the offers."`
}

func (p *planCmd) Run(ctx context.Context) error {
	f, err := bench.Measure(ctx, p.Times, p.Few)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(f)
}

// plan measures the planning of counties of several sizes, each in a process of its own.
func (b *benchCmd) plan(ctx context.Context) error {
	var all []bench.Figures
	for _, args := range [][]string{{"--times=1"}, {"--times=2"}, {"--times=4"}, {"--times=1", "--few"}} {
		f, err := planned(ctx, args...)
		if err != nil {
			return fmt.Errorf("%s: %w", planPart, err)
		}
		all = append(all, f)
	}
	return bench.Print(os.Stdout, all)
}

func planned(ctx context.Context, args ...string) (f bench.Figures, err error) {
	self, err := os.Executable()
	if err != nil {
		return f, err
	}
	child := exec.CommandContext(ctx, self, append([]string{"plan-county"}, args...)...)
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(out, &f); err != nil {
		return f, err
	}
	if usage, ok := child.ProcessState.SysUsage().(*syscall.Rusage); ok {
		f.Memory = usage.Maxrss << 10 // KiB
	}
	return f, nil
}

// without is the list without one part; none is left if it was the only one.
func without(parts []string, part string) []string {
	return slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return p == part })
}
