package panes

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tongtang/tongtang/sfu/signal"
)

func TestAssign(t *testing.T) {
	camera := signal.Source{ID: "camera", Slot: signal.LecturerSlot, Participant: "chen", Video: true, Audio: true}
	camera2 := signal.Source{ID: "camera2", Slot: signal.LecturerSlot, Participant: "chen", Video: true}
	mic := signal.Source{ID: "mic", Slot: signal.LecturerSlot, Participant: "chen", Audio: true}
	screen := signal.Source{ID: "screen", Slot: signal.CoursewareSlot, Participant: "chen", Video: true}
	qing := signal.Source{ID: "room-qing", Slot: signal.GuestSlot, Participant: "qing", Video: true, Audio: true}
	shi := signal.Source{ID: "room-shi", Slot: signal.GuestSlot, Participant: "shi", Video: true, Audio: true}
	all := []signal.Source{camera2, camera, qing, screen, shi}

	for _, c := range []struct {
		name         string
		up           []signal.Source
		floor        string
		view         View
		video, audio []string
	}{
		{"an empty lesson", nil, "", View{Video: 2, Audio: 1}, []string{"", ""}, []string{""}},
		{"an ordinary player", all, "", View{Video: 1, Audio: 1}, []string{"camera"}, []string{"camera"}},
		{"only sound", all, "", View{Audio: 2}, []string{}, []string{"camera", ""}},
		{"the whole stage", all, "", View{Video: 5, Audio: 2}, []string{"camera", "screen", "room-qing", "room-shi", ""}, []string{"camera", ""}},
		{"the floor comes first", all, "shi", View{Video: 4, Audio: 2}, []string{"camera", "screen", "room-shi", "room-qing"}, []string{"camera", "room-shi"}},
		{"too few panes", all, "shi", View{Video: 3, Audio: 1}, []string{"camera", "screen", "room-shi"}, []string{"camera"}},
		{"a room does not see or hear itself", all, "shi", View{Participant: "shi", Video: 4, Audio: 2}, []string{"camera", "screen", "room-qing", ""}, []string{"camera", ""}},
		{"the lecturer hears only the floor", all, "shi", View{Participant: "chen", Video: 4, Audio: 2}, []string{"", "", "room-shi", "room-qing"}, []string{"", "room-shi"}},
		{"no camera named camera", []signal.Source{camera2, mic, shi}, "", View{Video: 1, Audio: 1}, []string{"camera2"}, []string{"mic"}},
		{"the floor of one who is away", all, "nobody", View{Video: 3, Audio: 2}, []string{"camera", "screen", "room-qing"}, []string{"camera", ""}},
		{"the lecturer with the floor is not heard twice", all, "chen", View{Video: 1, Audio: 2}, []string{"camera"}, []string{"camera", ""}},
		{"one source as it is", all, "shi", View{Source: "room-qing", Video: 1, Audio: 1}, []string{"room-qing"}, []string{"room-qing"}},
		{"one source without sound", all, "", View{Source: "screen", Video: 2, Audio: 1}, []string{"screen", ""}, []string{""}},
		{"one source that is away", all, "", View{Source: "gone", Video: 1, Audio: 1}, []string{""}, []string{""}},
		{"one's own source as it is", all, "", View{Participant: "shi", Source: "room-shi", Video: 1}, []string{"room-shi"}, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := Assign(c.up, c.floor, c.view)
			require.Equal(t, c.video, s.Video)
			require.Equal(t, c.audio, s.Audio)
		})
	}
}
