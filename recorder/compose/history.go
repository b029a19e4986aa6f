package compose

import (
	"slices"
	"strings"
	"time"

	"github.com/tongtang/tongtang/sfu/signal"
)

// flicker is a source's absence that the viewer of the recording need not notice: it was replaced, or the server started anew.
const flicker = 3 * time.Second

// stay is a time a source was in the lesson; floor one a participant could speak; shown one a slide was there. Times count from the start
// of the recording.
type stay struct {
	source   signal.Source
	from, to time.Duration
}

type floor struct {
	participant, name string
	from, to          time.Duration
}

type shown struct {
	slide signal.Slide
	from  time.Duration
}

type history struct {
	stays  []stay
	floors []floor
	slides []shown
}

// readLog adds the events up and notes what lasted how long.
func readLog(in Input) *history {
	whole := max(in.End.Sub(in.Start), 0)
	h := &history{}
	state := signal.NewState()
	up := map[string]stay{}
	var speaking floor
	for _, e := range in.Events {
		at := min(max(e.Time.Sub(in.Start), 0), whole)
		before := state.Slide
		if state.Apply(e) != nil {
			continue // a broken event has no effect for anyone
		}
		h.follow(up, state.Sources, at)
		if state.Floor != speaking.participant {
			h.silence(speaking, at)
			speaking = floor{participant: state.Floor, name: nameOf(state, state.Floor), from: at}
		}
		if state.Slide != before {
			h.slides = append(h.slides, shown{*state.Slide, at})
		}
	}
	h.silence(speaking, whole)
	h.follow(up, nil, whole)
	h.unlogged(in, whole)
	slices.SortStableFunc(h.stays, func(a, b stay) int { return int(a.from - b.from) })
	return h
}

// unlogged adds sources that were captured although no log tells of them, and judges them by their names, as the SFU names them.
func (h *history) unlogged(in Input, whole time.Duration) {
	for _, m := range in.Material {
		if slices.ContainsFunc(h.stays, func(s stay) bool { return s.source.ID == m.Source }) {
			continue
		}
		src := signal.Source{ID: m.Source, Slot: signal.LecturerSlot, Video: len(m.Video) > 0, Audio: len(m.Audio) > 0}
		switch {
		case strings.HasPrefix(m.Source, "screen"):
			src.Slot = signal.CoursewareSlot
		case strings.HasPrefix(m.Source, "room"):
			src.Slot = signal.GuestSlot
		}
		for _, part := range slices.Concat(m.Video, m.Audio) {
			from, to := max(part.From.Sub(in.Start), 0), min(part.To.Sub(in.Start), whole)
			if from < to {
				h.stays = append(h.stays, stay{src, from, to})
			}
		}
	}
}

func nameOf(state *signal.State, id string) string {
	if p, ok := state.Participants[id]; ok && p.Name != "" {
		return p.Name
	}
	return id
}

func (h *history) silence(f floor, at time.Duration) {
	if f.participant != "" && at > f.from {
		f.to = at
		h.floors = append(h.floors, f)
	}
}

// follow compares what is up now with what was up before.
func (h *history) follow(up map[string]stay, now map[string]signal.Source, at time.Duration) {
	for id, s := range up {
		if _, still := now[id]; !still {
			s.to = at
			h.add(s)
			delete(up, id)
		}
	}
	for id, src := range now {
		s, known := up[id]
		if !known {
			s.from = at
		}
		s.source = src
		up[id] = s
	}
}

func (h *history) add(s stay) {
	for i := range h.stays {
		if old := &h.stays[i]; old.source.ID == s.source.ID && old.source.Slot == s.source.Slot && s.from-old.to <= flicker && s.from >= old.from {
			old.to, old.source = s.to, s.source
			return
		}
	}
	if s.to > s.from {
		h.stays = append(h.stays, s)
	}
}

// pictured are the stays cut to what there are pictures of: each begins with its first one.
func (h *history) pictured(in Input) []stay {
	var seen []stay
	for _, s := range h.stays {
		if !s.source.Video {
			seen = append(seen, s)
			continue
		}
		from, ok := firstPicture(in, s)
		if ok {
			s.from = from
			seen = append(seen, s)
		}
	}
	return seen
}

func firstPicture(in Input, s stay) (time.Duration, bool) {
	for _, m := range in.Material {
		if m.Source != s.source.ID {
			continue
		}
		for _, v := range m.Video {
			from, to := v.From.Sub(in.Start), v.To.Sub(in.Start)
			if to > s.from && from < s.to {
				return max(from, s.from), true
			}
		}
	}
	return 0, false
}

func hasVideo(s signal.Source) bool { return s.Video }
func hasAudio(s signal.Source) bool { return s.Audio }

// first is the earliest source of a slot that is there at t.
func first(stays []stay, t time.Duration, slot signal.Slot, has func(signal.Source) bool) string {
	for _, s := range stays {
		if s.from <= t && t < s.to && s.source.Slot == slot && has(s.source) {
			return s.source.ID
		}
	}
	return ""
}

// lecturer is the lecturer's source at t: the one named camera before the others, then the earliest.
func lecturer(stays []stay, t time.Duration, has func(signal.Source) bool) string {
	const mainCamera = "camera"
	named := slices.ContainsFunc(stays, func(s stay) bool {
		return s.from <= t && t < s.to && s.source.ID == mainCamera && s.source.Slot == signal.LecturerSlot && has(s.source)
	})
	if named {
		return mainCamera
	}
	return first(stays, t, signal.LecturerSlot, has)
}

// guestAt is the earliest source of whoever has the floor at t, unless it is the lecturer's own.
func guestAt(t time.Duration, stays []stay, floors []floor, has func(signal.Source) bool) string {
	for _, f := range floors {
		if t < f.from || t >= f.to {
			continue
		}
		for _, s := range stays {
			if s.from <= t && t < s.to && s.source.Participant == f.participant && s.source.Slot == signal.GuestSlot && has(s.source) {
				return s.source.ID
			}
		}
	}
	return ""
}
