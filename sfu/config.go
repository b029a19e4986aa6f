// Package sfu is the live heart: publishers come in by WHIP, viewers watch by WHEP, participants take part over a WebSocket, and every lesson
// keeps its log. It serves the lessons that the scheduler has put on air and no others.
package sfu

import (
	"errors"
	"log/slog"
	"net"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/tongtang/tongtang/internal/bus"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/iceservers"
	"github.com/tongtang/tongtang/sfu/turn"
)

// Config of the SFU. Zero values get the defaults that are named.
type Config struct {
	UDP       string            // host:port of the one media port, IPv4 and IPv6; default ":8189"
	TCP       string            // host:port for those whose UDP is blocked; default UDP's, if it is free; "off": none
	PublicIPs []string          // addresses that the answers name instead of the private ones, behind a 1:1 NAT
	ICE       iceservers.Config // told to publishers and viewers (Link headers)
	TURN      turn.Config       // the relay of this machine; without Listen none

	Limits

	MaxSDP   int // bytes of an offer; default 64 KiB
	MaxLines int // m-lines of an offer; default 32
	Workers  int // that forward packets; default one for each core

	// What all viewers of a school take together, and all its sources send, bit/s, on this node, where its grants do not say it. Default 10 and
	// 4 Mbit/s; negative: as much as they like.
	SchoolDown, SchoolUp int64

	// ThroughPion sends media through pion's writer, which costs several times the CPU: for comparison, and should the fast path fail somewhere.
	ThroughPion bool

	LeaveGrace  time.Duration // between the last socket of a participant and "left"; default 5 s
	ReturnGrace time.Duration // for everybody after a restart; default 15 s

	RecordEvery time.Duration // a row of the quality record for every viewer and layer; default 10 s
}

// Deps are what the SFU needs of the house.
type Deps struct {
	Bus      *bus.Bus
	Verifier *grant.Verifier
	Metrics  prometheus.Registerer
	Log      *slog.Logger
	TCP      net.Listener // instead of opening Config.TCP; may be nil
}

func (c Config) withDefaults() Config {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	if c.UDP == "" {
		c.UDP = ":8189"
	}
	c.Limits = c.Limits.withDefaults()
	set(&c.MaxSDP, 64<<10)
	set(&c.MaxLines, 32)
	set(&c.Workers, runtime.GOMAXPROCS(0))
	if c.SchoolDown == 0 {
		c.SchoolDown = 10_000_000
	}
	if c.SchoolUp == 0 {
		c.SchoolUp = 4_000_000
	}
	if c.LeaveGrace == 0 {
		c.LeaveGrace = 5 * time.Second
	}
	if c.ReturnGrace == 0 {
		c.ReturnGrace = 15 * time.Second
	}
	if c.RecordEvery == 0 {
		c.RecordEvery = 10 * time.Second
	}
	return c
}

func (c Config) check() error {
	for _, n := range append(c.all(), c.MaxSDP, c.MaxLines, c.Workers) {
		if n < 0 {
			return errors.New("a limit of the SFU is negative")
		}
	}
	return c.ICE.Check()
}

func (d Deps) check() error {
	if d.Bus == nil || d.Verifier == nil || d.Metrics == nil || d.Log == nil {
		return errors.New("the SFU needs the bus, a verifier of grants, metrics and a log")
	}
	return nil
}
