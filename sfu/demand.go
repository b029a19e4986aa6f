package sfu

import (
	"slices"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/sfu/bandwidth"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/panes"
	"github.com/tongtang/tongtang/sfu/rtc"
	"github.com/tongtang/tongtang/sfu/signal"
)

// voiceRate is set aside for a voice on its line, bit/s: Opus at 32 to 40 kbit/s, and 64 bytes around each of 50 packets a second.
const voiceRate = 64_000

// wireShare is what a picture takes on the line, headers included, to each bit of it.
const wireShare = 1.07

// demand is what one viewer asks for, and what it is given.
type demand struct {
	viewer     *viewer
	stage      panes.Stage
	foreign    []string // sources of the stage whose codec the pane did not negotiate
	publishers map[string]*publisher
	want       bandwidth.Viewer

	chosen []int
	spare  int64 // bit/s that the school's contract leaves to this viewer, beyond what it has; -1 no contract
}

// ask turns the stage into what the viewer would like.
func (v *viewer) ask(stage panes.Stage, publishers map[string]*publisher, floor string, now time.Time) *demand {
	d := &demand{viewer: v, stage: stage, foreign: v.takeForeign(stage, publishers), publishers: publishers, spare: -1, want: bandwidth.Viewer{
		Rank: rank(v.claims.Role), Line: v.out.Estimate(), Climb: now.Sub(v.lastDown) > bandwidth.ClimbPause, Panes: make([]bandwidth.Pane, len(stage.Video))}}
	if v.claims.Role == grant.Recorder {
		d.want.Line = 0 // a recording is never made of a smaller picture than there is
	}
	for i, id := range stage.Video {
		pane := &d.want.Panes[i]
		*pane = bandwidth.Pane{Class: bandwidth.Tile, Now: -1}
		p := publishers[id]
		if p == nil {
			continue
		}
		pane.Class = v.class(i, p, floor)
		if pane.Class == bandwidth.Tile {
			pane.Best = max(0, len(p.source.Video)-1)
		}
		if v.paused[v.lines[v.pictures[i]].Mid] {
			continue
		}
		pane.Rates = rates(p.source.Video, now)
		pane.Now = slices.Index(p.source.Video, v.shown[v.pictures[i]])
		pane.Off = v.off[i] == id
	}
	for _, id := range stage.Audio {
		if publishers[id] != nil {
			d.want.Voice += voiceRate
		}
	}
	return d
}

// takeForeign takes from the stage the pictures whose codec a pane did not negotiate, and returns them.
func (v *viewer) takeForeign(stage panes.Stage, publishers map[string]*publisher) []string {
	foreign := make([]string, len(stage.Video))
	for i, line := range v.pictures {
		if p := publishers[stage.Video[i]]; p != nil && !v.lines[line].Codecs.Has(p.codec) {
			foreign[i], stage.Video[i] = stage.Video[i], ""
		}
	}
	return foreign
}

// rank orders those who share a contract: a whole class in front of one screen comes before a single pupil.
func rank(r grant.Role) int {
	switch r {
	case grant.Lecturer, grant.Room:
		return 0
	case grant.Assistant, grant.Viewer:
		return 1
	}
	return 2
}

// class is how much a pane matters.
func (v *viewer) class(i int, p *publisher, floor string) bandwidth.Class {
	switch {
	case v.view.Source != "" || i == panes.LecturerPane:
		return bandwidth.Lecturer
	case i == panes.CoursewarePane:
		return bandwidth.Courseware
	case p.info.Participant == floor:
		return bandwidth.Floor
	}
	return bandwidth.Tile
}

// linesOf are the places of the m-lines of a kind.
func linesOf(lines []rtc.Line, kind webrtc.RTPCodecType) []int {
	var all []int
	for i, line := range lines {
		if line.Kind == kind {
			all = append(all, i)
		}
	}
	return all
}

// rates of the layers on the line, 0 for one on which nothing comes. A source without simulcast counts as coming: a still screen sends seldom.
func rates(layers []*ingest.Layer, now time.Time) []int64 {
	all := make([]int64, len(layers))
	for i, l := range layers {
		if len(layers) == 1 || l.Active(now) {
			all[i] = max(1, int64(float64(l.Bitrate())*wireShare))
		}
	}
	return all
}

// settle makes layers of what the viewer was given, and tells its panes.
func (v *viewer) settle(d *demand, now time.Time) ([]*ingest.Layer, signal.Panes) {
	layers := make([]*ingest.Layer, len(v.lines))
	told := signal.Panes{Session: v.id, Video: []signal.Pane{}, Audio: []signal.Pane{}}
	for i, line := range v.pictures {
		pane := signal.Pane{Mid: v.lines[line].Mid}
		if p := d.publishers[d.stage.Video[i]]; p != nil {
			pane.Source = p.info.ID
			if v.paused[pane.Mid] {
				pane.Reason = signal.PausedReason
			} else if layers[line], pane.Reason = v.give(d, i, p, now); layers[line] != nil {
				pane.Layer = layers[line].RID
			}
		} else if d.foreign[i] != "" {
			pane.Source, pane.Reason = d.foreign[i], signal.CodecReason
		}
		told.Video = append(told.Video, pane)
	}
	for i, line := range v.voices {
		pane := signal.Pane{Mid: v.lines[line].Mid}
		if p := d.publishers[d.stage.Audio[i]]; p != nil {
			layers[line], pane.Source = p.source.Audio, p.info.ID
		}
		told.Audio = append(told.Audio, pane)
	}
	v.out.Wish(d.goal())
	return layers, told
}

// give is the layer of one video pane, or why there is none.
func (v *viewer) give(d *demand, i int, p *publisher, now time.Time) (*ingest.Layer, string) {
	n, want := d.chosen[i], &d.want.Panes[i]
	v.off[i] = ""
	switch {
	case n >= 0:
		if want.Now >= 0 && n > max(want.Now, want.Best) {
			v.lastDown = now
		}
		return p.source.Video[n], ""
	case slices.ContainsFunc(want.Rates, func(r int64) bool { return r > 0 }):
		if want.Now >= 0 {
			v.lastDown = now
		}
		v.off[i] = p.info.ID
		return nil, signal.BandwidthReason
	case want.Now >= 0:
		return p.source.Video[want.Now], "" // a pause of the source, not of the line
	}
	return nil, ""
}

// goal is the rate to which probing the viewer's own line has a use, bit/s, 0 none.
func (d *demand) goal() int64 {
	goal := d.want.Goal(d.chosen)
	if d.spare < 0 {
		return goal
	}
	if d.spare == 0 {
		return 0
	}
	return min(goal, d.want.Cost(d.chosen)+d.spare)
}
