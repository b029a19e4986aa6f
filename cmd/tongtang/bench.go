package main

import "context"

// benchCmd measures the SFU in a process of its own.
type benchCmd struct {
	Viewers []int `default:"1,25,50,100" help:"How many viewers, one measurement each."`
}

func (b *benchCmd) Run(ctx context.Context) error { return nil }
