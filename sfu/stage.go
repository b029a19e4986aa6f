package sfu

import (
	"slices"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/internal/grant"
	"github.com/tongtang/tongtang/sfu/bandwidth"
	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/panes"
	"github.com/tongtang/tongtang/sfu/signal"
)

// voiceRate is set aside for every audio line, bit/s.
const voiceRate = 48_000

// climbPause is how long after a layer was taken back none is given, so that a pane does not swing.
const climbPause = 6 * time.Second

// change is what a refresh has to tell one viewer and its watchers once the lock is open.
type change struct {
	viewer   *viewer
	layers   []*ingest.Layer
	panes    signal.Panes
	watchers []*socket
}

// refresh decides anew what every pane shows.
func (l *lesson) refresh() {
	l.refreshing.Lock()
	defer l.refreshing.Unlock()
	floor := ""
	l.log.Look(func(st *signal.State) { floor = st.Floor })
	for _, c := range l.decide(floor, time.Now()) {
		c.viewer.out.Show(c.layers)
		for _, s := range c.watchers {
			s.send(signal.Down{Type: "panes", Panes: &c.panes})
		}
	}
}

func (l *lesson) decide(floor string, now time.Time) []change {
	l.mu.Lock()
	defer l.mu.Unlock()
	up := l.onAir()
	infos := make([]signal.Source, len(up))
	for i, p := range up {
		infos[i] = p.info
	}
	var changes []change
	for _, s := range l.sessions {
		v, ok := s.(*viewer)
		if !ok || !v.live {
			continue
		}
		layers, shown := v.choose(panes.Assign(infos, floor, v.view), l.publishers, floor, now)
		if slices.Equal(layers, v.shown) && equalPanes(shown, v.panes) {
			continue
		}
		v.shown, v.panes = layers, shown
		c := change{viewer: v, layers: layers, panes: shown}
		for w := range v.watchers {
			c.watchers = append(c.watchers, w)
		}
		changes = append(changes, c)
	}
	return changes
}

func equalPanes(a, b signal.Panes) bool {
	return a.Session == b.Session && slices.Equal(a.Video, b.Video) && slices.Equal(a.Audio, b.Audio)
}

// choose turns the stage into layers that fit the viewer's line.
func (v *viewer) choose(stage panes.Stage, publishers map[string]*publisher, floor string, now time.Time) ([]*ingest.Layer, signal.Panes) {
	foreign := v.takeForeign(stage, publishers)
	rids := v.fit(stage, publishers, floor, now)
	layers := make([]*ingest.Layer, len(v.lines))
	told := signal.Panes{Session: v.id, Video: []signal.Pane{}, Audio: []signal.Pane{}}
	var video, audio int
	for i, line := range v.lines {
		pane := signal.Pane{Mid: line.Mid}
		if line.Kind == webrtc.RTPCodecTypeAudio {
			if p := publishers[stage.Audio[audio]]; p != nil {
				layers[i], pane.Source = p.source.Audio, p.info.ID
			}
			audio++
			told.Audio = append(told.Audio, pane)
			continue
		}
		if p := publishers[stage.Video[video]]; p != nil {
			pane.Source = p.info.ID
			if n := rids[video]; n >= 0 {
				layers[i], pane.Layer = p.source.Video[n], p.source.Video[n].RID
			}
		} else if foreign[video] != "" {
			pane.Source, pane.Reason = foreign[video], signal.CodecReason
		}
		video++
		told.Video = append(told.Video, pane)
	}
	return layers, told
}

// takeForeign takes from the stage the pictures whose codec a pane did not negotiate, and returns them.
func (v *viewer) takeForeign(stage panes.Stage, publishers map[string]*publisher) []string {
	foreign := make([]string, len(stage.Video))
	n := 0
	for _, line := range v.lines {
		if line.Kind != webrtc.RTPCodecTypeVideo {
			continue
		}
		if p := publishers[stage.Video[n]]; p != nil && !line.Codecs.Has(p.codec) {
			foreign[n], stage.Video[n] = stage.Video[n], ""
		}
		n++
	}
	return foreign
}

// fit chooses the layer of every video pane, -1 for none.
func (v *viewer) fit(stage panes.Stage, publishers map[string]*publisher, floor string, now time.Time) []int {
	wants := make([]bandwidth.Pane, len(stage.Video))
	for i, id := range stage.Video {
		wants[i] = bandwidth.Pane{Priority: i, Now: -1}
		if p := publishers[id]; p != nil {
			wants[i].Rates = rates(p.source.Video, now)
			wants[i].Best = v.best(i, p, floor)
			wants[i].Now = slices.Index(p.source.Video, v.videoShown(i))
		}
	}
	budget := v.out.Estimate()
	if v.claims.Role == grant.Recorder {
		budget = 0 // a recording is never made of a smaller picture than there is
	}
	if budget > 0 {
		budget = max(1, budget-int64(v.view.Audio)*voiceRate)
	}
	chosen := bandwidth.Allocate(budget, wants, now.Sub(v.lastDown) > climbPause)
	for i, n := range chosen {
		if n < 0 && wants[i].Now >= 0 && !slices.ContainsFunc(wants[i].Rates, func(r int64) bool { return r > 0 }) {
			chosen[i] = wants[i].Now // a pause of the source, not of the line
			continue
		}
		if wants[i].Now >= 0 && (n < 0 || n > wants[i].Now) {
			v.lastDown = now
		}
	}
	return chosen
}

// best is the best layer that a pane is worth: a guest without the floor is a small tile.
func (v *viewer) best(i int, p *publisher, floor string) int {
	if v.view.Source != "" || i <= panes.CoursewarePane || p.info.Participant == floor {
		return 0
	}
	return len(p.source.Video) - 1
}

func (v *viewer) videoShown(n int) *ingest.Layer {
	for i, line := range v.lines {
		if line.Kind == webrtc.RTPCodecTypeVideo {
			if n == 0 {
				return v.shown[i]
			}
			n--
		}
	}
	return nil
}

// rates of the layers, 0 for one on which nothing comes. A source without simulcast counts as coming: a still screen sends seldom.
func rates(layers []*ingest.Layer, now time.Time) []int64 {
	all := make([]int64, len(layers))
	for i, l := range layers {
		if len(layers) == 1 || l.Active(now) {
			all[i] = max(1, l.Bitrate())
		}
	}
	return all
}
