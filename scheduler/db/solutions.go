package db

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"github.com/tongtang/tongtang/scheduler/timetable"
)

// Solve finds what would solve a lesson's clashes: other means at the same time, or another time of the same week, not before now. Minutes is
// the least length of a moved lesson.
func Solve(ctx context.Context, q bun.IDB, l NewLesson, minutes int, now time.Time) ([]timetable.Solution, error) {
	w, also, err := means(ctx, q, &l)
	if err != nil {
		return nil, err
	}
	if w.Calendars, err = CalendarsOfLesson(ctx, q, &l); err != nil {
		return nil, err
	}
	w.Minutes, w.NotBefore = minutes, now
	takes := l.Takes()
	board, err := TakenAll(ctx, q, l.purpose(), []timetable.Lesson{weekOf(takes, w.Calendars[0].Zone)}, also...)
	if err != nil {
		return nil, err
	}
	return board.Solutions(takes, w), nil
}

// SolveAll finds other means with which none of the lessons, which have the same ones, would clash at its time.
func SolveAll(ctx context.Context, q bun.IDB, lessons []NewLesson) ([]timetable.Solution, error) {
	w, also, err := means(ctx, q, &lessons[0])
	if err != nil {
		return nil, err
	}
	takes := make([]timetable.Lesson, len(lessons))
	for i := range lessons {
		takes[i] = lessons[i].Takes()
	}
	board, err := TakenAll(ctx, q, lessons[0].purpose(), takes, also...)
	if err != nil {
		return nil, err
	}
	clashes := slices.IndexFunc(takes, func(l timetable.Lesson) bool { return len(board.Check(l)) > 0 })
	if clashes < 0 {
		return nil, nil
	}
	w.Most = maxClashes
	return slices.DeleteFunc(board.Solutions(takes[clashes], w), func(s timetable.Solution) bool {
		return slices.ContainsFunc(takes, func(l timetable.Lesson) bool {
			with, ok := l.With(s.Swaps)
			return !ok || len(board.Check(with)) > 0
		})
	}), nil
}

// weekOf is the lesson as long as its week: what a board must know about to find it another time.
func weekOf(l timetable.Lesson, zone *time.Location) timetable.Lesson {
	monday := timetable.DateOf(l.Start, zone).Monday()
	l.Start, l.End = monday.At(0, zone), (monday+7).At(0, zone)
	return l
}

// CalendarsOfLesson are those of the lesson's schools, the lead school's first, each for the bells of its class.
func CalendarsOfLesson(ctx context.Context, q bun.IDB, l *NewLesson) ([]*timetable.Calendar, error) {
	schools := l.Schools()
	byID, err := Calendars(ctx, q, schools)
	if err != nil {
		return nil, err
	}
	var classes []string
	for _, r := range l.Rooms {
		class, err := ClassWithBells(ctx, q, r.Class, r.TeachingGroup)
		if err != nil {
			return nil, err
		}
		classes = append(classes, class)
	}
	sets, err := SetsOfSchools(ctx, q, schools, classes)
	if err != nil {
		return nil, err
	}
	list := make([]*timetable.Calendar, len(schools))
	for i, id := range schools {
		list[i] = byID[id].For(sets[id])
	}
	return list, nil
}

// Schools are the lesson's schools, the lead school first, each once.
func (l *NewLesson) Schools() []string {
	var schools []string
	for _, r := range l.Rooms {
		if !slices.Contains(schools, r.School) {
			schools = append(schools, r.School)
		}
	}
	return schools
}

// means are the others that could take the place of what the lesson uses, with all of them as uses that a board must know about.
func means(ctx context.Context, q bun.IDB, l *NewLesson) (timetable.Ways, []timetable.Use, error) {
	w := timetable.Ways{Instead: map[timetable.Use][]string{}, Less: less(l)}
	var also []timetable.Use
	offer := func(d timetable.Dimension, id string, others []string) {
		u := timetable.Use{Dimension: d, ID: id}
		for _, o := range others {
			if o != id {
				w.Instead[u] = append(w.Instead[u], o)
				also = append(also, timetable.Use{Dimension: d, ID: o})
			}
		}
	}
	for i, r := range l.Rooms {
		rooms, err := roomsLike(ctx, q, r)
		if err != nil {
			return w, nil, err
		}
		offer(timetable.RoomDim, r.Room, rooms)
		dim, person, role := timetable.AssistantDim, r.Assistant, Assistant
		if i == 0 {
			dim, person, role = timetable.LecturerDim, l.Lecturer, Lecturer
		}
		if person == "" {
			continue
		}
		people, err := colleagues(ctx, q, r.School, role)
		if err != nil {
			return w, nil, err
		}
		offer(dim, person, people)
	}
	for _, id := range l.Devices {
		var others []string
		err := q.NewSelect().Model((*PortableDevice)(nil)).Column("id").
			Where("school = (SELECT d.school FROM portable_devices d WHERE d.id = ?)", id).Where("NOT archived").Order("name").Scan(ctx, &others)
		if err != nil {
			return w, nil, err
		}
		offer(timetable.DeviceDim, id, others)
	}
	return w, also, nil
}

// less is what the lesson would take with a small picture, and without a recording.
func less(l *NewLesson) map[timetable.Use][]int {
	small, amounts := *l, map[timetable.Use][]int{}
	small.Picture = SmallPicture
	for _, o := range small.Loads() {
		amounts[o.Use] = []int{o.Amount}
	}
	if l.Record {
		amounts[timetable.Use{Dimension: timetable.RecorderDim}] = []int{0}
	}
	return amounts
}

func roomsLike(ctx context.Context, q bun.IDB, r LessonRoom) ([]string, error) {
	var ids []string
	err := q.NewSelect().Model((*Room)(nil)).Column("id").Where("school = ?", r.School).Where("class = ?", r.RoomClass).Order("name").Scan(ctx, &ids)
	return ids, err
}

// colleagues hold the role for the school, or an area above it.
func colleagues(ctx context.Context, q bun.IDB, school string, role Role) ([]string, error) {
	areas, err := LoadAreas(ctx, q)
	if err != nil {
		return nil, err
	}
	var above []string
	for id := school; id != ""; id = areas[id].Parent {
		above = append(above, id)
	}
	people, err := AccountsIn(ctx, q, above, role)
	var ids []string
	for _, p := range people {
		if !p.Blocked {
			ids = append(ids, p.ID)
		}
	}
	return ids, err
}
