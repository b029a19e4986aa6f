package plan

import (
	"cmp"
	"slices"

	"github.com/tongtang/tongtang/scheduler/pairing"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// link is what a lead school's clock has in common with another: the cells of the weekly slots that hold on enough days. Where a period of the
// lead school has two such slots, the one that holds more often, and of those the longer, stands for both.
type link struct {
	lead    week        // cells of the lead school
	partner [cells]cell // by the lead school's cell
	minutes [cells]uint8
}

// shared is a pair of periods.
type shared struct {
	lead, partner cell
	held          int // dates
	minutes       int // the least
}

func newLink(a, b *clock, p pairing.Policy) *link {
	var days [8]int
	var list [8][]shared
	for i, k := range a.kinds {
		for j, l := range b.kinds {
			if k.weekday != l.weekday {
				continue
			}
			if n := meet(a, b, i, j); n > 0 {
				days[k.weekday] += n
				list[k.weekday] = join(list[k.weekday], k, l, n, p)
			}
		}
	}
	found := &link{}
	for weekday, pairs := range list {
		slices.SortStableFunc(pairs, func(x, y shared) int { return cmp.Or(cmp.Compare(y.held, x.held), cmp.Compare(y.minutes, x.minutes)) })
		for _, s := range pairs {
			if enough(s.held, days[weekday], p) && !found.lead.has(s.lead) {
				found.lead.add(s.lead)
				found.partner[s.lead], found.minutes[s.lead] = s.partner, uint8(min(s.minutes, 255))
			}
		}
	}
	return found
}

// join adds the common times of two kinds of days, which meet on n dates.
func join(list []shared, a, b kind, n int, p pairing.Policy) []shared {
	for _, x := range a.periods {
		for _, y := range b.periods {
			minutes := int(min(x.End, y.End) - max(x.Start, y.Start))
			if !longEnough(minutes, x.Start == y.Start, p) {
				continue
			}
			lead, _ := cellOf(a.weekday, x.No)
			partner, _ := cellOf(b.weekday, y.No)
			i := slices.IndexFunc(list, func(s shared) bool { return s.lead == lead && s.partner == partner })
			if i < 0 {
				i = len(list)
				list = append(list, shared{lead, partner, 0, minutes})
			}
			list[i].held += n
			list[i].minutes = min(list[i].minutes, minutes)
		}
	}
	return list
}

func longEnough(minutes int, together bool, p pairing.Policy) bool {
	return minutes > 0 && (minutes >= p.Minutes || p.Minimum > 0 && minutes >= p.Minimum && together)
}

func enough(held, days int, p pairing.Policy) bool { return held > 0 && held*1000 >= p.Held*days }

// place is a cell by a clock.
type place struct {
	clock *clock
	cell  cell
}

// together are the times of the dates on which a lesson at all the places, the lead school's first, is long enough; ok where they are enough. The
// times are not kept if only is asked.
func together(places []place, p pairing.Policy, each func(date int, s spell)) bool {
	lead := places[0]
	days, held := 0, 0
	for d := range lead.clock.days {
		s, teaches, ok := common(places, d, p)
		if teaches {
			days++
		}
		if ok {
			held++
			if each != nil {
				each(d, s)
			}
		}
	}
	return enough(held, days, p)
}

// common is the common time of a date; teaches tells whether all schools teach like the weekday of the slot, ok whether it is long enough.
func common(places []place, date int, p pairing.Policy) (s spell, teaches, ok bool) {
	weekday := places[0].cell.weekday()
	for _, at := range places {
		if k := at.clock.days[date]; k < 0 || at.clock.kinds[k].weekday != weekday {
			return s, false, false
		}
	}
	begins := true
	for i, at := range places {
		if at.cell.weekday() != weekday || at.clock.spells[at.cell] == nil {
			return s, true, false
		}
		own := at.clock.spells[at.cell][date]
		if i == 0 {
			s = own
			continue
		}
		begins = begins && own.start == s.start
		s = spell{max(s.start, own.start), min(s.end, own.end)}
	}
	return s, true, longEnough(int(s.end)-int(s.start), begins, p)
}

// date is a date of the span.
func (p *Problem) date(i int) timetable.Date { return p.From + timetable.Date(i) }
