package plan

import (
	"time"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// step is the width, in minutes, by which a meter counts.
const (
	step       = 5
	stepsOfDay = 24 * 60 / step
	stepTime   = step * time.Minute
)

// meter counts a capacity on every date of the span: the recordings at once, or the load of a line that is used by different bells. It takes the
// period of the school for the time of a lesson. A nil meter has no limit.
type meter struct {
	m     *model
	limit int
	used  []int32
}

// meter of a use that has a limit, with the load of what stays.
func (m *model) meter(u timetable.Use) *meter {
	limit, ok := m.p.Board.Limit(u)
	if !ok {
		return nil
	}
	r := &meter{m: m, limit: limit, used: make([]int32, int(m.p.To-m.p.From+1)*stepsOfDay)}
	if m.p.Board.Len() == 0 {
		return r
	}
	for i := range r.used {
		at := m.p.date(i/stepsOfDay).At(timetable.Clock(i%stepsOfDay*step), m.zone)
		r.used[i] = int32(m.p.Board.Peak(u, at, at.Add(stepTime)))
	}
	return r
}

func (r *meter) add(clock int, c cell, amount int) {
	r.each(clock, c, func(used *int32) bool {
		*used += int32(amount)
		return true
	})
}

// carries tells whether there is room for so much more.
func (r *meter) carries(clock int, c cell, amount int) bool {
	free := true
	r.each(clock, c, func(used *int32) bool {
		free = int(*used)+amount <= r.limit
		return free
	})
	return free
}

func (r *meter) each(clock int, c cell, do func(*int32) bool) {
	if r == nil {
		return
	}
	for d, s := range r.m.clocks[clock].spells[c] {
		for i := int(s.start) / step; i*step < int(s.end); i++ {
			if !do(&r.used[d*stepsOfDay+i]) {
				return
			}
		}
	}
}
