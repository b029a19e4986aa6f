package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/tongtang/tongtang/scheduler/db"
	"github.com/tongtang/tongtang/scheduler/link"
)

// Beside is the scheduler's facts for the command line, beside a running server.
type Beside struct{ db *db.DB }

// Attach opens the database of a server, which may be running, without changing anything.
func Attach(ctx context.Context, database string) (*Beside, error) {
	d, err := db.Attach(ctx, database)
	if err != nil {
		return nil, err
	}
	return &Beside{d}, nil
}

// Close ends the connection.
func (b *Beside) Close() error { return b.db.Close() }

// LessonLine is one line of `tongtang lessons --json`.
type LessonLine struct {
	ID    string     `json:"id"`
	State link.State `json:"state"`
	Title string     `json:"title"`
	Start time.Time  `json:"start"`
	End   time.Time  `json:"end"`
}

// Lessons lists the lessons that begin in [from, to), by start; a zero time does not limit.
func (b *Beside) Lessons(ctx context.Context, from, to time.Time) ([]LessonLine, error) {
	found, err := db.Lessons(ctx, b.db.Read(), db.LessonFilter{From: from, To: to})
	lines := make([]LessonLine, len(found))
	for i := range found {
		lines[i] = line(&found[i])
	}
	return lines, err
}

// ErrNoLesson says that there is no lesson with the id.
var ErrNoLesson = errors.New("there is no lesson with this id")

// Lesson finds one lesson; ErrNoLesson.
func (b *Beside) Lesson(ctx context.Context, id string) (LessonLine, error) {
	l, err := db.LessonByID(ctx, b.db.Read(), id)
	if errors.Is(err, db.ErrNotFound) {
		return LessonLine{}, ErrNoLesson
	}
	if err != nil {
		return LessonLine{}, err
	}
	return line(l), nil
}

func line(l *db.LessonView) LessonLine {
	return LessonLine{ID: l.ID, State: link.State(l.State), Title: l.Title, Start: l.StartAt.Time(), End: l.EndAt.Time()}
}

// Over tells whether nothing more happens in the lesson.
func (l LessonLine) Over() bool { return isOver(string(l.State)) }

// WriteLines writes one JSON object a line.
func WriteLines(w io.Writer, lines []LessonLine) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, l := range lines {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	return nil
}
