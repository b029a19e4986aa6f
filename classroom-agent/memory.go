package agent

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"sync"

	"github.com/tongtang/tongtang/scheduler/link"
)

// memory is what must be known again after a restart, even when the server is away then: the timetable, what was on air, what the teacher stopped.
type memory struct {
	dir string

	mu      sync.Mutex
	kept    kept
	written []byte // what stands in the file
}

// kept stands in memory.json of the data folder.
type kept struct {
	Room    link.Room          `json:"room"`
	Lessons []link.DatedLesson `json:"lessons"`
	OnAir   string             `json:"onAir,omitempty"`   // lesson
	Stopped []stopped          `json:"stopped,omitempty"` // the last 20
}

// stopped is a lesson that the teacher stopped at this computer. It does not start by itself again.
type stopped struct {
	Lesson string `json:"lesson"`
	Told   bool   `json:"told"` // the server knows
}

const memoryFile = "memory.json"

func loadMemory(dir string) (*memory, error) {
	m := &memory{dir: dir}
	return m, readJSON(filepath.Join(dir, memoryFile), &m.kept)
}

// change edits the memory and writes it down.
func (m *memory) change(edit func(*kept)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	edit(&m.kept)
	if n := len(m.kept.Stopped); n > 20 {
		m.kept.Stopped = m.kept.Stopped[n-20:]
	}
	raw, err := json.Marshal(m.kept)
	if err != nil || bytes.Equal(raw, m.written) {
		return err
	}
	if err := writeJSON(filepath.Join(m.dir, memoryFile), m.kept); err != nil {
		return err
	}
	m.written = raw
	return nil
}

// read is a copy.
func (m *memory) read() kept {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.kept
	k.Lessons, k.Stopped = slices.Clone(k.Lessons), slices.Clone(k.Stopped)
	return k
}

func (k *kept) lesson(id string) *link.DatedLesson {
	for i := range k.Lessons {
		if k.Lessons[i].ID == id {
			return &k.Lessons[i]
		}
	}
	return nil
}

func (k *kept) stopped(id string) bool {
	return slices.ContainsFunc(k.Stopped, func(s stopped) bool { return s.Lesson == id })
}

// put replaces the lesson of the same id: the server's newest word about it.
func (k *kept) put(l link.DatedLesson) {
	if was := k.lesson(l.ID); was != nil {
		*was = l
		return
	}
	k.Lessons = append(k.Lessons, l)
}
