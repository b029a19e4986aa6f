// Package panes decides which source stands on which m-line of a viewer: the stage of a lesson. Pure.
package panes

import "github.com/tongtang/tongtang/sfu/signal"

// View is what a viewer has offered and who it is.
type View struct {
	Participant string // whose own sources are left out; "" nobody's
	Source      string // ?source=ID: this one as it is; "" the stage
	Video       int    // number of video m-lines
	Audio       int
}

// Stage is the choice: source ids in the order of the m-lines, "" shows nothing.
type Stage struct {
	Video []string
	Audio []string
}

// Kinds of panes, in the order of the offer's videos.
const (
	LecturerPane   = 0
	CoursewarePane = 1
	firstGuestPane = 2
)

// preferred is the lecturer's source that comes before the others.
const preferred = "camera"

// Assign chooses. up are the sources on air, in the order in which they came; floor is the participant that has it.
//
// First video: lecturer; second: courseware; the rest: guests, who has the floor first, then in the order of coming. First audio: lecturer;
// the rest: voices of who has the floor, and of nobody else.
func Assign(up []signal.Source, floor string, v View) Stage {
	s := Stage{Video: make([]string, v.Video), Audio: make([]string, v.Audio)}
	if v.Source != "" {
		s.alone(up, v.Source)
		return s
	}
	video := func(src signal.Source) bool { return src.Video && !own(src, v) }
	audio := func(src signal.Source) bool { return src.Audio && !own(src, v) }
	set(s.Video, LecturerPane, lecturer(up, video))
	set(s.Video, CoursewarePane, first(up, func(src signal.Source) bool { return src.Slot == signal.CoursewareSlot && video(src) }))
	for i, id := range guests(up, floor, video) {
		set(s.Video, firstGuestPane+i, id)
	}
	set(s.Audio, 0, lecturer(up, audio))
	n := 1
	for _, src := range up {
		if floor != "" && src.Participant == floor && src.ID != s.firstAudio() && audio(src) {
			set(s.Audio, n, src.ID)
			n++
		}
	}
	return s
}

func (s *Stage) alone(up []signal.Source, id string) {
	for _, src := range up {
		if src.ID != id {
			continue
		}
		if src.Video {
			set(s.Video, 0, id)
		}
		if src.Audio {
			set(s.Audio, 0, id)
		}
	}
}

func (s *Stage) firstAudio() string {
	if len(s.Audio) == 0 {
		return ""
	}
	return s.Audio[0]
}

func own(src signal.Source, v View) bool {
	return v.Participant != "" && src.Participant == v.Participant
}

func set(line []string, i int, id string) {
	if i < len(line) {
		line[i] = id
	}
}

func lecturer(up []signal.Source, fits func(signal.Source) bool) string {
	teaches := func(src signal.Source) bool { return src.Slot == signal.LecturerSlot && fits(src) }
	if id := first(up, func(src signal.Source) bool { return src.ID == preferred && teaches(src) }); id != "" {
		return id
	}
	return first(up, teaches)
}

func guests(up []signal.Source, floor string, fits func(signal.Source) bool) []string {
	var with, without []string
	for _, src := range up {
		switch {
		case src.Slot != signal.GuestSlot || !fits(src):
		case floor != "" && src.Participant == floor:
			with = append(with, src.ID)
		default:
			without = append(without, src.ID)
		}
	}
	return append(with, without...)
}

func first(up []signal.Source, fits func(signal.Source) bool) string {
	for _, src := range up {
		if fits(src) {
			return src.ID
		}
	}
	return ""
}
