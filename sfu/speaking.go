package sfu

import (
	"slices"
	"time"

	"github.com/tongtang/tongtang/sfu/signal"
)

// listen tells everybody who speaks now, when that has changed. Only voices that are heard count: the lecturer's and the floor's. It is called
// at every tick of the lesson, so twice a second at most.
func (l *lesson) listen(now time.Time) {
	floor := ""
	l.log.Look(func(st *signal.State) { floor = st.Floor })
	l.mu.Lock()
	defer l.mu.Unlock()
	speaking := []string{}
	for _, p := range l.onAir() {
		heard := p.info.Slot == signal.LecturerSlot || p.info.Slot == signal.GuestSlot && p.info.Participant == floor
		if heard && p.source.Audio != nil && p.source.Audio.Voice.Speaking(now) {
			speaking = append(speaking, p.info.ID)
		}
	}
	if slices.Equal(speaking, l.speaking) {
		return
	}
	l.speaking = speaking
	for k := range l.sockets {
		k.send(signal.Down{Type: "speaking", Speaking: &signal.Speaking{Sources: speaking}}) // never blocks
	}
}
