package agent

import (
	"context"
	"sync"
	"time"

	"github.com/tongtang/tongtang/recorder/libav"
	"github.com/tongtang/tongtang/scheduler/link"
)

const (
	checkEvery   = 2 * time.Second
	pictureEvery = 6 * time.Second
	reportEvery  = 15 * time.Second

	silentWarn  = 10 * time.Second // of the microphone
	blackBelow  = 10               // mean brightness, 0–255
	diskLow     = 2 << 30          // bytes
	diskFull    = 200 << 20
	clockWarn   = 2 * time.Second
	uplinkSlow  = 1500 * time.Millisecond
	checksCount = 5
)

// checker keeps the newest result of the self-check.
type checker struct {
	mu     sync.Mutex
	checks []Check
	free   int64 // bytes where the data folder is

	bright     float64
	brightOf   time.Duration // keyframe that was looked at
	brightCode string
	lookedAt   time.Time
}

func (c *checker) read() []Check {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(make([]Check, 0, checksCount), c.checks...)
}

// check repeats the self-check until ctx ends.
func (a *Agent) check(ctx context.Context) error {
	for {
		now := time.Now()
		results := []Check{a.checkMicrophone(now), a.checkPicture(now), a.checkDisk(), a.checkClock(), a.checkUplink()}
		a.checks.mu.Lock()
		a.checks.checks = results
		a.checks.mu.Unlock()
		if !sleep(ctx, checkEvery) {
			return nil
		}
	}
}

func fine(n CheckName, v float64) Check { return Check{Name: n, OK: true, Code: "ok", Value: &v} }

func bad(n CheckName, code string, v float64) Check { return Check{Name: n, Code: code, Value: &v} }

func (a *Agent) voice() *feed {
	for _, f := range a.feeds {
		if f.cfg.Microphone {
			return f
		}
	}
	return nil
}

func (a *Agent) checkMicrophone(now time.Time) Check {
	f := a.voice()
	if f == nil {
		return Check{Name: CheckMicrophone, Code: "microphone-missing"}
	}
	m := f.mic.state(now)
	switch {
	case !m.Present && f.ready():
		return Check{Name: CheckMicrophone, Code: "microphone-missing"}
	case !m.Present:
		return Check{Name: CheckMicrophone, Code: "waiting"}
	case m.SilentSecs > silentWarn.Seconds():
		return bad(CheckMicrophone, "microphone-silent", m.DB)
	}
	return fine(CheckMicrophone, m.DB)
}

// checkPicture looks at a keyframe of the first camera, of its small stream where there is one, every few seconds.
func (a *Agent) checkPicture(now time.Time) Check {
	if len(a.feeds) == 0 {
		return Check{Name: CheckPicture, Code: "picture-missing"}
	}
	streams := a.feeds[0].streams
	key, fresh := streams[len(streams)-1].keyframe()
	if !fresh {
		key, fresh = streams[0].keyframe()
	}
	c := &a.checks
	switch {
	case !a.feeds[0].ready():
		return Check{Name: CheckPicture, Code: "waiting"}
	case !fresh:
		return Check{Name: CheckPicture, Code: "picture-missing"}
	case key.At != c.brightOf && now.Sub(c.lookedAt) >= pictureEvery:
		v, err := libav.Brightness(key.Codec, key.NALUs)
		c.bright, c.brightOf, c.lookedAt, c.brightCode = v, key.At, now, "ok"
		if err != nil {
			c.brightCode = "picture-missing"
		} else if v < blackBelow {
			c.brightCode = "picture-black"
		}
	}
	if c.brightCode != "ok" {
		return bad(CheckPicture, c.brightCode, c.bright)
	}
	return fine(CheckPicture, c.bright)
}

func (a *Agent) checkDisk() Check {
	free, err := diskFree(a.cfg.Data)
	if err != nil {
		return Check{Name: CheckDisk, Code: "disk-full"}
	}
	a.checks.mu.Lock()
	a.checks.free = free
	a.checks.mu.Unlock()
	switch {
	case free < diskFull:
		return bad(CheckDisk, "disk-full", float64(free))
	case free < diskLow:
		return bad(CheckDisk, "disk-low", float64(free))
	}
	return fine(CheckDisk, float64(free))
}

func (a *Agent) serverStatus() serverStatus {
	a.director.mu.Lock()
	defer a.director.mu.Unlock()
	return a.director.status
}

func (a *Agent) checkClock() Check {
	s := a.serverStatus()
	ms := float64(s.offset.Milliseconds())
	switch {
	case !s.polled:
		return Check{Name: CheckClock, Code: "waiting"}
	case !s.reachable || s.problem != "":
		return Check{Name: CheckClock, Code: "server-away"}
	case s.offset.Abs() > clockWarn:
		return bad(CheckClock, "clock-off", ms)
	}
	return fine(CheckClock, ms)
}

func (a *Agent) checkUplink() Check {
	s := a.serverStatus()
	ms := float64(s.roundTrip.Milliseconds())
	onAir := a.director.current()
	switch {
	case !s.polled:
		return Check{Name: CheckUplink, Code: "waiting"}
	case !s.reachable:
		return Check{Name: CheckUplink, Code: "server-away"}
	case s.roundTrip > uplinkSlow, onAir != nil && onAir.state().State == OnAirLost:
		return bad(CheckUplink, "uplink-poor", ms)
	}
	return fine(CheckUplink, ms)
}

// report tells the server how this computer is, for the Devices page.
func (a *Agent) report(ctx context.Context) error {
	for {
		if c := a.director.client(); c != nil && a.serverStatus().reachable {
			call, cancel := context.WithTimeout(ctx, pollOnce)
			// The next report makes up for a lost one; whether the server is there is the timetable's business.
			_ = c.Status(call, a.status())
			cancel()
		}
		if !sleep(ctx, reportEvery) {
			return nil
		}
	}
}

func (a *Agent) status() link.AgentStatus {
	s := a.State()
	a.checks.mu.Lock()
	free := a.checks.free
	a.checks.mu.Unlock()
	out := link.AgentStatus{Version: s.Version, Cameras: []link.CameraStatus{}, ClockOffsetMs: float64(-s.Server.ClockOffsetMs), DiskFree: free}
	if s.Microphone.Present {
		out.MicrophoneDB = &s.Microphone.DB
	}
	for _, c := range s.Cameras[:min(len(s.Cameras), 8)] {
		out.Cameras = append(out.Cameras, link.CameraStatus{Name: c.Name, State: string(c.State), Detail: c.Detail})
	}
	return out
}
