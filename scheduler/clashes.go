package scheduler

import (
	"context"
	"net/http"

	"github.com/tongtang/tongtang/internal/httpd"
	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/timetable"
)

// ways are the words of the API for what would solve a clash besides another slot.
var ways = map[timetable.Dimension]string{
	timetable.LecturerDim: "other-lecturer", timetable.AssistantDim: "other-assistant", timetable.RoomDim: "other-room",
	timetable.ClassDim: "other-class", timetable.GroupDim: "other-slot", timetable.DeviceDim: "other-device",
	timetable.BandwidthDim: "smaller-picture", timetable.UplinkDim: "smaller-picture", timetable.RecorderDim: "no-recording",
}

func clashOf(n db.NamedClash) Clash {
	c := Clash{Dimension: string(n.Use.Dimension), ID: n.Use.ID, Who: n.Who, Other: n.Other, Start: n.Start, End: n.End, Amount: n.Amount, Limit: n.Limit,
		Lessons: make([]link.Named, len(n.Lessons)), Solve: ways[n.Use.Dimension]}
	for i, id := range n.Lessons {
		if db.OwnSlotOf(id) != "" {
			id = ""
		}
		c.Lessons[i] = link.Named{ID: id, Name: n.Titles[i]}
	}
	if len(c.Lessons) > 0 {
		c.Lesson, c.Title = c.Lessons[0].ID, c.Lessons[0].Name
	}
	return c
}

func clashesOf(named []db.NamedClash) []Clash {
	list := make([]Clash, len(named))
	for i, n := range named {
		list[i] = clashOf(n)
	}
	return list
}

// refuseClash says what clashes, and what would solve it.
func (s *Server) refuseClash(ctx context.Context, clash *db.ClashError, found []timetable.Solution) error {
	solutions, err := s.solutions(ctx, found, clash.Lessons[0].Schools())
	if err != nil {
		return err
	}
	list := clashesOf(clash.Clashes)
	first := list[0]
	detail, args := "%s %s is in %q from %s to %s", []any{first.Dimension, first.Who, first.Title}
	if first.Limit > 0 {
		detail, args = "%s %s: %d of %d from %s to %s", []any{first.Dimension, first.Who, first.Amount, first.Limit}
	}
	args = append(args, first.Start.Format("2006-01-02 15:04Z"), first.End.Format("15:04Z"))
	return httpd.Fail(http.StatusConflict, "clash", detail, args...).With("clashes", list).With("solutions", solutions)
}

// refuseCourse refuses a course with other means that are free on all its dates.
func (s *Server) refuseCourse(ctx context.Context, clash *db.ClashError) error {
	found, err := db.SolveAll(ctx, s.db.Read(), clash.Lessons)
	if err != nil {
		return err
	}
	return s.refuseClash(ctx, clash, found[:min(len(found), maxSolutions)])
}

// maxSolutions is how many solutions a refusal tells.
const maxSolutions = 20

// solutions fills in the names. Schools are those of the lesson, the lead school's first.
func (s *Server) solutions(ctx context.Context, found []timetable.Solution, schools []string) ([]Solution, error) {
	var ids []string
	for _, f := range found {
		for _, w := range f.Swaps {
			ids = append(ids, w.Use.ID, w.To)
		}
	}
	names, err := db.Names(ctx, s.db.Read(), ids, nil)
	if err != nil {
		return nil, err
	}
	list := make([]Solution, len(found))
	for i, f := range found {
		for _, w := range f.Swaps {
			list[i].Swaps = append(list[i].Swaps, Swap{Dimension: string(w.Use.Dimension), ID: w.Use.ID, Who: names[w.Use.ID], To: w.To, ToName: names[w.To]})
		}
		if f.Moved() {
			list[i].Date, list[i].Start, list[i].End = f.Date.String(), pointer(f.Lesson.Start), pointer(f.Lesson.End)
			list[i].Periods = slotPeriods(f.Periods, schools)
		}
	}
	return list, nil
}

func slotPeriods(periods []timetable.Period, schools []string) []SlotPeriod {
	list := make([]SlotPeriod, len(periods))
	for i, p := range periods {
		list[i] = SlotPeriod{School: schools[i], No: p.No, Name: p.Name, Start: p.Start.String(), End: p.End.String()}
	}
	return list
}
