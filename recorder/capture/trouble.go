package capture

import (
	"slices"
	"sync"

	"github.com/tongtang/tongtang/sfu/signal"
)

// Trouble is what is wrong with a capture that goes on.
type Trouble struct {
	DiskFull   bool     // a track cannot be written
	Unrecorded []string // sources whose picture cannot be recorded, ever since the lesson began; their voice is
}

// troubles adds up what is wrong and tells it when it changes.
type troubles struct {
	mu   sync.Mutex
	full int // tracks that cannot be written
	now  Trouble
	told func(Trouble)
}

func (t *troubles) disk(full bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if full {
		t.full++
	} else {
		t.full--
	}
	if is := t.full > 0; is != t.now.DiskFull {
		t.now.DiskFull = is
		t.told(t.now)
	}
}

// unrecorded is true when that is new.
func (t *troubles) unrecorded(source string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if slices.Contains(t.now.Unrecorded, source) {
		return false
	}
	t.now.Unrecorded = append(slices.Clone(t.now.Unrecorded), source)
	t.told(t.now)
	return true
}

// recordable is the codec of the pictures that are recorded: untouched, and so only what the spool can write and the composer can read.
const recordable = "h264"

// withoutForeign takes from a source the picture that cannot be recorded.
func (l *Lesson) withoutForeign(src signal.Source) signal.Source {
	if !src.Video || src.Codec == "" || src.Codec == recordable {
		return src
	}
	src.Video = false
	if l.trouble.unrecorded(src.ID) {
		l.log.Warn("the picture of a source cannot be recorded; its voice is", "source", src.ID, "codec", src.Codec)
	}
	return src
}
