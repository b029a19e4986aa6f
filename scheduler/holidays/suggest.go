package holidays

import (
	"cmp"
	"slices"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// apart is more days than lie between a holiday and a day that is worked for it, and fewer than between two holidays of one name.
const apart = 30

// Suggest tells what schools usually do, by make-up day: the last school days that a holiday takes are taught on its make-up days, in order.
// It is a suggestion and no more: each school decides for itself.
func Suggest(days []Day) map[timetable.Date]timetable.Date {
	byName := map[string][]Day{}
	for _, d := range days {
		if len(d.Faults) == 0 {
			byName[d.Name] = append(byName[d.Name], d)
		}
	}
	found := map[timetable.Date]timetable.Date{}
	for _, all := range byName {
		slices.SortFunc(all, func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
		from := 0
		for i := range all {
			if i+1 == len(all) || all[i+1].Date-all[i].Date > apart {
				suggest(all[from:i+1], found)
				from = i + 1
			}
		}
	}
	return found
}

// suggest adds what one holiday's days suggest.
func suggest(holiday []Day, found map[timetable.Date]timetable.Date) {
	var lost, worked []timetable.Date
	for _, d := range holiday {
		switch {
		case !d.Off:
			worked = append(worked, d.Date)
		case d.Date.Weekday() <= 5:
			lost = append(lost, d.Date)
		}
	}
	lost = lost[max(len(lost)-len(worked), 0):]
	for i, d := range lost {
		found[worked[i]] = d
	}
}
