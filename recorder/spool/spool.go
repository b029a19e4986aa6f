// Package spool keeps what was captured of a lesson on the local disk until its recording is stored: fragmented MP4 in parts of about a second
// (what a crash may cost), closed every ten seconds into a segment that is listed, with its wall-clock start and SHA-256, in a manifest.
//
//	{root}/lessons/{lesson}/{name}.json               the recorder's own notes
//	{root}/lessons/{lesson}/captures/{source}/        manifest.jsonl, video-000001.mp4, audio-000001.mp4 …
//	{root}/lessons/{lesson}/result/                   what the compose job made
package spool

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tongtang/tongtang/internal/ident"
)

// ErrFull says that the disk has no room, or only the reserve that other parts of the house need.
var ErrFull = errors.New("the disk is full")

// Spool is the folder. Its methods may be called from many goroutines; a Track belongs to one.
type Spool struct {
	root    string
	reserve int64
}

// Open makes the folder where there is none. Capturing stops when less than reserve bytes are free on its disk.
func Open(root string, reserve int64) (*Spool, error) {
	if err := os.MkdirAll(filepath.Join(root, "lessons"), 0o750); err != nil {
		return nil, fmt.Errorf("make the spool: %w", err)
	}
	return &Spool{root: root, reserve: reserve}, nil
}

// Lessons lists the lessons of which something is kept.
func (s *Spool) Lessons() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.root, "lessons"))
	if err != nil {
		return nil, fmt.Errorf("list the spool: %w", err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && ident.Valid(e.Name()) {
			ids = append(ids, e.Name())
		}
	}
	return ids, nil
}

func (s *Spool) lessonDir(lesson string) string { return filepath.Join(s.root, "lessons", lesson) }

// ResultDir is where the compose job of a lesson works.
func (s *Spool) ResultDir(lesson string) string { return filepath.Join(s.lessonDir(lesson), "result") }

func (s *Spool) captureDir(lesson, source string) string {
	if !ident.Valid(source) { // whatever a publisher calls its source, it stays inside the folder
		source = "x-" + hex.EncodeToString([]byte(source))
	}
	return filepath.Join(s.lessonDir(lesson), "captures", source)
}

// Remove forgets a lesson.
func (s *Spool) Remove(lesson string) error { return os.RemoveAll(s.lessonDir(lesson)) }

// Save writes a note about a lesson; a crash leaves the old or the new one.
func (s *Spool) Save(lesson, name string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.lessonDir(lesson), 0o750); err != nil {
		return fmt.Errorf("note %s of lesson %s: %w", name, lesson, full(err))
	}
	if err := writeFile(filepath.Join(s.lessonDir(lesson), name+".json"), raw); err != nil {
		return fmt.Errorf("note %s of lesson %s: %w", name, lesson, full(err))
	}
	return nil
}

// Load reads a note; fs.ErrNotExist where there is none.
func (s *Spool) Load(lesson, name string, v any) error {
	raw, err := os.ReadFile(filepath.Join(s.lessonDir(lesson), name+".json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("note %s of lesson %s: %w", name, lesson, err)
	}
	return nil
}

// room fails with ErrFull when writing n bytes would touch the reserve.
func (s *Spool) room(n int) error {
	if s.reserve <= 0 {
		return nil
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(s.root, &st); err != nil {
		return nil // the write will tell
	}
	if free := int64(st.Bavail) * st.Bsize; free-int64(n) < s.reserve {
		return fmt.Errorf("%w: %d MB are free, %d MB are kept for the rest of the house", ErrFull, free>>20, s.reserve>>20)
	}
	return nil
}

// Full turns the system's words for a full disk into ErrFull; other errors stay what they are.
func Full(err error) error { return full(err) }

func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// writeFile writes beside, flushes and renames.
func writeFile(name string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+strings.TrimSuffix(filepath.Base(name), ".json")+"-*")
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
