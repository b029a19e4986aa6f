package sfu

import (
	"slices"
	"time"

	"github.com/tongtang/tongtang/sfu/ingest"
	"github.com/tongtang/tongtang/sfu/panes"
	"github.com/tongtang/tongtang/sfu/signal"
)

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
	l.tellSchools()
}

func (l *lesson) decide(floor string, now time.Time) []change {
	l.mu.Lock()
	defer l.mu.Unlock()
	up := l.onAir()
	infos := make([]signal.Source, len(up))
	for i, p := range up {
		infos[i] = p.info
	}
	var asked []*demand
	for _, s := range l.sessions {
		if v, ok := s.(*viewer); ok && v.live {
			asked = append(asked, v.ask(panes.Assign(infos, floor, v.view), l.publishers, floor, now))
		}
	}
	l.server.schools.share(asked)
	var changes []change
	for _, d := range asked {
		v := d.viewer
		layers, shown := v.settle(d, now)
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
