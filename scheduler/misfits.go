package scheduler

import "github.com/tongtang/tongtang/scheduler/timetable"

func misfitOf(m timetable.Misfit) Misfit {
	return Misfit{Date: m.Date.String(), Code: m.Code, School: m.School, Detail: m.Detail, Reason: reasonOf(m.Reason)}
}

func reasonOf(r timetable.Reason) Reason {
	out := Reason{Name: r.Name, Bells: r.Bells, From: dateOrNone(r.From), To: dateOrNone(r.To), Occasion: r.Occasion, Taught: r.Taught, Wanted: r.Wanted, Week: r.Week,
		Period: r.Period, Edge: string(r.Edge), Overlap: r.Overlap, Needed: r.Needed}
	if r.End != 0 {
		out.Start, out.End = r.Start.String(), r.End.String()
	}
	if r.Other.School != "" {
		out.Other = &ReasonSide{r.Other.School, r.Other.Name, r.Other.Period, r.Other.Start.String(), r.Other.End.String()}
	}
	return out
}

// dateOrNone is "" for no date.
func dateOrNone(d timetable.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
