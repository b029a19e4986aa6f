package scheduler

import (
	"errors"

	"github.com/tongtang/tongtang/scheduler/db"
)

// errPreview takes back a transaction of which only the effect was wanted.
var errPreview = errors.New("a preview")

// maxEffects bounds how many lessons an effect names.
const maxEffects = 500

func effectOf(done []db.Redated, preview bool) Effect {
	e := Effect{Preview: preview, Lessons: []LessonMove{}}
	for _, r := range done {
		*e.Counts.of(r.What)++
		if len(e.Lessons) < maxEffects {
			e.Lessons = append(e.Lessons, moveOf(r))
		}
	}
	return e
}

func (c *EffectCounts) of(what string) *int {
	switch what {
	case db.LessonMoved:
		return &c.Moved
	case db.LessonCancelled:
		return &c.Cancelled
	case db.LessonRestored:
		return &c.Restored
	case db.LessonAdded:
		return &c.Added
	case db.LessonKept:
		return &c.Kept
	}
	return &c.Refused
}

func moveOf(r db.Redated) LessonMove {
	m := LessonMove{What: r.What, Lesson: r.Lesson.ID, Title: r.Lesson.Title, Course: r.Course.ID, Was: r.Start.Time(), WasEnd: r.End.Time(),
		Start: r.Lesson.StartAt.Time(), End: r.Lesson.EndAt.Time()}
	if r.Misfit != nil {
		misfit := misfitOf(*r.Misfit)
		m.Misfit = &misfit
	}
	if r.Clash != nil {
		clash := clashOf(*r.Clash)
		m.Clash = &clash
	}
	return m
}
