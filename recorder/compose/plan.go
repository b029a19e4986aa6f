// Package compose decides what the recording of a lesson shows and lets hear at every moment, and where its chapters begin: from the lesson
// log and from what the spool has. It is pure: no I/O, no clock. Package libav carries the plan out.
package compose

import (
	"slices"
	"time"

	"github.com/tongtang/tongtang/recorder/link"
	"github.com/tongtang/tongtang/sfu/signal"
)

// Input is what is known of a lesson.
type Input struct {
	Start, End time.Time
	Events     []signal.Event // the lesson log, in order
	Material   []Material
}

// Material is what was captured of one source.
type Material struct {
	Source string
	Video  []Stretch
	Audio  []Stretch
}

// Stretch is a time of which there is something, wall clock.
type Stretch struct{ From, To time.Time }

// Plan is the recording. Times count from its beginning.
type Plan struct {
	Start    time.Time // wall clock of its beginning
	Duration time.Duration
	Scenes   []Scene // without a gap, from 0 to Duration
	Voices   []Voice
	Chapters []link.Chapter
	Poster   time.Duration // the moment to show before it plays
}

// Scene is what is to be seen for a while. A source without a picture of that moment shows its last one, or before its first one that.
type Scene struct {
	From, To time.Duration
	Main     string // source that fills the picture; "" nothing was captured: a neutral picture
	Inset    string // the lecturer beside the courseware
	Guest    string // who has the floor
}

// Voice is a source that is to be heard for a while.
type Voice struct {
	Source   string
	From, To time.Duration
}

// Make makes the plan.
func Make(in Input) Plan {
	p := Plan{Start: in.Start, Duration: max(in.End.Sub(in.Start), 0)}
	h := readLog(in)
	seen := h.pictured(in)
	p.Scenes = scenes(seen, h.floors, p.Duration)
	p.Voices = voices(h.stays, h.floors, p.Duration)
	p.Chapters = chapters(h, p.Duration)
	p.Poster = poster(p)
	return p
}

// scenes looks at each time between two changes.
func scenes(stays []stay, floors []floor, whole time.Duration) []Scene {
	cuts := boundaries(stays, floors, whole)
	var all []Scene
	for i := 0; i+1 < len(cuts); i++ {
		s := sceneAt(cuts[i], stays, floors)
		s.From, s.To = cuts[i], cuts[i+1]
		if s.Main == "" && len(all) > 0 {
			s.Main = all[len(all)-1].Main // the last picture stays
		}
		if n := len(all); n > 0 && same(all[n-1], s) {
			all[n-1].To = s.To
		} else {
			all = append(all, s)
		}
	}
	return padBeginning(all)
}

func boundaries(stays []stay, floors []floor, whole time.Duration) []time.Duration {
	cuts := []time.Duration{0, whole}
	for _, s := range stays {
		cuts = append(cuts, s.from, s.to)
	}
	for _, f := range floors {
		cuts = append(cuts, f.from, f.to)
	}
	cuts = slices.DeleteFunc(cuts, func(d time.Duration) bool { return d < 0 || d > whole })
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

func same(a, b Scene) bool { return a.Main == b.Main && a.Inset == b.Inset && a.Guest == b.Guest }

func sceneAt(t time.Duration, stays []stay, floors []floor) Scene {
	teacher := lecturer(stays, t, hasVideo)
	s := Scene{Main: teacher, Guest: guestAt(t, stays, floors, hasVideo)}
	if slides := first(stays, t, signal.CoursewareSlot, hasVideo); slides != "" {
		s.Main, s.Inset = slides, teacher
	}
	return s
}

// padBeginning shows the first picture that comes, from the very beginning.
func padBeginning(all []Scene) []Scene {
	at := slices.IndexFunc(all, func(s Scene) bool { return s.Main != "" })
	for i := 0; i < at; i++ {
		all[i].Main = all[at].Main
	}
	var joined []Scene
	for _, s := range all {
		if n := len(joined); n > 0 && same(joined[n-1], s) {
			joined[n-1].To = s.To
		} else {
			joined = append(joined, s)
		}
	}
	return joined
}

// voices: the lecturer's and the courseware's all the time, a guest's while it has the floor.
func voices(stays []stay, floors []floor, whole time.Duration) []Voice {
	cuts := boundaries(stays, floors, whole)
	var all []Voice
	for i := 0; i+1 < len(cuts); i++ {
		t := cuts[i]
		for _, source := range []string{lecturer(stays, t, hasAudio), first(stays, t, signal.CoursewareSlot, hasAudio), guestAt(t, stays, floors, hasAudio)} {
			if source != "" {
				all = speak(all, Voice{source, t, cuts[i+1]})
			}
		}
	}
	return all
}

// speak adds a voice, to the one it continues if there is one.
func speak(all []Voice, v Voice) []Voice {
	for i := range all {
		if all[i].Source == v.Source && all[i].To == v.From {
			all[i].To = v.To
			return all
		}
	}
	return append(all, v)
}

// poster is a moment shortly after the first picture has settled.
func poster(p Plan) time.Duration {
	return min(10*time.Second, p.Duration/3)
}
