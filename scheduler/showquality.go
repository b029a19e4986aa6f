package scheduler

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
	"github.com/tongtang/tongtang/scheduler/quality"
)

const (
	recordStep = 10 * time.Second // of the record itself
	maxSteps   = 150              // in an answer: a longer lesson gets longer steps
)

// lessonQuality answers with the rooms of the schools that the caller may look at.
func (s *Server) lessonQuality(ctx context.Context, in *ByID) (*answer[LessonQuality], error) {
	who := callerOf(ctx)
	l, err := s.lessonFor(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	schools := who.qualityOf(l)
	if len(schools) == 0 {
		return nil, errNotAllowed
	}
	rows, err := db.Quality(ctx, s.db.Read(), l.ID, schools)
	if err != nil {
		return nil, err
	}
	q := LessonQuality{Fair: QualityLimits(quality.FairFrom), Poor: QualityLimits(quality.PoorFrom), Groups: []LineGroup{}}
	begin, end := s.qualitySpan(l)
	step := stepOf(end.Sub(begin))
	q.From, q.To, q.Step = begin, end, int(step.Seconds())
	groups := groupRows(rows)
	for _, at := range places(l, schools, groups) {
		g := LineGroup{School: at.school, Room: at.room, Steps: []LineStep{}}
		var steps []quality.Step
		var sum quality.Summary
		if r := groups[at.key]; r != nil {
			steps, sum = quality.Room(r.down, r.up, begin.UnixMilli(), step.Milliseconds())
		}
		for _, st := range steps {
			g.Steps = append(g.Steps, lineStep(st))
		}
		g.Summary = LineSummary{Loss: round(sum.Loss, 4), LossP95: round(sum.LossP95, 4), RTT: round(sum.RTT, 1), RTTP95: round(sum.RTTP95, 1),
			FreezesPerMinute: round(sum.FreezesPerMinute, 2)}
		q.Groups = append(q.Groups, g)
	}
	return &answer[LessonQuality]{q}, nil
}

// qualityOf are the schools of the lesson whose lines the person may look at: all for its lecturer and for the coordinator and operator of the lead
// school, the own ones for everybody else who works at one.
func (c *caller) qualityOf(l *db.LessonView) []string {
	all := l.Lecturer == c.person.ID || c.covers(l.Rooms[0].School, db.Coordinator, db.Operator)
	var schools []string
	for i := range l.Rooms {
		school := l.Rooms[i].School
		if all || c.covers(school, db.Coordinator, db.Operator, db.SchoolAdmin, db.Assistant) {
			schools = append(schools, school)
		}
	}
	slices.Sort(schools)
	return slices.Compact(schools)
}

// qualitySpan is from the lesson's start to its end, or to now, in whole intervals of the record.
func (s *Server) qualitySpan(l *db.LessonView) (begin, end time.Time) {
	begin, end = l.StartedAt.Time(), s.now()
	if l.StartedAt == 0 {
		begin = l.StartAt.Time()
	}
	if l.EndedAt != 0 {
		end = l.EndedAt.Time()
	}
	if end.Before(begin) {
		end = begin
	}
	return begin.Truncate(recordStep), end
}

func stepOf(length time.Duration) time.Duration {
	n := (length + maxSteps*recordStep - 1) / (maxSteps * recordStep)
	return max(1, n) * recordStep
}

// group is a room, or (room "") the people of a school.
type group struct{ school, room string }

type groupedRows struct {
	down []quality.Down
	up   []quality.Up
}

func groupRows(rows db.QualityRows) map[group]*groupedRows {
	of := map[string]*groupedRows{}
	groups := map[group]*groupedRows{}
	for _, s := range rows.Sessions {
		g := group{s.School, s.Room}
		if groups[g] == nil {
			groups[g] = &groupedRows{}
		}
		of[s.Session] = groups[g]
	}
	for _, v := range rows.Viewers {
		if r := of[v.Session]; r != nil {
			r.down = append(r.down, quality.Down{Session: v.Session, At: int64(v.At), Ms: v.Ms, Bytes: v.Bytes, Expected: v.Expected, Lost: v.Lost, RTT: v.RTT,
				Jitter: v.Jitter, PageMs: v.PageMs, Freezes: v.Freezes, FrozenMs: v.FrozenMs, ConcealedMs: v.ConcealedMs, Frames: v.Decoded})
		}
	}
	for _, v := range rows.Sources {
		if r := of[v.Session]; r != nil {
			r.up = append(r.up, quality.Up{At: int64(v.At), Ms: v.Ms, Bytes: v.Bytes, Expected: v.Expected, Lost: v.Lost, RTT: v.RTT, Jitter: v.Jitter})
		}
	}
	return groups
}

// place is a line of the answer.
type place struct {
	key    group
	school link.Named
	room   *link.Named
}

// places are the lesson's rooms, each of the last of a school's followed by the school's people if there were any.
func places(l *db.LessonView, schools []string, groups map[group]*groupedRows) []place {
	var all []place
	for i := range l.Rooms {
		r := &l.Rooms[i]
		if !slices.Contains(schools, r.School) {
			continue
		}
		school := link.Named{ID: r.School, Name: r.SchoolName}
		all = append(all, place{group{r.School, r.Room}, school, &link.Named{ID: r.Room, Name: r.RoomName}})
		last := !slices.ContainsFunc(l.Rooms[i+1:], func(o db.LessonRoomView) bool { return o.School == r.School })
		if alone := (group{school: r.School}); last && groups[alone] != nil {
			all = append(all, place{alone, school, nil})
		}
	}
	return all
}

func lineStep(s quality.Step) LineStep {
	out := LineStep{N: s.N, Word: s.Word, Viewers: s.Viewers, LineFigures: lineFigures(s.Figures), Freezes: s.Freezes, Frozen: round(s.Frozen, 3), FPS: round(s.FPS, 1)}
	if s.Up != nil {
		up := lineFigures(*s.Up)
		out.Up = &up
	}
	return out
}

func lineFigures(f quality.Figures) LineFigures {
	return LineFigures{Loss: round(f.Loss, 4), RTT: round(f.RTT, 1), Jitter: round(f.Jitter, 1), Bitrate: int(f.Bitrate)}
}

func round(x float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(x*p) / p
}
