package sfu

import (
	"math"
	"net/http"
	"sync"

	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/internal/httpd"
)

// Limits of the sessions of this node. Zero values get the defaults that are named.
type Limits struct {
	LessonSources, LessonViewers int // of a lesson; default 64 and 1000
	SchoolSources, SchoolViewers int // of a school, over all lessons; default 40 and 300. Grants without a school are not counted
	NodeSources, NodeViewers     int // default 400 and 4000

	// Connecting is how many sessions of one subject may be between the offer and the standing connection; default 16. A viewer's and a
	// recorder's grant, which only scripts and services have, may open many at once.
	Connecting int

	SourcePackets int // packets a second of a source, all layers together; default 3000
	SourceBytes   int // bytes a second; default 2,500,000 (20 Mbit/s)
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set(&l.LessonSources, 64)
	set(&l.LessonViewers, 1000)
	set(&l.SchoolSources, 40)
	set(&l.SchoolViewers, 300)
	set(&l.NodeSources, 400)
	set(&l.NodeViewers, 4000)
	set(&l.Connecting, 16)
	set(&l.SourcePackets, 3000)
	set(&l.SourceBytes, 2_500_000)
	return l
}

func (l Limits) all() []int {
	return []int{l.LessonSources, l.LessonViewers, l.SchoolSources, l.SchoolViewers, l.NodeSources, l.NodeViewers, l.Connecting, l.SourcePackets, l.SourceBytes}
}

// places are what sessions take up, from the offer to the end of the connection.
type places struct {
	limits  Limits
	refused func(code string)

	mu    sync.Mutex
	taken map[spot]int
}

// spot is one thing that is counted: the viewers of a lesson, the sources of a school …
type spot struct {
	what  string // "viewers", "sources", "connecting"
	scope string // "lesson", "school", "node", "subject"
	id    string
}

// place is what one session has taken. A nil place has nothing.
type place struct {
	in         *places
	spots      []spot
	connecting *spot
}

func newPlaces(l Limits, refused func(code string)) *places {
	return &places{limits: l, refused: refused, taken: map[spot]int{}}
}

// view takes a place for a viewer. Problems: too-many-viewers, school-full, server-full, too-many-connecting.
func (p *places) view(lesson string, claims *grant.Claims) (*place, error) {
	l := p.limits
	return p.take("viewers", lesson, claims, l.LessonViewers, l.SchoolViewers, l.NodeViewers)
}

// publish takes a place for a source. One that takes over from an older session of its own is counted, but not refused for want of room.
// Problems: too-many-sources, school-full, server-full, too-many-connecting.
func (p *places) publish(lesson string, claims *grant.Claims, takesOver bool) (*place, error) {
	l := p.limits
	if takesOver {
		return p.take("sources", lesson, claims, math.MaxInt, math.MaxInt, math.MaxInt)
	}
	return p.take("sources", lesson, claims, l.LessonSources, l.SchoolSources, l.NodeSources)
}

func (p *places) take(what, lesson string, claims *grant.Claims, ofLesson, ofSchool, ofNode int) (*place, error) {
	t := &place{in: p, spots: []spot{{what, "lesson", lesson}, {what, "node", ""}}}
	most := []int{ofLesson, ofNode}
	if claims.School != "" {
		t.spots, most = append(t.spots, spot{what, "school", claims.School}), append(most, ofSchool)
	}
	if claims.Role != grant.Viewer && claims.Role != grant.Recorder {
		t.connecting = &spot{"connecting", "subject", claims.Subject}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.connecting != nil && p.taken[*t.connecting] >= p.limits.Connecting {
		return nil, p.refuse(httpd.Fail(http.StatusTooManyRequests, "too-many-connecting", "%d sessions are connecting already; wait until they have, or end them", p.limits.Connecting))
	}
	for i, s := range t.spots {
		if p.taken[s] >= most[i] {
			return nil, p.refuse(s.full(most[i]))
		}
	}
	for _, s := range t.spots {
		p.taken[s]++
	}
	if t.connecting != nil {
		p.taken[*t.connecting]++
	}
	return t, nil
}

func (p *places) refuse(problem *httpd.Problem) error {
	p.refused(problem.Code)
	return problem
}

func (s spot) full(most int) *httpd.Problem {
	code := "too-many-" + s.what
	switch s.scope {
	case "school":
		code = "school-full"
	case "node":
		code = "server-full"
	}
	return httpd.Fail(http.StatusServiceUnavailable, code, "the %s has %d %s already", s.scope, most, s.what).With("most", most)
}

// connected tells that the session is no longer connecting.
func (t *place) connected() {
	if t == nil {
		return
	}
	t.in.mu.Lock()
	defer t.in.mu.Unlock()
	t.in.give(&t.connecting)
}

// leave gives everything back. It may be called twice.
func (t *place) leave() {
	if t == nil {
		return
	}
	t.in.mu.Lock()
	defer t.in.mu.Unlock()
	t.in.give(&t.connecting)
	for _, s := range t.spots {
		one := &s
		t.in.give(&one)
	}
	t.spots = nil
}

// give takes one from what is counted. The lock is held.
func (p *places) give(s **spot) {
	if *s == nil {
		return
	}
	if p.taken[**s]--; p.taken[**s] == 0 {
		delete(p.taken, **s)
	}
	*s = nil
}
