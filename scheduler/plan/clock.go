package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// clock is how the days of a school's classes run in the span of the plan. Schools whose days are all the same share one.
type clock struct {
	kinds  []kind
	days   []int16 // by date: index of kinds; -1: no lessons
	cells  week
	spells [cells][]spell // by cell, then date
	dates  [8]int16       // of each weekday
}

// kind is a way in which a day can run.
type kind struct {
	weekday int
	periods []timetable.Period // lessons only
}

// spell is the time of a period on a date, in minutes; it ends at 0 where there is none.
type spell struct{ start, end int16 }

func newClock(cal *timetable.Calendar, from, to timetable.Date) *clock {
	c := &clock{}
	known := map[string]int16{}
	for d := from; d <= to; d++ {
		day := cal.Day(d)
		if day.Off || !cal.Term.Has(d) || len(day.Periods) == 0 {
			c.days = append(c.days, -1)
			continue
		}
		k := kindOf(day)
		name := k.String()
		i, ok := known[name]
		if !ok {
			i = int16(len(c.kinds))
			c.kinds, known[name] = append(c.kinds, k), i
		}
		c.days = append(c.days, i)
		c.dates[k.weekday]++
	}
	for d, k := range c.days {
		if k >= 0 {
			c.note(d, c.kinds[k])
		}
	}
	return c
}

func kindOf(day timetable.Day) kind {
	k := kind{weekday: day.Weekday}
	for _, p := range day.Periods {
		if _, ok := cellOf(day.Weekday, p.No); ok && p.Lesson {
			k.periods = append(k.periods, p)
		}
	}
	return k
}

func (k kind) String() string {
	var text strings.Builder
	fmt.Fprint(&text, k.weekday)
	for _, p := range k.periods {
		fmt.Fprint(&text, " ", p.No, p.Start, p.End)
	}
	return text.String()
}

func (c *clock) note(date int, k kind) {
	for _, p := range k.periods {
		at, _ := cellOf(k.weekday, p.No)
		if !c.cells.has(at) {
			c.cells.add(at)
			c.spells[at] = make([]spell, len(c.days))
		}
		c.spells[at][date] = spell{int16(p.Start), int16(p.End)}
	}
}

// name is the same for clocks that are the same.
func (c *clock) name() string {
	var text strings.Builder
	for _, k := range c.kinds {
		text.WriteString(k.String())
		text.WriteByte('\n')
	}
	for _, d := range c.days {
		text.WriteByte(byte('a' + d))
	}
	return text.String()
}

// taken are the cells that a time takes something of.
func (c *clock) taken(from timetable.Date, zone *time.Location, start, end int64) week {
	var w week
	begin := time.Unix(0, start).In(zone)
	date := int(timetable.DateOf(begin, zone) - from)
	if date < 0 || date >= len(c.days) || c.days[date] < 0 {
		return w
	}
	minute := begin.Hour()*60 + begin.Minute()
	until := minute + int((end-start+int64(time.Minute)-1)/int64(time.Minute))
	k := c.kinds[c.days[date]]
	for _, p := range k.periods {
		if minute < int(p.End) && int(p.Start) < until {
			at, _ := cellOf(k.weekday, p.No)
			w.add(at)
		}
	}
	return w
}

// shadow are, for each cell of one clock, the cells of another that ever run at the same time.
type shadow [cells]week

func shadowOf(a, b *clock) *shadow {
	var s shadow
	for i := range a.kinds {
		for j := range b.kinds {
			if meet(a, b, i, j) == 0 {
				continue
			}
			for _, p := range a.kinds[i].periods {
				for _, q := range b.kinds[j].periods {
					if p.Start < q.End && q.Start < p.End {
						at, _ := cellOf(a.kinds[i].weekday, p.No)
						other, _ := cellOf(b.kinds[j].weekday, q.No)
						s[at].add(other)
					}
				}
			}
		}
	}
	return &s
}

// meet is on how many dates the clocks have the kinds.
func meet(a, b *clock, i, j int) int {
	n := 0
	for d, k := range a.days {
		if int(k) == i && int(b.days[d]) == j {
			n++
		}
	}
	return n
}
